package score

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

var edgeRules = EdgeRules{MinAsked: 10, NoReach: 150, FullReach: 350, MinSpread: 300, MinSlope: 250, MaxSlope: 1_750}

var powerSteps = []int32{0, -30, -60}

// km2 is a squared chord of kilometres in mm^2.
func km2(km uint64) uint64 { return km * km * 1_000_000_000_000 }

// slope returns what an edge of unknown reach is worth after n sightings.
func slope(n int, sighting func(i int) Sighting) uint32 {
	var e Edges
	for i := range n {
		e.Add(sighting(i))
	}
	edge, _ := e.Of(sighting(0).Witness)
	return edgeRules.Weight(&edge, powerSteps, km2(3), &Reach{}, &Reach{})
}

func TestSlope(t *testing.T) {
	fading := rand.New(rand.NewPCG(1, 1))
	real := func(i int) Sighting { // with 5 dB of fading
		return Sighting{Witness: 7, Step: i % 3, RSSI: int16(-1_050 - 30*(i%3) + int(50*fading.NormFloat64()))}
	}
	for _, c := range []struct {
		name     string
		n        int
		sighting func(int) Sighting
		want     uint32
	}{
		{"none yet", 0, real, EdgeOne},
		{"a real link", 600, real, EdgeOne},
		{"a number that is always the same", 100, func(i int) Sighting { return Sighting{Witness: 7, Step: i % 3, RSSI: -1_050} }, 0},
		{"the same number, too few", 20, func(i int) Sighting { return Sighting{Witness: 7, Step: i % 3, RSSI: -1_050} }, EdgeOne},
		{"turned around", 100, func(i int) Sighting { return Sighting{Witness: 7, Step: i % 3, RSSI: int16(-1_100 + 30*(i%3))} }, 0},
	} {
		if got := slope(c.n, c.sighting); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// asked is a reach of n asked at a distance, of whom some heard.
func asked(km uint64, n, heard int) *Reach {
	var r Reach
	for i := range n {
		r.Add(km2(km), i < heard)
	}
	return &r
}

// The better end decides, and who is known too little is paid.
func TestReachOfAnEdge(t *testing.T) {
	for _, c := range []struct {
		name              string
		km                uint64
		beaconer, witness *Reach
		want              uint32
	}{
		{"nothing known", 5, &Reach{}, &Reach{}, EdgeOne},
		{"one end known", 5, asked(5, 50, 0), &Reach{}, EdgeOne},
		{"nobody hears either", 5, asked(5, 50, 0), asked(5, 50, 0), 0},
		{"a valley and a hill", 5, asked(5, 50, 0), asked(5, 50, 30), EdgeOne},
		{"a quarter hears", 5, asked(5, 40, 10), asked(5, 40, 2), EdgeOne / 2},
		{"too few at the distance, and heard near by", 30, asked(3, 40, 30), asked(30, 40, 0), EdgeOne},
		{"heard near by, but not there", 30, func() *Reach { r := asked(3, 40, 30); r[5] = asked(30, 20, 0)[5]; return r }(), asked(30, 40, 0), 0},
	} {
		if got := edgeRules.Weight(&Edge{}, powerSteps, km2(c.km), c.beaconer, c.witness); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// A real link is hardly ever taken for a made-up one, whatever fading it has.
func TestSlopeOfRealLinks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, sigma := range []float64{2, 4, 6, 8} {
		failed := 0
		for range 500 {
			mean := -900 - r.IntN(300)
			w := slope(150, func(int) Sighting {
				step := r.IntN(3)
				return Sighting{Witness: 1, Step: step, RSSI: int16(mean - 30*step + int(10*sigma*r.NormFloat64()))}
			})
			if w == 0 {
				failed++
			}
		}
		t.Logf("%.0f dB of fading: %d of 500 fail", sigma, failed)
		if limit := map[float64]int{2: 0, 4: 5, 6: 15, 8: 40}[sigma]; failed > limit {
			t.Errorf("%.0f dB: %d of 500 real links fail", sigma, failed)
		}
	}
}

// The heaviest witness stays whatever passes by, and memory is bounded.
func TestHeaviestStays(t *testing.T) {
	var e Edges
	for i := range uint32(10_000) {
		e.Add(Sighting{Witness: 1_000 + i%400})
		if i%10 == 0 {
			e.Add(Sighting{Witness: 5})
		}
	}
	if _, ok := e.Of(5); !ok || len(e.All()) != MaxEdges {
		t.Errorf("heaviest there %v, %d edges", ok, len(e.All()))
	}
}

func TestEdgesRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var e Edges
		for range rapid.IntRange(0, 600).Draw(rt, "sightings") {
			e.Add(Sighting{
				Witness: rapid.Uint32Max(40).Draw(rt, "witness"), Step: rapid.IntRange(-1, 20).Draw(rt, "step"),
				RSSI: rapid.Int16().Draw(rt, "rssi"),
			})
		}
		raw := e.AppendTo(nil)
		again, err := ParseEdges(raw)
		if err != nil || !bytes.Equal(raw, again.AppendTo(nil)) {
			rt.Fatalf("%v", err)
		}
		for i := range again.All() {
			if w := edgeRules.Weight(&again.All()[i], powerSteps, km2(1), &Reach{}, &Reach{}); w > EdgeOne {
				rt.Fatalf("weight %d", w)
			}
		}
	})
}

func FuzzEdges(f *testing.F) {
	var e Edges
	e.Add(Sighting{Witness: 1, Step: 1, RSSI: -1_100})
	f.Add(e.AppendTo(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParseEdges(b)
		if err != nil {
			return
		}
		if !bytes.Equal(e.AppendTo(nil), b) {
			t.Fatal("not what was read")
		}
		for i := range e.All() {
			if w := edgeRules.Weight(&e.All()[i], powerSteps, km2(1), &Reach{}, &Reach{}); w > EdgeOne {
				t.Fatalf("weight %d", w)
			}
		}
		e.Add(Sighting{Witness: 1, RSSI: 32_767})
	})
}
