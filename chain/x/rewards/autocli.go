package rewards

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions says how queries and messages look on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.rewards.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Owed", Use: "owed [hotspot]", Short: "Show what a hotspot has earned and not claimed", PositionalArgs: positional("hotspot")},
				{RpcMethod: "OwedTo", Use: "owed-to [owner]", Short: "Show what an account is owed for hotspots sold, retired or dormant", PositionalArgs: positional("owner")},
				{RpcMethod: "CurrentEpoch", Use: "epoch", Short: "Show the current epoch"},
				{RpcMethod: "Epoch", Use: "closed-epoch [epoch]", Short: "Show a closed epoch", PositionalArgs: positional("epoch")},
				{RpcMethod: "Cell", Use: "cell [cell]", Short: "Show a cell of the ledger (H3 resolution 6, hex)", PositionalArgs: positional("cell")},
				{RpcMethod: "ExplainPay", Use: "explain-pay [hotspot]", Short: "Show what the newest closed epoch pays a hotspot, and why", PositionalArgs: positional("hotspot")},
				{RpcMethod: "Totals", Use: "totals", Short: "Show what was minted, claimed and not emitted"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.rewards.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Claim", Use: "claim [hotspots]...", Short: "Pay what hotspots have earned to their owners", PositionalArgs: positional("hotspots")},
				{RpcMethod: "ClaimOwed", Use: "claim-owed [owner]", Short: "Pay an account what it is owed for hotspots sold, retired or dormant", PositionalArgs: positional("owner")},
				{RpcMethod: "UpdateParams", Skip: true}, // only governance may send it
			},
		},
	}
}

func positional(fields ...string) []*autocliv1.PositionalArgDescriptor {
	var all []*autocliv1.PositionalArgDescriptor
	for _, f := range fields {
		all = append(all, &autocliv1.PositionalArgDescriptor{ProtoField: f, Varargs: f == "hotspots"})
	}
	return all
}
