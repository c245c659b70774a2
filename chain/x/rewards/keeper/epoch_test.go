package keeper_test

import (
	"errors"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/keeper"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/chain/x/step"
	"github.com/hexwave/hexwave/proto/wire"
)

// Acceptance scenario 1 with the splits of today: of E0 = 16,438,356,164,383
// validators get floor(6 %) = 986,301,369,862, the community floor(7 %) =
// 1,150,684,931,506, work the other 14,301,369,863,015.
func TestEpochWithoutPoints(t *testing.T) {
	c := fixture.New(t)
	c.NextEpoch()
	if got := c.Rewards.CurrentEpoch(c.Ctx); got != 2 {
		t.Fatalf("epoch %d", got)
	}
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	want := types.Totals{Minted: 2_136_986_301_368, Splits: 2_136_986_301_368, NotEmitted: 14_301_369_863_015, Pointless: 14_301_369_863_015, Scheduled: 16_438_356_164_383}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Error(diff)
	}
	if v, p := c.Spark(fixture.FeeCollector()), c.Spark(fixture.CommunityPool()); v != 986_301_369_862 || p != 1_150_684_931_506 {
		t.Errorf("validators %d, community %d", v, p)
	}
	c.Check()
}

// Acceptance scenario 32: after a halt the missed epochs close one a block, in
// order, and the schedule is kept.
func TestMissedEpochsCloseOneABlock(t *testing.T) {
	c := fixture.New(t)
	c.Block(50 * time.Hour)
	for _, want := range []uint32{2, 3, 3, 3} {
		if got := c.Rewards.CurrentEpoch(c.Ctx); got != want {
			t.Fatalf("epoch %d, want %d", got, want)
		}
		c.Block(time.Second)
	}
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	if totals.Minted != 2*2_136_986_301_368 {
		t.Errorf("minted %d", totals.Minted)
	}
	// 48 h of the 50 are over, so the third epoch ends 22 h later.
	c.Block(22*time.Hour - 5*time.Second)
	if got := c.Rewards.CurrentEpoch(c.Ctx); got != 3 {
		t.Errorf("epoch %d just before the end", got)
	}
	c.Block(time.Second)
	if got := c.Rewards.CurrentEpoch(c.Ctx); got != 4 {
		t.Errorf("epoch %d at the end", got)
	}
}

// Acceptance scenario 2: period 2 begins with epoch 731, period 3 with 1461.
func TestHalving(t *testing.T) {
	c := fixture.New(t)
	q := keeper.NewQueryServer(c.Rewards)
	g := types.DefaultGenesis()
	g.EpochStart = c.Ctx.BlockTime().UnixMilli()
	for _, tc := range []struct {
		epoch uint32
		want  uint64
	}{{730, 16_438_356_164_383}, {731, 8_219_178_082_191}, {1461, 4_109_589_041_095}} {
		g.CurrentEpoch, g.EpochStart = tc.epoch, c.Ctx.BlockTime().UnixMilli()
		c.Must(c.Rewards.InitGenesis(c.Ctx, *g))
		c.NextEpoch()
		r, err := q.Epoch(c.Ctx, &types.QueryEpochRequest{Epoch: tc.epoch})
		if err != nil || r.Epoch.Emission != tc.want {
			t.Errorf("epoch %d emits %v, %v, want %d", tc.epoch, r, err, tc.want)
		}
	}
}

// full registers a hotspot with key n and puts it in a cell, 3 degrees of
// longitude from the next.
func full(c *fixture.Chain, n uint32, cell int32) uint32 {
	owner := fixture.Account(n)
	index := c.Register(n, owner, wire.ClassFullLoRa)
	c.Locate(owner, index, fixture.Place(cell*3000))
	return index
}

func owed(t *testing.T, c *fixture.Chain, index uint32) *types.QueryOwedResponse {
	t.Helper()
	r, err := keeper.NewQueryServer(c.Rewards).Owed(c.Ctx, &types.QueryOwedRequest{Hotspot: index})
	c.Must(err)
	return r
}

func claim(c *fixture.Chain, index ...uint32) (uint64, error) {
	r, err := c.RewardsM.Claim(c.Ctx, &types.MsgClaim{Sender: fixture.Account(99).String(), Hotspots: index})
	if err != nil {
		return 0, err
	}
	return r.Paid, nil
}

