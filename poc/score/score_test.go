package score

import (
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/proto/wire"
)

// The tables are the formulas of HIP 15 in exact rationals.
func TestUnitTables(t *testing.T) {
	decay := big.NewRat(1, 1)
	for w := 1; w <= limits.MaxWitnesses; w++ {
		beaconer, witness := big.NewRat(int64(w), 4), big.NewRat(1, 1)
		if w > 4 {
			decay = new(big.Rat).Mul(decay, big.NewRat(4, 5))
			beaconer = new(big.Rat).Sub(big.NewRat(2, 1), decay)
			witness = new(big.Rat).Add(big.NewRat(3, 1), decay)
			witness.Quo(witness, big.NewRat(int64(w), 1))
		}
		for name, c := range map[string]struct {
			exact *big.Rat
			table uint64
		}{"beaconer": {beaconer, beaconerUnits[w]}, "witness": {witness, witnessUnits[w]}} {
			scaled := new(big.Rat).Mul(c.exact, big.NewRat(unitsOne, 1))
			if got := roundHalfEven(new(big.Int).Set(scaled.Num()), scaled.Denom()); got != c.table {
				t.Errorf("%s with %d witnesses: table %d, exact %d", name, w, c.table, got)
			}
		}
	}
}

func TestPoints(t *testing.T) {
	for _, c := range []struct {
		kept              int
		scale, stretch    uint32
		beaconer, witness uint64
	}{
		{0, 10_000, 1, 0, 0},
		{-1, 10_000, 1, 0, 0},
		{4, 10_000, 1, limits.PointUnit, limits.PointUnit},
		{8, 10_000, 0, 159_040_000, 42_620_000},
		{14, 303, 1, 18_926 * 303, 2_220 * 303},
		{99, 10_000, 1, 189_260_000, 22_200_000},
		{1, 20_000, 3, 75_000_000, 3 * limits.PointUnit},
		{14, 10_000, 1 << 31, 189_260_000 * limits.MaxStretch, 22_200_000 * limits.MaxStretch},
	} {
		b, w := Points(c.kept, c.scale, c.stretch)
		if b != c.beaconer || w != c.witness {
			t.Errorf("%+v: got %d, %d", c, b, w)
		}
		if b > MaxPoints || w > MaxPoints {
			t.Errorf("%+v: above the bound", c)
		}
	}
}

func candidate(n uint32) Candidate {
	at := geo.Point{Lat: 525_000_000 + geo.E7(n)*100_000, Lng: 134_000_000}
	return Candidate{Hotspot: n, Owner: [32]byte{byte(n), byte(n >> 8)}, At: at.ECEF(), Spot: geo.CellAt(at, SpotRes)}
}

func kept(c []Candidate, v []wire.Verdict) (indexes []uint32) {
	for i := range c {
		if v[i] == wire.Accepted {
			indexes = append(indexes, c[i].Hotspot)
		}
	}
	return indexes
}

func TestSelectKeepsOnePerOwnerAndSpot(t *testing.T) {
	list := []Candidate{candidate(1), candidate(2), candidate(3)}
	list[1].Owner, list[2].At = list[0].Owner, list[0].At
	got := Select(nil, [32]byte{}, 1, list, Selection{MaxWitnesses: 14, MinDistance: 400})
	count := map[wire.Verdict]int{}
	for _, v := range got {
		count[v]++
	}
	first := list[0].Hotspot
	switch {
	case first == 1 && (count[wire.Redundant] != 1 || count[wire.TooClose] != 1):
		t.Errorf("behind 1: %v", got)
	case first != 1 && count[wire.Accepted] != 2:
		t.Errorf("behind %d: %v", first, got)
	}
}

func TestSelectDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		list := make([]Candidate, n)
		for i := range list {
			list[i] = candidate(uint32(i))
			list[i].Tenure = uint32(rapid.IntRange(0, 20).Draw(t, "tenure"))
			list[i].Owner[0] = byte(rapid.IntRange(0, 20).Draw(t, "owner"))
		}
		s := Selection{rapid.IntRange(0, 20).Draw(t, "most"), uint32(rapid.IntRange(0, 3_000).Draw(t, "spot"))}
		shuffled := rapid.Permutation(list).Draw(t, "shuffled")
		a := kept(list, Select(nil, [32]byte{1}, 9, list, s))
		b := kept(shuffled, Select(nil, [32]byte{1}, 9, shuffled, s))
		if !slices.Equal(a, b) {
			t.Fatalf("kept %v, and %v in another order", a, b)
		}
		if len(a) > min(s.MaxWitnesses, limits.MaxWitnesses) {
			t.Fatalf("kept %d of at most %d", len(a), s.MaxWitnesses)
		}
	})
}

