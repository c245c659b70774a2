package index_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

// model is the index as one would write it with maps and no care for speed.
type model struct {
	spots   map[explorer.HotspotIndex]*spot
	records map[explorer.Cell]index.Record
	links   map[explorer.Cell]map[explorer.HotspotIndex]index.Link
	heard   map[[2]explorer.HotspotIndex]uint32 // reports of a beaconer's beacons by a witness, both here
}

// gone says that a hotspot is not known or retired.
func (m *model) gone(i explorer.HotspotIndex) bool {
	return m.spots[i] == nil || m.spots[i].status == explorer.StatusRetired
}

type spot struct {
	at     explorer.LatLng
	cell   explorer.Cell
	placed bool
	class  string
	owner  string
	status explorer.HotspotStatus
}

func newModel() *model {
	return &model{
		spots:   map[explorer.HotspotIndex]*spot{},
		records: map[explorer.Cell]index.Record{},
		links:   map[explorer.Cell]map[explorer.HotspotIndex]index.Link{},
		heard:   map[[2]explorer.HotspotIndex]uint32{},
	}
}

func (m *model) apply(b explorer.Block) {
	for _, e := range b.Events {
		switch e := e.(type) {
		case explorer.HotspotRegistered:
			if m.spots[e.Index] == nil {
				m.spots[e.Index] = &spot{}
			}
			m.spots[e.Index].class, m.spots[e.Index].owner = e.Class, e.Owner
		case explorer.HotspotLocated:
			if s := m.spots[e.Index]; !m.gone(e.Index) {
				s.at, s.cell, s.placed = e.Position, e.Cell, true
				if s.status == explorer.StatusRegistered && s.class == explorer.ClassLoRa {
					s.status = explorer.StatusActive
				} else if s.status == explorer.StatusRegistered {
					s.status = explorer.StatusDataOnly
				}
			}
		case explorer.HotspotStatusChanged:
			m.status(e)
		case explorer.HotspotOwnerChanged:
			if !m.gone(e.Index) {
				m.spots[e.Index].owner = e.Owner
			}
		case explorer.ChallengeSettled:
			m.settled(b, e)
		}
	}
}

func (m *model) status(e explorer.HotspotStatusChanged) {
	if m.gone(e.Index) {
		return
	}
	s := m.spots[e.Index]
	if s.status = e.Status; e.Status != explorer.StatusRetired {
		return
	}
	s.placed = false
	for c, links := range m.links {
		if _, ok := links[e.Index]; ok {
			delete(links, e.Index)
			r := m.records[c]
			r.Hotspots--
			m.records[c] = r
		}
	}
	maps.DeleteFunc(m.heard, func(pair [2]explorer.HotspotIndex, _ uint32) bool { return slices.Contains(pair[:], e.Index) })
}

func (m *model) settled(b explorer.Block, e explorer.ChallengeSettled) {
	from := m.spots[e.Beaconer]
	if e.Outcome != explorer.OutcomeSettled || e.Verdict != "" || from == nil {
		return
	}
	for _, k := range e.Kept {
		if !m.gone(k.Hotspot) && !m.gone(e.Beaconer) {
			m.heard[[2]explorer.HotspotIndex{e.Beaconer, k.Hotspot}]++
		}
	}
	if !from.placed && e.Cell == 0 {
		return
	}
	c, at := e.Cell, from.at
	if c == 0 {
		c = from.cell.Parent(8)
	} else if !from.placed || from.cell.Parent(8) != c {
		center := grid.Center(c)
		at = explorer.E7(center[1], center[0])
	}
	for _, k := range e.Kept {
		to := m.spots[k.Hotspot]
		if to == nil || (!to.placed && k.Cell == 0) {
			continue
		}
		d := k.Cell
		if d == 0 {
			d = to.cell.Parent(8)
		}
		m.sample(b, c, k.Hotspot, k)
		m.sample(b, d, e.Beaconer, k)
	}
	if len(e.Kept) > 0 {
		return
	}
	for i, s := range m.spots {
		if i != e.Beaconer && s.placed && s.status == explorer.StatusActive && explorer.Distance(at, s.at) <= 15_000 {
			r := m.records[c]
			if r.Samples == 0 && r.Failed == 0 {
				r.FirstDay = explorer.DayOf(b.Time)
			}
			r.Failed++
			if r.Samples == 0 {
				r.LastHeight, r.LastDay = uint32(b.Height), explorer.DayOf(b.Time)
			}
			m.records[c] = r
			return
		}
	}
}

