package routing

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions says how queries and messages look on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.routing.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Org", Use: "org [org]", Short: "Show an org with its addresses and signers", PositionalArgs: positional("org")},
				{RpcMethod: "Realm", Use: "realm [realm]", Short: "Show the org of a Wi-Fi realm", PositionalArgs: positional("realm")},
				{RpcMethod: "Table", Use: "table [after]", Short: "List rows of orgs with the root that they give", PositionalArgs: positional("after")},
				{RpcMethod: "NetIDs", Use: "net-ids", Short: "List NetIDs and what is left of them"},
				{RpcMethod: "Orgs", Use: "orgs", Short: "List orgs"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "hexwave.routing.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "CreateOrg", Use: "create-org", Short: "Register an org (--bundle-key)"},
				{RpcMethod: "OfferOrg", Use: "offer-org [org] [to]", Short: "Offer an own org to another account, or withdraw the offer with an empty one", PositionalArgs: positional("org", "to")},
				{RpcMethod: "AcceptOrg", Use: "accept-org [org]", Short: "Become the owner of an org that was offered", PositionalArgs: positional("org")},
				{RpcMethod: "CloseOrg", Use: "close-org [org]", Short: "End an own org for ever", PositionalArgs: positional("org")},
				{RpcMethod: "SetBundleKey", Use: "set-bundle-key [org]", Short: "Change the key of an own org's bundles (--bundle-key)", PositionalArgs: positional("org")},
				{RpcMethod: "AddDevAddrRange", Use: "add-devaddr [org] [blocks]", Short: "Assign blocks of 8 DevAddrs to an own org (--net-id)", PositionalArgs: positional("org", "blocks")},
				{RpcMethod: "AddJoinEUI", Use: "add-join-eui [org] [join-eui]", Short: "Add a JoinEUI to an own org", PositionalArgs: positional("org", "join_eui")},
				{RpcMethod: "RemoveJoinEUI", Use: "remove-join-eui [org] [join-eui]", Short: "Give up a JoinEUI", PositionalArgs: positional("org", "join_eui")},
				{RpcMethod: "AuthorizeSigner", Use: "authorize-signer [org]", Short: "Open a lane for a key (--key --kind --allowance --bond --payout)", PositionalArgs: positional("org")},
				{RpcMethod: "SetSigner", Use: "set-signer [org] [lane] [allowance] [payout]", Short: "Change the allowance and payout account of a lane", PositionalArgs: positional("org", "lane", "allowance", "payout")},
				{RpcMethod: "AddBond", Use: "add-bond [org] [lane] [spark]", Short: "Add to the bond of a lane", PositionalArgs: positional("org", "lane", "spark")},
				{RpcMethod: "RevokeSigner", Use: "revoke-signer [org] [lane]", Short: "End a lane", PositionalArgs: positional("org", "lane")},
				{RpcMethod: "WithdrawBond", Use: "withdraw-bond [org] [lane]", Short: "Take back the bond of a revoked lane", PositionalArgs: positional("org", "lane")},
				{RpcMethod: "CommitBundle", Use: "commit-bundle [org] [sequence]", Short: "Record the newest bundle (--digest)", PositionalArgs: positional("org", "sequence")},
				{RpcMethod: "SetWifiPrice", Use: "set-wifi-price [org] [price]", Short: "Set what an own org pays for Wi-Fi, micro-DC per 1,000,000 bytes", PositionalArgs: positional("org", "price")},
				{RpcMethod: "AddRealm", Use: "add-realm [org] [realm]", Short: "Claim a Wi-Fi realm for an own org", PositionalArgs: positional("org", "realm")},
				{RpcMethod: "RemoveRealm", Use: "remove-realm [org] [realm]", Short: "Give up a Wi-Fi realm", PositionalArgs: positional("org", "realm")},
				{RpcMethod: "SetNetID", Skip: true},     // only governance may send it
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
