package index_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/explorertest"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

// load applies a town's chain to a new index.
func load(tb testing.TB, town explorertest.Town) *index.Index {
	tb.Helper()
	x := index.New()
	for _, b := range town.Chain() {
		if err := x.Apply(b); err != nil {
			tb.Fatal(err)
		}
	}
	return x
}

func TestHeightsRise(t *testing.T) {
	x := index.New()
	for _, step := range []struct {
		height explorer.Height
		ok     bool
	}{{0, true}, {1, true}, {1, false}, {0, false}, {7, true}, {6, false}} {
		err := x.Apply(explorer.Block{Height: step.height, Events: []explorer.Event{explorer.EpochClosed{Epoch: 1}}})
		if (err == nil) != step.ok || (err != nil && !errors.Is(err, index.ErrHeight)) {
			t.Fatalf("height %d: %v", step.height, err)
		}
	}
	if v := x.View(); v.Height != 7 || v.Seq != 3 {
		t.Fatalf("height %d seq %d, want 7 and 3", v.Height, v.Seq)
	}
}

func TestRefusesWhatCannotBe(t *testing.T) {
	x := index.New()
	bad := []explorer.Event{
		explorer.HotspotRegistered{Index: index.MaxHotspots},
		explorer.HotspotLocated{Index: 5},
		explorer.HotspotRegistered{Index: 1, ID: "one", Name: "a-b-c"},
		explorer.HotspotLocated{Index: 1, Position: explorer.LatLng{LatE7: 900_000_001}, Cell: 0x8c1f1d48a6b65ff},
		explorer.HotspotLocated{Index: 1, Cell: 42},
		explorer.Claimed{Hotspot: 9, Amount: 1},
		explorer.ChallengeSettled{ID: 1, Beaconer: 9},
	}
	if err := x.Apply(explorer.Block{Height: 1, Events: bad}); err != nil {
		t.Fatal(err)
	}
	v := x.View()
	if v.Stats.Unplaced != 6 || v.Stats.Hotspots != 1 || v.Stats.Located != 0 || v.Stats.CellsDry != 0 {
		t.Fatalf("%+v", v.Stats)
	}
}

// Readers see only whole blocks while the writer goes on: the counters of a view equal what can be counted in it.
func TestReadersSeeWholeBlocks(t *testing.T) {
	chain := explorertest.Town{Seed: 3, Blocks: 150}.Chain()
	x := index.New()
	var done atomic.Bool
	var readers sync.WaitGroup
	world := index.Box{West: -180, South: -90, East: 180, North: 90}
	for range 3 {
		readers.Go(func() {
			var last explorer.Seq
			for !done.Load() {
				v := x.View()
				if v.Seq < last {
					t.Error("sequence fell")
					return
				}
				seen, dry, residents := 0, 0, 0
				for s := range v.Near(world, 8) {
					seen, dry = seen+int(s.Measured), dry+int(s.Empty)
				}
				for range v.Residents(world) {
					residents++
				}
				if seen != v.Stats.CellsSeen || dry != v.Stats.CellsDry || residents != v.Stats.Located {
					t.Errorf("seq %d: found %d, %d, %d; stats %+v", v.Seq, seen, dry, residents, v.Stats)
					return
				}
				if _, ok := x.Since(v, last); !ok {
					t.Errorf("feed does not know what changed from %d to %d", last, v.Seq)
					return
				}
				last = v.Seq
			}
		})
	}
	for _, b := range chain {
		if err := x.Apply(b); err != nil {
			t.Error(err)
		}
	}
	done.Store(true)
	readers.Wait()
}

// Whoever adds up the feed from any sequence on has every cell that differs.
func TestFeedNamesEveryChange(t *testing.T) {
	x := index.New()
	var views []*index.View
	for _, b := range (explorertest.Town{Seed: 5, Blocks: 60}).Chain() {
		if err := x.Apply(b); err != nil {
			t.Fatal(err)
		}
		views = append(views, x.View())
	}
	last := x.View()
	for _, old := range views {
		change, ok := x.Since(last, old.Seq)
		if !ok {
			t.Fatalf("nothing known since %d", old.Seq)
		}
		named := map[explorer.Cell]bool{}
		for _, c := range change.Cells {
			named[c] = true
		}
		for s := range last.Near(index.Box{West: -180, South: -90, East: 180, North: 90}, 8) {
			if old.Record(s.Cell) != last.Record(s.Cell) && !named[s.Cell] {
				t.Fatalf("%s changed after %d and is not named", s.Cell, old.Seq)
			}
		}
	}
	if _, ok := x.Since(last, last.Seq+1); ok {
		t.Fatal("the future is known")
	}
}

func TestSearchAndFind(t *testing.T) {
	x := load(t, explorertest.Town{Seed: 1, Blocks: 2})
	v := x.View()
	want := v.Hotspot(17)
	for _, q := range []string{want.Name, want.ID, "Brave-Azure-" + want.Name[len("brave-azure-"):]} {
		if got := x.Find(v, q); got == nil || got.Index != 17 {
			t.Errorf("find %q: %+v", q, got)
		}
	}
	if x.Find(v, "no-such-name") != nil {
		t.Error("found what is not there")
	}
	if got := v.Search("brave az", 5); len(got) != 1 || got[0].Index != 17 {
		t.Errorf("search: %d hits", len(got))
	}
	if got := v.Search("a", 5); len(got) != 5 {
		t.Errorf("search: %d hits, want the limit of 5", len(got))
	}
}

func TestVersionChangesWithTheTile(t *testing.T) {
	x := load(t, explorertest.Town{Seed: 1, Blocks: 30})
	here := index.Box{West: 13, South: 52, East: 14, North: 53}
	away := index.Box{West: 0, South: 0, East: 1, North: 1}
	before, _ := x.View().Version(here, 8)
	moved := explorer.HotspotLocated{Index: 1, Position: explorer.E7(0.5, 0.5)}
	cell, err := grid.CellOf(moved.Position, 12)
	if err != nil {
		t.Fatal(err)
	}
	moved.Cell = cell
	if err := x.Apply(explorer.Block{Height: 31, Events: []explorer.Event{moved}}); err != nil {
		t.Fatal(err)
	}
	after, _ := x.View().Version(here, 8)
	if after == before {
		t.Error("a hotspot left and the tile kept its version")
	}
	if _, n := x.View().Version(away, 8); n != 1 {
		t.Errorf("%d chunks where the hotspot went, want 1", n)
	}
}

func BenchmarkPoint(b *testing.B) {
	v := load(b, explorertest.Town{Seed: 1, Hotspots: 2000, SpreadM: 60_000, Blocks: 3000}).View()
	b.ReportAllocs()
	i, hits := 0, 0
	for b.Loop() {
		lat := 52.0 + float64(i%1000)/1000
		c, err := grid.CellOfDegrees(lat, 13.405, explorer.CoverageRes)
		if err != nil {
			b.Fatal(err)
		}
		if v.Record(c).State() == index.Measured {
			hits++
		}
		i++
	}
	if hits == 0 {
		b.Fatal("no point was covered")
	}
}

func BenchmarkApply(b *testing.B) {
	chain := explorertest.Town{Seed: 1, Hotspots: 2000, SpreadM: 60_000, Blocks: 1000}.Chain()
	b.ReportAllocs()
	x, at := index.New(), 0
	for b.Loop() {
		if at == len(chain) {
			x, at = index.New(), 0
		}
		if err := x.Apply(chain[at]); err != nil {
			b.Fatal(err)
		}
		at++
	}
}
