package where_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/region/where"
)

func mustBuild(t testing.TB, res int, ask func(geo.Cell) (region.ID, bool)) *where.Table {
	t.Helper()
	table, err := where.Build(res, ask)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func mustEncode(t testing.TB, table *where.Table) []byte {
	t.Helper()
	b, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// patchwork answers from a seed: cells that are of one region, one of n, at
// every resolution, and many that are not.
func patchwork(seed uint64, n int) func(geo.Cell) (region.ID, bool) {
	return func(c geo.Cell) (region.ID, bool) {
		x := (uint64(c) ^ seed) * 0x9e3779b97f4a7c15
		x ^= x >> 29
		x *= 0xbf58476d1ce4e5b9
		x ^= x >> 32
		id := region.Unknown
		if k := int(x>>8) % (n + 1); k > 0 {
			id = region.ID(3 * k)
		}
		return id, x&3 != 0
	}
}

// TestTableAnswersAsAsked holds the table, and what is decoded from its
// encoding, against the answers it was built from.
func TestTableAnswersAsAsked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		res, n := rapid.IntRange(0, 4).Draw(rt, "res"), rapid.IntRange(0, 31).Draw(rt, "regions")
		ask := patchwork(rapid.Uint64().Draw(rt, "seed"), n)
		built := mustBuild(t, res, ask)
		b := mustEncode(t, built)
		decoded, err := where.Decode(b)
		if err != nil {
			rt.Fatal(err)
		}
		if decoded.Res() != res || !bytes.Equal(mustEncode(t, decoded), b) {
			rt.Fatal("another table after a round trip")
		}
		for range 100 {
			c := geo.CellAt(geo.Point{
				Lat: geo.E7(rapid.Int32Range(-900_000_000, 900_000_000).Draw(rt, "lat")),
				Lng: geo.E7(rapid.Int32Range(-1_800_000_000, 1_800_000_000).Draw(rt, "lng")),
			}, rapid.IntRange(res, geo.MaxRes).Draw(rt, "cell"))
			want := region.Unknown
			for r := range res + 1 {
				id, all := ask(c.Parent(r))
				if want = id; all {
					break
				}
			}
			if got := built.At(c); got != want {
				rt.Fatalf("%s built: %v, want %v", c, got, want)
			}
			if got := decoded.At(c); got != want {
				rt.Fatalf("%s decoded: %v, want %v", c, got, want)
			}
		}
	})
}

