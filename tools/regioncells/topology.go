package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// point is a longitude and a latitude in degrees.
type point struct{ lng, lat float64 }

// topology is a TopoJSON file of countries. Neighbours share the arc between
// them, each in its own direction.
type topology struct {
	Transform struct {
		Scale, Translate [2]float64
	}
	Arcs    [][][2]float64
	Objects struct {
		Countries struct {
			Geometries []struct {
				Type       string
				Arcs       json.RawMessage
				Properties struct{ Name string }
			}
		}
	}
}

// polygon is one connected piece of land.
type polygon struct {
	country string
	rings   [][]int // arcs; ^n is arc n the other way round
}

// antarctica is a shape that is not read.
const antarctica = "Antarctica"

var errShapes = errors.New("not the shapes of countries")

// readShapes returns the arcs in degrees and the polygons.
func readShapes(b []byte) (arcs [][]point, polygons []polygon, err error) {
	var t topology
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, nil, fmt.Errorf("shapes: %w", err)
	}
	for _, deltas := range t.Arcs {
		var x, y float64
		arc := make([]point, len(deltas))
		for n, d := range deltas {
			x, y = x+d[0], y+d[1]
			arc[n] = point{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]}
		}
		arcs = append(arcs, arc)
	}
	for _, g := range t.Objects.Countries.Geometries {
		var pieces [][][]int
		switch g.Type {
		case "Polygon":
			pieces = make([][][]int, 1)
			err = json.Unmarshal(g.Arcs, &pieces[0])
		case "MultiPolygon":
			err = json.Unmarshal(g.Arcs, &pieces)
		default:
			err = fmt.Errorf("a %q: %w", g.Type, errShapes)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", g.Properties.Name, err)
		}
		if g.Properties.Name == antarctica {
			pieces = nil // it has a pole, which is no place on a plane, and nobody
		}
		for _, rings := range pieces {
			polygons = append(polygons, polygon{g.Properties.Name, rings})
		}
	}
	if len(polygons) == 0 {
		return nil, nil, errShapes
	}
	return arcs, polygons, nil
}

// arcIndex returns the number of the arc a ring refers to.
func arcIndex(n int) int { return max(n, ^n) }

// box returns the extent of a polygon.
func (p *polygon) box(arcs [][]point) (low, high point) {
	low, high = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, n := range p.rings[0] {
		for _, at := range arcs[arcIndex(n)] {
			low = point{min(low.lng, at.lng), min(low.lat, at.lat)}
			high = point{max(high.lng, at.lng), max(high.lat, at.lat)}
		}
	}
	return low, high
}
