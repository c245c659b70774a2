package packetrouter

import (
	"sync/atomic"

	"github.com/hexwave/hexwave/proto/wire"
)

// transit is an uplink on its way through the pipeline. It is pooled: nothing
// may keep it, or a part of it, after finish.
type transit struct {
	router  *Router
	peer    *peer
	session *Session
	hotspot *Hotspot
	up      Uplink
	stage   int
	counted bool // counts in the in-flight numbers

	now      int64 // when the router got it, Unix microseconds
	received int64 // estimated reception, now less the time it was held
	hash     FrameHash
	frame    Frame
	price    uint32 // DC a copy
	mic      micScratch

	legs    []leg
	pending atomic.Int32 // answers awaited, plus one while they are asked for
}

// leg is a packet's way along one route.
type leg struct {
	t        *transit
	route    *Route
	refused  wire.Outcome // 0 while the leg lives
	ended    int          // stage that refused it
	max      uint16       // copies allowed
	proven   bool         // a session key made the MIC
	counter  Counter
	bill     uint32 // DC that this copy will cost
	granted  bool   // holds a copy of the budget
	held     bool   // holds its counter in the replay memory
	reserved bool   // holds a reservation of the allowance

	query    CopyQuery
	delivery Delivery
	entry    Entry
}

// refuse ends a leg.
func (l *leg) refuse(o wire.Outcome) {
	l.refused, l.ended = o, l.t.stage
}

// living returns pass while a leg is left, and otherwise the outcome to end
// with: that of the leg that came furthest.
func (t *transit) living() wire.Outcome {
	furthest := &t.legs[0]
	for i := range t.legs {
		l := &t.legs[i]
		if l.refused == 0 {
			return pass
		}
		if l.ended > furthest.ended {
			furthest = l
		}
	}
	return furthest.refused
}

// each calls f for the living legs.
func (t *transit) each(f func(*leg)) {
	for i := range t.legs {
		if l := &t.legs[i]; l.refused == 0 {
			f(l)
		}
	}
}

// await asks for answers: ask is called for each living leg and must lead to
// exactly one t.answered() each. It returns pass when all answers are there
// already and held when the last answer will resume the packet.
func (t *transit) await(ask func(*leg)) wire.Outcome {
	// The extra one keeps early answers from resuming while later ones are
	// still being asked for.
	t.pending.Store(1)
	for i := range t.legs {
		if l := &t.legs[i]; l.refused == 0 {
			t.pending.Add(1)
			ask(l)
		}
	}
	if t.pending.Add(-1) == 0 {
		return pass
	}
	return held
}

// answered notes one answer; the last one resumes the packet.
func (t *transit) answered() {
	if t.pending.Add(-1) == 0 {
		t.router.advance(t)
	}
}

// take gets a transit from the pool.
func (r *Router) take() *transit {
	t := r.pool.Get().(*transit)
	t.router = r
	return t
}

// release clears a transit and returns it to the pool. Answers that come late
// or twice would be a bug of the adapter; the cleared leg pointers make them
// harmless.
func (r *Router) release(t *transit) {
	legs := t.legs
	clear(legs)
	*t = transit{legs: legs[:0]}
	r.pool.Put(t)
}
