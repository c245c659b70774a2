package score

import (
	"context"
	"errors"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
)

// Density is the density map of an active set.
type Density struct {
	cells map[geo.Cell]occupancy
}

// occupancy counts a cell: all that its children let through, and what it lets
// through itself.
type occupancy struct{ all, clipped uint64 }

// NewDensity returns the density map of hotspots given by their cells, of
// resolution 11 or finer. Cells that are coarser or invalid are left out. The
// order of cells does not matter.
func NewDensity(cells []geo.Cell) Density {
	d := Density{cells: make(map[geo.Cell]occupancy)}
	var level []geo.Cell
	for _, c := range cells {
		if p := c.Parent(finestDensity); p != 0 && c.Valid() {
			o := d.cells[p]
			d.cells[p] = occupancy{o.all + 1, o.clipped + 1}
			level = append(level, p)
		}
	}
	level = distinct(level)
	for res := finestDensity - 1; res >= coarsestDensity; res-- {
		level = d.raise(level, res)
	}
	return d
}

// raise fills in the resolution above level and returns its cells.
func (d Density) raise(level []geo.Cell, res int) []geo.Cell {
	next := make([]geo.Cell, 0, len(level))
	for _, c := range level {
		p := c.Parent(res)
		o := d.cells[p]
		o.all += d.cells[c].clipped
		d.cells[p] = o
		next = append(next, p)
	}
	next = distinct(next)
	rule := ruleOf(res)
	for _, p := range next {
		o := d.cells[p]
		o.clipped = min(rule.limit(d.busy(p, rule.target)), o.all)
		d.cells[p] = o
	}
	return next
}

// busy counts the cells among p and its ring that hold at least target.
func (d Density) busy(p geo.Cell, target uint64) uint64 {
	disk, err := geo.Disk(p, 1)
	if err != nil {
		return 0
	}
	var n uint64
	for _, c := range disk {
		if d.cells[c].all >= target {
			n++
		}
	}
	return n
}

// Scale returns the density scale of a hotspot's cell times 10^4, rounded half
// to even: the product over resolutions 4 to 10 of what its cells let through
// over what they hold. A cell outside the map has the scale of an empty place.
func (d Density) Scale(c geo.Cell) uint32 {
	num, den := big.NewInt(scaleOne), big.NewInt(1)
	for res := coarsestDensity; res < finestDensity; res++ {
		o := d.cells[c.Parent(res)]
		if o.all == 0 {
			return scaleOne
		}
		num.Mul(num, new(big.Int).SetUint64(o.clipped))
		den.Mul(den, new(big.Int).SetUint64(o.all))
	}
	return uint32(roundHalfEven(num, den))
}

// densityMap is a DensityStore in memory.
type densityMap map[geo.Cell]Counts

func (m densityMap) Counts(_ context.Context, c geo.Cell) (Counts, error) { return m[c], nil }

func (m densityMap) SetCounts(_ context.Context, c geo.Cell, n Counts) error {
	if n == (Counts{}) {
		delete(m, c)
		return nil
	}
	m[c] = n
	return nil
}

// equals compares the map with one made anew of the cells.
func (m densityMap) equals(cells []geo.Cell) string {
	anew := densityMap{}
	for c, o := range NewDensity(cells).cells {
		if o.all > 0 {
			anew[c] = Counts{uint32(o.all), uint32(o.clipped)}
		}
	}
	return cmp.Diff(anew, m)
}

