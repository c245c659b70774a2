package credits

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions says how queries and messages look on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.credits.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Balance", Use: "balance [address]", Short: "Show the data credits of an account", PositionalArgs: positional("address")},
				{RpcMethod: "Escrow", Use: "escrow [org]", Short: "Show the data credits of an org", PositionalArgs: positional("org")},
				{RpcMethod: "Quote", Use: "quote", Short: "Price data credits without buying them (--burn or --credits)"},
				{RpcMethod: "TopUp", Use: "top-up [org]", Short: "Show how an org is topped up", PositionalArgs: positional("org")},
				{RpcMethod: "Orders", Use: "orders", Short: "List mints that wait (--from)"},
				{RpcMethod: "Room", Use: "room [address]", Short: "Show how many data credits an account may mint now (--org)", PositionalArgs: positional("address")},
				{RpcMethod: "Totals", Use: "totals", Short: "Show the counters since genesis"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.credits.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "MintCredits", Use: "mint", Short: "Burn HXW for data credits (--burn in spark, or --credits)"},
				{RpcMethod: "FundOrg", Use: "fund-org [org] [credits]", Short: "Move own data credits into the escrow of an own org", PositionalArgs: positional("org", "credits")},
				{RpcMethod: "MoveEscrow", Use: "move-escrow [from] [to] [credits]", Short: "Move free data credits between own orgs", PositionalArgs: positional("from", "to", "credits")},
				{RpcMethod: "Withdraw", Use: "withdraw [org] [credits]", Short: "Begin to take free data credits out of an own org", PositionalArgs: positional("org", "credits")},
				{RpcMethod: "CancelWithdraw", Use: "cancel-withdraw [org]", Short: "Put a withdrawal back into the escrow", PositionalArgs: positional("org")},
				{RpcMethod: "Redeem", Use: "redeem [org]", Short: "Take a withdrawal that is ready", PositionalArgs: positional("org")},
				{RpcMethod: "SetTopUp", Use: "set-top-up [org] [threshold] [target] [max-spark]", Short: "Buy data credits by itself when an own org runs low", PositionalArgs: positional("org", "threshold", "target", "max_spark")},
				{RpcMethod: "CancelOrder", Use: "cancel-order [order]", Short: "Take back a mint that waits", PositionalArgs: positional("order")},
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
