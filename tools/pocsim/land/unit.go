package land

import "math"

// Unit is a radio at the place where it really is.
type Unit struct {
	X, Y     float64 // kilometres east and north of the middle
	Mast     float64 // metres above ground
	Exponent float64 // by which its surroundings make loss grow with distance
	Indoor   float64 // dB its walls take
	Gain     float64 // dBi
	Noise    float64 // dB above thermal noise: its receiver's, and its surroundings'
	Skew     float64 // dB its receiver is wrong by

	top float64 // metres above the sea
}

// kinds are how people put up hotspots: on a roof, on a balcony, inside. Shares
// are judgement; the exponents are those of suburban macro-cell measurements.
var kinds = [...]struct {
	share, mast, exponent, indoor float64
}{{0.2, 12, 2.4, 0}, {0.4, 8, 3, 4}, {0.4, 6, 3.5, 10}}

// NewUnit puts up a radio like an owner would, from a seed of its own.
func (g Ground) NewUnit(seed uint64, x, y float64) Unit {
	u := Unit{X: x, Y: y}
	pick := unit(hash(seed, 1))
	for _, k := range kinds {
		if u.Mast, u.Exponent, u.Indoor = k.mast, k.exponent, k.indoor; pick < k.share {
			break
		}
		pick -= k.share
	}
	u.Indoor *= 0.5 + unit(hash(seed, 2))
	u.Gain = []float64{1.2, 2.3, 3, 5.8, 8}[hash(seed, 3)%5]
	u.Noise = 6 + 6*unit(hash(seed, 4))*unit(hash(seed, 5))
	u.Skew = 1.5 * normal(hash(seed, 6))
	return g.Stand(u)
}

// Stand puts a unit on the ground of its place.
func (g Ground) Stand(u Unit) Unit {
	u.top = g.Height(u.X, u.Y) + u.Mast
	return u
}

// Distance returns kilometres between two units.
func Distance(a, b *Unit) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

// FreeSpace returns the loss of free space in dB over kilometres at 868 MHz.
func FreeSpace(km float64) float64 { return 91.22 + 20*math.Log10(max(km, 0.001)) }

// breakKm is from where surroundings make loss grow faster than in free space.
const breakKm = 0.1

// Loss returns the median loss in dB between two antennas, the same both ways.
// Pair tells this pair from others.
func (g Ground) Loss(a, b *Unit, pair uint64) float64 {
	km := Distance(a, b)
	loss := FreeSpace(km) + a.Indoor + b.Indoor + g.obstruction(a, b, max(km, breakKm))
	if km > breakKm {
		loss += 10 * ((a.Exponent+b.Exponent)/2 - 2) * math.Log10(km/breakKm)
	}
	// A shadow never brings more than free space and a good reflection would.
	return max(loss+5*normal(hash(g.seed, pair)), FreeSpace(km)-1)
}
