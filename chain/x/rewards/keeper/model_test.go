package keeper_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/keeper"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// model is the ledger written down naively: points per (epoch, cell, hotspot),
// rated at once when an epoch ends.
type model struct {
	cell    map[uint32]int32 // of each hotspot
	points  map[int32]map[uint32]uint64
	inflow  map[int32]uint64 // of the current epoch
	balance map[int32]uint64
	pay     map[uint32]uint64 // rated, not claimed
	life    map[uint32]uint64
	bond    map[uint32]uint64
	lapsed  uint64
	minted  uint64

	owner   map[uint32]uint32           // number of an account
	split   map[uint32][]hotspot.Payout // of pay
	retired map[uint32]uint32           // in which epoch
	got     map[string]uint64           // by account: paid, or owed to it for what it sold and retired
	anchors uint32                      // taken so far
	atOnce  bool                        // points are folded in the block after they were booked
}

func newModel() *model {
	return &model{
		cell: map[uint32]int32{}, points: map[int32]map[uint32]uint64{}, inflow: map[int32]uint64{},
		balance: map[int32]uint64{}, pay: map[uint32]uint64{}, life: map[uint32]uint64{}, bond: map[uint32]uint64{},
		owner: map[uint32]uint32{}, split: map[uint32][]hotspot.Payout{}, retired: map[uint32]uint32{}, got: map[string]uint64{},
		anchors: 1_000,
	}
}

// close rates an epoch for which the chain wrote the terms e.
func (m *model) close(e types.Epoch) {
	for cell, x := range m.inflow {
		m.balance[cell] += x
	}
	m.inflow = map[int32]uint64{}
	if e.TotalPoints == 0 {
		return
	}
	for cell := int32(0); cell < modelCells; cell++ {
		thirtieth := m.balance[cell] / uint64(e.DemandFraction)
		var sum uint64
		for _, p := range m.points[cell] {
			sum += p
		}
		if sum == 0 {
			m.balance[cell] -= thirtieth
			m.lapsed += thirtieth
			continue
		}
		for h, p := range m.points[cell] {
			// Numbers of the test are small enough for one multiplication.
			base := min(e.BasePool*p/e.RateOver, e.RateLimit, m.bond[h]*uint64(e.LifetimeMultiplePermille)/1000-m.life[h])
			demand := thirtieth * p / sum
			m.life[h] += base
			m.earned(h, base+demand)
			m.minted += base + demand
			m.balance[cell] -= demand
		}
	}
	m.points = map[int32]map[uint32]uint64{}
}

// earned adds pay of a hotspot: what it gets that retired is its owner's.
func (m *model) earned(h uint32, spark uint64) {
	if m.retired[h] != 0 {
		m.got[m.account(h)] += spark
		return
	}
	m.pay[h] += spark
}

func (m *model) account(h uint32) string { return fixture.Account(m.owner[h]).String() }

// settle gives an owner all that a hotspot has.
func (m *model) settle(h uint32) {
	m.got[m.account(h)] += m.pay[h]
	m.pay[h] = 0
}

// claim pays as the owner said.
func (m *model) claim(h uint32) {
	left := m.pay[h]
	for _, p := range m.split[h] {
		part := m.pay[h] * uint64(p.Bps) / 10_000
		m.got[p.Account] += part
		left -= part
	}
	if len(m.split[h]) == 0 {
		m.got[m.account(h)] += left
		left = 0
	}
	m.pay[h] = left // dust waits
}

const (
	modelCells    = 4
	modelHotspots = 6
	modelAccounts = 8
)

