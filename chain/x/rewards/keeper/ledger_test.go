package keeper_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/keeper"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

// move asserts a new cell for the hotspot with key n and returns the refusal;
// a refused message leaves no trace, as in a transaction.
func move(c *fixture.Chain, n, index uint32, cell int32) error {
	outer := c.Ctx
	ctx, write := outer.CacheContext()
	c.Ctx = ctx
	c.Buy(fixture.Account(n), 500_000)
	_, err := c.HotspotM.AssertLocation(c.Ctx, &hotspot.MsgAssertLocation{
		Owner: fixture.Account(n).String(), Hotspot: index, Location: fixture.Place(cell * 3000),
	})
	if err == nil {
		write()
	}
	c.Ctx = outer
	return err
}

func TestMoveDrains(t *testing.T) {
	c := fixture.New(t)
	a := full(c, 1, 0)
	c.Accrue(a, 70)
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 5}}))
	c.Must(move(c, 1, a, 1)) // in epoch 1
	if err := move(c, 1, a, 2); !errors.Is(err, types.ErrMoving) {
		t.Errorf("second move: %v", err)
	}
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 3}}))
	if o := owed(t, c, a); o.PointsCurrent != 8 || o.Accrued != 70 || o.Home.OldCell == 0 {
		t.Errorf("while it drains: %v", o)
	}
	c.NextEpoch() // rates epoch 1 in both cells; the slot drains on
	o := owed(t, c, a)
	if o.Home.OldCell == 0 || o.Accrued <= 70 {
		t.Errorf("after epoch 1: %v", o)
	}
	accrued := o.Accrued
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 1}}))
	c.NextEpoch() // rates epoch 2, which frees the slot
	o = owed(t, c, a)
	if o.Home.OldCell != 0 || o.Accrued < accrued {
		t.Errorf("after epoch 2: %v", o)
	}
	c.Check()
	c.Must(move(c, 1, a, 2))
	c.Check()
}

func TestFreedSlotIsUsedAgain(t *testing.T) {
	c := fixture.New(t)
	a, b := full(c, 1, 0), full(c, 2, 0)
	c.Must(move(c, 1, a, 1))
	early := full(c, 3, 0)
	for range 2 {
		c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: b, Points: 1}}))
		c.NextEpoch()
	}
	late := full(c, 4, 0)
	if x, y := owed(t, c, early).Home.Slot, owed(t, c, late).Home.Slot; x != 2 || y != 0 {
		t.Errorf("slots %d and %d, want 2 while slot 0 drains, then 0", x, y)
	}
	c.Check()
}

func TestPayBeforeThePlaceIsKnown(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	index := c.Register(1, owner, wire.ClassFullLoRa)
	c.Accrue(index, 11)
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: index, Points: 1}}))
	if n := booked(t, c); n != 0 {
		t.Errorf("%d points booked without a cell", n)
	}
	c.Check()
	c.Locate(owner, index, fixture.Place(0))
	if o := owed(t, c, index); o.Accrued != 11 || o.Home.Cell == 0 {
		t.Errorf("moved to its cell: %v", o)
	}
	c.Check()
}

func TestHotspotFromGenesisIsPlacedByItsFirstPoints(t *testing.T) {
	c := fixture.New(t)
	index := full(c, 1, 0)
	data := c.Register(2, fixture.Account(2), wire.ClassDataLoRa)
	c.Locate(fixture.Account(2), data, fixture.Place(0))
	h, err := c.Hotspot.ExportGenesis(c.Ctx)
	c.Must(err)
	d := fixture.New(t)
	d.Must(d.Hotspot.InitGenesis(d.Ctx, *h))
	d.Must(d.Rewards.Book(d.Ctx, []types.Booking{{Hotspot: index, Points: 3}}))
	if o := owed(t, d, index); o.PointsCurrent != 3 || o.Home.Cell == 0 {
		t.Errorf("%v", o)
	}
	d.Must(d.Rewards.Book(d.Ctx, []types.Booking{{Hotspot: data, Points: 1}}))
	if n := booked(t, d); n != 3 {
		t.Errorf("data-only: %d points booked in all", n)
	}
	d.Check()
}