func TestTenureWins(t *testing.T) {
	wins := 0
	for id := range uint64(1_000) {
		list := []Candidate{candidate(1), candidate(2)}
		list[0].Tenure = 12
		Select(nil, [32]byte{}, id, list, Selection{MaxWitnesses: 1})
		if list[0].Hotspot == 1 {
			wins++
		}
	}
	// Eight draws against one: 8/9.
	if wins < 840 || wins > 930 {
		t.Errorf("eight lots against one win %d of 1,000", wins)
	}
}

// Nine copies on one spot are kept no more often than one is.
func TestClonesShareALot(t *testing.T) {
	wins := 0
	for id := range uint64(1_000) {
		list := []Candidate{candidate(100)}
		for n := range uint32(9) {
			c := candidate(1)
			c.Hotspot, c.Owner[5] = n+1, byte(n)
			list = append(list, c)
		}
		Select(nil, [32]byte{}, id, list, Selection{MaxWitnesses: 1, MinDistance: 400})
		if list[0].Hotspot != 100 {
			wins++
		}
	}
	if wins < 450 || wins > 550 {
		t.Errorf("nine on a spot win %d of 1,000 against one elsewhere", wins)
	}
}

// A new hotspot never goes before an old one on its spot.
func TestOldNeighbourGoesFirst(t *testing.T) {
	for id := range uint64(500) {
		list := []Candidate{candidate(1), candidate(1)}
		list[0].Hotspot, list[1].Hotspot = 7, 8
		list[1].Owner[9], list[1].Tenure = 1, 3
		verdicts := Select(nil, [32]byte{2}, id, list, Selection{MaxWitnesses: 14, MinDistance: 400})
		if list[0].Hotspot == 7 && list[0].key != list[1].key {
			t.Fatalf("challenge %d: %v", id, verdicts)
		}
	}
}

func TestDensityLimit(t *testing.T) {
	rule := densityRule{neighbours: 2, target: 1, most: 4}
	var got []uint64
	for n := range uint64(8) {
		got = append(got, rule.limit(n))
	}
	if diff := cmp.Diff([]uint64{1, 1, 1, 2, 3, 4, 4, 4}, got); diff != "" {
		t.Error(diff)
	}
	for _, r := range densityRules {
		if r.most < r.target {
			t.Errorf("%+v depends on the order of evaluation", r)
		}
	}
}

// fixture is the example that HIP 104's numbers are checked with: 36 hotspots in
// 31 cells of one res-8 cell, and the scale of each, times 10^4.
var fixture = []struct {
	cell, scale uint64
	count       int
}{
	{515536895, 60, 3},
	{515537919, 60, 3},
	{515538431, 60, 1},
	{515722239, 83, 2},
	{515727359, 83, 1},
	{515728895, 83, 1},
	{515739647, 83, 1},
	{515589631, 104, 1},
	{515600383, 104, 1},
	{515601919, 104, 1},
	{515606527, 104, 1},
	{516876799, 139, 1},
	{516885503, 139, 1},
	{516888063, 139, 1},
	{516996607, 139, 1},
	{517011455, 139, 1},
	{517016575, 139, 1},
	{516907007, 208, 1},
	{516912639, 208, 1},
	{516612607, 278, 1},
	{516613631, 278, 1},
	{515564031, 417, 1},
	{516955647, 417, 1},
	{515874303, 556, 1},
	{515924479, 556, 1},
	{515987455, 556, 1},
	{516590079, 556, 1},
	{516640767, 556, 1},
	{517144063, 833, 1},
	{517264895, 833, 1},
	{516363775, 1667, 1},
}

func TestDensityFixture(t *testing.T) {
	var cells []geo.Cell
	for _, f := range fixture {
		c := geo.Cell(631210990_000000000 + f.cell)
		if !c.Valid() {
			t.Fatalf("%d is not a cell", c)
		}
		for range f.count {
			cells = append(cells, c)
		}
	}
	if len(cells) != 36 {
		t.Fatalf("%d hotspots", len(cells))
	}
	rapid.Check(t, func(rt *rapid.T) {
		d := NewDensity(rapid.Permutation(cells).Draw(rt, "cells"))
		for _, f := range fixture {
			if got := d.Scale(geo.Cell(631210990_000000000 + f.cell)); uint64(got) != f.scale {
				rt.Fatalf("scale of %d is %d, want %d", f.cell, got, f.scale)
			}
		}
	})
	d := NewDensity(append(cells, 0, cells[0].Parent(5)))
	if got := d.Scale(geo.CellAt(geo.Point{}, 12)); got != scaleOne {
		t.Errorf("an empty place has scale %d", got)
	}
}

func TestRoundHalfEven(t *testing.T) {
	for _, c := range [][3]int64{{1, 2, 0}, {3, 2, 2}, {5, 2, 2}, {7, 3, 2}, {8, 3, 3}} {
		if got := roundHalfEven(big.NewInt(c[0]), big.NewInt(c[1])); got != uint64(c[2]) {
			t.Errorf("%d/%d rounds to %d", c[0], c[1], got)
		}
	}
}
