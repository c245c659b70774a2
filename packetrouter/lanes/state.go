package lanes

import (
	"slices"

	"github.com/hexwave/hexwave/packetrouter"
)

// recentEntries is how many of the newest entries survive a rotation of the
// log, so that packets which come again after a restart are known.
const recentEntries = 16384

// state is what the log says: the sum of all its records.
type state struct {
	seqLimit uint64 // highest sequence number that any voucher can have
	epochs   map[uint32]*totals
	recent   []packetrouter.Entry // newest last
}

// totals of one epoch, in DC.
type totals struct {
	issued uint64
	cum    map[packetrouter.HotspotID]uint64
}

func newState() *state { return &state{epochs: map[uint32]*totals{}} }

func (s *state) epoch(n uint32) *totals {
	t := s.epochs[n]
	if t == nil {
		t = &totals{cum: map[packetrouter.HotspotID]uint64{}}
		s.epochs[n] = t
	}
	return t
}

// hotspots returns those with a total, in order.
func (t *totals) hotspots() []packetrouter.HotspotID {
	out := make([]packetrouter.HotspotID, 0, len(t.cum))
	for h := range t.cum {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

func (s *state) applyBatch(b *batch) {
	s.seqLimit = max(s.seqLimit, b.seqLimit)
	if len(b.entries) == 0 {
		return
	}
	t := s.epoch(b.epoch)
	for i := range b.entries {
		e := &b.entries[i]
		t.cum[e.Hotspot] += uint64(e.Credits)
		t.issued += uint64(e.Credits)
	}
	s.recent = append(s.recent, b.entries...)
	if len(s.recent) > 2*recentEntries {
		s.recent = append(s.recent[:0], s.recent[len(s.recent)-recentEntries:]...)
	}
}

// applyRaise lifts the totals. What a hotspot gains counts as issued too, so
// that issued never falls below the sum of the totals.
func (s *state) applyRaise(r *raise) {
	s.seqLimit = max(s.seqLimit, r.seqLimit)
	t := s.epoch(r.epoch)
	if old := t.cum[r.hotspot]; r.cum > old {
		t.cum[r.hotspot] = r.cum
		t.issued += r.cum - old
	}
	t.issued = max(t.issued, r.issued)
}

// prune forgets epochs before first.
func (s *state) prune(first uint32) {
	for n := range s.epochs {
		if n < first {
			delete(s.epochs, n)
		}
	}
}
