package index

import (
	"cmp"
	"maps"
	"slices"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
)

// event applies one event to the update.
func (u *update) event(e explorer.Event) {
	switch e := e.(type) {
	case explorer.HotspotRegistered:
		u.registered(e)
	case explorer.HotspotLocated:
		u.located(e)
	case explorer.HotspotStatusChanged:
		u.status(e)
	case explorer.HotspotOwnerChanged:
		if h := u.present(e.Index); h != nil {
			h.Owner = e.Owner
		}
	case explorer.HotspotKeyRotated:
		if h := u.present(e.Index); h != nil {
			u.call(h, e.ID, e.Name)
		}
	case explorer.ChallengeSettled:
		u.settled(e)
	case explorer.EpochClosed:
		u.next.Stats.Epoch = e.Epoch
		u.next.Stats.Scheduled += e.Scheduled
	case explorer.Claimed:
		u.next.Stats.Claimed += e.Amount
		if h := u.hotspot(e.Hotspot); h != nil {
			h.Claimed += e.Amount
		}
	case explorer.Owed:
		if h := u.hotspot(e.Hotspot); h != nil {
			h.Owed += e.Amount
		}
	case explorer.OwedClaimed:
		u.next.Stats.Claimed += e.Amount
	case explorer.Settled:
		u.next.Stats.Paid += e.Amount
		u.next.Stats.Burned += e.Burned
		if h := u.hotspot(e.Hotspot); h != nil {
			h.Paid += e.Amount
			h.Carried += e.Burned
		}
	}
}

// count adds a hotspot to the totals of its state, or takes it out.
func (u *update) count(h *Hotspot, by int) {
	s := &u.next.Stats
	if h.Retired() {
		s.Retired += by
		return
	}
	s.Hotspots += by
	if h.Located {
		s.Located += by
	}
	if h.Status == explorer.StatusActive {
		s.Active += by
	}
}

func (u *update) registered(e explorer.HotspotRegistered) {
	if e.Index >= MaxHotspots {
		u.next.Stats.Unplaced++
		return
	}
	h := u.hotspots[e.Index]
	if h == nil {
		if was := u.old.Hotspot(e.Index); was != nil {
			h = was.clone()
		} else {
			h = &Hotspot{Index: e.Index, Since: u.height}
			u.count(h, +1)
		}
		u.hotspots[e.Index] = h
	}
	h.Owner, h.Class = e.Owner, e.Class
	u.call(h, e.ID, e.Name)
}

// call gives a hotspot its id and name.
func (u *update) call(h *Hotspot, id, name string) {
	h.ID, h.Name = id, name
	u.named = append(u.named, alias{id: id, name: name, hotspot: h.Index})
}

func (u *update) located(e explorer.HotspotLocated) {
	h := u.present(e.Index)
	if h == nil {
		return
	}
	if !e.Position.Valid() || !e.Cell.Valid() || e.Cell.Resolution() < explorer.CoverageRes {
		u.next.Stats.Unplaced++
		return
	}
	u.count(h, -1)
	u.leavePlace(h)
	h.Located, h.Position, h.Cell = true, e.Position, e.Cell
	h.GainDBi, h.HeightM, h.Region = float64(e.GainDeciDBi)/10, e.HeightM, e.Region
	if h.Status == explorer.StatusRegistered {
		h.Status = explorer.StatusDataOnly
		if h.Class == explorer.ClassLoRa {
			h.Status = explorer.StatusActive
		}
	}
	u.count(h, +1)
	ch := u.chunk(h.Cell.Parent(explorer.ChunkRes))
	if i, found := slices.BinarySearch(ch.residents, h.Index); !found {
		ch.residents = slices.Insert(ch.residents, i, h.Index)
	}
	s := &u.next.Stats
	s.Bounds = s.Bounds.include(grid.Point{e.Position.Lng(), e.Position.Lat()}, s.anywhere)
	s.anywhere = true
}

// settled applies the verdict on a challenge: counters, then paint.
func (u *update) settled(e explorer.ChallengeSettled) {
	s := &u.next.Stats
	s.Challenges++
	s.Points += e.Points
	u.challenges = append(u.challenges, &Challenge{ChallengeSettled: e, Height: u.height, Time: u.next.Time})
	b := u.hotspot(e.Beaconer)
	if b != nil {
		b.recall(e.ID)
		b.Points += e.Points
	}
	u.rejected(e)
	switch {
	case e.Outcome == explorer.OutcomeVoid:
		s.Void++
		return
	case e.Outcome != explorer.OutcomeSettled || e.Verdict != "":
		s.Missed++
		if b != nil {
			b.Missed++
		}
		return
	}
	if b != nil {
		b.Beacons++
	}
	from := stood(b, e.Cell)
	if len(e.Kept) == 0 {
		s.Unheard++
		u.unheard(b, from)
		return
	}
	s.Heard++
	if b != nil {
		b.BeaconsHeard++
		b.LastBeacon = u.height
	}
	for _, w := range e.Kept {
		u.kept(e.ID, b, from, w)
	}
}

