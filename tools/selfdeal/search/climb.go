package search

import (
	"math"
	"math/rand/v2"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// Effort is how much a search tries.
type Effort struct {
	Starts int // plans that it climbs from
	Steps  int // plans that it tries from each
}

// draws is how many random plans compete for a start.
const draws = 20

// Temperatures of annealing, in the unit of height.
const (
	hot  = 0.5
	cold = 0.002
)

// Found is the best plan of a search.
type Found struct {
	Plan    Plan
	Account economy.Account
}

// Return is what it gains for each spark used.
func (f Found) Return() float64 { return Return(f.Account) }

// best finds the best plan under rules.
func best(params economy.Params, e Effort, seed uint64) Found {
	r := rand.New(rand.NewPCG(seed, uint64(params.Without)))
	top := try(params, random(r))
	for range e.Starts {
		if f := climb(params, e.Steps, r); f.Return() > top.Return() {
			top = f
		}
	}
	return simplify(params, top)
}

func try(params economy.Params, p Plan) Found { return Found{p, p.Play(params)} }

// climb anneals from the best of some random plans.
func climb(params economy.Params, steps int, r *rand.Rand) Found {
	at := try(params, random(r))
	for range draws {
		if f := try(params, random(r)); f.Return() > at.Return() {
			at = f
		}
	}
	top := at
	for i := range steps {
		t := hot * math.Pow(cold/hot, float64(i)/float64(steps))
		next := try(params, mutate(at.Plan, r))
		if d := height(next) - height(at); d >= 0 || r.Float64() < math.Exp(d/t) {
			at = next
		}
		if at.Return() > top.Return() {
			top = at
		}
	}
	return top
}

// height stretches returns about zero and bends large ones, so that one temperature
// suits all.
func height(f Found) float64 {
	x := f.Return()
	return math.Copysign(math.Log1p(math.Abs(x)*1_000), x)
}

// simplify leaves out of a plan what it does not need, so that it can be told in words.
func simplify(params economy.Params, f Found) Found {
	for changed := true; changed; {
		changed = false
		for _, p := range simpler(f.Plan) {
			if len(p.Stands) == 0 || len(p.Acts) == 0 {
				continue
			}
			p.fix()
			if g := try(params, p); g.Return() >= f.Return()-slack(f) {
				f, changed = g, true
				break
			}
		}
	}
	return f
}

// slack is how much of its return a plan may lose to become simpler by one thing.
func slack(f Found) float64 { return math.Abs(f.Return()) * 0.002 }
