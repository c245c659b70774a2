package index_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/explorertest"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

// apply adds events as the next block.
func apply(tb testing.TB, x *index.Index, events ...explorer.Event) *index.View {
	tb.Helper()
	if err := x.Apply(explorer.Block{Height: x.View().Height + 1, Events: events}); err != nil {
		tb.Fatal(err)
	}
	return x.View()
}

// owned returns the hotspots that a search for an owner finds.
func owned(v *index.View, owner string) []explorer.HotspotIndex {
	var out []explorer.HotspotIndex
	for _, h := range v.Search(owner, 10) {
		out = append(out, h.Index)
	}
	return out
}

func TestATransferChangesTheOwner(t *testing.T) {
	x := index.New()
	before := apply(
		t, x,
		explorer.HotspotRegistered{Index: 1, ID: "one", Name: "a-b-c", Owner: "hxw1seller"},
		explorer.HotspotRegistered{Index: 2, ID: "two", Name: "d-e-f", Owner: "hxw1seller"},
	)
	after := apply(t, x, explorer.HotspotOwnerChanged{Index: 1, Owner: "hxw1buyer"})
	for _, tc := range []struct {
		what  string
		view  *index.View
		owner string
		want  []explorer.HotspotIndex
	}{
		{"seller before", before, "hxw1seller", []explorer.HotspotIndex{1, 2}},
		{"buyer before", before, "hxw1buyer", nil},
		{"seller after", after, "hxw1seller", []explorer.HotspotIndex{2}},
		{"buyer after", after, "hxw1buyer", []explorer.HotspotIndex{1}},
	} {
		if d := cmp.Diff(tc.want, owned(tc.view, tc.owner)); d != "" {
			t.Errorf("%s: %s", tc.what, d)
		}
	}
	if change, ok := x.Since(after, before.Seq); !ok || !cmp.Equal(change.Hotspots, []explorer.HotspotIndex{1}) {
		t.Errorf("the feed names %v", change.Hotspots)
	}
}

// world is a box around everything.
var world = index.Box{West: -180, South: -90, East: 180, North: 90}

// standing returns who stands anywhere, by place or by nearness.
func standing(v *index.View) (residents, near int) {
	for range v.Residents(world) {
		residents++
	}
	for range v.Within(explorer.E7(52.52, 13.405), 15_000) {
		near++
	}
	return residents, near
}

// links returns how many links to a hotspot cells and other hotspots name.
func links(v *index.View, i explorer.HotspotIndex) (cells, spots int) {
	for s := range v.Near(world, explorer.CoverageRes) {
		for _, l := range v.Links(s.Cell) {
			if l.Hotspot == i {
				cells++
			}
		}
	}
	for h := range v.Hotspots(0) {
		for _, e := range slices.Concat(h.HeardBy, h.Hears) {
			if e.Hotspot == i {
				spots++
			}
		}
	}
	return cells, spots
}

// painted returns the records of all cells, without who reaches them.
func painted(v *index.View) map[explorer.Cell]index.Record {
	out := map[explorer.Cell]index.Record{}
	for s := range v.Near(world, explorer.CoverageRes) {
		r := v.Record(s.Cell)
		r.Hotspots = 0
		out[s.Cell] = r
	}
	return out
}

// busy returns the hotspot in a view with the most links to others.
func busy(v *index.View) *index.Hotspot {
	var out *index.Hotspot
	for h := range v.Hotspots(0) {
		if out == nil || len(h.HeardBy)+len(h.Hears) > len(out.HeardBy)+len(out.Hears) {
			out = h
		}
	}
	return out
}

func retire(i explorer.HotspotIndex) explorer.Event {
	return explorer.HotspotStatusChanged{Index: i, Status: explorer.StatusRetired}
}

