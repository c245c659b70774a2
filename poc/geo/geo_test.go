package geo_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
)

// Vectors of the coverage protocol: positions with their coordinates and the
// cells they were asserted in.
func TestVectors(t *testing.T) {
	at := func(lat, lng geo.E7) geo.ECEF { return geo.Point{Lat: lat, Lng: lng}.ECEF() }
	places := []struct {
		point geo.Point
		want  geo.ECEF
	}{
		{geo.Point{Lat: 515123139, Lng: -2919015}, geo.ECEF{X: 3964922091, Y: -20200034, Z: 4986854447}},
		{geo.Point{Lat: 515649316, Lng: -1029578}, geo.ECEF{X: 3960385793, Y: -7116633, Z: 4990493585}},
		{geo.Point{Lat: 359076500, Lng: 144314156}, geo.ECEF{X: 4997458115, Y: 1286050343, Z: 3736471518}},
		{geo.Point{}, geo.ECEF{X: geo.EarthRadius}},
		{geo.Point{Lat: geo.MaxLat, Lng: 123}, geo.ECEF{Z: geo.EarthRadius}},
		{geo.Point{Lng: -geo.MaxLng}, geo.ECEF{X: -geo.EarthRadius}},
		{geo.Point{Lng: geo.MaxLng / 2}, geo.ECEF{Y: geo.EarthRadius}},
	}
	for _, p := range places {
		if diff := cmp.Diff(p.want, p.point.ECEF()); diff != "" {
			t.Errorf("coordinates of %v (-want +got):\n%s", p.point, diff)
		}
	}

	l0 := at(359076500, 144314156)
	distances := []struct {
		a, b   geo.ECEF
		d2     uint64
		metres uint32
	}{
		{at(515123139, -2919015), at(515649316, -1029578), 204996706654649, 14317},
		{l0, at(360618870, 142662352), 515022374396443, 22694},
		{l0, at(359077792, 144273882), 131774642733, 363},
		{l0, at(359111061, 144174683), 1725527938406, 1313},
		{l0, l0, 0, 0},
	}
	for _, d := range distances {
		if got := geo.D2(d.a, d.b); got != d.d2 || geo.D2(d.b, d.a) != d.d2 {
			t.Errorf("d2 of %v and %v = %d, want %d", d.a, d.b, got, d.d2)
		}
		if got := geo.Metres(d.d2); got != d.metres {
			t.Errorf("metres of %d = %d, want %d", d.d2, got, d.metres)
		}
	}

	cells := []struct {
		point geo.Point
		cell  geo.Cell
	}{
		{geo.Point{Lat: 515123139, Lng: -2919015}, 644459695463521437},
		{geo.Point{Lat: 515649316, Lng: -1029578}, 644460986971331488},
		{geo.Point{Lat: 359076500, Lng: 144314156}, 631615575095659519},
		{geo.Point{Lat: 360618870, Lng: 142662352}, 631615576056478207},
		{geo.Point{Lat: 359077792, Lng: 144273882}, 627111975468974079},
		{geo.Point{Lat: 359111061, Lng: 144174683}, 627111975465463807},
	}
	for _, c := range cells {
		if got := geo.CellAt(c.point, c.cell.Res()); got != c.cell {
			t.Errorf("cell of %v = %d, want %d", c.point, got, c.cell)
		}
	}
}

func TestThresholds(t *testing.T) {
	if got := geo.SquareMetres(100_000); got != 1e16 {
		t.Errorf("100 km = %d mm^2", got)
	}
	if got := geo.SquareMetres(400); got != 160_000_000_000 {
		t.Errorf("400 m = %d mm^2", got)
	}
	if got := geo.SquareMetres(math.MaxUint32); got != math.MaxUint64 {
		t.Errorf("4 million km = %d mm^2, want saturation", got)
	}
	north, south := geo.Point{Lat: geo.MaxLat}.ECEF(), geo.Point{Lat: -geo.MaxLat}.ECEF()
	if got := geo.D2(north, south); got != math.MaxUint64 {
		t.Errorf("pole to pole = %d mm^2, want saturation", got)
	}
	edges := geo.D2(geo.ECEF{X: math.MinInt64}, geo.ECEF{X: math.MaxInt64})
	if edges != math.MaxUint64 {
		t.Errorf("longest representable = %d mm^2, want saturation", edges)
	}
	if got := geo.D2(geo.ECEF{X: math.MaxUint32}, geo.ECEF{Y: math.MaxUint32}); got != math.MaxUint64 {
		t.Errorf("sum overflow = %d mm^2, want saturation", got)
	}
}

