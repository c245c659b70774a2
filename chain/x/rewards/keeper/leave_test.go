package keeper_test

import (
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/keeper"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

// modest returns a chain whose emission does not use up a hotspot's life at once.
func modest(t *testing.T) *fixture.Chain { t.Helper(); return slow(t, 10) }

// slow is a modest chain that rates some cells a block.
func slow(t *testing.T, cells uint32) *fixture.Chain {
	t.Helper()
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.InitialEmission, p.SweepCellsPerBlock = 1_000_000_000, cells
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	return c
}

// earn books points of one hotspot.
func earn(c *fixture.Chain, index uint32, points uint64) {
	c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: index, Points: points}}))
}

// atomic does what a transaction does: all of it or, with an error, nothing.
func atomic(c *fixture.Chain, do func() error) error {
	outer := c.Ctx
	ctx, write := outer.CacheContext()
	c.Ctx = ctx
	err := do()
	if err == nil {
		write()
	}
	c.Ctx = outer
	return err
}

// transfer hands the hotspot with key n over; anchor numbers its next hash chain.
func transfer(c *fixture.Chain, n, index uint32, from, to sdk.AccAddress, anchor uint32) error {
	return atomic(c, func() error {
		c.Buy(to, hotspot.DefaultParams().FeeTransfer)
		_, err := c.HotspotM.OfferTransfer(c.Ctx, &hotspot.MsgOfferTransfer{Owner: from.String(), Hotspot: index, To: to.String()})
		if err != nil {
			return err
		}
		_, err = c.HotspotM.AcceptTransfer(c.Ctx, &hotspot.MsgAcceptTransfer{
			Buyer: to.String(), Hotspot: index, Renewal: fixture.Renewal(n, index, anchor, to, nil),
		})
		return err
	})
}

func retire(c *fixture.Chain, owner sdk.AccAddress, index uint32) error {
	return atomic(c, func() error {
		_, err := c.HotspotM.Retire(c.Ctx, &hotspot.MsgRetire{Owner: owner.String(), Hotspot: index})
		return err
	})
}

func owedTo(c *fixture.Chain, who sdk.AccAddress) uint64 {
	r, err := keeper.NewQueryServer(c.Rewards).OwedTo(c.Ctx, &types.QueryOwedToRequest{Owner: who.String()})
	c.Must(err)
	return r.Spark
}

func claimOwed(c *fixture.Chain, who sdk.AccAddress) uint64 {
	r, err := c.RewardsM.ClaimOwed(c.Ctx, &types.MsgClaimOwed{Sender: fixture.Account(99).String(), Owner: who.String()})
	c.Must(err)
	return r.Paid
}

// pages returns how many pages the cell of a place has.
func pages(c *fixture.Chain, at hotspot.Location) uint32 {
	h := hotspot.Hotspot{Location: &at}
	r, err := keeper.NewQueryServer(c.Rewards).Cell(c.Ctx, &types.QueryCellRequest{Cell: h.LedgerCell().String()})
	c.Must(err)
	return r.Cell.Pages
}

func TestTransferPaysTheSellerFirst(t *testing.T) {
	c := modest(t)
	seller, buyer := fixture.Account(1), fixture.Account(2)
	a := full(c, 1, 0)
	c.Accrue(a, 70)
	earn(c, a, 5)
	c.Must(move(c, 1, a, 1))
	c.Accrue(a, 30) // in the new slot; the old one drains
	c.NextEpoch()
	rated := owed(t, c, a).Accrued
	if rated <= 100 {
		t.Fatalf("%d rated", rated)
	}
	earn(c, a, 9)
	c.Must(transfer(c, 1, a, seller, buyer, 100))
	if got := owedTo(c, seller); got != rated {
		t.Errorf("the seller is owed %d, want %d", got, rated)
	}
	if o := owed(t, c, a); o.Accrued != 0 || o.PointsCurrent != 9 {
		t.Errorf("left in the slots: %v", o)
	}
	c.Check()
	if _, err := claim(c, a); err != nil || c.Spark(seller)+c.Spark(buyer) != 0 {
		t.Errorf("a claim right after paid %d and %d, %v", c.Spark(seller), c.Spark(buyer), err)
	}
	c.NextEpoch()
	earned := owed(t, c, a).Accrued
	if _, err := claim(c, a); err != nil || earned == 0 || c.Spark(buyer) != earned || c.Spark(seller) != 0 {
		t.Errorf("the running epoch's points: %d to the buyer, %d to the seller, want %d and 0, %v", c.Spark(buyer), c.Spark(seller), earned, err)
	}
	if got := claimOwed(c, seller); got != rated || c.Spark(seller) != rated || owedTo(c, seller) != 0 || claimOwed(c, seller) != 0 {
		t.Errorf("the seller got %d, want %d", c.Spark(seller), rated)
	}
	c.Check()
}

