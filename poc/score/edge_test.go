package score

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

var edgeRules = EdgeRules{
	MinProbes: 16, FreeSilence: 850, FullSilence: 975, MinSpread: 300, MinSlope: 250, MaxSlope: 1_750,
}

var powerSteps = []int32{0, -30, -60}

// weight returns what an edge is worth after n sightings of a witness.
func weight(n int, sighting func(i int) Sighting) uint32 {
	var e Edges
	for i := range n {
		e.Add(sighting(i))
	}
	edge, _ := e.Of(sighting(0).Witness)
	return edgeRules.Weight(&edge, powerSteps)
}

func TestWeight(t *testing.T) {
	fading := rand.New(rand.NewPCG(1, 1))
	real := func(i int) Sighting { // with 5 dB of fading
		return Sighting{Witness: 7, Step: i % 3, RSSI: int16(-1_050 - 30*(i%3) + int(50*fading.NormFloat64())), Probes: 2, Absent: uint8(i % 2)}
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
		{"a lonely pair", 5_000, func(i int) Sighting { return Sighting{Witness: 7, Step: i % 3, RSSI: int16(-1_000 - 30*(i%3))} }, EdgeOne},
		{"nobody nearer ever hears", 50, func(i int) Sighting {
			return Sighting{Witness: 7, Step: i % 3, RSSI: int16(-1_000 - 30*(i%3)), Probes: 1, Absent: 1}
		}, 0},
		{"a hill", 160, func(i int) Sighting {
			s := Sighting{Witness: 7, Step: i % 3, RSSI: int16(-1_000 - 30*(i%3)), Probes: 1, Absent: 1}
			if i%5 == 0 {
				s.Absent = 0
			}
			return s
		}, EdgeOne},
	} {
		if got := weight(c.n, c.sighting); got != c.want {
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
			w := weight(150, func(int) Sighting {
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
				RSSI: rapid.Int16().Draw(rt, "rssi"), Probes: 4, Absent: rapid.Uint8Max(4).Draw(rt, "absent"),
			})
		}
		raw := e.AppendTo(nil)
		again, err := ParseEdges(raw)
		if err != nil || !bytes.Equal(raw, again.AppendTo(nil)) {
			rt.Fatalf("%v", err)
		}
		for i := range again.All() {
			if w := edgeRules.Weight(&again.All()[i], powerSteps); w > EdgeOne {
				rt.Fatalf("weight %d", w)
			}
		}
	})
}

func FuzzEdges(f *testing.F) {
	var e Edges
	e.Add(Sighting{Witness: 1, Step: 1, RSSI: -1_100, Probes: 3, Absent: 1})
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
			if w := edgeRules.Weight(&e.All()[i], powerSteps); w > EdgeOne {
				t.Fatalf("weight %d", w)
			}
		}
		e.Add(Sighting{Witness: 1, RSSI: 32_767, Probes: 255, Absent: 255})
	})
}