// Whatever comes and goes, the map is that of who is there.
func TestDensityIsThatOfTheSet(t *testing.T) {
	pentagon := geo.Cell(0x8009fffffffffff)
	for _, c := range []struct {
		name   string
		centre geo.Point
	}{{"town", geo.Point{Lat: 525_000_000, Lng: 134_000_000}}, {"equator", geo.Point{}}, {"pentagon", pentagonPoint(t, pentagon)}} {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				m := densityMap{}
				var there []geo.Cell
				spread := rapid.SampledFrom([]geo.E7{2_000, 40_000, 400_000}).Draw(rt, "spread")
				for range rapid.IntRange(0, 150).Draw(rt, "moves") {
					if len(there) > 0 && rapid.IntRange(0, 3).Draw(rt, "leave") == 0 {
						at := rapid.IntRange(0, len(there)-1).Draw(rt, "who")
						if err := RemoveDensity(t.Context(), m, there[at]); err != nil {
							rt.Fatal(err)
						}
						there = slices.Delete(there, at, at+1)
						continue
					}
					p := c.centre
					p.Lat += spread * geo.E7(rapid.IntRange(-40, 40).Draw(rt, "lat")) / 40
					p.Lng += spread * geo.E7(rapid.IntRange(-40, 40).Draw(rt, "lng")) / 40
					cell := geo.CellAt(p, 12)
					if err := AddDensity(t.Context(), m, cell); err != nil {
						rt.Fatal(err)
					}
					there = append(there, cell)
				}
				if diff := m.equals(there); diff != "" {
					rt.Fatal(diff)
				}
				d := NewDensity(there)
				for _, cell := range there {
					if got, err := DensityScale(t.Context(), m, cell); err != nil || got != d.Scale(cell) {
						rt.Fatalf("scale of %s: %d, %v; want %d", cell, got, err, d.Scale(cell))
					}
				}
				for _, cell := range there {
					if err := RemoveDensity(t.Context(), m, cell); err != nil {
						rt.Fatal(err)
					}
				}
				if len(m) != 0 {
					rt.Fatalf("left behind: %v", m)
				}
			})
		})
	}
}

// pentagonPoint returns a point in a pentagon of resolution 0, near its centre.
func pentagonPoint(t *testing.T, c geo.Cell) geo.Point {
	t.Helper()
	// Centre of base cell 4, 64.7 N 10.5 E (H3's table of base cells).
	p := geo.Point{Lat: 647_000_000, Lng: 105_361_990}
	if got := geo.CellAt(p, 0); got != c {
		t.Fatalf("%s is not in pentagon %s", got, c)
	}
	return p
}

func TestDensityRefusesWhatCannotBe(t *testing.T) {
	m := densityMap{}
	for name, c := range map[string]geo.Cell{
		"nobody there": geo.CellAt(geo.Point{Lat: 1}, 12), "coarse": geo.CellAt(geo.Point{Lat: 1}, 5), "no cell": 7,
	} {
		if err := RemoveDensity(t.Context(), m, c); !errors.Is(err, ErrCounts) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(m) != 0 {
		t.Errorf("%v", m)
	}
}

// A thousand hotspots in one spot: the product needs more than 64 bits nowhere
// near, but a store may hold anything.
func TestScaleOfAnyCounts(t *testing.T) {
	m := densityMap{}
	c := geo.CellAt(geo.Point{Lat: 525_000_000, Lng: 134_000_000}, 12)
	want := big.NewRat(scaleOne, 1)
	for res := coarsestDensity; res < finestDensity; res++ {
		m[c.Parent(res)] = Counts{All: 4_000_000_000, Let: 3_999_999_999}
		want.Mul(want, big.NewRat(3_999_999_999, 4_000_000_000))
	}
	got, err := DensityScale(t.Context(), m, c)
	if exact := roundHalfEven(new(big.Int).Set(want.Num()), want.Denom()); err != nil || uint64(got) != exact {
		t.Errorf("%d, %v; want %d", got, err, exact)
	}
}

// town returns the cells of n hotspots in towns of sizes by Zipf's law.
func town(n int) []geo.Cell {
	r := rand.New(rand.NewPCG(1, 2))
	cells := make([]geo.Cell, 0, n)
	for size := n / 8; len(cells) < n; size = max(size*7/8, 3) {
		lat, lng := geo.E7(450_000_000+r.IntN(100_000_000)), geo.E7(r.IntN(150_000_000))
		for range min(size, n-len(cells)) {
			spread := 20_000 * float64(1+size/500)
			cells = append(cells, geo.CellAt(geo.Point{Lat: lat + geo.E7(spread*r.NormFloat64()), Lng: lng + geo.E7(spread*r.NormFloat64())}, 12))
		}
	}
	return cells
}

// One operation is a move: out of one cell and into another.
func BenchmarkDensityMove(b *testing.B) {
	cells := town(200_000)
	m := densityMap{}
	for _, c := range cells {
		if err := AddDensity(b.Context(), m, c); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d cells", len(slices.Collect(maps.Keys(m))))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c := cells[i*7_919%len(cells)]
		if err := errors.Join(RemoveDensity(b.Context(), m, c), AddDensity(b.Context(), m, c)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDensityScale(b *testing.B) {
	cells := town(20_000)
	m := densityMap{}
	for _, c := range cells {
		if err := AddDensity(b.Context(), m, c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := DensityScale(b.Context(), m, cells[i%len(cells)]); err != nil {
			b.Fatal(err)
		}
	}
}
