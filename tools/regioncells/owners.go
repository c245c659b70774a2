package main

import (
	"github.com/uber/h3-go/v4"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
)

// margin is how far out to sea land reaches, in km: the territorial sea of
// twelve nautical miles, where a country's law on radio holds. Between two
// coasts the nearer one has it.
const margin = 12 * 1.852

// radii say how far from the centre of a cell its descendants reach, in km, by
// resolution: one and a half times the length of an average edge. Coarser cells
// are never looked at as a whole.
var radii = [...]float64{4: 39.2, 5: 14.8, 6: 5.6, 7: 2.2, 8: 0.8}

// asker answers what a cell belongs to.
type asker struct {
	borders *borders
	res     int
	err     error
}

// ask is the question of where.Build.
func (a *asker) ask(c geo.Cell) (id region.ID, all bool) {
	res := c.Res()
	if res < a.res && (res >= len(radii) || radii[res] == 0) {
		return region.Unknown, false
	}
	centre, err := h3.Cell(c).LatLng()
	if err != nil {
		a.err = err
		return region.Unknown, true
	}
	p := point{centre.Lng, centre.Lat}
	if res == a.res {
		return a.at(p).region(), true
	}
	return a.whole(p, radii[res])
}

// at returns the owner of a point: of its land, or of the nearest land within
// the margin. Of coasts equally near the lower owner counts.
func (a *asker) at(p point) owner {
	if o := a.borders.holder(p); o != sea {
		return o
	}
	nearest, owns := margin, sea
	a.borders.near(p, margin, func(s *segment, km float64) {
		for _, o := range [...]owner{s.a, s.b} {
			if o != sea && (km < nearest || km == nearest && (owns == sea || o < owns)) {
				nearest, owns = km, o
			}
		}
	})
	return owns
}

// whole returns the region of all points within radius of p, or false if they
// may have several.
//
// The land nearest to any of them is within 2·radius more than that nearest to
// p. If all of that is of one owner, they are its own where it is land, and its
// own or nobody's at sea, by the margin.
func (a *asker) whole(p point, radius float64) (id region.ID, all bool) {
	type piece struct {
		s  *segment
		km float64
	}
	var pieces []piece
	holder, coast := a.borders.holder(p), 2*margin+4*radius
	a.borders.near(p, margin+3*radius, func(s *segment, km float64) {
		pieces = append(pieces, piece{s, km})
		coast = min(coast, km)
	})
	toLand := coast
	if holder != sea {
		toLand = 0
	}
	switch {
	case holder != sea && coast > radius:
		return holder.region(), true
	case toLand > margin+radius:
		return region.Unknown, true
	case toLand+radius > margin:
		return region.Unknown, false
	}
	only := holder
	for _, q := range pieces {
		if q.km > toLand+2*radius {
			continue
		}
		for _, o := range [...]owner{q.s.a, q.s.b} {
			if o != sea && only != sea && o != only {
				return region.Unknown, false
			}
			only = max(only, o)
		}
	}
	return only.region(), true
}
