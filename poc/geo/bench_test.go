package geo_test

import (
	"testing"

	"github.com/hexwave/hexwave/poc/geo"
)

// spread walks the whole sphere, so that no face or branch is favoured.
func spread(n int) geo.Point {
	return geo.Point{
		Lat: geo.E7(int64(n)*7_919_317%(2*int64(geo.MaxLat))) - geo.MaxLat,
		Lng: geo.E7(int64(n)*104_729_977%(2*int64(geo.MaxLng)) - int64(geo.MaxLng)),
	}
}

func TestHotPathsDoNotAllocate(t *testing.T) {
	a, b := spread(1), spread(2)
	var cell geo.Cell
	var d2 uint64
	if n := testing.AllocsPerRun(100, func() {
		cell = geo.CellAt(a, 12)
		d2 = geo.D2(a.ECEF(), b.ECEF())
	}); n != 0 || cell == 0 || d2 == 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCellAt(b *testing.B) {
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		geo.CellAt(spread(n), 12)
	}
}

func BenchmarkECEF(b *testing.B) {
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		spread(n).ECEF()
	}
}

func BenchmarkD2(b *testing.B) {
	x, y := spread(1).ECEF(), spread(2).ECEF()
	b.ReportAllocs()
	for b.Loop() {
		geo.D2(x, y)
	}
}

func BenchmarkDisk(b *testing.B) {
	c := geo.CellAt(spread(1), geo.ZoneRes)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := geo.Disk(c, 1); err != nil {
			b.Fatal(err)
		}
	}
}
