package hotspot

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions says how queries and messages look on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.hotspot.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Hotspot", Use: "hotspot [index]", Short: "Show a hotspot", PositionalArgs: positional("hotspot")},
				{RpcMethod: "HotspotByKey", Use: "hotspot-by-key [id]", Short: "Show the hotspot with an id, hotspot1...", PositionalArgs: positional("id")},
				{RpcMethod: "Offer", Use: "offer [hotspot]", Short: "Show a hotspot's transfer offer and whether it stands", PositionalArgs: positional("hotspot")},
				{RpcMethod: "Hotspots", Use: "hotspots", Short: "List hotspots (--owner)"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.hotspot.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Register", Use: "register [owner]", Short: "Register a hotspot (--registration)", PositionalArgs: positional("owner")},
				{RpcMethod: "AssertLocation", Use: "assert-location [hotspot]", Short: "State where an own hotspot stands (--location)", PositionalArgs: positional("hotspot")},
				{RpcMethod: "OfferTransfer", Use: "offer-transfer [hotspot] [to]", Short: "Offer an own hotspot, as it is, to another account (--expires)", PositionalArgs: positional("hotspot", "to")},
				{RpcMethod: "CancelTransfer", Use: "cancel-transfer [hotspot]", Short: "Take an offer back", PositionalArgs: positional("hotspot")},
				{RpcMethod: "AcceptTransfer", Use: "accept-transfer [hotspot]", Short: "Accept an offered hotspot (--renewal, signed by the device for the buyer)", PositionalArgs: positional("hotspot")},
				{RpcMethod: "RenewChain", Use: "renew-chain [hotspot]", Short: "Give an own hotspot a new hash chain (--renewal)", PositionalArgs: positional("hotspot")},
				{RpcMethod: "RotateKey", Use: "rotate-key [hotspot]", Short: "Give an own hotspot a new key (--rotation)", PositionalArgs: positional("hotspot")},
				{RpcMethod: "SetPayout", Use: "set-payout [hotspot]", Short: "Say who shares the pay of an own hotspot (--payout, none: all to the owner)", PositionalArgs: positional("hotspot")},
				{RpcMethod: "Retire", Use: "retire [hotspot]", Short: "Take an own hotspot out of the network for ever", PositionalArgs: positional("hotspot")},
				{RpcMethod: "UpdateParams", Skip: true}, // only governance may send it
			},
		},
	}
}

func positional(fields ...string) []*autocliv1.PositionalArgDescriptor {
	var all []*autocliv1.PositionalArgDescriptor
	for _, f := range fields {
		all = append(all, &autocliv1.PositionalArgDescriptor{ProtoField: f})
	}
	return all
}