// stood returns the resolution 8 cell in which a hotspot took part in a challenge: the one the chain names, else that of
// its asserted place; 0 if neither is there.
func stood(h *Hotspot, named explorer.Cell) explorer.Cell {
	if named.Valid() && named.Resolution() == explorer.CoverageRes {
		return named
	}
	if h == nil || !h.Located {
		return 0
	}
	return h.Cell.Parent(explorer.CoverageRes)
}

func (u *update) rejected(e explorer.ChallengeSettled) {
	s := &u.next.Stats
	for _, r := range e.Rejected {
		s.Rejected++
		if _, known := s.Reasons[r.Reason]; known || len(s.Reasons) < maxReasons {
			s.Reasons[r.Reason]++
		}
		if h := u.hotspot(r.Hotspot); h != nil {
			h.Rejected++
			h.LastReject = Rejected{Challenge: e.ID, Height: u.height, Reason: r.Reason}
			h.recall(e.ID)
		}
	}
}

// kept paints both ends of one kept link. A challenge may settle after one of its hotspots retired: that one's history and the
// cells have the link then, and nobody who is still here names it.
func (u *update) kept(id explorer.ChallengeID, b *Hotspot, from explorer.Cell, k explorer.Witness) {
	s := &u.next.Stats
	s.Kept++
	s.Points += k.Points
	w := u.hotspot(k.Hotspot)
	if w == nil {
		return
	}
	w.Witnessed++
	w.LastWitness = u.height
	w.Points += k.Points
	w.recall(id)
	if b == nil {
		return
	}
	r := report{rssi: k.RSSI, snr: k.SNR, height: saturate(uint64(u.height))}
	if !w.Retired() {
		b.HeardBy = addEdge(b.HeardBy, w.Index, r)
	}
	if !b.Retired() {
		w.Hears = addEdge(w.Hears, b.Index, r)
	}
	to := stood(w, k.Cell)
	if from == 0 || to == 0 {
		return
	}
	u.sample(from, w, r)
	u.sample(to, b, r)
}

// sample adds one end of a kept link to a cell: the hotspot at the other end reaches it, unless it left.
func (u *update) sample(c explorer.Cell, h *Hotspot, r report) {
	rec, ch, rank := u.touch(c)
	if rec.State() == TestedEmpty {
		u.next.Stats.CellsDry--
	}
	if rec.Samples == 0 {
		u.next.Stats.CellsSeen++
		rec.BestRSSI, rec.BestSNR = r.rssi, r.snr
	}
	rec.BestRSSI, rec.BestSNR = max(rec.BestRSSI, r.rssi), max(rec.BestSNR, r.snr)
	bump(&rec.Samples)
	rec.LastHeight, rec.LastDay = r.height, u.day
	h.Cells = addCell(h.Cells, c, r)
	if h.Retired() {
		return
	}
	l, added := ch.link(rank, h.Index)
	if added {
		l.BestRSSI, l.BestSNR = r.rssi, r.snr
		bump(&rec.Hotspots)
	}
	l.BestRSSI, l.BestSNR, l.LastHeight = max(l.BestRSSI, r.rssi), max(l.BestSNR, r.snr), r.height
	bump(&l.Samples)
}

// unheard paints the cell of a settled beacon that nobody validly heard, if an active hotspot stood within Reach.
func (u *update) unheard(b *Hotspot, from explorer.Cell) {
	if b == nil || from == 0 || !u.activeNear(b, from) {
		return
	}
	rec, _, _ := u.touch(from)
	if rec.State() == Unknown {
		u.next.Stats.CellsDry++
	}
	bump(&rec.Failed)
	if rec.Samples == 0 {
		rec.LastHeight, rec.LastDay = saturate(uint64(u.height)), u.day
	}
}

// activeNear reports whether an active hotspot other than b stands within Reach of where b sent its beacon: of its
// asserted place, or of the middle of the cell if it has moved since.
func (u *update) activeNear(b *Hotspot, from explorer.Cell) bool {
	at := b.Position
	if !b.Located || b.Cell.Parent(explorer.CoverageRes) != from {
		center := grid.Center(from)
		at = explorer.E7(center[1], center[0])
	}
	for _, c := range grid.Disk(from.Parent(explorer.ChunkRes), 2) {
		ch := u.chunks[c.Position()]
		if ch == nil {
			ch = u.old.chunkAt(c.Position())
		}
		if ch == nil {
			continue
		}
		for _, i := range ch.residents {
			h := u.peek(i)
			if i != b.Index && h.Status == explorer.StatusActive && explorer.Distance(at, h.Position) <= Reach {
				return true
			}
		}
	}
	return false
}

// touch returns the record of a resolution 8 cell for changing.
func (u *update) touch(c explorer.Cell) (rec *Record, ch *chunk, rank int) {
	u.cells[c] = true
	ch = u.chunk(c.Parent(explorer.ChunkRes))
	rec, rank = ch.record(int(c.Position() % chunkCells))
	if rec.State() == Unknown {
		rec.FirstDay = u.day
	}
	return rec, ch, rank
}

// touchedCells returns the resolution 8 cells that the update changed, in order.
func (u *update) touchedCells() []explorer.Cell { return slices.Sorted(maps.Keys(u.cells)) }

// touchedHotspots returns the hotspots that the update changed, in order.
func (u *update) touchedHotspots() []explorer.HotspotIndex {
	return slices.SortedFunc(maps.Keys(u.hotspots), cmp.Compare)
}
