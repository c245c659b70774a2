package index

import "github.com/hexwave/hexwave/explorer/grid"

// Box is a range of longitude and latitude in degrees. East may exceed 180, or be less than West, where the box
// crosses the antimeridian.
type Box struct {
	West, South, East, North float64
}

// normal returns the box with West ≤ East.
func (b Box) normal() Box {
	if b.East < b.West {
		b.East += 360
	}
	return b
}

// Contains reports whether the point lies in the box, edges included.
func (b Box) Contains(p grid.Point) bool {
	return b.Overlaps(Box{West: p[0], East: p[0], South: p[1], North: p[1]})
}

// Overlaps reports whether two boxes share a point, on any turn of the globe.
func (b Box) Overlaps(o Box) bool {
	b, o = b.normal(), o.normal()
	if b.North < o.South || o.North < b.South {
		return false
	}
	for _, turn := range [...]float64{-360, 0, 360} {
		if b.West <= o.East+turn && o.West+turn <= b.East {
			return true
		}
	}
	return false
}

// include returns the smallest box around b and the point; ok says that b holds a point already.
func (b Box) include(p grid.Point, ok bool) Box {
	if !ok {
		return Box{West: p[0], East: p[0], South: p[1], North: p[1]}
	}
	return Box{West: min(b.West, p[0]), East: max(b.East, p[0]), South: min(b.South, p[1]), North: max(b.North, p[1])}
}
