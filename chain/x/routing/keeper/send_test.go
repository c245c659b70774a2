package keeper_test

import (
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// send runs a message that leaves nothing behind when it is refused, as in a transaction.
func send(c *fixture.Chain, msg sdk.Msg) error {
	ctx, write := c.Ctx.CacheContext()
	var err error
	switch m := msg.(type) {
	case *types.MsgCreateOrg:
		_, err = c.RoutingM.CreateOrg(ctx, m)
	case *types.MsgOfferOrg:
		_, err = c.RoutingM.OfferOrg(ctx, m)
	case *types.MsgAcceptOrg:
		_, err = c.RoutingM.AcceptOrg(ctx, m)
	case *types.MsgCloseOrg:
		_, err = c.RoutingM.CloseOrg(ctx, m)
	case *types.MsgSetBundleKey:
		_, err = c.RoutingM.SetBundleKey(ctx, m)
	case *types.MsgAddDevAddrRange:
		_, err = c.RoutingM.AddDevAddrRange(ctx, m)
	case *types.MsgAddJoinEUI:
		_, err = c.RoutingM.AddJoinEUI(ctx, m)
	case *types.MsgRemoveJoinEUI:
		_, err = c.RoutingM.RemoveJoinEUI(ctx, m)
	case *types.MsgAuthorizeSigner:
		_, err = c.RoutingM.AuthorizeSigner(ctx, m)
	case *types.MsgSetSigner:
		_, err = c.RoutingM.SetSigner(ctx, m)
	case *types.MsgAddBond:
		_, err = c.RoutingM.AddBond(ctx, m)
	case *types.MsgRevokeSigner:
		_, err = c.RoutingM.RevokeSigner(ctx, m)
	case *types.MsgWithdrawBond:
		_, err = c.RoutingM.WithdrawBond(ctx, m)
	case *types.MsgCommitBundle:
		_, err = c.RoutingM.CommitBundle(ctx, m)
	case *types.MsgSetWifiPrice:
		_, err = c.RoutingM.SetWifiPrice(ctx, m)
	case *types.MsgAddRealm:
		_, err = c.RoutingM.AddRealm(ctx, m)
	case *types.MsgRemoveRealm:
		_, err = c.RoutingM.RemoveRealm(ctx, m)
	default:
		err = fmt.Errorf("no handler of %T", msg)
	}
	if err == nil {
		write()
	}
	return err
}
