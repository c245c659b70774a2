package land

import "math"

// Ground is the height of the land, made from a seed.
type Ground struct {
	seed   uint64
	Relief float64 // metres from valley to hill
}

// waves are the scales of the ground in kilometres and their parts of the relief.
var waves = [...]struct{ km, part float64 }{{14, 0.6}, {5, 0.3}, {1.8, 0.1}}

// Height returns the height of the ground in metres at a place in kilometres.
func (g Ground) Height(x, y float64) float64 {
	var h float64
	for i, w := range waves {
		h += g.Relief * w.part * g.noise(uint64(i), x/w.km, y/w.km)
	}
	return h
}

// noise is smooth value noise in [0, 1) on a grid of one.
func (g Ground) noise(layer uint64, x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	at := func(i, j float64) float64 {
		return unit(hash(g.seed, layer, uint64(int64(fx+i)), uint64(int64(fy+j))))
	}
	sx, sy := smooth(x-fx), smooth(y-fy)
	top := at(0, 0)*(1-sx) + at(1, 0)*sx
	bottom := at(0, 1)*(1-sx) + at(1, 1)*sx
	return top*(1-sy) + bottom*sy
}

func smooth(t float64) float64 { return t * t * (3 - 2*t) }

// profileSteps is at how many places between two antennas the ground is looked at.
const profileSteps = 12

// obstruction returns the loss in dB over the highest obstacle between two
// antennas, as a single knife edge (ITU-R P.526, section 4.1, J(v)).
func (g Ground) obstruction(a, b *Unit, km float64) float64 {
	worst := math.Inf(-1)
	for i := 1; i < profileSteps; i++ {
		t := float64(i) / profileSteps
		d1, d2 := 1000*km*t, 1000*km*(1-t)
		ray := a.top + (b.top-a.top)*t - d1*d2/(2*effectiveEarth)
		over := g.Height(a.X+(b.X-a.X)*t, a.Y+(b.Y-a.Y)*t) - ray
		worst = max(worst, over*math.Sqrt(2*(d1+d2)/(wavelength*d1*d2)))
	}
	if worst < -0.78 {
		return 0
	}
	return 6.9 + 20*math.Log10(math.Sqrt((worst-0.1)*(worst-0.1)+1)+worst-0.1)
}

const (
	effectiveEarth = 8_500_000 // metres: 4/3 of the radius (ITU-R P.834)
	wavelength     = 0.345     // metres at 868 MHz
)