func TestRefusals(t *testing.T) {
	for _, p := range []geo.Point{
		{Lat: geo.MaxLat + 1},
		{Lat: -geo.MaxLat - 1},
		{Lng: geo.MaxLng + 1},
		{Lng: -geo.MaxLng - 1},
		{Lat: math.MinInt32, Lng: math.MinInt32},
	} {
		if err := p.Validate(); !errors.Is(err, geo.ErrPoint) {
			t.Errorf("validate %v = %v", p, err)
		}
		if c := geo.CellAt(p, 5); c != 0 {
			t.Errorf("cell of %v = %s", p, c)
		}
		p.ECEF() // wraps, and must not panic
	}
	for _, res := range []int{-1, 16, math.MaxInt, math.MinInt} {
		if c := geo.CellAt(geo.Point{}, res); c != 0 {
			t.Errorf("cell at res %d = %s", res, c)
		}
	}
	cell := geo.CellAt(geo.Point{}, 5)
	for _, res := range []int{-1, 6} {
		if c := cell.Parent(res); c != 0 {
			t.Errorf("parent at res %d = %s", res, c)
		}
	}
	for _, bad := range []struct {
		c geo.Cell
		k int
	}{{0, 1}, {math.MaxUint64, 1}, {cell, -1}, {cell, geo.MaxDisk + 1}} {
		if _, err := geo.Disk(bad.c, bad.k); !errors.Is(err, geo.ErrDisk) {
			t.Errorf("disk of %s, %d: %v", bad.c, bad.k, err)
		}
		if _, err := geo.Ring(bad.c, bad.k); !errors.Is(err, geo.ErrDisk) {
			t.Errorf("ring of %s, %d: %v", bad.c, bad.k, err)
		}
	}
}

func points() *rapid.Generator[geo.Point] {
	return rapid.Custom(func(t *rapid.T) geo.Point {
		return geo.Point{
			Lat: geo.E7(rapid.Int32Range(int32(-geo.MaxLat), int32(geo.MaxLat)).Draw(t, "lat")),
			Lng: geo.E7(rapid.Int32Range(int32(-geo.MaxLng), int32(geo.MaxLng)).Draw(t, "lng")),
		}
	})
}

func TestCellProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, res := points().Draw(t, "point"), rapid.IntRange(0, geo.MaxRes).Draw(t, "res")
		c := geo.CellAt(p, res)
		if !c.Valid() || c.Res() != res {
			t.Fatalf("cell %s res %d", c, c.Res())
		}
		if got, err := geo.ParseCell(c.String()); err != nil || got != c {
			t.Fatalf("parse %s = %s, %v", c, got, err)
		}
		up := c
		for r := res; r >= 0; r-- {
			if up = up.Parent(r); !up.Valid() || up.Res() != r || up != c.Parent(r) || up.BaseCell() != c.BaseCell() {
				t.Fatalf("parent %d of %s = %s", r, c, up)
			}
		}
		if zone := geo.Zone(c); (res >= geo.ZoneRes) != zone.Valid() {
			t.Fatalf("zone of %s = %s", c, zone)
		}
	})
}

func TestNeighboursAreMutual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := geo.CellAt(points().Draw(t, "point"), rapid.IntRange(0, geo.MaxRes).Draw(t, "res"))
		ring, err := geo.Ring(c, 1)
		if err != nil {
			t.Fatal(err)
		}
		want := 6
		if c.Pentagon() {
			want = 5
		}
		if len(ring) != want {
			t.Fatalf("%s has %d neighbours", c, len(ring))
		}
		for _, n := range ring {
			back, err := geo.Ring(n, 1)
			if err != nil {
				t.Fatal(err)
			}
			var found bool
			for _, b := range back {
				found = found || b == c
			}
			if !n.Valid() || !found {
				t.Fatalf("%s is a neighbour of %s, not the reverse", n, c)
			}
		}
	})
}

func TestPointsStayOnTheSphere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := points().Draw(t, "point").ECEF()
		// The three roundings of half a millimetre move the radius by at most
		// 0.9 mm; compare squares in quarter radii, which fit.
		sum := p.X/4*(p.X/4) + p.Y/4*(p.Y/4) + p.Z/4*(p.Z/4)
		const r = geo.EarthRadius / 4
		if sum > (r+4)*(r+4) || sum < (r-4)*(r-4) {
			t.Fatalf("radius of %v is off", p)
		}
	})
}

func TestMetresIsTheFloorOfTheRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.Uint32Range(1, 4_294_966).Draw(t, "metres")
		d2 := geo.SquareMetres(m)
		if geo.Metres(d2) != m || geo.Metres(d2-1) != m-1 {
			t.Fatalf("metres of %d = %d, of one less %d", d2, geo.Metres(d2), geo.Metres(d2-1))
		}
	})
}

func FuzzParseCell(f *testing.F) {
	for _, s := range []string{"", "8928308280fffff", "8928308280FFFFF", "08928308280fffff", "+928308280fffff", "8009fffffffffff", "8108bffffffffff", "zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := geo.ParseCell(s)
		if err != nil {
			if !errors.Is(err, geo.ErrCell) || c != 0 {
				t.Fatalf("parse %q = %s, %v", s, c, err)
			}
			return
		}
		if !c.Valid() || c.String() != s || len(s) != 15 {
			t.Fatalf("parse %q = %s", s, c)
		}
		if _, err := geo.Disk(c, geo.MaxDisk); err != nil {
			t.Fatal(err)
		}
	})
}

// The package must stay free of floating point: a fused multiplication on one
// architecture would split the chain.
func TestNoFloatingPoint(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		seen++
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if strings.HasPrefix(n.Name, "float") || strings.HasPrefix(n.Name, "complex") {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Name)
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT || n.Kind == token.IMAG {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Value)
				}
			}
			return true
		})
	}
	if seen < 5 {
		t.Errorf("looked at %d files only", seen)
	}
}
