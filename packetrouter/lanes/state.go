package lanes

import (
	"fmt"
	"slices"

	"github.com/hexwave/hexwave/packetrouter"
)

// state is what the log says: the sum of all its records.
type state struct {
	seqLimit uint64 // highest sequence number that any voucher can have
	epochs   map[uint32]*totals
	memory   Memory
}

// totals of one epoch, in the lane's unit.
type totals struct {
	issued uint64
	cum    map[packetrouter.HotspotID]uint64
}

func newState(m Memory) *state { return &state{epochs: map[uint32]*totals{}, memory: m} }

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

// applyBatch adds the entries to the totals and to the memory.
func (s *state) applyBatch(b *batch) error {
	s.seqLimit = max(s.seqLimit, b.seqLimit)
	for i := range b.entries {
		e := &b.entries[i]
		if err := s.memory.Remember(e.memo); err != nil {
			return fmt.Errorf("entry of hotspot %d: %w", e.hotspot, err)
		}
		if e.amount == 0 {
			continue
		}
		t := s.epoch(b.epoch)
		t.cum[e.hotspot] += e.amount
		t.issued += e.amount
	}
	return nil
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
