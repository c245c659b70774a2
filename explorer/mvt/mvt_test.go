package mvt_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/explorer/mvt"
)

// What is encoded reads back the same through an independent decoder.
func TestReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type seen struct {
			ID    uint64
			Geom  orb.Geometry
			Level int64
			Name  string
		}
		var want []seen
		l := &mvt.Layer{Name: "cells"}
		for i := range rapid.IntRange(1, 20).Draw(t, "features") {
			s := seen{
				ID: rapid.Uint64Range(0, 1<<53).Draw(t, "id"), Level: rapid.Int64Range(-2000, 2000).Draw(t, "level"),
				Name: rapid.SampledFrom([]string{"", "a", "übermut"}).Draw(t, "name"),
			}
			l.Int("level", s.Level)
			l.String("name", s.Name)
			x, y := rapid.Int32Range(-5000, 9000).Draw(t, "x"), rapid.Int32Range(-5000, 9000).Draw(t, "y")
			if i%2 == 0 {
				s.Geom = orb.Point{float64(x), float64(y)}
				l.Point(s.ID, mvt.Point{X: x, Y: y})
			} else {
				size := rapid.Int32Range(1, 3000).Draw(t, "size")
				s.Geom = orb.Polygon{{
					{float64(x), float64(y)}, {float64(x + size), float64(y)}, {float64(x), float64(y + size)}, {float64(x), float64(y)},
				}}
				l.Polygon(s.ID, []mvt.Point{{X: x, Y: y}, {X: x + size, Y: y}, {X: x, Y: y + size}})
			}
			want = append(want, s)
		}
		layers, err := orbmvt.Unmarshal(mvt.Encode(&mvt.Layer{Name: "empty"}, l))
		if err != nil {
			t.Fatal(err)
		}
		if len(layers) != 1 || layers[0].Name != "cells" || layers[0].Extent != mvt.Extent || layers[0].Version != 2 {
			t.Fatalf("layers %+v", layers)
		}
		var got []seen
		for _, f := range layers[0].Features {
			id, _ := f.ID.(float64)
			level, _ := f.Properties["level"].(float64)
			name, _ := f.Properties["name"].(string)
			got = append(got, seen{ID: uint64(id), Geom: f.Geometry, Level: int64(level), Name: name})
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestDropsWhatHasNoArea(t *testing.T) {
	l := &mvt.Layer{Name: "cells"}
	l.Int("level", 1)
	l.Polygon(1, []mvt.Point{{X: 1, Y: 1}, {X: 1, Y: 1}, {X: 2, Y: 1}, {X: 1, Y: 1}})
	l.Polygon(2, nil)
	if l.Len() != 0 || mvt.Encode(l) != nil {
		t.Fatal("a line became a polygon")
	}
	l.Point(3, mvt.Point{})
	layers, err := orbmvt.Unmarshal(mvt.Encode(l))
	if err != nil || len(layers[0].Features[0].Properties) != 0 {
		t.Fatalf("properties of a dropped feature went to the next: %v %+v", err, layers)
	}
}