// One hotspot with all points: its pay is bounded by 10 thousandths of the pool,
// 143,013,698,630, and over its life by what was burned to register it: 4.5
// million DC cost 16,666,666,667 spark at 0.27 USD, the 4 million of the fee
// floor(8/9) of it, 14,814,814,815.
func TestLifetimeBound(t *testing.T) {
	c := fixture.New(t)
	index := full(c, 1, 0)
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: index, Points: 500}}))
	if o := owed(t, c, index); o.PointsCurrent != 500 || o.Accrued != 0 {
		t.Errorf("before the end: %v", o)
	}
	c.NextEpoch()
	if o := owed(t, c, index); o.Accrued != 14_814_814_815 || o.Home.LifetimeBase != 14_814_814_815 {
		t.Errorf("first epoch: %v", o)
	}
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: index, Points: 500}}))
	c.NextEpoch()
	if o := owed(t, c, index); o.Accrued != 14_814_814_815 {
		t.Errorf("second epoch: %v", o)
	}
	paid, err := claim(c, index)
	if paid != 14_814_814_815 || err != nil || c.Spark(fixture.Account(1)) != paid {
		t.Errorf("claimed %d, %v", paid, err)
	}
	if paid, err := claim(c, index); paid != 0 || err != nil {
		t.Errorf("claimed again %d, %v", paid, err)
	}
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	// Both epochs' base pools but what was paid, none of the second's.
	var pools uint64
	for e := range uint32(2) {
		r, err := keeper.NewQueryServer(c.Rewards).Epoch(c.Ctx, &types.QueryEpochRequest{Epoch: e + 1})
		c.Must(err)
		pools += r.Epoch.BasePool
	}
	if totals.NotEmitted != pools-paid || totals.Claimed != paid {
		t.Errorf("not emitted %d of %d, %v", totals.NotEmitted, pools, totals)
	}
	c.Check()
}

// Of 1,000 points 600 and 400 share the pool, without caps: floor(pool * 6/10).
func TestPointsShareThePool(t *testing.T) {
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.MaxHotspotPermille, p.LifetimeMultiplePermille, p.InitialEmission = 0, 3_000, 1_000_000
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	a, b := full(c, 1, 0), full(c, 2, 1)
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 600}}))
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: b, Points: 400}}))
	c.NextEpoch()
	r, err := keeper.NewQueryServer(c.Rewards).Epoch(c.Ctx, &types.QueryEpochRequest{Epoch: 1})
	c.Must(err)
	pool := r.Epoch.BasePool
	if x, y := owed(t, c, a).Accrued, owed(t, c, b).Accrued; x != pool*6/10 || y != pool*4/10 || x == 0 {
		t.Errorf("%d and %d of %d", x, y, pool)
	}
	// A quiet epoch: 100 points after a mean of 1,000. A point is worth at most
	// what it would be at half the mean: 100/500 of the pool.
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 100}}))
	before := owed(t, c, a).Accrued
	c.NextEpoch()
	r, err = keeper.NewQueryServer(c.Rewards).Epoch(c.Ctx, &types.QueryEpochRequest{Epoch: 2})
	c.Must(err)
	if got := owed(t, c, a).Accrued - before; got != r.Epoch.BasePool/5 || r.Epoch.RateOver != 500 {
		t.Errorf("quiet epoch pays %d of %d over %d", got, r.Epoch.BasePool, r.Epoch.RateOver)
	}
	c.Check()
}

// 3,000 spark of demand money, credited in epoch 1: a thirtieth of what is left
// is paid each epoch with points to the points of that cell only. An epoch
// without points anywhere pays nothing; one with points elsewhere lets the
// thirtieth lapse.
func TestDemandStaysInItsCell(t *testing.T) {
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.InitialEmission, p.ReemitSmoothing = 0, 0
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	a, far := full(c, 1, 0), full(c, 2, 1)
	if n, err := c.CreditDemand(a, 3_000); n != 3_000 || err != nil {
		t.Fatalf("credited %d, %v", n, err)
	}
	for i, step := range []struct {
		a, far    uint64
		pay, left uint64
		lapsed    uint64
	}{
		{1, 1, 100, 2_900, 0},
		{5, 0, 96, 2_804, 0},
		{0, 0, 0, 2_804, 0},
		{0, 7, 0, 2_711, 93},
		{2, 7, 90, 2_621, 93},
	} {
		before := owed(t, c, a).Accrued
		c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: step.a}}))
		c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: far, Points: step.far}}))
		c.NextEpoch()
		totals, err := c.Rewards.Totals(c.Ctx)
		c.Must(err)
		if got := owed(t, c, a).Accrued - before; got != step.pay || totals.Demand != step.left || totals.Lapsed != step.lapsed {
			t.Errorf("step %d: paid %d, left %d, lapsed %d, want %+v", i, got, totals.Demand, totals.Lapsed, step)
		}
		if got := owed(t, c, far).Accrued; got != 0 {
			t.Errorf("step %d: the far cell got %d", i, got)
		}
		c.Check()
	}
}

func TestDemandNeedsALoRaCell(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	wifi := c.Register(1, owner, wire.ClassWiFi)
	c.Locate(owner, wifi, fixture.Place(0))
	nowhere := c.Register(2, owner, wire.ClassDataLoRa)
	for _, index := range []uint32{wifi, nowhere} {
		if n, err := c.CreditDemand(index, 5); n != 0 || err != nil {
			t.Errorf("hotspot %d: credited %d, %v", index, n, err)
		}
	}
	if _, err := c.CreditDemand(77, 5); !errors.Is(err, hotspot.ErrUnknown) {
		t.Errorf("unknown hotspot: %v", err)
	}
}

