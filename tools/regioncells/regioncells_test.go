package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/region/where"
)

func TestTableIsSound(t *testing.T) {
	byName, err := table()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		if len(g.names) == 0 || g.why == "" {
			t.Errorf("%v: no names or no reason", g.region)
		}
	}
	for _, p := range parts {
		if _, ok := byName[p.country]; !ok {
			t.Errorf("a part of %s, which is not listed", p.country)
		}
	}
	if len(byName) < 250 {
		t.Errorf("%d countries", len(byName))
	}
}

// square is the outline of a box in degrees, counter-clockwise.
func square(west, south, east, north float64) []point {
	return []point{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
}

// twoCountries are neighbours at 8 E, by regions: 7 to 8 and 8 to 9 E, 46 to 47
// N, which share an arc; and one of the first that lies across 180 degrees.
func twoCountries(t *testing.T, west, east region.ID) *borders {
	t.Helper()
	arcs := [][]point{
		{{8, 46}, {8, 47}},
		{{8, 47}, {7, 47}, {7, 46}, {8, 46}},
		{{8, 46}, {9, 46}, {9, 47}, {8, 47}},
		{{179, 10}, {-179, 10}, {-179, 11}, {179, 11}, {179, 10}},
	}
	polygons := []polygon{
		{"west", [][]int{{0, 1}}}, {"east", [][]int{{2, ^0}}}, {"west", [][]int{{3}}},
	}
	b, err := newBorders(arcs, polygons, []region.ID{west, east, west})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBorders(t *testing.T) {
	a := asker{borders: twoCountries(t, region.EU868, region.Unknown), res: 7}
	for _, tt := range []struct {
		name string
		at   point
		want owner
	}{
		{"west", point{7.5, 46.5}, ownerOf(region.EU868)},
		{"east", point{8.5, 46.5}, unclaimed},
		{"sea by the west", point{6.9, 46.5}, ownerOf(region.EU868)},
		{"sea by the east", point{9.1, 46.5}, unclaimed},
		{"sea north of the west", point{7.99, 47.1}, ownerOf(region.EU868)},
		{"sea north of the east", point{8.01, 47.1}, unclaimed},
		{"open sea", point{7.5, 47.3}, sea},
		{"west of 180", point{179.9, 10.5}, ownerOf(region.EU868)},
		{"east of 180", point{-179.9, 10.5}, ownerOf(region.EU868)},
		{"sea beyond 180", point{-178.9, 10.5}, ownerOf(region.EU868)},
		{"between", point{100, 10.5}, sea},
		{"same latitude", point{-60, 46.5}, sea},
	} {
		if got := a.at(tt.at); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// TestTableFollowsBorders holds a built table against the borders themselves at
// points all around: they may differ by a cell next to a border only.
func TestTableFollowsBorders(t *testing.T) {
	a := asker{borders: twoCountries(t, region.EU868, region.RU864), res: 7}
	world, err := where.Build(a.res, a.ask)
	if err != nil || a.err != nil {
		t.Fatal(err, a.err)
	}
	const cellKm = 1.7
	for lng := 6.5; lng < 9.5; lng += 0.013 {
		for lat := 45.5; lat < 47.5; lat += 0.017 {
			want := a.at(point{lng, lat}).region()
			got := world.At(geo.CellAt(geo.Point{Lat: geo.E7(lat * 1e7), Lng: geo.E7(lng * 1e7)}, 12))
			if got != want && !nextTo(&a, point{lng, lat}, got, cellKm) {
				t.Fatalf("%f, %f: %v, want %v", lat, lng, got, want)
			}
		}
	}
}

// nextTo tells whether a point within km of p is in a region.
func nextTo(a *asker, p point, id region.ID, km float64) bool {
	for k := range 64 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 32)
		q := point{p.lng + km*sin/kmPerDegree/math.Cos(p.lat*math.Pi/180), p.lat + km*cos/kmPerDegree}
		if a.at(q).region() == id {
			return true
		}
	}
	return false
}

func TestOneRegionHasNoBorder(t *testing.T) {
	b := twoCountries(t, region.EU868, region.EU868)
	b.near(point{8, 46.5}, 20, func(s *segment, km float64) { t.Errorf("a border %f km away: %v", km, *s) })
}

func TestHalf(t *testing.T) {
	ring := square(0, 0, 2, 2)
	north, south := half(ring, 0.5, 1), half(ring, 0.5, -1)
	for _, tt := range []struct {
		ring       []point
		low, high  float64
		wantPoints int
	}{{north, 0.5, 2, 5}, {south, 0, 0.5, 5}} {
		if len(tt.ring) != tt.wantPoints || tt.ring[0] != tt.ring[len(tt.ring)-1] {
			t.Errorf("%v is not closed or has other points", tt.ring)
		}
		for _, p := range tt.ring {
			if p.lat < tt.low || p.lat > tt.high {
				t.Errorf("%v is not from %f to %f", tt.ring, tt.low, tt.high)
			}
		}
	}
	if got := half(ring, -1, -1); got != nil {
		t.Errorf("south of all: %v", got)
	}
}

func TestReadShapes(t *testing.T) {
	text := `{"transform": {"scale": [0.5, 0.25], "translate": [-180, -90]}, "arcs": [[[0, 0], [4, 0], [0, 8], [-4, -8]]],
		"objects": {"countries": {"geometries": [
			{"type": "Polygon", "arcs": [[0]], "properties": {"name": "A"}},
			{"type": "MultiPolygon", "arcs": [[[-1]]], "properties": {"name": "B"}}]}}}`
	arcs, polygons, err := readShapes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if want := (point{-178, -88}); arcs[0][2] != want || len(polygons) != 2 || polygons[1].country != "B" {
		t.Errorf("%v, %v", arcs, polygons)
	}
	if _, err := assign(arcs, polygons); err == nil {
		t.Error("countries that are not in the table have regions")
	}
	for _, bad := range []string{"", "{}", strings.Replace(text, "MultiPolygon", "Point", 1), strings.Replace(text, "[[[-1]]]", "[0]", 1)} {
		if _, _, err := readShapes([]byte(bad)); err == nil {
			t.Errorf("%.20q is taken", bad)
		}
	}
	if !json.Valid([]byte(text)) {
		t.Error("the sample is no JSON")
	}
}
