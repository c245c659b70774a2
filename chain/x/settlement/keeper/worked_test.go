package keeper_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
)

// TestWorkedEpoch is the worked epoch of docs/spec/economy.md: a chain without premine,
// HXW at 0.27 US$, an org, and two mature hotspots in one cell. Each number that
// the chain has is in the page, so that the page cannot say anything else.
func TestWorkedEpoch(t *testing.T) {
	n := newNet(t, 27_000_000, 1_000_000, 300_000)
	a, b := n.hotspots[0], n.hotspots[1]
	h, err := n.Hotspot.Hotspot(n.Ctx, a)
	n.Must(err)
	escrow, err := n.Credits.Escrow(n.Ctx, n.org)
	n.Must(err)
	fees, err := n.Rewards.Totals(n.Ctx)
	n.Must(err)
	says := map[string]uint64{
		"registration": h.BondBasis, "basis of the escrow": escrow.Balance.Basis, "fees stay burned": fees.StayedBurned,
	}
	n.Must(n.Rewards.Book(n.Ctx, []rewards.Booking{{Hotspot: a, Points: 300_000_000}, {Hotspot: b, Points: 100_000_000}}))
	n.SettleAs(n.router, n.voucher(0, 250_000, nil))
	settled, err := n.Settlement.Totals(n.Ctx)
	n.Must(err)
	burned, err := n.Rewards.Totals(n.Ctx)
	n.Must(err)
	says["base"], says["router"], says["cell"], says["hotspot"] = settled.Base, settled.Routers, settled.Demand, settled.Hotspots
	says["stays burned in all"] = burned.StayedBurned
	n.NextEpoch()
	n.Block(0)
	n.Block(0)
	r, err := rewardskeeper.NewQueryServer(n.Rewards).Epoch(n.Ctx, &rewards.QueryEpochRequest{Epoch: 1})
	n.Must(err)
	e := r.Epoch
	says["re-emission"], says["emission"] = e.Reemitted, e.Emission
	says["validators"], says["community"], says["base pool"], says["limit"] = e.Validators, e.Community, e.BasePool, e.RateLimit
	says["base paid"] = e.BasePaid
	says["A accrued"], says["B accrued"] = n.accrued(0), n.accrued(1)
	totals, err := n.Rewards.Totals(n.Ctx)
	n.Must(err)
	says["not emitted"], says["demand left"] = totals.NotEmitted, totals.Demand
	n.Check()

	page, err := os.ReadFile("../../../../docs/spec/economy.md")
	n.Must(err)
	for what, spark := range says {
		if !strings.Contains(string(page), thousands(spark)) {
			t.Errorf("%s: the page lacks %s", what, thousands(spark))
		}
	}
}

// thousands writes a number as people read it.
func thousands(n uint64) string {
	if n < 1_000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1_000), n%1_000)
}