func TestPointsThatDoNotFit(t *testing.T) {
	c := fixture.New(t)
	a := full(c, 1, 0)
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: types.MaxPoints}}))
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 1}}))
	if n := booked(t, c); n != types.MaxPoints {
		t.Errorf("%d points booked", n)
	}
	c.Check()
}

// booked returns the points of the current epoch.
func booked(t *testing.T, c *fixture.Chain) uint64 {
	t.Helper()
	res, err := keeper.NewQueryServer(c.Rewards).CurrentEpoch(c.Ctx, &types.QueryCurrentEpochRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return res.Points
}

// With one cell a block, seven cells take seven blocks, and the next epoch waits
// for them.
func TestSweepIsBoundedAndGatesTheNextEpoch(t *testing.T) {
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.SweepCellsPerBlock, p.EpochSeconds = 1, 5
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	var all []uint32
	for n := range uint32(7) {
		all = append(all, full(c, n+1, int32(n)-3))
	}
	for _, index := range all {
		c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: index, Points: 1}}))
	}
	rated := func() (n int) {
		for _, index := range all {
			if owed(t, c, index).Accrued > 0 {
				n++
			}
		}
		return n
	}
	for block := range 8 {
		c.Block(5 * time.Second)
		want := min(block+1, 7)
		if got := rated(); got != want {
			t.Errorf("block %d: %d cells rated, want %d", block, got, want)
		}
		if got := c.Rewards.CurrentEpoch(c.Ctx); got != 2 {
			t.Errorf("block %d: epoch %d", block, got)
		}
	}
	c.Block(5 * time.Second)
	if got := c.Rewards.CurrentEpoch(c.Ctx); got != 3 {
		t.Errorf("after the sweep: epoch %d", got)
	}
	c.Check()
}