// Both cells of a hotspot on the move are rated before the seller is paid,
// whatever the cursor has seen.
func TestTransferRatesBothCells(t *testing.T) {
	c := slow(t, 1)
	seller, buyer := fixture.Account(1), fixture.Account(2)
	a := full(c, 1, 0)
	earn(c, a, 5)
	c.Must(move(c, 1, a, 1))
	earn(c, a, 5)
	c.NextEpoch() // rates one of the two
	c.Must(transfer(c, 1, a, seller, buyer, 100))
	c.Block(0)
	c.Block(0)
	if o := owed(t, c, a); o.Accrued != 0 || o.PointsUnswept != 0 || owedTo(c, seller) == 0 || o.Home.LifetimeBase != owedTo(c, seller) {
		t.Errorf("left to the buyer: %v; the seller has %d", o, owedTo(c, seller))
	}
	c.Check()
}

// Nobody sets free what is kept back of a hotspot that is not mature: it stays with
// one that is sold, and of one that retires the community gets it.
func TestNoWayAroundTheRamp(t *testing.T) {
	c := modest(t)
	p, err := c.Rewards.Params(c.Ctx)
	c.Must(err)
	p.RampBps = 1_000
	_, err = c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	a, b := full(c, 1, 0), full(c, 2, 1)
	earn(c, a, 5)
	earn(c, b, 5)
	c.NextEpoch()
	x, y := owed(t, c, a), owed(t, c, b)
	if x.Escrow == 0 || y.Escrow == 0 {
		t.Fatalf("nothing is kept back: %v, %v", x, y)
	}
	c.Must(transfer(c, 1, a, fixture.Account(1), fixture.Account(9), 100))
	earn(c, b, 5)
	c.Must(retire(c, fixture.Account(2), b))
	c.Check()
	if got, after := owedTo(c, fixture.Account(1)), owed(t, c, a); got != x.Accrued || after.Escrow != x.Escrow || after.Accrued != 0 {
		t.Errorf("the seller is owed %d of %v, left %v", got, x, after)
	}
	before, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	supply := c.Supply()
	c.NextEpoch()
	got, after := owedTo(c, fixture.Account(2)), owed(t, c, b)
	if got <= y.Accrued || got >= y.Accrued+y.Escrow || after.Escrow != 0 {
		t.Errorf("who retired is owed %d of %v, left %v", got, y, after)
	}
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	// Nine tenths of what b made in the epoch that ended are burned; what was at once was
	// rounded down.
	if gone, part := totals.Forfeited-before.Forfeited, got-y.Accrued; gone < 9*part || gone > 9*part+9 || c.Supply() != supply+totals.Minted-before.Minted-gone {
		t.Errorf("%d forfeited, the owner has %d, supply %d", gone, got-y.Accrued, c.Supply())
	}
	c.Must(c.Rewards.Mature(c.Ctx, a))
	if after := owed(t, c, a); after.Escrow != 0 || after.Accrued < x.Escrow {
		t.Errorf("mature: %v", after)
	}
	c.Check()
}

func TestClaimPaysBySplit(t *testing.T) {
	c := fixture.New(t)
	owner, a := fixture.Account(1), full(c, 1, 0)
	setPayout := func(parts ...hotspot.Payout) {
		_, err := c.HotspotM.SetPayout(c.Ctx, &hotspot.MsgSetPayout{Owner: owner.String(), Hotspot: a, Payout: parts})
		c.Must(err)
	}
	part := func(n, bps uint32) hotspot.Payout {
		return hotspot.Payout{Account: fixture.Account(n).String(), Bps: bps}
	}
	setPayout(part(7, 3_333), part(8, 1), part(1, 6_666))
	c.Accrue(a, 101)
	if paid, err := claim(c, a); err != nil || paid != 100 {
		t.Errorf("paid %d, %v", paid, err)
	}
	// 101 * 0.3333 = 33, 101 * 0.0001 = 0, 101 * 0.6666 = 67; 1 waits for the next claim.
	if x, y, z := c.Spark(fixture.Account(7)), c.Spark(fixture.Account(8)), c.Spark(owner); x != 33 || y != 0 || z != 67 {
		t.Errorf("%d, %d and %d", x, y, z)
	}
	setPayout()
	c.Accrue(a, 10)
	if _, err := claim(c, a); err != nil || c.Spark(owner) != 78 {
		t.Errorf("all to the owner: %d, %v", c.Spark(owner), err)
	}
	c.Check()
}