// Premine and schedule never come to more than 240 million HXW: of the last epoch only
// what is left is emitted, and nothing after it.
func TestSupplyIsCapped(t *testing.T) {
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.InitialEmission, p.MaxSupply, p.ReemitCap = 1_000, 2_500, 0
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	for i, want := range []uint64{1_000, 1_000, 500, 0} {
		c.NextEpoch()
		r, err := keeper.NewQueryServer(c.Rewards).Epoch(c.Ctx, &types.QueryEpochRequest{Epoch: uint32(i + 1)})
		c.Must(err)
		if r.Epoch.Emission != want {
			t.Errorf("epoch %d emits %d, want %d", i+1, r.Epoch.Emission, want)
		}
	}
	c.Check()
}

// A chain's premine is what exists when it begins; a chain that goes on from an export
// keeps that of its first one.
func TestPremine(t *testing.T) {
	c := fixture.New(t)
	c.Give(fixture.Account(1), 7_000)
	c.Must(c.Rewards.InitGenesis(c.Ctx, *types.DefaultGenesis()))
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	if totals.Premine != 7_000 {
		t.Errorf("premine %d", totals.Premine)
	}
	c.Block(0)
	c.NextEpoch()
	g, err := c.Rewards.ExportGenesis(c.Ctx)
	c.Must(err)
	c.Give(fixture.Account(2), 1)
	c.Must(c.Rewards.InitGenesis(c.Ctx, *g))
	if again, err := c.Rewards.Totals(c.Ctx); err != nil || again.Premine != 7_000 {
		t.Errorf("premine %d after an import, %v", again.Premine, err)
	}
}

// Pay for carried data comes out of burned HXW, never out of nothing.
func TestRemintsAreBacked(t *testing.T) {
	c := fixture.New(t)
	a := full(c, 1, 0)
	c.Must(c.Rewards.CountBacking(c.Ctx, 10))
	if err := c.Rewards.Accrue(c.Ctx, a, 11); !errors.Is(err, types.ErrUnbacked) {
		t.Errorf("11 of 10: %v", err)
	}
	for name, p := range map[string]types.Payment{
		"hotspot": {Hotspot: a, Basis: 5, ToHotspot: 16},
		"cell":    {Hotspot: a, Basis: 5, ToCell: 16},
		"router":  {Hotspot: a, Basis: 5, Router: fixture.Account(2), ToRouter: 16},
		"all":     {Hotspot: a, Basis: 5, ToHotspot: 8, ToCell: 7, Router: fixture.Account(2), ToRouter: 1},
	} {
		ctx, _ := c.Ctx.CacheContext()
		if _, err := c.Rewards.Carried(ctx, p); !errors.Is(err, types.ErrUnbacked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.Must(c.Rewards.Accrue(c.Ctx, a, 10))
	c.Check()
}

// An epoch whose cells would earn more than its pool stops at the cell where that shows:
// the chain goes on, nothing more is paid and no other epoch closes. With the sum put
// right it goes on where it stood.
func TestBreakerStopsTheSweep(t *testing.T) {
	c := slow(t, 1)
	a, b := full(c, 1, 0), full(c, 2, 1)
	earn(c, a, 500)
	earn(c, b, 500)
	c.NextEpoch() // rates the first cell
	if owed(t, c, b).Accrued != 0 {
		b = a
	}
	g, err := c.Rewards.ExportGenesis(c.Ctx)
	c.Must(err)
	right := g.Epochs[0]
	wrong := right
	wrong.RateOver, wrong.BasePaid = 1, wrong.BasePool-1
	g.Epochs[0] = wrong
	c.Must(c.Rewards.InitGenesis(c.Ctx, *g))
	before := c.Rewards.CurrentEpoch(c.Ctx)
	for range 3 {
		c.Ctx = c.Ctx.WithBlockHeight(c.Ctx.BlockHeight() + 1).WithBlockTime(c.Ctx.BlockTime().Add(24 * time.Hour)).
			WithEventManager(sdk.NewEventManager())
		c.Rewards.BeginBlock(c.Ctx)
		failed, err := step.Failures(c.Ctx.EventManager().Events())
		if err != nil || len(failed) != 1 || failed[0].Step != "sweep" {
			t.Fatalf("%v, %v", failed, err)
		}
	}
	if c.Rewards.CurrentEpoch(c.Ctx) != before || owed(t, c, b).Accrued != 0 {
		t.Errorf("epoch %d, paid %d", c.Rewards.CurrentEpoch(c.Ctx), owed(t, c, b).Accrued)
	}
	if err := atomic(c, func() error { _, err := claim(c, b); return err }); !errors.Is(err, types.ErrBreaker) {
		t.Errorf("claim: %v", err)
	}
	g, err = c.Rewards.ExportGenesis(c.Ctx)
	c.Must(err)
	g.Epochs[0] = right
	c.Must(c.Rewards.InitGenesis(c.Ctx, *g))
	c.Ctx = c.Ctx.WithEventManager(sdk.NewEventManager())
	for range 8 {
		c.Block(0)
	}
	// Three days went by: all of them are closed, one after the other.
	if now := c.Rewards.CurrentEpoch(c.Ctx); now != before+3 || owed(t, c, b).Accrued == 0 {
		t.Errorf("epoch %d, paid %d", now, owed(t, c, b).Accrued)
	}
	c.Check()
}
