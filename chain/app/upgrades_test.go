package app_test

import (
	"testing"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	govv1 "github.com/cosmos/cosmos-sdk/x/gov/types/v1"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
)

// quickVotes is a genesis whose proposals are voted on for ten seconds.
const quickVotes = `{"gov": {"params": {"voting_period": "10s", "expedited_voting_period": "5s"}}}`

// The plan is for the block after the vote, because until its height a binary that
// knows it refuses to run. What an older binary does is rehearsed by
// tools/ci/upgrade.sh.
func TestPlansAreExecuted(t *testing.T) {
	for _, name := range app.Plans() {
		c := chaintest.New(t, chaintest.Options{Validators: 2, Patch: []byte(quickVotes)})
		plan := upgradetypes.Plan{Name: name, Height: c.Height() + 12}
		pass(t, c, &upgradetypes.MsgSoftwareUpgrade{Authority: app.Authority(), Plan: plan})
		for c.Height() < plan.Height {
			c.NextBlock()
		}
		done, err := c.App.Keepers.Upgrade.GetDoneHeight(c.Context(), name)
		if err != nil || done != plan.Height {
			t.Errorf("%s was executed at %d, planned for %d: %v", name, done, plan.Height, err)
		}
		c.Restart(1)
		c.Skip(2)
		c.Replay(t)
	}
}

// pass submits a proposal in the next block and has both validators vote for it.
func pass(t *testing.T, c *chaintest.Chain, msgs ...sdk.Msg) {
	t.Helper()
	deposit := sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(1_000*app.PowerReduction)))
	propose, err := govv1.NewMsgSubmitProposal(msgs, deposit, c.Operator(0).String(), "", "Upgrade", "To the next version.", false)
	if err != nil {
		t.Fatal(err)
	}
	c.Deliver(c.Operator(0), propose)
	for i := range c.Nodes {
		c.Deliver(c.Operator(i), govv1.NewMsgVote(c.Operator(i).Address(), 1, govv1.OptionYes, ""))
	}
}
