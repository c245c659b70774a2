package search

import (
	"math"
	"math/rand/v2"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// Random returns a plan that follows from a seed and from nothing else.
func Random(seed uint64) Plan { return random(rand.New(rand.NewPCG(seed, 0))) }

// random returns a plan to start from.
func random(r *rand.Rand) Plan {
	p := Plan{Year: r.Uint64N(years), Turns: share(r), Votes: share(r), Tail: r.Uint64N(maxTail + 1)}
	for range 1 + r.IntN(3) {
		p.Stands = append(p.Stands, newStand(r))
	}
	for range 1 + r.IntN(4) {
		p.Acts = append(p.Acts, newAct(r, len(p.Stands)))
	}
	p.fix()
	return p
}

// share draws a permille; none and all come often.
func share(r *rand.Rand) uint64 { return []uint64{0, whole, r.Uint64N(whole + 1)}[r.IntN(3)] }

func newStand(r *rand.Rand) Stand {
	return Stand{Class: economy.Class(r.IntN(4) / 3), Cell: r.IntN(cells), Points: uint64(spread(r, 1, maxPoints))}
}

func newAct(r *rand.Rand, stands int) Act {
	a := Act{Price: uint64(spread(r, minPrice, maxPrice)), Settle: share(r), Stand: r.IntN(stands)}
	if r.IntN(2) == 0 {
		a.Burn = uint64(spread(r, minBurn, maxBurn))
	}
	if r.IntN(2) == 0 {
		a.Wait = newWait(r)
	}
	return a
}

func newWait(r *rand.Rand) uint64 { return uint64(spread(r, 60, maxWait)) }

// spread draws a number from least to most, evenly by its logarithm.
func spread(r *rand.Rand, least, most float64) float64 {
	return least * math.Exp(r.Float64()*math.Log(most/least))
}

// near draws a number not far from x.
func near(r *rand.Rand, x uint64) uint64 {
	return uint64(float64(x)*math.Exp(r.NormFloat64()*0.4) + 0.5)
}

// mutate returns a plan with one thing changed, sometimes two.
func mutate(p Plan, r *rand.Rand) Plan {
	p = p.clone()
	for range 1 + r.IntN(2) {
		switch r.IntN(10) {
		case 0:
			p.Turns = share(r)
		case 1:
			p.Votes = share(r)
		case 2:
			p.Year = r.Uint64N(years)
		case 3:
			p.Tail = []uint64{0, maxTail, near(r, p.Tail)}[r.IntN(3)]
		case 4:
			mutateStands(&p, r)
		case 5:
			mutateActs(&p, r)
		default:
			mutateAct(&p.Acts[r.IntN(len(p.Acts))], r, len(p.Stands))
		}
	}
	p.fix()
	return p
}

func mutateStands(p *Plan, r *rand.Rand) {
	i := r.IntN(len(p.Stands))
	switch s := &p.Stands[i]; r.IntN(5) {
	case 0:
		s.Cell = r.IntN(cells)
	case 1:
		s.Points = near(r, s.Points)
	case 2:
		*s = newStand(r)
	case 3:
		if len(p.Stands) > 1 {
			p.Stands = append(p.Stands[:i], p.Stands[i+1:]...)
		}
	default:
		if len(p.Stands) < maxStands {
			p.Stands = append(p.Stands, []Stand{*s, newStand(r)}[r.IntN(2)])
		}
	}
}

func mutateActs(p *Plan, r *rand.Rand) {
	i, j := r.IntN(len(p.Acts)), r.IntN(len(p.Acts))
	switch r.IntN(4) {
	case 0:
		p.Acts[i], p.Acts[j] = p.Acts[j], p.Acts[i]
	case 1:
		if len(p.Acts) > 1 {
			p.Acts = append(p.Acts[:i], p.Acts[i+1:]...)
		}
	default:
		if len(p.Acts) < maxActs {
			p.Acts = append(p.Acts, []Act{p.Acts[i], newAct(r, len(p.Stands))}[r.IntN(2)])
		}
	}
}

func mutateAct(a *Act, r *rand.Rand, stands int) {
	switch r.IntN(8) {
	case 0:
		a.Wait = []uint64{0, newWait(r)}[r.IntN(2)]
	case 1:
		a.Wait = near(r, a.Wait)
	case 2:
		a.Price = []uint64{minPrice, midPrice, maxPrice, uint64(spread(r, minPrice, maxPrice))}[r.IntN(4)]
	case 3:
		a.Price = near(r, a.Price)
	case 4:
		a.Burn = []uint64{0, uint64(spread(r, minBurn, maxBurn)), maxBurn}[r.IntN(3)]
	case 5:
		a.Burn = near(r, a.Burn)
	case 6:
		a.Settle = share(r)
	default:
		a.Stand = r.IntN(stands)
	}
}