func TestRetireDrains(t *testing.T) {
	c := modest(t)
	owner := fixture.Account(1)
	a, b := full(c, 1, 0), full(c, 2, 3)
	c.Accrue(a, 70)
	earn(c, a, 5)
	c.Must(retire(c, owner, a)) // in epoch 1
	if got := owedTo(c, owner); got != 70 {
		t.Errorf("at once owed %d", got)
	}
	earn(c, a, 3) // of a challenge that was open
	c.Check()
	for _, err := range []error{func() error { _, err := claim(c, a); return err }(), retire(c, owner, a), move(c, 1, a, 1)} {
		if !errors.Is(err, types.ErrRetired) && !errors.Is(err, hotspot.ErrRetired) {
			t.Errorf("of a retired hotspot: %v", err)
		}
	}
	c.NextEpoch() // rates epoch 1; the slot drains on
	rated := owedTo(c, owner)
	if o := owed(t, c, a); rated <= 70 || o.Accrued != 0 || o.Home.OldCell == 0 {
		t.Errorf("after epoch 1: owed %d, %v", rated, o)
	}
	earn(c, a, 4) // still counts
	earn(c, b, 1)
	c.NextEpoch() // rates epoch 2, which frees the slot
	if o := owed(t, c, a); owedTo(c, owner) <= rated || o.Home.OldCell != 0 || pages(c, fixture.Place(0)) != 0 {
		t.Errorf("after epoch 2: owed %d, %v, %d pages", owedTo(c, owner), o, pages(c, fixture.Place(0)))
	}
	rated = owedTo(c, owner)
	earn(c, a, 4) // too late
	c.Accrue(a, 8)
	if n, err := c.CreditDemand(a, 5); n != 0 || err != nil {
		t.Errorf("demand of nowhere: %d, %v", n, err)
	}
	c.NextEpoch()
	if got := owedTo(c, owner); got != rated+8 {
		t.Errorf("a late voucher: owed %d, want %d", got, rated+8)
	}
	if late := full(c, 4, 0); owed(t, c, late).Home.Slot != 0 || pages(c, fixture.Place(0)) != 1 {
		t.Errorf("the slot was not given on: %v", owed(t, c, late))
	}
	if got := claimOwed(c, owner); got != rated+8 || c.Spark(owner) != got {
		t.Errorf("paid %d", got)
	}
	c.Check()
}

// What is kept back of a hotspot that retired is burned out of the pay that is minted
// with it: the module account may be empty.
func TestRetiredPayIsMintedBeforeItIsBurned(t *testing.T) {
	c := modest(t)
	p, err := c.Rewards.Params(c.Ctx)
	c.Must(err)
	p.RampBps = 0
	_, err = c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	a := full(c, 1, 0)
	earn(c, a, 5)
	c.Must(retire(c, fixture.Account(1), a))
	c.NextEpoch()
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	if totals.Forfeited == 0 || totals.Claimable != 0 || owedTo(c, fixture.Account(1)) != 0 {
		t.Errorf("%+v", totals)
	}
	c.Check()
}

// Slots before the last page's keep their numbers when pages are given up.
func TestOnlyLastPagesAreGivenUp(t *testing.T) {
	c := fixture.New(t)
	var all []uint32 // the n-th account's is all[n-1]
	for n := range uint32(2*types.PageSlots + 1) {
		all = append(all, full(c, n+1, 0))
	}
	drained := func(leave ...uint32) uint32 {
		for _, n := range leave {
			c.Must(retire(c, fixture.Account(n), all[n-1]))
		}
		for range 2 {
			earn(c, all[1], 1)
			c.NextEpoch()
		}
		c.Check()
		return pages(c, fixture.Place(0))
	}
	var second []uint32
	for n := range uint32(types.PageSlots) {
		second = append(second, types.PageSlots+1+n)
	}
	if got := drained(1); got != 3 {
		t.Errorf("slot 0 is free: %d pages", got)
	}
	if got := drained(second...); got != 3 {
		t.Errorf("the second page is empty: %d pages", got)
	}
	if got := drained(uint32(len(all))); got != 1 {
		t.Errorf("the last two are: %d pages", got)
	}
	again := full(c, 200, 0)
	if h := owed(t, c, again).Home; h.Page != 0 || h.Slot != 0 {
		t.Errorf("lowest free slot is %v", h)
	}
	c.Check()
}

