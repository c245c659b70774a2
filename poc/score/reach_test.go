package score

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
)

func TestReachBins(t *testing.T) {
	for _, c := range []struct {
		metres uint64
		bin    int
	}{{0, 0}, {999, 0}, {1_000, 1}, {1_999, 1}, {2_000, 2}, {3_999, 2}, {4_000, 3}, {31_999, 5}, {64_000, 7}, {100_000, 7}} {
		if got := reachBin(c.metres * c.metres * 1_000_000); got != c.bin {
			t.Errorf("%d m: bin %d, want %d", c.metres, got, c.bin)
		}
	}
}

// A share is one of those asked, and what was asked farther away does not change
// it.
func TestReachAt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var r, near Reach
		at := rapid.Uint64Range(1, 90).Draw(rt, "at")
		for range rapid.IntRange(0, 700).Draw(rt, "asked") {
			km := rapid.Uint64Range(1, 90).Draw(rt, "km")
			heard := rapid.Bool().Draw(rt, "heard")
			r.Add(km2(km), heard)
			if reachBin(km2(km)) <= reachBin(km2(at)) {
				near.Add(km2(km), heard)
			}
		}
		least := rapid.Uint8Range(1, 200).Draw(rt, "least")
		got, ok := r.At(km2(at), least)
		want, wantOK := near.At(km2(at), least)
		if got != want || ok != wantOK || got > 1_000 {
			rt.Fatalf("%d %v, without the farther ones %d %v", got, ok, want, wantOK)
		}
		again, err := ParseReach(r.AppendTo(nil))
		if err != nil || again != r {
			rt.Fatalf("%v: %v", err, again)
		}
	})
}

func FuzzReach(f *testing.F) {
	f.Add(asked(5, 50, 20).AppendTo(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReach(b)
		if err != nil {
			return
		}
		if out := r.AppendTo(nil); !bytes.Equal(out, b) && len(b) > 0 {
			t.Fatal("not what was read")
		}
		r.Add(km2(5), true)
		if p, ok := r.At(km2(5), 1); !ok || p > 1_000 {
			t.Fatalf("share %d %v", p, ok)
		}
	})
}

// Looks fall into cells around the beacon: even ones into the disk of radius one,
// odd ones within a hundred kilometres, and not all into the same.
func TestProbeCell(t *testing.T) {
	from := geo.CellAt(geo.Point{Lat: 525_000_000, Lng: 134_000_000}, 12)
	disk, err := geo.Disk(from.Parent(ProbeRes), 1)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[geo.Cell]int{}
	for id := range uint64(2_000) {
		near, err := ProbeCell([32]byte{1}, id, 0, from)
		if err != nil {
			t.Fatal(err)
		}
		isIn := false
		for _, c := range disk {
			isIn = isIn || c == near
		}
		wide, err := ProbeCell([32]byte{1}, id, 1, from)
		if err != nil || !isIn || wide.Res() != ProbeRes || !wide.Valid() {
			t.Fatalf("%s, %s: %v", near, wide, err)
		}
		seen[wide]++
	}
	if len(seen) < 300 {
		t.Errorf("odd looks fall into %d cells of 343", len(seen))
	}
	if _, err := ProbeCell([32]byte{}, 1, 0, 0); err == nil {
		t.Error("a look around no cell")
	}
}