// TestLedgerEqualsTheNaiveOne runs random bookings, moves, transfers, payout
// splits, retirements, pay, demand, claims and blocks, with one cell rated a
// block, and compares what every account gets to the last spark.
func TestLedgerEqualsTheNaiveOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, m := fixture.New(t), newModel()
		p := fixture.RewardsParams()
		p.SweepCellsPerBlock, p.EpochSeconds, p.InitialEmission = 1, 60, rapid.Uint64Max(1e12).Draw(rt, "emission")
		p.FoldBlocks = rapid.SampledFrom([]uint32{1, 1, 2, 5}).Draw(rt, "fold")
		m.atOnce = p.FoldBlocks == 1
		p.MaxHotspotPermille = rapid.SampledFrom([]uint32{0, 300}).Draw(rt, "cap")
		_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
		c.Must(err)
		for n := range uint32(modelHotspots) {
			at := rapid.Int32Range(0, modelCells-1).Draw(rt, "cell")
			index := full(c, n+1, at)
			h, err := c.Hotspot.Hotspot(c.Ctx, index)
			c.Must(err)
			m.cell[index], m.bond[index], m.owner[index] = at, h.BondBasis, n+1
		}
		for range rapid.IntRange(10, 60).Draw(rt, "steps") {
			m.step(rt, c)
		}
		m.finish(rt, c)
	})
}

// step does one thing to both.
func (m *model) step(rt *rapid.T, c *fixture.Chain) {
	h := rapid.Uint32Range(1, modelHotspots).Draw(rt, "hotspot")
	ops := []string{"book", "book", "move", "accrue", "demand", "claim", "block", "block", "change", "claim owed"}
	switch rapid.SampledFrom(ops).Draw(rt, "op") {
	case "book":
		points := rapid.Uint64Range(1, 1e6).Draw(rt, "points")
		c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: h, Points: points}}))
		m.book(c, h, points)
	case "move":
		to := rapid.Int32Range(0, modelCells-1).Draw(rt, "to")
		if err := move(c, m.owner[h], h, to); m.done(rt, h, err) {
			m.cell[h] = to
		}
	case "accrue":
		c.Accrue(h, 17)
		m.earned(h, 17)
		m.minted += 17
	case "demand":
		x, err := c.CreditDemand(h, rapid.Uint64Range(1, 1e6).Draw(rt, "spark"))
		if err != nil || (m.retired[h] != 0 && x != 0) {
			rt.Fatal(x, err)
		}
		m.inflow[m.cell[h]] += x
	case "claim":
		if _, err := claim(c, h); m.done(rt, h, err) {
			m.claim(h)
		}
	case "block":
		m.block(c, rapid.IntRange(10, 90).Draw(rt, "seconds"))
	case "claim owed":
		claimOwed(c, fixture.Account(rapid.Uint32Range(1, modelAccounts).Draw(rt, "account")))
	case "change":
		m.change(rt, c, h)
	}
}

// change does something to a hotspot that its owner may. The naive ledger rates an
// epoch when it ends, so who gets it may change only where the chain can as well.
func (m *model) change(rt *rapid.T, c *fixture.Chain, h uint32) {
	owner := fixture.Account(m.owner[h])
	changes := []string{"retire", "transfer", "payout"}
	if !m.atOnce {
		changes = changes[:1]
	}
	switch rapid.SampledFrom(changes).Draw(rt, "change") {
	case "transfer":
		to := rapid.Uint32Range(1, modelAccounts).Draw(rt, "to account")
		m.anchors++
		err := transfer(c, h, h, owner, fixture.Account(to), m.anchors)
		if to == m.owner[h] && errors.Is(err, hotspot.ErrSelf) {
			return
		}
		if m.done(rt, h, err) {
			m.settle(h)
			m.owner[h], m.split[h] = to, nil
		}
	case "payout":
		var parts []hotspot.Payout
		if bps := rapid.Uint32Range(0, 9_999).Draw(rt, "bps"); bps > 0 {
			parts = []hotspot.Payout{
				{Account: fixture.Account(modelAccounts).String(), Bps: bps}, {Account: fixture.Account(1).String(), Bps: 10_000 - bps},
			}
		}
		_, err := c.HotspotM.SetPayout(c.Ctx, &hotspot.MsgSetPayout{Owner: owner.String(), Hotspot: h, Payout: parts})
		if m.done(rt, h, err) {
			m.split[h] = parts
		}
	case "retire":
		if m.done(rt, h, retire(c, owner, h)) {
			m.settle(h)
			m.retired[h] = c.Rewards.CurrentEpoch(c.Ctx)
		}
	}
	c.Check()
}

