package land

import (
	"math"
	"math/rand/v2"
)

// Size is a kind of country.
type Size struct {
	Name     string
	Hotspots int     // by default
	Towns    int     // a hotspot stands in one, or alone
	Side     float64 // kilometres
	Alone    float64 // share of hotspots outside of towns
}

// Sizes are the countries to choose from. Towns follow Zipf's law.
var Sizes = []Size{
	{"town", 600, 1, 25, 0.1},
	{"county", 3_000, 12, 120, 0.15},
	{"country", 20_000, 80, 500, 0.15},
	{"continent", 100_000, 500, 1_500, 0.15},
}

// Town is a middle and how far it spreads.
type Town struct{ X, Y, Spread float64 }

// Land is a country with its ground and its towns.
type Land struct {
	Ground
	Size  Size
	Towns []Town
	share []float64 // of those in towns, cumulated
}

// New makes a country from a seed.
func New(size Size, seed uint64) *Land {
	l := &Land{Ground: Ground{seed: hash(seed, 7), Relief: 220}, Size: size}
	r := rand.New(rand.NewPCG(seed, 11))
	var sum float64
	for i := range size.Towns {
		weight := 1 / float64(i+1)
		sum += weight
		t := Town{Spread: 1 + 3.5*math.Sqrt(weight)}
		if size.Towns > 1 {
			t.X, t.Y = size.Side*(r.Float64()-0.5)*0.9, size.Side*(r.Float64()-0.5)*0.9
		}
		l.Towns, l.share = append(l.Towns, t), append(l.share, sum)
	}
	for i := range l.share {
		l.share[i] /= sum
	}
	return l
}

// Site returns a place where somebody lives.
func (l *Land) Site(r *rand.Rand) (x, y float64) {
	if r.Float64() < l.Size.Alone {
		return l.Size.Side * (r.Float64() - 0.5), l.Size.Side * (r.Float64() - 0.5)
	}
	return l.In(r, l.pick(r))
}

// In returns a place in a town.
func (l *Land) In(r *rand.Rand, t Town) (x, y float64) {
	return t.X + t.Spread*r.NormFloat64(), t.Y + t.Spread*r.NormFloat64()
}

func (l *Land) pick(r *rand.Rand) Town {
	u := r.Float64()
	for i, s := range l.share {
		if u < s {
			return l.Towns[i]
		}
	}
	return l.Towns[len(l.Towns)-1]
}