func (m *model) sample(b explorer.Block, c explorer.Cell, h explorer.HotspotIndex, k explorer.Witness) {
	r := m.records[c]
	if r.Samples == 0 {
		r.BestRSSI, r.BestSNR = k.RSSI, k.SNR
		if r.Failed == 0 {
			r.FirstDay = explorer.DayOf(b.Time)
		}
	}
	r.BestRSSI, r.BestSNR = max(r.BestRSSI, k.RSSI), max(r.BestSNR, k.SNR)
	r.Samples++
	r.LastHeight, r.LastDay = uint32(b.Height), explorer.DayOf(b.Time)
	if m.gone(h) {
		m.records[c] = r
		return
	}
	if m.links[c] == nil {
		m.links[c] = map[explorer.HotspotIndex]index.Link{}
	}
	l, ok := m.links[c][h]
	if !ok {
		l = index.Link{Hotspot: h, BestRSSI: k.RSSI, BestSNR: k.SNR}
		r.Hotspots++
	}
	l.BestRSSI, l.BestSNR, l.LastHeight = max(l.BestRSSI, k.RSSI), max(l.BestSNR, k.SNR), uint32(b.Height)
	l.Samples++
	m.links[c][h] = l
	m.records[c] = r
}

// check compares a view with the model in every form in which the view can be read.
func (m *model) check(t *rapid.T, v *index.View) {
	seen, dry := 0, 0
	for c, want := range m.records {
		if got := v.Record(c); got != want {
			t.Fatalf("cell %s: %+v, want %+v", c, got, want)
		}
		if want.State() == index.Measured {
			seen++
		} else {
			dry++
		}
		wantLinks := slices.SortedFunc(maps.Values(m.links[c]), func(a, b index.Link) int { return int(a.Hotspot) - int(b.Hotspot) })
		if d := cmp.Diff(wantLinks, append([]index.Link(nil), v.Links(c)...)); d != "" {
			t.Fatalf("links of %s: %s", c, d)
		}
	}
	if v.Stats.CellsSeen != seen || v.Stats.CellsDry != dry {
		t.Fatalf("counted %d measured and %d dry cells, want %d and %d", v.Stats.CellsSeen, v.Stats.CellsDry, seen, dry)
	}
	m.checkMirror(t, v)
	m.checkRegistry(t, v)
	m.checkSums(t, v)
}

// checkMirror compares the links of cells with the footprints of hotspots that are here.
func (m *model) checkMirror(t *rapid.T, v *index.View) {
	links := 0
	for h := range v.Hotspots(0) {
		for _, l := range h.Cells {
			if h.Retired() {
				break
			}
			links++
			if want := m.links[l.Cell][h.Index]; l.Samples != want.Samples || l.BestRSSI != want.BestRSSI || l.LastHeight != want.LastHeight {
				t.Fatalf("hotspot %d covers %s: %+v, want %+v", h.Index, l.Cell, l, want)
			}
		}
	}
	for _, ls := range m.links {
		links -= len(ls)
	}
	if links != 0 {
		t.Fatalf("%d links more on hotspots than on cells", links)
	}
}

type registry struct{ hotspots, located, active, retired int }

// checkRegistry compares what stands where, who owns what, the counts of hotspots and the links between them.
func (m *model) checkRegistry(t *rapid.T, v *index.View) {
	var want registry
	standing, heard, heardBy := map[explorer.HotspotIndex]bool{}, map[[2]explorer.HotspotIndex]uint32{}, map[[2]explorer.HotspotIndex]uint32{}
	for h := range v.Residents(index.Box{West: -180, South: -90, East: 180, North: 90}) {
		standing[h.Index] = true
	}
	for i, s := range m.spots {
		h := v.Hotspot(i)
		if h.Owner != s.owner || h.Located != s.placed || standing[i] != s.placed || h.Status != s.status {
			t.Fatalf("hotspot %d, standing %t: %+v, want %+v", i, standing[i], h, s)
		}
		if m.gone(i) {
			want.retired++
			continue
		}
		want.hotspots++
		if s.placed {
			want.located++
		}
		if s.status == explorer.StatusActive {
			want.active++
		}
		for _, e := range h.HeardBy {
			heardBy[[2]explorer.HotspotIndex{i, e.Hotspot}] = e.Samples
		}
		for _, e := range h.Hears {
			heard[[2]explorer.HotspotIndex{e.Hotspot, i}] = e.Samples
		}
	}
	if got := (registry{v.Stats.Hotspots, v.Stats.Located, v.Stats.Active, v.Stats.Retired}); got != want {
		t.Fatalf("counted %+v, want %+v", got, want)
	}
	if d := cmp.Diff(m.heard, heardBy) + cmp.Diff(m.heard, heard); d != "" {
		t.Fatalf("links between hotspots: %s", d)
	}
}

