package economy_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// step is something that happens. What it means where the coalition is idle follows
// from the world.
type step struct {
	op            string
	org, n        int
	amount, price uint64
	late, wrong   bool // of the epoch before; by the lane of the other class
}

// stand is a station of a scenario.
type stand struct {
	side  economy.Side
	class economy.Class
	cell  int
}

// scenario is all that two worlds have in common.
type scenario struct {
	p       economy.Params
	begin   economy.Begin
	routers [4]economy.Side // of the lanes of both orgs
	stands  []stand
	steps   []step
	// allowance is what lanes for Wi-Fi reserve, in DC an epoch.
	allowance uint64
	// alone makes all accounts and routers the coalition's.
	alone bool
}

const (
	cells         = 3
	firstUSD      = 27_000_000
	loraAllowance = 200_000_000 // DC an epoch; as much as the least bond is good for
)

// owner is who is behind a side.
func (s *scenario) owner(side economy.Side) economy.Side {
	if s.alone {
		return economy.Coalition
	}
	return side
}

// play runs a scenario and calls after after each step.
func (s *scenario) play(idle bool, after func(w *economy.World)) *economy.World {
	s.begin.Idle, s.begin.Cells, s.begin.Time = idle, cells, 1_700_000_000
	w := economy.New(s.p, s.begin)
	w.Quote(firstUSD)
	for side := range economy.Strangers + 1 {
		a := w.Account(s.owner(side))
		w.Buy(a, s.p.FeeOrg)
		o, _ := w.Org(a)
		// The first lane takes what it can; the second gets the rest.
		w.Lane(o, s.owner(s.routers[2*side]), true, s.allowance)
		w.Lane(o, s.owner(s.routers[2*side+1]), false, loraAllowance)
	}
	for _, x := range s.stands {
		w.Buy(int(x.side), s.p.FeeRegister[x.class]+s.p.FeeLocation[x.class])
		n, _ := w.Register(int(x.side), x.class)
		if x.cell >= 0 {
			w.Locate(int(x.side), n, x.cell)
		}
	}
	after(w)
	for _, x := range s.steps {
		s.do(w, x)
		after(w)
	}
	return w
}

func (s *scenario) do(w *economy.World, x step) {
	switch x.op {
	case "buy":
		w.Quote(x.price)
		w.Buy(x.org, x.amount)
		w.Fund(x.org, w.Credits(x.org).DC)
	case "settle":
		w.Quote(x.price)
		it := economy.Item{Org: x.org, Station: x.n, Late: x.late}
		if isLoRa := s.stands[x.n].class == economy.LoRa; isLoRa != x.wrong {
			it.Lane = 1
		}
		it.Step = w.Left(it) * x.amount / 1_000
		w.Settle(it)
	case "points":
		w.Points(x.n, x.amount)
	case "wait":
		w.Wait(x.amount)
	}
}

// drawn lets rapid choose the seed of a scenario and nothing else: its own numbers lean
// to the small, and it takes volumes and shares to break a law.
func drawn(rt *rapid.T) *scenario {
	return newScenario(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)))
}

// newScenario makes a world and what happens in it: any shares, cells, prices and times.
func newScenario(r *rand.Rand) *scenario {
	s := &scenario{p: newParams(r)}
	s.begin.Turns, s.begin.Votes = r.Uint64N(1_001), r.Uint64N(1_001)
	for i := range s.routers {
		s.routers[i] = economy.Side(r.IntN(2))
	}
	s.allowance = 5_000 << r.IntN(16)
	for range 1 + r.IntN(6) {
		s.stands = append(s.stands, stand{economy.Side(r.IntN(2)), economy.Class(r.IntN(4) / 3), r.IntN(cells+1) - 1})
	}
	for range 5 + r.IntN(75) {
		s.steps = append(s.steps, newStep(r, len(s.stands)))
	}
	return s
}

