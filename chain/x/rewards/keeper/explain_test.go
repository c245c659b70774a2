package keeper_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/rewards/keeper"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

func explain(c *fixture.Chain, index uint32) (*types.QueryExplainPayResponse, error) {
	return keeper.NewQueryServer(c.Rewards).ExplainPay(c.Ctx, &types.QueryExplainPayRequest{Hotspot: index})
}

// What is explained before a cell is rated is what the rating then pays. Its share
// for 100 of 600 points is far above what the hotspot may earn in its life
// (TestLifetimeBound); of the 3,000,000 spark of demand money a thirtieth is paid in an
// epoch, a third of that for 100 of the cell's 300 points.
func TestExplainedPayIsPaid(t *testing.T) {
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.FoldBlocks = 8 // so that there are blocks between the end of the epoch and its rating
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	a, b, d := full(c, 1, 0), full(c, 2, 0), full(c, 3, 5)
	if _, err := explain(c, a); !errors.Is(err, types.ErrEpoch) {
		t.Errorf("before any epoch closed: %v", err)
	}
	if _, err := explain(c, 99); err == nil {
		t.Error("a hotspot that is not there is explained")
	}
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 100}, {Hotspot: b, Points: 200}, {Hotspot: d, Points: 300}}))
	_, err = c.CreditDemand(a, 3_000_000)
	c.Must(err)
	c.NextEpoch()
	before, err := explain(c, a)
	c.Must(err)
	if len(before.Slots) != 1 || before.Slots[0].Rated || before.Complete {
		t.Fatalf("right after the epoch's end: %v", before)
	}
	s := before.Slots[0]
	want := types.SlotPay{
		Cell: s.Cell, Points: 100, CellPoints: 300, Share: before.Epoch.BasePool / 6,
		LifetimeLeft: 14_814_814_815, Base: 14_814_814_815, Demand: 33_333, AtOnce: 14_814_848_148,
	}
	if d := cmp.Diff(want, s); d != "" {
		t.Error(d)
	}
	for range 4 * p.FoldBlocks {
		c.Block(time.Second)
	}
	o := owed(t, c, a)
	if s.AtOnce != o.Accrued || s.Base+s.Demand-s.AtOnce != o.Escrow {
		t.Errorf("explained %+v, paid %d and %d in escrow", s, o.Accrued, o.Escrow)
	}
	after, err := explain(c, a)
	c.Must(err)
	if got := after.Slots[0]; !after.Complete || !got.Rated || got.LifetimeLeft != 0 || got.Points != 100 || got.Share != s.Share {
		t.Errorf("after the rating: %+v", got)
	}
}