func TestARetirementEndsWhatIsLiveAndKeepsHistory(t *testing.T) {
	x := load(t, explorertest.Town{Seed: 7, Blocks: 200})
	before := x.View()
	h := busy(before)
	after := apply(t, x, retire(h.Index))

	b, a := before.Stats, after.Stats
	if a.Hotspots != b.Hotspots-1 || a.Located != b.Located-1 || a.Active != b.Active-1 || a.Retired != b.Retired+1 {
		t.Errorf("from %+v to %+v", b, a)
	}
	residents, near := standing(before)
	if r, n := standing(after); r != residents-1 || n != near-1 {
		t.Errorf("%d stand, %d near; before %d and %d", r, n, residents, near)
	}
	if c, s := links(before, h.Index); c == 0 || s == 0 {
		t.Fatalf("%d and %d links before: nothing is shown", c, s)
	}
	if c, s := links(after, h.Index); c != 0 || s != 0 {
		t.Errorf("%d cells and %d hotspots name it", c, s)
	}
	if slices.Contains(owned(after, h.Owner), h.Index) || !slices.Contains(owned(before, h.Owner), h.Index) {
		t.Error("its owner's list did not lose it")
	}

	want := *h
	want.Status, want.Located, want.RetiredAt = explorer.StatusRetired, false, after.Height
	if d := cmp.Diff(&want, after.Hotspot(h.Index)); d != "" {
		t.Errorf("its history changed: %s", d)
	}
	if d := cmp.Diff(painted(before), painted(after)); d != "" {
		t.Errorf("what was measured changed: %s", d)
	}
	if c, s := links(before, h.Index); c == 0 || s == 0 || before.Hotspot(h.Index).Retired() {
		t.Error("an older view changed")
	}
	if x.Find(after, h.Name) == nil || len(after.Search(h.Name, 1)) != 1 {
		t.Error("nobody finds it by name any more")
	}
}

func TestARetirementIsNews(t *testing.T) {
	x := load(t, explorertest.Town{Seed: 7, Blocks: 200})
	before := x.View()
	h := busy(before)
	here := index.Box{West: h.Position.Lng(), East: h.Position.Lng(), South: h.Position.Lat(), North: h.Position.Lat()}
	was, _ := before.Version(here, explorer.CoverageRes)
	after := apply(t, x, retire(h.Index))
	if now, _ := after.Version(here, explorer.CoverageRes); now == was {
		t.Error("the tile where it stood kept its version")
	}
	change, ok := x.Since(after, before.Seq)
	if !ok {
		t.Fatal("the feed does not know")
	}
	for _, l := range h.Cells {
		if !slices.Contains(change.Cells, l.Cell) {
			t.Errorf("cell %s is not news", l.Cell)
		}
	}
	for _, e := range slices.Concat(h.HeardBy, h.Hears) {
		if !slices.Contains(change.Hotspots, e.Hotspot) {
			t.Errorf("hotspot %d is not news", e.Hotspot)
		}
	}
}