func TestBuildJoinsWhatIsAlike(t *testing.T) {
	split := func(geo.Cell) (region.ID, bool) { return region.EU868, false }
	one := mustBuild(t, 3, split)
	if cells := one.Cells(region.EU868); cells != 122 {
		t.Errorf("%d cells of a world of one region", cells)
	}
	whole := mustBuild(t, 3, func(geo.Cell) (region.ID, bool) { return region.EU868, true })
	if !bytes.Equal(mustEncode(t, one), mustEncode(t, whole)) {
		t.Error("the encoding tells how the table was asked for")
	}
	for _, res := range []int{-1, geo.MaxRes + 1} {
		if _, err := where.Build(res, split); !errors.Is(err, where.ErrTable) {
			t.Errorf("resolution %d: %v", res, err)
		}
	}
	many := mustBuild(t, 1, func(c geo.Cell) (region.ID, bool) { return region.ID(c.BaseCell() % 32), true })
	if _, err := many.Encode(); !errors.Is(err, where.ErrTable) {
		t.Errorf("32 regions: %v", err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := mustEncode(t, mustBuild(t, 2, patchwork(1, 3)))
	edit := func(change func([]byte) []byte) []byte { return change(bytes.Clone(good)) }
	set := func(at int, v byte) []byte { return edit(func(b []byte) []byte { b[at] = v; return b }) }
	bits := func(head []byte, body ...byte) []byte { return append(append([]byte("HXR\x01"), head...), body...) }
	empty := make([]byte, 16) // 122 leaves of one bit, and six bits to fill
	for name, b := range map[string][]byte{
		"nothing":          nil,
		"other magic":      set(3, 2),
		"resolution":       set(4, 16),
		"coarser":          set(4, 1),
		"regions":          set(5, 32),
		"a region less":    set(5, 2),
		"regions' order":   edit(func(b []byte) []byte { b[7], b[9] = b[9], b[7]; return b }),
		"cut":              good[:len(good)-1],
		"more":             append(bytes.Clone(good), 0),
		"unused region":    bits([]byte{0, 1, 0, 1}, empty...),
		"unknown listed":   bits([]byte{0, 1, 0, byte(region.Unknown)}, empty...),
		"filled with ones": bits([]byte{0, 0}, append(make([]byte, 15), 1)...),
		"no such value":    bits([]byte{0, 0}, append([]byte{0b10_000000}, empty...)...),
		"spelt out":        bits([]byte{0, 0}, append([]byte{0b111_00000}, empty...)...),
		"not split":        bits([]byte{1, 0}, append([]byte{0b110_00000}, empty...)...),
		"split too far":    bits([]byte{0, 0}, append([]byte{0b110_00000}, empty...)...),
	} {
		if _, err := where.Decode(b); !errors.Is(err, where.ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := where.Decode(bits([]byte{0, 0}, empty...)); err != nil {
		t.Errorf("the empty table: %v", err)
	}
}

// FuzzDecode holds that a decoder ends without a panic, and that what it accepts
// is the one encoding of its table.
func FuzzDecode(f *testing.F) {
	for res := range 3 {
		f.Add(mustEncode(f, mustBuild(f, res, patchwork(uint64(res), 4*res))))
	}
	f.Add([]byte("HXR\x01\x00\x00"))
	probe := geo.CellAt(geo.Point{Lat: 473_700_000, Lng: 85_400_000}, geo.MaxRes)
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := where.Decode(b)
		if err != nil {
			if !errors.Is(err, where.ErrTable) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		if again := mustEncode(t, table); !bytes.Equal(again, b) {
			t.Fatalf("%x became %x", b, again)
		}
		table.At(probe)
	})
}

// TestWorldIsTheSpecified pins the table: validators with another one part from
// the chain. docs/spec/poc.md gives the sum.
func TestWorldIsTheSpecified(t *testing.T) {
	b, err := os.ReadFile("world.bin")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := os.ReadFile("../../../docs/spec/poc.md")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(b)); !bytes.Contains(spec, []byte(sum)) {
		t.Errorf("the sum of world.bin is %s, which docs/spec/poc.md does not name", sum)
	}
}

func TestWorldRoundTrip(t *testing.T) {
	world, err := where.World()
	if err != nil {
		t.Fatal(err)
	}
	again, err := where.Decode(mustEncode(t, world))
	if err != nil {
		t.Fatal(err)
	}
	const n = 20_000
	for k := range n {
		c := spread(k, 12)
		if got, want := again.At(c), where.At(c); got != want {
			t.Fatalf("%s: %v, want %v", c, got, want)
		}
	}
}

// spread walks the whole sphere.
func spread(n, res int) geo.Cell {
	return geo.CellAt(geo.Point{
		Lat: geo.E7(int64(n)*7_919_317%(2*int64(geo.MaxLat))) - geo.MaxLat,
		Lng: geo.E7(int64(n)*104_729_977%(2*int64(geo.MaxLng)) - int64(geo.MaxLng)),
	}, res)
}

func TestAtDoesNotAllocate(t *testing.T) {
	c := spread(77, 12)
	if n := testing.AllocsPerRun(100, func() { where.At(c) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAt(b *testing.B) {
	cells := make([]geo.Cell, 1<<14)
	for n := range cells {
		cells[n] = spread(n, 12)
	}
	where.At(cells[0]) // decodes
	n := 0
	for b.Loop() {
		where.At(cells[n%len(cells)])
		n++
	}
}

func BenchmarkAtBorder(b *testing.B) {
	c := geo.CellAt(geo.Point{Lat: 225_300_000, Lng: 1_141_100_000}, 12)
	for b.Loop() {
		where.At(c)
	}
}

func BenchmarkDecode(b *testing.B) {
	world, err := where.World()
	if err != nil {
		b.Fatal(err)
	}
	encoded := mustEncode(b, world)
	b.SetBytes(int64(len(encoded)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := where.Decode(encoded); err != nil {
			b.Fatal(err)
		}
	}
}