// checkSums compares sums at every resolution with those of the model, through Under and through Near.
func (m *model) checkSums(t *rapid.T, v *index.View) {
	res := rapid.IntRange(0, 8).Draw(t, "sum at")
	want := map[explorer.Cell][2]uint32{}
	for c, r := range m.records {
		n := want[c.Parent(res)]
		if r.State() == index.Measured {
			n[0]++
		} else {
			n[1]++
		}
		want[c.Parent(res)] = n
	}
	got := map[explorer.Cell][2]uint32{}
	for c := range want {
		for s := range v.Under(c.Parent(0), res) {
			got[s.Cell] = [2]uint32{s.Measured, s.Empty}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("sums at resolution %d by Under: %s", res, d)
	}
	clear(got)
	for s := range v.Near(index.Box{West: -180, South: -90, East: 180, North: 90}, res) {
		if _, twice := got[s.Cell]; twice {
			t.Fatalf("%s twice", s.Cell)
		}
		got[s.Cell] = [2]uint32{s.Measured, s.Empty}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("sums at resolution %d by Near: %s", res, d)
	}
}

// place draws a place in a small region, so that hotspots meet; half the regions lie on the antimeridian, a pole
// or a pentagon.
func place(t *rapid.T) explorer.LatLng {
	centers := []explorer.LatLng{explorer.E7(52.5, 13.4), explorer.E7(-17.5, 180), explorer.E7(89.9, 0), explorer.E7(58.16, 11.0)}
	c := centers[rapid.IntRange(0, len(centers)-1).Draw(t, "region")]
	lat := int64(c.LatE7) + int64(rapid.IntRange(-2_000_000, 2_000_000).Draw(t, "dlat"))
	lng := int64(c.LngE7) + int64(rapid.IntRange(-2_000_000, 2_000_000).Draw(t, "dlng"))
	if lng > 1_800_000_000 {
		lng -= 3_600_000_000
	}
	return explorer.LatLng{LatE7: int32(min(lat, 900_000_000)), LngE7: int32(lng)}
}

// sometimes draws a resolution 8 cell that the chain names, or none.
func sometimes(t *rapid.T) explorer.Cell {
	if rapid.Bool().Draw(t, "no cell") {
		return 0
	}
	c, err := grid.CellOf(place(t), 8)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func event(t *rapid.T) explorer.Event {
	spot := func(label string) explorer.HotspotIndex {
		return explorer.HotspotIndex(rapid.IntRange(0, 12).Draw(t, label))
	}
	owner := func() string { return rapid.SampledFrom([]string{"anna", "bob"}).Draw(t, "owner") }
	switch rapid.IntRange(0, 11).Draw(t, "event") {
	case 0, 1:
		class := rapid.SampledFrom([]string{explorer.ClassLoRa, explorer.ClassLoRa, explorer.ClassLoRaData}).Draw(t, "class")
		return explorer.HotspotRegistered{Index: spot("new"), Name: "a-b-c", ID: "id", Owner: owner(), Class: class}
	case 2, 3:
		p := place(t)
		c, err := grid.CellOf(p, 12)
		if err != nil {
			t.Fatal(err)
		}
		return explorer.HotspotLocated{Index: spot("moved"), Position: p, Cell: c}
	case 4:
		return explorer.HotspotStatusChanged{Index: spot("status"), Status: explorer.HotspotStatus(rapid.IntRange(0, 3).Draw(t, "to"))}
	case 5:
		return explorer.HotspotOwnerChanged{Index: spot("sold"), Owner: owner()}
	}
	e := explorer.ChallengeSettled{Beaconer: spot("beaconer"), Cell: sometimes(t)}
	switch rapid.IntRange(0, 9).Draw(t, "outcome") {
	case 0:
		e.Outcome = explorer.OutcomeMissed
	case 1:
		e.Outcome = explorer.OutcomeVoid
	case 2:
		e.Verdict = "bad-preimage"
	}
	for range rapid.IntRange(0, 3).Draw(t, "kept") {
		e.Kept = append(e.Kept, explorer.Witness{
			Hotspot: spot("witness"),
			RSSI:    explorer.DeciDBm(rapid.IntRange(-1400, -400).Draw(t, "rssi")),
			SNR:     explorer.DeciDB(rapid.IntRange(-250, 150).Draw(t, "snr")),
			Cell:    sometimes(t),
		})
	}
	return e
}

// The index equals the naive model after every block, and an old view still equals what it was.
func TestIndexEqualsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, m := index.New(), newModel()
		day := explorer.Day(20_000)
		for h := range rapid.IntRange(1, 12).Draw(t, "blocks") {
			b := explorer.Block{Height: explorer.Height(h + 1), Time: day.Time()}
			day += explorer.Day(rapid.IntRange(0, 2).Draw(t, "days"))
			for range rapid.IntRange(0, 12).Draw(t, "events") {
				b.Events = append(b.Events, event(t))
			}
			before := x.View()
			records := map[explorer.Cell]index.Record{}
			for c := range m.records {
				records[c] = before.Record(c)
			}
			if err := x.Apply(b); err != nil {
				t.Fatal(err)
			}
			m.apply(b)
			m.check(t, x.View())
			for c, r := range records {
				if before.Record(c) != r {
					t.Fatalf("block %d changed an older view at %s", b.Height, c)
				}
			}
		}
	})
}