func TestRetireRefusesWhileAMoveDrains(t *testing.T) {
	c := fixture.New(t)
	owner, a, b := fixture.Account(1), full(c, 1, 0), full(c, 2, 3)
	c.Must(move(c, 1, a, 1))
	if err := retire(c, owner, a); !errors.Is(err, types.ErrMoving) {
		t.Errorf("on the move: %v", err)
	}
	if h, err := c.Hotspot.Hotspot(c.Ctx, a); err != nil || h.Retired() {
		t.Errorf("refused, but %v, %v", h, err)
	}
	for range 2 {
		earn(c, b, 1)
		c.NextEpoch()
	}
	c.Must(retire(c, owner, a))
	c.Check()
}

// A hotspot without a place in a cell has its slot by index, which is freed at
// once.
func TestRetireWithoutAPlace(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	wifi, never := c.Register(1, owner, wire.ClassWiFi), c.Register(2, owner, wire.ClassFullLoRa)
	c.Accrue(wifi, 11)
	c.Must(retire(c, owner, wifi))
	c.Must(retire(c, owner, never))
	c.Accrue(wifi, 2)
	if got := owedTo(c, owner); got != 13 {
		t.Errorf("owed %d", got)
	}
	g, err := c.Rewards.ExportGenesis(c.Ctx)
	c.Must(err)
	if len(g.Cells) != 0 || len(g.Homes) != 2 {
		t.Errorf("left behind: %v, %v", g.Cells, g.Homes)
	}
	c.Check()
}

func TestDormantHotspotsLoseTheirSlot(t *testing.T) {
	c := modest(t)
	owner := fixture.Account(1)
	a, b := full(c, 1, 0), full(c, 2, 1)
	earn(c, a, 5) // in epoch 1
	earn(c, b, 5)
	c.NextEpoch()
	lifetime := owed(t, c, a).Home.LifetimeBase
	c.Accrue(a, 7)
	accrued := owed(t, c, a).Accrued
	for c.Rewards.CurrentEpoch(c.Ctx) <= types.DormantEpochs {
		earn(c, b, 1)
		c.NextEpoch()
	}
	if o := owed(t, c, a); o.Home.Cell == 0 || o.Accrued != accrued {
		t.Fatalf("after 399 quiet epochs: %v", o)
	}
	earn(c, b, 1)
	c.NextEpoch() // rates epoch 401
	o := owed(t, c, a)
	if o.Home.Cell != 0 || o.Accrued != 0 || o.Home.LifetimeBase != lifetime || lifetime == 0 || owedTo(c, owner) != accrued {
		t.Errorf("after 400 quiet epochs: %v, owed %d, want %d", o, owedTo(c, owner), accrued)
	}
	if owed(t, c, b).Home.Cell == 0 || pages(c, fixture.Place(0)) != 0 || pages(c, fixture.Place(3000)) != 1 {
		t.Errorf("pages %d and %d", pages(c, fixture.Place(0)), pages(c, fixture.Place(3000)))
	}
	c.Check()
	c.Accrue(a, 3) // asleep, it may carry data
	earn(c, a, 2)
	if o := owed(t, c, a); o.Home.Cell == 0 || o.Accrued != 3 || o.PointsCurrent != 2 || o.Home.LifetimeBase != lifetime {
		t.Errorf("awake again: %v", o)
	}
	c.Check()
	c.NextEpoch()
	if o := owed(t, c, a); o.Home.Cell == 0 || o.Home.LifetimeBase <= lifetime {
		t.Errorf("rated again: %v", o)
	}
	c.Check()
}

// Points of the running epoch hold on to a slot; where the cursor was faster, the
// hotspot gets another one.
func TestPointsWakeADormantHotspot(t *testing.T) {
	c := modest(t)
	x, y, b := full(c, 1, 0), full(c, 2, 1), full(c, 3, 2)
	for c.Rewards.CurrentEpoch(c.Ctx) <= types.DormantEpochs {
		earn(c, b, 1)
		c.NextEpoch()
	}
	earn(c, b, 1)
	p := fixture.RewardsParams()
	p.SweepCellsPerBlock = 1
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	c.NextEpoch() // rates epoch 401 in one cell of three
	asleep := 0
	for _, index := range []uint32{x, y} {
		if owed(t, c, index).Home.Cell == 0 {
			asleep++
		}
		earn(c, index, 5)
	}
	for range 3 {
		c.Block(0)
		c.Check()
	}
	for _, index := range []uint32{x, y} {
		if o := owed(t, c, index); o.Home.Cell == 0 || o.PointsCurrent != 5 {
			t.Errorf("hotspot %d: %v", index, o)
		}
	}
	if asleep > 1 {
		t.Errorf("%d asleep after one cell", asleep)
	}
}

