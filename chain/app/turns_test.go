package app_test

import (
	"testing"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
)

// earned returns what distribution holds for a validator, in spark.
func earned(t *testing.T, c *chaintest.Chain, n *chaintest.Node) float64 {
	t.Helper()
	rewards, err := c.App.Keepers.Distribution.GetValidatorOutstandingRewardsCoins(c.Context(), n.ValAddress())
	if err != nil {
		t.Fatal(err)
	}
	return rewards.AmountOf(app.Denom).MustFloat64()
}

// Validators are paid by the turns they took: of three with equal power one lets half
// of its turns pass, and another takes them.
func TestValidatorsArePaidByTurns(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{
		Validators: 3, Patch: []byte(`{"rewards":{"params":{"epoch_seconds":"60"}}}`),
	})
	for c.Height() < 30 {
		c.NextBlock()
	}
	c.Stop(2) // its turns go to the first
	for c.Height() < 60 {
		c.NextBlock()
	}
	c.CatchUp(2)
	c.Skip(10)
	all, half, more := earned(t, c, c.Nodes[1]), earned(t, c, c.Nodes[2]), earned(t, c, c.Nodes[0])
	if all == 0 || half < 0.4*all || half > 0.6*all || more < 1.4*all || more > 1.6*all {
		t.Errorf("all turns %.0f, half of them %.0f, half of another's besides %.0f", all, half, more)
	}
	invariants, err := c.App.CheckInvariants()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range invariants {
		if i.Err != nil {
			t.Errorf("%s: %v", i.Module, i.Err)
		}
	}
	c.Replay(t)
	next := c.ExportImport(t)
	next.Skip(2)
	if got, err := next.App.Keepers.Rewards.ExportGenesis(next.Context()); err != nil || len(got.Turns) != 3 {
		t.Errorf("after an import: %v, %v", got.GetTurns(), err)
	}
}
