package price

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions says how queries and messages look on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.price.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Price", Use: "price", Short: "Show what one HXW is worth, in 1e-8 USD"},
				{RpcMethod: "Samples", Use: "samples", Short: "Show the prices of the window, oldest first"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.price.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "UpdateParams", Skip: true}, // only governance may send it
				{
					RpcMethod: "SubmitPrice", Use: "submit PRICE", Short: "Submit what one HXW is worth as a feeder, in 1e-8 USD",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "price"}},
				},
			},
		},
	}
}