func TestClaimOwedRefuses(t *testing.T) {
	c := fixture.New(t)
	if _, err := c.RewardsM.ClaimOwed(c.Ctx, &types.MsgClaimOwed{Owner: "x"}); !errors.Is(err, types.ErrAddress) {
		t.Errorf("claim: %v", err)
	}
	if _, err := keeper.NewQueryServer(c.Rewards).OwedTo(c.Ctx, &types.QueryOwedToRequest{Owner: "x"}); !errors.Is(err, types.ErrAddress) {
		t.Errorf("query: %v", err)
	}
	if got := claimOwed(c, fixture.Account(1)); got != 0 {
		t.Errorf("nothing is owed, paid %d", got)
	}
}

func TestLifeGenesis(t *testing.T) {
	c := fixture.New(t)
	a, b, s := full(c, 1, 0), full(c, 2, 0), full(c, 3, 1)
	c.Accrue(a, 7)
	c.Accrue(s, 8)
	earn(c, b, 4)
	c.NextEpoch()
	c.Must(retire(c, fixture.Account(1), a))
	c.Must(transfer(c, 3, s, fixture.Account(3), fixture.Account(9), 100))
	g, err := c.Rewards.ExportGenesis(c.Ctx)
	c.Must(err)
	if len(g.Owed) != 2 || g.Owed[0].Spark != 7 || g.Owed[1].Spark != 8 {
		t.Errorf("owed %v", g.Owed)
	}
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
		t.Error(diff)
	}
	d.Accrue(a, 1)
	if got := owedTo(d, fixture.Account(1)); got != 8 {
		t.Errorf("it retired before: owed %d", got)
	}
	for name, change := range map[string]func(*types.GenesisState){
		"sum":       func(g *types.GenesisState) { g.Owed[0].Spark++ },
		"nothing":   func(g *types.GenesisState) { g.Owed[0].Spark = 0 },
		"order":     func(g *types.GenesisState) { g.Owed[0], g.Owed[1] = g.Owed[1], g.Owed[0] },
		"twice":     func(g *types.GenesisState) { g.Owed[1].Owner = g.Owed[0].Owner },
		"no owner":  func(g *types.GenesisState) { g.Owed[0].Owner = "x" },
		"no slot":   func(g *types.GenesisState) { g.Homes[0].OldCell = 0 },
		"slot of b": func(g *types.GenesisState) { g.Homes[0].OldSlot = g.Homes[1].Slot },
	} {
		bad, err := c.Rewards.ExportGenesis(c.Ctx)
		c.Must(err)
		change(bad)
		if err := bad.Validate(); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A ban burns what was kept back of a hotspot's pay, and nothing else.
func TestBanBurnsTheRamp(t *testing.T) {
	c := modest(t)
	p, err := c.Rewards.Params(c.Ctx)
	c.Must(err)
	p.RampBps = 1_000
	_, err = c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	a, b := full(c, 1, 0), full(c, 2, 0)
	earn(c, a, 5)
	earn(c, b, 5)
	c.NextEpoch()
	x, y := owed(t, c, a), owed(t, c, b)
	if x.Escrow == 0 {
		t.Fatalf("nothing is kept back: %v", x)
	}
	supply := c.Supply()
	ban := func(until uint64) {
		_, err := c.HotspotM.Ban(c.Ctx, &hotspot.MsgBan{Authority: fixture.Authority(), Hotspots: []uint32{a}, Until: until, Reason: "stands elsewhere"})
		c.Must(err)
	}
	ban(1_000)
	if after := owed(t, c, a); after.Accrued != x.Accrued || after.Escrow != 0 || c.Supply() != supply-x.Escrow {
		t.Errorf("%v of %v, burned %d", after, x, supply-c.Supply())
	}
	if after := owed(t, c, b); after.Escrow != y.Escrow {
		t.Errorf("another one has %v of %v", after, y)
	}
	ban(0)
	c.Check()
}
