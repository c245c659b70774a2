package grid_test

import (
	"testing"

	"github.com/uber/h3-go/v4"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
)

// anyCell draws a cell of a random resolution; one time in four it lies around a pentagon.
func anyCell(t *rapid.T) h3.Cell {
	res := rapid.IntRange(0, 15).Draw(t, "res")
	if rapid.IntRange(0, 3).Draw(t, "pentagon") == 0 {
		pentagons, err := h3.Pentagons(res)
		if err != nil {
			t.Fatal(err)
		}
		p := pentagons[rapid.IntRange(0, len(pentagons)-1).Draw(t, "which")]
		disk, err := h3.GridDisk(p, 2)
		if err != nil {
			t.Fatal(err)
		}
		return disk[rapid.IntRange(0, len(disk)-1).Draw(t, "neighbour")]
	}
	lat := rapid.Float64Range(-90, 90).Draw(t, "lat")
	lng := rapid.Float64Range(-180, 180).Draw(t, "lng")
	c, err := h3.LatLngToCell(h3.LatLng{Lat: lat, Lng: lng}, res)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The bit arithmetic of explorer.Cell agrees with the C library.
func TestCellBitsAgreeWithH3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyCell(t)
		got := explorer.Cell(want)
		if !got.Valid() {
			t.Fatalf("%s is not valid", got)
		}
		if got.Resolution() != want.Resolution() || got.String() != want.String() {
			t.Fatalf("%s: resolution %d, want %s", got, got.Resolution(), want)
		}
		r := rapid.IntRange(0, want.Resolution()).Draw(t, "parent")
		parent, err := want.Parent(r)
		if err != nil {
			t.Fatal(err)
		}
		if got.Parent(r) != explorer.Cell(parent) {
			t.Fatalf("parent of %s at %d: %s, want %s", got, r, got.Parent(r), parent)
		}
		if back := explorer.CellAt(got.Position(), got.Resolution()); back != got {
			t.Fatalf("position of %s leads to %s", got, back)
		}
	})
}

// Valid agrees with the C library on every cell near the truth: one field of a real cell replaced.
func TestValidAgreesWithH3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := uint64(anyCell(t))
		bit := rapid.Uint64Range(0, 63).Draw(t, "bit")
		width := rapid.Uint64Range(1, 7).Draw(t, "width")
		mask := (uint64(1)<<width - 1) << bit
		c = c&^mask | rapid.Uint64().Draw(t, "value")&mask
		if got, want := explorer.Cell(c).Valid(), h3.Cell(c).IsValid(); got != want {
			t.Fatalf("%x: valid %v, H3 says %v", c, got, want)
		}
	})
}

func FuzzParseCell(f *testing.F) {
	f.Add("881f1d4887fffff")
	f.Add("8828308281fffff")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := explorer.ParseCell(s)
		if err != nil {
			return
		}
		again, err := explorer.ParseCell(c.String())
		if err != nil || again != c {
			t.Fatalf("%q: %s reads back as %s, %v", s, c, again, err)
		}
		if !h3.Cell(c).IsValid() {
			t.Fatalf("%q accepted, H3 refuses it", s)
		}
	})
}

// The outline of a cell holds its centre's cell and is continuous in longitude.
func TestBoundary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := explorer.Cell(anyCell(t))
		ring := grid.Boundary(c)
		if len(ring) < 5 || len(ring) > 10 {
			t.Fatalf("%s has %d corners", c, len(ring))
		}
		for _, p := range ring {
			if d := p[0] - ring[0][0]; d > 180 || d < -180 {
				t.Fatalf("%s: corner %v is a turn away from %v", c, p, ring[0])
			}
		}
		center := grid.Center(c)
		back, err := grid.CellOfDegrees(center[1], center[0], c.Resolution())
		if err != nil || back != c {
			t.Fatalf("centre of %s lies in %s, %v", c, back, err)
		}
	})
}
