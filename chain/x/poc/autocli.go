package poc

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions says how queries and messages look on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.poc.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Challenge", Use: "challenge [id]", Short: "Show a challenge with its reports", PositionalArgs: positional("challenge")},
				{RpcMethod: "OpenChallenges", Use: "open", Short: "List open challenges (--after, --limit)"},
				{RpcMethod: "Explain", Use: "explain [id]", Short: "Show each check of a challenge and its reports", PositionalArgs: positional("challenge")},
				{RpcMethod: "ExplainHotspot", Use: "explain-hotspot [hotspot]", Short: "Show what decides whether a hotspot is challenged and what it earns", PositionalArgs: positional("hotspot")},
				{RpcMethod: "Progress", Use: "progress [hotspot]", Short: "Show the beacon record of a hotspot", PositionalArgs: positional("hotspot")},
				{RpcMethod: "Randomness", Use: "randomness", Short: "Show the newest randomness"},
				{RpcMethod: "Totals", Use: "totals", Short: "Show the counters since genesis"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.poc.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "RegisterVRFKey", Use: "register-vrf-key [key] [proof]", Short: "Set the randomness key of an own validator", PositionalArgs: positional("key", "proof")},
				{RpcMethod: "SubmitReports", Skip: true}, // goes through the free lane, without an account's signature
				{RpcMethod: "BadBatch", Use: "bad-batch [batch] [items] [item]", Short: "Prove that a relay signed a batch that it could see was bad", PositionalArgs: positional("batch", "items", "item")},
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
