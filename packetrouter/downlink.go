package packetrouter

import (
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// downlinkWait is how long a hotspot may take to say what became of a
// downlink: the longest receive delay of 15 s, its second window, and the way
// there and back.
const downlinkWait = 20 * time.Second

// Downlink sends d to a hotspot. done is called exactly once, from any
// goroutine, with the true result and the index of the window used.
func (r *Router) Downlink(now time.Time, key wire.PubKey, d Downlink, done func(TxResult, int)) {
	pending := pendingDownlink{done: done, deadline: Micros(now.Add(downlinkWait))}
	r.mu.Lock()
	p := r.peers[key]
	r.mu.Unlock()
	if p == nil {
		r.downlinkDone(pending, TxNoForwarder, 0)
		return
	}
	s := p.session.Load()
	if s == nil {
		r.downlinkDone(pending, TxNoForwarder, 0)
		return
	}
	s.downlink(d, pending)
}

func (s *Session) downlink(d Downlink, pending pendingDownlink) {
	s.mu.Lock()
	switch {
	case s.closed:
		s.mu.Unlock()
		s.router.downlinkDone(pending, TxNoForwarder, 0)
		return
	case len(s.downlinks) >= s.router.limits.Downlinks:
		s.mu.Unlock()
		s.router.downlinkDone(pending, TxCollisionPacket, 0)
		return
	}
	s.nextDown++
	id := s.nextDown
	s.downlinks[id] = pending
	s.mu.Unlock()
	if !s.link.Downlink(id, d) {
		s.DownlinkResult(id, TxCollisionPacket, 0)
	}
}

// DownlinkResult takes the hotspot's word on a downlink. Unknown ids are
// ignored: the wait for them is over.
func (s *Session) DownlinkResult(id uint64, x TxResult, window int) {
	s.mu.Lock()
	d, ok := s.downlinks[id]
	delete(s.downlinks, id)
	s.mu.Unlock()
	if ok {
		s.router.downlinkDone(d, x, window)
	}
}

func (s *Session) expire(now int64) {
	s.mu.Lock()
	var late []pendingDownlink
	for id, d := range s.downlinks {
		if now > d.deadline {
			late = append(late, d)
			delete(s.downlinks, id)
		}
	}
	s.mu.Unlock()
	for _, d := range late {
		s.router.downlinkDone(d, TxNoAck, 0)
	}
}

func (r *Router) downlinkDone(d pendingDownlink, x TxResult, window int) {
	if !x.Valid() {
		x = TxOther
	}
	r.downlinks[x].Add(1)
	d.done(x, window)
}