// The registry refuses what comes after a retirement, and challenges drawn before may settle after it.
func TestAfterRetirement(t *testing.T) {
	cell := func(lat float64) explorer.Cell {
		c, err := grid.CellOfDegrees(lat, 13.4, explorer.CoverageRes)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	place := explorer.HotspotLocated{Index: 1, Position: explorer.E7(52.5, 13.4), Cell: cell(52.5)}
	link := explorer.ChallengeSettled{ID: 1, Beaconer: 1, Points: 3, Cell: cell(52.5), Kept: []explorer.Witness{{Hotspot: 2, Points: 4, Cell: cell(52.6)}}}
	for name, tc := range map[string]struct {
		gone  explorer.HotspotIndex
		event explorer.Event
		check func(v *index.View, one, two *index.Hotspot) bool
	}{
		"stays retired":    {1, explorer.HotspotStatusChanged{Index: 1, Status: explorer.StatusActive}, func(_ *index.View, one, _ *index.Hotspot) bool { return one.Retired() && one.RetiredAt == 2 }},
		"keeps its height": {1, retire(1), func(v *index.View, one, _ *index.Hotspot) bool { return one.RetiredAt == 2 && v.Stats.Retired == 1 }},
		"stands nowhere":   {1, place, func(v *index.View, one, _ *index.Hotspot) bool { return !one.Located && v.Stats.Located == 0 }},
		"keeps its owner":  {1, explorer.HotspotOwnerChanged{Index: 1, Owner: "b"}, func(_ *index.View, one, _ *index.Hotspot) bool { return one.Owner == "a" }},
		"is still paid":    {1, explorer.Settled{Hotspot: 1, Amount: 5}, func(v *index.View, one, _ *index.Hotspot) bool { return one.Paid == 5 && v.Stats.Paid == 5 }},
		"late beaconer": {1, link, func(v *index.View, one, two *index.Hotspot) bool {
			return one.BeaconsHeard == 1 && one.Points == 3 && len(one.HeardBy) == 1 && len(two.Hears) == 0 &&
				v.Stats.CellsSeen == 2 && len(v.Links(cell(52.6))) == 0 && len(v.Links(cell(52.5))) == 1
		}},
		"late witness": {2, link, func(v *index.View, one, two *index.Hotspot) bool {
			return two.Witnessed == 1 && two.Points == 4 && len(two.Hears) == 1 && len(one.HeardBy) == 0 &&
				v.Stats.CellsSeen == 2 && len(v.Links(cell(52.5))) == 0 && v.Record(cell(52.6)).Hotspots == 1
		}},
	} {
		t.Run(name, func(t *testing.T) {
			x := index.New()
			apply(
				t, x, explorer.HotspotRegistered{Index: 1, ID: "one", Owner: "a", Class: explorer.ClassLoRa},
				explorer.HotspotRegistered{Index: 2, ID: "two", Owner: "a", Class: explorer.ClassLoRa},
			)
			apply(t, x, retire(tc.gone))
			v := apply(t, x, tc.event)
			if one, two := v.Hotspot(1), v.Hotspot(2); !tc.check(v, one, two) {
				t.Errorf("%+v\n%+v\n%+v", v.Stats, one, two)
			}
		})
	}
}

// A new key is a new id and a new name. The old id was the hotspot's alone and still finds it; the old name may be another's.
func TestANewKeyRenames(t *testing.T) {
	x := index.New()
	before := apply(
		t, x, explorer.HotspotRegistered{Index: 1, ID: "id1", Name: "a-b-c"},
		explorer.HotspotRegistered{Index: 2, ID: "id2", Name: "a-b-c"},
		explorer.HotspotRegistered{Index: 3, ID: "id3", Name: "g-h-i"},
	)
	after := apply(t, x, explorer.HotspotKeyRotated{Index: 1, ID: "new1", Name: "d-e-f"}, explorer.HotspotKeyRotated{Index: 3, ID: "new3", Name: "j-k-l"})
	for _, tc := range []struct {
		name string
		view *index.View
		want explorer.HotspotIndex
	}{
		{"a-b-c", before, 1},
		{"id1", before, 1},
		{"a-b-c", after, 2},
		{"d-e-f", after, 1},
		{"new1", after, 1},
		{"id1", after, 1},
		{"g-h-i", after, 3}, // nobody else has that name now
		{"j-k-l", after, 3},
	} {
		if h := x.Find(tc.view, tc.name); h == nil || h.Index != tc.want {
			t.Errorf("%s at height %d finds %+v, want %d", tc.name, tc.view.Height, h, tc.want)
		}
	}
	if h := after.Hotspot(1); h.ID != "new1" || h.Name != "d-e-f" {
		t.Errorf("%+v", h)
	}
	gone := apply(t, x, retire(1), explorer.HotspotKeyRotated{Index: 1, ID: "late", Name: "x-y-z"})
	if h := gone.Hotspot(1); h.ID != "new1" || x.Find(gone, "late") != nil {
		t.Errorf("a retired one has a new key: %+v", h)
	}
}

func TestGenesisMayHoldRetiredHotspots(t *testing.T) {
	x := index.New()
	err := x.Apply(explorer.Block{Events: []explorer.Event{
		explorer.HotspotRegistered{Index: 1, ID: "one", Name: "a-b-c", Owner: "hxw1o", Class: explorer.ClassLoRa}, retire(1),
	}})
	if err != nil {
		t.Fatal(err)
	}
	v := x.View()
	if h := v.Hotspot(1); !h.Retired() || h.RetiredAt != 0 || v.Stats.Hotspots != 0 || v.Stats.Retired != 1 || owned(v, "hxw1o") != nil {
		t.Errorf("%+v, %+v", h, v.Stats)
	}
}

// Pay of a hotspot that was sold or retired is taken by account: it counts once, when it is taken.
func TestOwedPayIsClaimedByAccount(t *testing.T) {
	x := index.New()
	apply(t, x, explorer.HotspotRegistered{Index: 1, ID: "one"}, explorer.Claimed{Hotspot: 1, Amount: 5})
	owes := apply(t, x, explorer.Owed{Hotspot: 1, Amount: 30}, explorer.Owed{Hotspot: 1, Amount: 10})
	if h := owes.Hotspot(1); h.Owed != 40 || h.Claimed != 5 || owes.Stats.Claimed != 5 {
		t.Errorf("owed: %+v, claimed by all %d", h, owes.Stats.Claimed)
	}
	took := apply(t, x, explorer.OwedClaimed{Amount: 40})
	if h := took.Hotspot(1); h.Owed != 40 || h.Claimed != 5 || took.Stats.Claimed != 45 || took.Stats.Unplaced != 0 {
		t.Errorf("claimed: %+v, by all %d", h, took.Stats.Claimed)
	}
}
