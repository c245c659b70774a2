package keeper_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

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
	pay     map[uint32]uint64
	life    map[uint32]uint64
	bond    map[uint32]uint64
	lapsed  uint64
	minted  uint64
}

func newModel() *model {
	return &model{
		cell: map[uint32]int32{}, points: map[int32]map[uint32]uint64{}, inflow: map[int32]uint64{},
		balance: map[int32]uint64{}, pay: map[uint32]uint64{}, life: map[uint32]uint64{}, bond: map[uint32]uint64{},
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
			m.pay[h] += base + demand
			m.minted += base + demand
			m.balance[cell] -= demand
		}
	}
	m.points = map[int32]map[uint32]uint64{}
}

const (
	modelCells    = 4
	modelHotspots = 6
)

// TestLedgerEqualsTheNaiveOne runs random bookings, moves, pay, demand, claims
// and blocks, with one cell rated a block, and compares every hotspot's pay to
// the last spark.
func TestLedgerEqualsTheNaiveOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, m := fixture.New(t), newModel()
		p := types.DefaultParams()
		p.SweepCellsPerBlock, p.EpochSeconds, p.InitialEmission = 1, 60, rapid.Uint64Max(1e12).Draw(rt, "emission")
		p.MaxHotspotPermille = rapid.SampledFrom([]uint32{0, 300}).Draw(rt, "cap")
		_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
		c.Must(err)
		for n := range uint32(modelHotspots) {
			at := rapid.Int32Range(0, modelCells-1).Draw(rt, "cell")
			index := full(c, n+1, at)
			h, err := c.Hotspot.Hotspot(c.Ctx, index)
			c.Must(err)
			m.cell[index], m.bond[index] = at, h.BondBasis
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
	switch rapid.SampledFrom([]string{"book", "book", "move", "accrue", "demand", "claim", "block", "block"}).Draw(rt, "op") {
	case "book":
		points := rapid.Uint64Range(1, 1e6).Draw(rt, "points")
		c.Must(c.Rewards.BookPoints(c.Ctx, h, points))
		if m.points[m.cell[h]] == nil {
			m.points[m.cell[h]] = map[uint32]uint64{}
		}
		m.points[m.cell[h]][h] += points
	case "move":
		to := rapid.Int32Range(0, modelCells-1).Draw(rt, "to")
		switch err := move(c, h, h, to); {
		case err == nil:
			m.cell[h] = to
		case !errors.Is(err, types.ErrMoving):
			rt.Fatal(err)
		}
	case "accrue":
		c.Must(c.Rewards.Accrue(c.Ctx, h, 17))
		m.pay[h] += 17
		m.minted += 17
	case "demand":
		x := rapid.Uint64Range(1, 1e6).Draw(rt, "spark")
		if _, err := c.Rewards.CreditDemand(c.Ctx, h, x); err != nil {
			rt.Fatal(err)
		}
		m.inflow[m.cell[h]] += x
	case "claim":
		if _, err := claim(c, h); err != nil {
			rt.Fatal(err)
		}
	case "block":
		m.block(c, rapid.IntRange(10, 90).Draw(rt, "seconds"))
	}
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
	for still := 0; still <= modelCells; still++ {
		m.block(c, 0)
		r, err := q.CurrentEpoch(c.Ctx, &types.QueryCurrentEpochRequest{})
		c.Must(err)
		if r.EndsAt <= c.Ctx.BlockTime().UnixMilli() {
			still = 0
		}
	}
	c.Check()
	for h := range uint32(modelHotspots) {
		if _, err := claim(c, h+1); err != nil {
			rt.Fatal(err)
		}
	}
	for h := uint32(1); h <= modelHotspots; h++ {
		if got := c.Spark(fixture.Account(h)); got != m.pay[h] {
			rt.Fatalf("hotspot %d got %d, the naive ledger pays %d", h, got, m.pay[h])
		}
	}
	var demand uint64
	for cell := range int32(modelCells) {
		demand += m.balance[cell] + m.inflow[cell]
	}
	totals, err := c.Rewards.Totals(c.Ctx)
	c.Must(err)
	if totals.Minted-totals.Splits != m.minted || totals.Demand != demand || totals.Lapsed != m.lapsed || totals.Claimable != 0 {
		rt.Fatalf("%+v, the naive ledger minted %d, has %d of demand and let %d lapse", totals, m.minted, demand, m.lapsed)
	}
	c.Check()
}