func TestClaimRefuses(t *testing.T) {
	c := fixture.New(t)
	if _, err := claim(c); !errors.Is(err, types.ErrTooMany) {
		t.Errorf("none: %v", err)
	}
	if _, err := claim(c, make([]uint32, 101)...); !errors.Is(err, types.ErrTooMany) {
		t.Errorf("101: %v", err)
	}
	if _, err := claim(c, 5); !errors.Is(err, hotspot.ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
}

func TestQueriesRefuse(t *testing.T) {
	c := fixture.New(t)
	q := keeper.NewQueryServer(c.Rewards)
	if _, err := q.Epoch(c.Ctx, &types.QueryEpochRequest{Epoch: 1}); !errors.Is(err, types.ErrEpoch) {
		t.Errorf("open epoch: %v", err)
	}
	for _, cell := range []string{"", "x", "861f8d897ffffff", "8c1f8d8a14c1bff"} {
		if _, err := q.Cell(c.Ctx, &types.QueryCellRequest{Cell: cell}); !errors.Is(err, types.ErrCell) {
			t.Errorf("cell %q: %v", cell, err)
		}
	}
}

func TestParamsRefuse(t *testing.T) {
	c := fixture.New(t)
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: "x", Params: fixture.RewardsParams()})
	if !errors.Is(err, types.ErrAuthority) {
		t.Errorf("not governance: %v", err)
	}
	for name, change := range map[string]func(*types.Params){
		"epoch":    func(p *types.Params) { p.EpochSeconds = 0 },
		"emission": func(p *types.Params) { p.InitialEmission = 1 << 60 },
		"halving":  func(p *types.Params) { p.HalvingEpochs = 0 },
		"shares":   func(p *types.Params) { p.ValidatorsBps = 9_400 },
		"year":     func(p *types.Params) { p.EpochsPerYear = 0 },
		"base":     func(p *types.Params) { p.BaseShareBps = []uint32{10_001} },
		"hotspot":  func(p *types.Params) { p.MaxHotspotPermille = 1_001 },
		"lifetime": func(p *types.Params) { p.LifetimeMultiplePermille = 3_001 },
		"no bound": func(p *types.Params) { p.LifetimeMultiplePermille = 0 },
		"demand":   func(p *types.Params) { p.DemandFraction = 0 },
		"reemit":   func(p *types.Params) { p.ReemitCap = 1 << 60 },
	} {
		p := fixture.RewardsParams()
		change(&p)
		_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
		if !errors.Is(err, types.ErrParams) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	c := fixture.New(t)
	a, b := full(c, 1, 0), full(c, 2, 1)
	data := c.Register(3, fixture.Account(3), wire.ClassDataLoRa)
	c.Accrue(data, 9)
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: a, Points: 5}}))
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: b, Points: 6}}))
	c.NextEpoch()
	c.Must(move(c, 1, a, 1))
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: b, Points: 7}}))
	if _, err := c.CreditDemand(b, 40); err != nil {
		t.Fatal(err)
	}
	g, err := c.Rewards.ExportGenesis(c.Ctx)
	c.Must(err)
	// The import goes into a chain that has the same hotspots and credits.
	d := fixture.New(t)
	h, err := c.Hotspot.ExportGenesis(c.Ctx)
	c.Must(err)
	d.Must(d.Hotspot.InitGenesis(d.Ctx, *h))
	cr, err := c.Credits.ExportGenesis(c.Ctx)
	c.Must(err)
	d.Must(d.Credits.InitGenesis(d.Ctx, *cr))
	d.Must(d.Rewards.InitGenesis(d.Ctx, *g))
	again, err := d.Rewards.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Fatal(diff)
	}
	if len(g.Cells) != 3 || len(g.Homes) != 2 || len(g.Epochs) != 1 || g.BurnedCurrent == 0 {
		t.Errorf("export left something out: %d cells, %d homes, %d epochs", len(g.Cells), len(g.Homes), len(g.Epochs))
	}
	for name, change := range map[string]func(*types.GenesisState){
		"epoch 0":      func(g *types.GenesisState) { g.CurrentEpoch = 0 },
		"points":       func(g *types.GenesisState) { g.PointsCurrent++ },
		"claimable":    func(g *types.GenesisState) { g.Totals.Claimable++ },
		"minted":       func(g *types.GenesisState) { g.Totals.Minted++ },
		"demand":       func(g *types.GenesisState) { g.Totals.Demand++ },
		"order":        func(g *types.GenesisState) { g.Cells[2], g.Cells[1] = g.Cells[1], g.Cells[2] },
		"pages":        func(g *types.GenesisState) { g.Cells[1].Cell.Pages++ },
		"swept":        func(g *types.GenesisState) { g.Cells[1].Cell.Swept = 9 },
		"home":         func(g *types.GenesisState) { g.Homes[0].Slot++ },
		"no home":      func(g *types.GenesisState) { g.Homes = g.Homes[1:] },
		"cell 0":       func(g *types.GenesisState) { g.Cells[0].PointsEven = []uint64{1} },
		"ghost points": func(g *types.GenesisState) { g.Cells[1].PointsOdd = []uint64{0, 0, 0, 1} },
	} {
		bad, err := c.Rewards.ExportGenesis(c.Ctx)
		c.Must(err)
		change(bad)
		if err := bad.Validate(); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A claim does not rate a large cell: it pays what is rated, and the cursor brings
// the rest.
func TestClaimInALargeCellWaitsForTheCursor(t *testing.T) {
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.SweepCellsPerBlock = 1
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	const each = types.PageSlots + 1
	var bookings []types.Booking
	for n := range uint32(2 * each) {
		bookings = append(bookings, types.Booking{Hotspot: full(c, n+1, int32(n/each)), Points: 1_000})
	}
	c.Must(c.Rewards.Book(c.Ctx, bookings))
	c.NextEpoch()
	paid := map[bool]int{}
	for _, b := range []types.Booking{bookings[0], bookings[each]} {
		got, err := claim(c, b.Hotspot)
		c.Must(err)
		paid[got > 0]++
	}
	if paid[true] != 1 {
		t.Errorf("paid in %d of two cells, of which the cursor passed one", paid[true])
	}
	c.Block(10 * time.Second)
	for _, b := range []types.Booking{bookings[1], bookings[each+1]} {
		if got, err := claim(c, b.Hotspot); err != nil || got == 0 {
			t.Errorf("after the cursor: %d, %v", got, err)
		}
	}
	c.Check()
}
