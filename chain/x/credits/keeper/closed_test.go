package keeper_test

import (
	"errors"
	"testing"

	"github.com/hexwave/hexwave/chain/x/credits/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// A closed org pays for nothing any more: credits leave it and none come in.
func TestClosedOrgReceivesNothing(t *testing.T) {
	c := fixture.New(t)
	c.SetPrice(100_000_000)
	owner := fixture.Account(1)
	org, open := c.Org(owner, 2_000), c.Org(owner, 2_000)
	c.Buy(owner, 500)
	c.Give(owner, 10_000_000)
	_, err := c.RoutingM.CloseOrg(c.Ctx, &routingtypes.MsgCloseOrg{Owner: owner.String(), Org: org})
	c.Must(err)
	for name, send := range map[string]func() error{
		"fund": func() error {
			_, err := c.CreditsM.FundOrg(c.Ctx, &types.MsgFundOrg{Sender: owner.String(), Org: org, Credits: 1})
			return err
		},
		"mint": func() error {
			_, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: owner.String(), Org: org, Credits: 1})
			return err
		},
		"move": func() error {
			_, err := c.CreditsM.MoveEscrow(c.Ctx, &types.MsgMoveEscrow{Owner: owner.String(), From: open, To: org, Credits: 1})
			return err
		},
		"top up": func() error {
			_, err := c.CreditsM.SetTopUp(c.Ctx, &types.MsgSetTopUp{Owner: owner.String(), Org: org, Threshold: 1, Target: 2, MaxSpark: 1})
			return err
		},
	} {
		if err := try(c, send); !errors.Is(err, types.ErrReceiver) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = c.CreditsM.MoveEscrow(c.Ctx, &types.MsgMoveEscrow{Owner: owner.String(), From: org, To: open, Credits: 2_000})
	if err != nil {
		t.Errorf("what is left of it: %v", err)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}