// book counts points; those of a hotspot that retired only until the epoch after.
func (m *model) book(c *fixture.Chain, h uint32, points uint64) {
	if at := m.retired[h]; at != 0 && c.Rewards.CurrentEpoch(c.Ctx) > at+1 {
		return
	}
	if m.points[m.cell[h]] == nil {
		m.points[m.cell[h]] = map[uint32]uint64{}
	}
	m.points[m.cell[h]][h] += points
}

// done tells whether something was not refused. Refusals are right for hotspots
// that retired, and for those on the move.
func (m *model) done(rt *rapid.T, h uint32, err error) bool {
	isRetired := errors.Is(err, hotspot.ErrRetired) || errors.Is(err, types.ErrRetired)
	if isRetired != (m.retired[h] != 0) || (err != nil && !isRetired && !errors.Is(err, types.ErrMoving)) {
		rt.Fatalf("hotspot %d, retired in %d: %v", h, m.retired[h], err)
	}
	return err == nil
}

// block begins a block after some seconds, which may end an epoch.
func (m *model) block(c *fixture.Chain, seconds int) {
	before := c.Rewards.CurrentEpoch(c.Ctx)
	c.Block(time.Duration(seconds) * time.Second)
	if c.Rewards.CurrentEpoch(c.Ctx) != before {
		r, err := keeper.NewQueryServer(c.Rewards).Epoch(c.Ctx, &types.QueryEpochRequest{Epoch: before})
		c.Must(err)
		m.close(r.Epoch)
	}
}

// finish lets the chain catch up with the time and the sweep run out, and
// compares.
func (m *model) finish(rt *rapid.T, c *fixture.Chain) {
	q := keeper.NewQueryServer(c.Rewards)
	for still := 0; still <= modelCells+20; still++ { // cells to rate, and blocks to fold
		m.block(c, 0)
		r, err := q.CurrentEpoch(c.Ctx, &types.QueryCurrentEpochRequest{})
		c.Must(err)
		if r.EndsAt <= c.Ctx.BlockTime().UnixMilli() {
			still = 0
		}
	}
	c.Check()
	m.sum(rt, c)
	for h := uint32(1); h <= modelHotspots; h++ {
		if _, err := claim(c, h); m.done(rt, h, err) {
			m.claim(h)
		}
	}
	for n := uint32(1); n <= modelAccounts; n++ {
		who := fixture.Account(n)
		claimOwed(c, who)
		if got := c.Spark(who); got != m.got[who.String()] {
			rt.Fatalf("account %d got %d, the naive ledger pays %d", n, got, m.got[who.String()])
		}
	}
	var demand, dust uint64
	for h := range m.pay {
		dust += m.pay[h]
	}
	for cell := range int32(modelCells) {
		demand += m.balance[cell] + m.inflow[cell]
	}
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	if totals.Minted-totals.Splits != m.minted || totals.Demand != demand || totals.Lapsed != m.lapsed || totals.Claimable != dust {
		rt.Fatalf("%+v, the naive ledger minted %d, has %d of demand and let %d lapse", totals, m.minted, demand, m.lapsed)
	}
	c.Check()
}

// sum checks that all that was minted was paid, or is owed, or can be claimed.
func (m *model) sum(rt *rapid.T, c *fixture.Chain) {
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	sum := totals.Splits
	for n := uint32(1); n <= modelAccounts; n++ {
		sum += c.Spark(fixture.Account(n)) + owedTo(c, fixture.Account(n))
	}
	q := keeper.NewQueryServer(c.Rewards)
	for h := uint32(1); h <= modelHotspots; h++ {
		o, err := q.Owed(c.Ctx, &types.QueryOwedRequest{Hotspot: h})
		c.Must(err)
		sum += o.Accrued + o.Escrow
	}
	if sum != totals.Minted {
		rt.Fatalf("%d of %d minted can be accounted for", sum, totals.Minted)
	}
}
