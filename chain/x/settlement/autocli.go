package settlement

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions says how queries and messages look on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.settlement.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Lane", Use: "lane [org] [lane]", Short: "Show a lane in an epoch (--epoch)", PositionalArgs: positional("org", "lane")},
				{RpcMethod: "Settled", Use: "settled [org] [lane] [hotspot]", Short: "Show what a hotspot was settled (--epoch)", PositionalArgs: positional("org", "lane", "hotspot")},
				{RpcMethod: "Totals", Use: "totals", Short: "Show the counters since genesis"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.settlement.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Settle", Use: "settle", Short: "Turn vouchers into pay (--items)"},
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
