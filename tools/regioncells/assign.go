package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hexwave/hexwave/poc/region"
)

// assign returns the region of each polygon by the reviewed table, or an error
// if the table and the shapes do not name the same countries.
func assign(arcs [][]point, polygons []polygon) ([]region.ID, error) {
	byName, err := table()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	used := make([]bool, len(parts))
	ids := make([]region.ID, len(polygons))
	for n := range polygons {
		p := &polygons[n]
		id, ok := byName[p.country]
		if !ok {
			return nil, fmt.Errorf("%s is not in the table", p.country)
		}
		seen[p.country] = true
		low, high := p.box(arcs)
		for k, q := range parts {
			if q.country == p.country && q.west <= low.lng && high.lng <= q.east && q.south <= low.lat && high.lat <= q.north {
				id, used[k] = q.region, true
			}
		}
		ids[n] = id
	}
	if len(seen) != len(byName) || slices.Contains(used, false) {
		return nil, errors.New("the table names a country or a part that the shapes lack")
	}
	return ids, nil
}

// table returns the reviewed table by name, or an error if a name is listed
// twice or a region has no plan.
func table() (map[string]region.ID, error) {
	byName := map[string]region.ID{}
	for _, g := range groups {
		if _, ok := region.ByID(g.region); !ok && g.region != region.Unknown {
			return nil, fmt.Errorf("%s (%s) has no plan", g.region, g.why)
		}
		for _, name := range g.names {
			if _, ok := byName[name]; ok {
				return nil, fmt.Errorf("%s is listed twice", name)
			}
			byName[name] = g.region
		}
	}
	for _, l := range lines {
		byName[unnamed(l.country)] = region.Unknown
	}
	return byName, nil
}

// divide cuts the polygons of the countries of lines and returns all polygons
// anew, those that have no region with their country's name in brackets. The
// pieces have arcs of their own, which are added.
func divide(arcs [][]point, polygons []polygon) ([][]point, []polygon) {
	var out []polygon
	for _, p := range polygons {
		n := slices.IndexFunc(lines, func(l line) bool { return l.country == p.country })
		if n < 0 {
			out = append(out, p)
			continue
		}
		for _, side := range [...]struct {
			country string
			sign    float64
		}{{p.country, 1}, {unnamed(p.country), -1}} {
			piece := polygon{country: side.country}
			for _, ring := range p.rings {
				if half := half(whole(arcs, ring), lines[n].lat, side.sign); len(half) > 0 {
					piece.rings = append(piece.rings, []int{len(arcs)})
					arcs = append(arcs, half)
				}
			}
			if len(piece.rings) > 0 {
				out = append(out, piece)
			}
		}
	}
	return arcs, out
}

// unnamed is the name of the piece of a country that has no region.
func unnamed(country string) string { return "(" + country + ")" }

// whole returns the points of a ring, the first again at the end.
func whole(arcs [][]point, ring []int) []point {
	var points []point
	for _, n := range ring {
		arc := arcs[arcIndex(n)]
		if n < 0 {
			arc = slices.Clone(arc)
			slices.Reverse(arc)
		}
		points = append(points, arc[min(1, len(points)):]...)
	}
	return points
}

// half returns the part of a ring north of a parallel, or south of it for a
// negative sign; nothing if there is none. Where it was cut it follows the
// parallel.
func half(ring []point, lat, sign float64) []point {
	var out []point
	for n := 1; n < len(ring); n++ {
		from, to := ring[n-1], ring[n]
		inFrom, inTo := sign*(from.lat-lat) >= 0, sign*(to.lat-lat) >= 0
		if inFrom {
			out = append(out, from)
		}
		if inFrom != inTo {
			share := (lat - from.lat) / (to.lat - from.lat)
			out = append(out, point{from.lng + share*(to.lng-from.lng), lat})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, out[0])
}