// newParams draws numbers that governance may set, with a multiple of at most one. What
// a new chain starts with comes half of the time.
func newParams(r *rand.Rand) economy.Params {
	p := economy.Launch()
	p.EpochsPerYear, p.HalvingEpochs = 1+r.Uint64N(40), 1+r.Uint64N(40)
	p.InitialEmission = []uint64{0, 1, 1_000, p.InitialEmission}[r.IntN(4)]
	if r.IntN(2) == 0 {
		return p
	}
	p.BurnBps = 1 + r.Uint64N(1_000)
	p.RouterBps = r.Uint64N(4*p.BurnBps + 1)
	p.DemandBps = 4*p.BurnBps - p.RouterBps
	p.ItemFee = r.Uint64N(1_000)
	p.ValidatorsBps, p.CommunityBps = r.Uint64N(5_001), r.Uint64N(5_001)
	p.MaxPointShareBps, p.MaxHotspotPermille = r.Uint64N(10_000), 1+r.Uint64N(1_000)
	p.LifetimePermille, p.DemandFraction = 1+r.Uint64N(1_000), 1+r.Uint64N(40)
	p.ReemitCap, p.ReemitSmoothing = r.Uint64N(1<<40), 1+r.Uint64N(20)
	p.WindowSeconds, p.ClampBpsPerHour = 60+r.Uint64N(10_000), 100+r.Uint64N(9_901)
	return p
}

func newStep(r *rand.Rand, stations int) step {
	x := step{
		op:    []string{"buy", "settle", "settle", "points", "points", "wait"}[r.IntN(6)],
		org:   r.IntN(2),
		n:     r.IntN(stations),
		late:  r.IntN(4) == 0,
		wrong: r.IntN(20) == 0,
		price: 10_000 << r.IntN(30),
	}
	switch x.op {
	case "buy":
		x.amount = 1_000 + r.Uint64N(2_000<<r.IntN(18))
	case "settle":
		x.amount = r.Uint64N(1_001)
	case "points":
		x.amount = (1 + r.Uint64N(4)) * 100_000_000
	case "wait":
		x.amount = []uint64{1, 600, 3_600, 86_400, 86_400, 30 * 86_400}[r.IntN(6)]
	}
	return x
}

// TestLaw is the law of the money: whatever a coalition owns, and whatever the price
// does, dealing with itself brings it no more than it burned.
func TestLaw(t *testing.T) {
	items := uint64(0)
	rapid.Check(t, func(rt *rapid.T) {
		s := drawn(rt)
		with, idle := s.play(false, func(*economy.World) {}), s.play(true, func(*economy.World) {})
		got := economy.Gain(with, idle)
		if got.Net() > got.Dust {
			rt.Fatalf("gains %d, rounding explains %d: %+v", got.Net(), got.Dust, got)
		}
		items += with.Flow(economy.Coalition).Items
	})
	if items < 50 {
		t.Errorf("only %d items were settled: the scenarios are empty", items)
	}
}

// TestLawIsExactForEverybody gives the coalition all there is. Without a schedule it is
// never minted a spark more than it burned, at no moment; and in every world nothing is
// minted but out of the schedule and of what was burned.
func TestLawIsExactForEverybody(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawn(rt)
		s.play(false, func(w *economy.World) {
			if !w.Conserved() {
				rt.Fatalf("more was minted than there is: %+v, %+v", w.Flow(economy.Coalition), w.Flow(economy.Strangers))
			}
		})
		s.alone = true
		s.p.InitialEmission, s.begin.Turns, s.begin.Votes = 0, 1_000, 1_000
		s.play(false, func(w *economy.World) {
			f := w.Flow(economy.Coalition)
			if others := w.Flow(economy.Strangers); others != (economy.Flow{}) {
				rt.Fatalf("strangers have a part: %+v", others)
			}
			// Registrations are burned besides.
			if f.Minted() > f.Used+f.Fees {
				rt.Fatalf("minted %d for %d burned: %+v", f.Minted(), f.Burned(), f)
			}
		})
	})
}

// TestBaseCoverageEndsAtTheRegistration: what its stations get as base coverage is at
// most what a side burned to register them.
func TestBaseCoverageEndsAtTheRegistration(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawn(rt)
		s.play(false, func(w *economy.World) {
			for _, side := range []economy.Side{economy.Coalition, economy.Strangers} {
				if f := w.Flow(side); f.Base > f.Bonds {
					rt.Fatalf("base coverage of %d for registrations of %d", f.Base, f.Bonds)
				}
			}
		})
	})
}

// TestNothingIsRefusedForLackOfBacking: the breaker behind the arithmetic never opens
// while the arithmetic is right.
func TestNothingIsRefusedForLackOfBacking(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawn(rt)
		s.play(false, func(w *economy.World) {
			if backing, reminted := w.Backing(); reminted > backing {
				rt.Fatalf("minted %d again of %d", reminted, backing)
			}
		})
	})
}
