package memstore

import (
	"sync"

	"github.com/hexwave/hexwave/packetrouter"
)

// Guard implements packetrouter.ReplayGuard.
type Guard struct {
	mu       sync.Mutex
	counters map[counterKey]*counterState  // guarded by mu
	nonces   map[nonceKey][]nonceUse       // guarded by mu
	order    []nonceKey                    // guarded by mu: for expiry
	held     map[packetrouter.Counter]hold // guarded by mu: one for each counter in flight
	most     int
}

// hold is a counter in flight.
type hold struct {
	by     packetrouter.Transmission
	copies int
}

type counterKey struct {
	route   packetrouter.RouteKey
	device  uint64
	session uint32
}

// lateCounters is how far behind the newest a counter may be and still count as
// fresh when it was not used: frames that waited in one hotspot come after
// younger ones of another.
const lateCounters = 32

// counterState is the newest counters of one session. Slot v % lateCounters has
// the first reception of counter v's transmission, 0 when v was not used.
type counterState struct {
	newest uint32
	first  [lateCounters]int64
}

// check compares a counter with those used.
func (s *counterState) check(v uint32, t packetrouter.Transmission) packetrouter.Freshness {
	if v > s.newest {
		return packetrouter.Fresh
	}
	if s.newest-v >= lateCounters {
		return packetrouter.StaleUsed
	}
	switch first := s.first[v%lateCounters]; {
	case first == 0:
		return packetrouter.Fresh
	case first == t.First:
		return packetrouter.SameCopy
	case v == s.newest:
		return packetrouter.Resent
	}
	return packetrouter.StaleUsed
}

// use marks a counter; only the first transmission that uses it counts.
func (s *counterState) use(v uint32, t packetrouter.Transmission) {
	for s.newest < v {
		if v-s.newest > lateCounters {
			s.newest = v - lateCounters
		}
		s.newest++
		s.first[s.newest%lateCounters] = 0
	}
	if slot := &s.first[v%lateCounters]; s.newest-v < lateCounters && *slot == 0 {
		*slot = t.First
	}
}

type nonceKey struct {
	route  packetrouter.RouteKey
	device uint64
}

type nonceUse struct {
	value uint32
	in    packetrouter.Transmission
}

// maxNonces is how many join nonces of a device are remembered.
const maxNonces = 16

// NewGuard returns replay memory. Frame counters exist only where session keys
// do, which bounds them; join nonces of at most devices devices are kept. What
// is held is bounded by the packets in flight.
func NewGuard(devices int) *Guard {
	return &Guard{
		counters: map[counterKey]*counterState{}, nonces: map[nonceKey][]nonceUse{},
		held: map[packetrouter.Counter]hold{}, most: max(1, devices),
	}
}

var _ packetrouter.ReplayGuard = (*Guard)(nil)

// Take implements packetrouter.ReplayGuard.
func (g *Guard) Take(c packetrouter.Counter, t packetrouter.Transmission) packetrouter.Freshness {
	g.mu.Lock()
	defer g.mu.Unlock()
	fresh := g.check(c, t)
	h, inFlight := g.held[c]
	if fresh == packetrouter.Fresh && inFlight {
		fresh = packetrouter.SameCopy
		if h.by != t {
			fresh = packetrouter.Resent
		}
	}
	if fresh != packetrouter.Fresh && fresh != packetrouter.SameCopy {
		return fresh
	}
	if !inFlight {
		h.by = t
	}
	h.copies++
	g.held[c] = h
	return fresh
}

// check compares a counter or nonce with those delivered. mu is held.
func (g *Guard) check(c packetrouter.Counter, t packetrouter.Transmission) packetrouter.Freshness {
	if c.Nonce {
		for _, u := range g.nonces[nonceKey{c.Route, c.Device}] {
			if u.value == c.Value {
				if u.in == t {
					return packetrouter.SameCopy
				}
				return packetrouter.StaleUsed
			}
		}
		return packetrouter.Fresh
	}
	s := g.counters[counterKey{c.Route, c.Device, c.Session}]
	if s == nil {
		return packetrouter.Fresh
	}
	return s.check(c.Value, t)
}

// Settle implements packetrouter.ReplayGuard.
func (g *Guard) Settle(c packetrouter.Counter, t packetrouter.Transmission, delivered bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if h := g.held[c]; h.copies > 1 {
		h.copies--
		g.held[c] = h
	} else {
		delete(g.held, c)
	}
	if delivered {
		g.use(c, t)
	}
}

// Restore implements packetrouter.ReplayGuard.
func (g *Guard) Restore(c packetrouter.Counter, t packetrouter.Transmission) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.use(c, t)
}

// use marks a counter or nonce as delivered. mu is held.
func (g *Guard) use(c packetrouter.Counter, t packetrouter.Transmission) {
	if c.Nonce {
		g.useNonce(nonceKey{c.Route, c.Device}, nonceUse{c.Value, t})
		return
	}
	k := counterKey{c.Route, c.Device, c.Session}
	s := g.counters[k]
	if s == nil {
		s = &counterState{newest: c.Value}
		g.counters[k] = s
	}
	s.use(c.Value, t)
}

func (g *Guard) useNonce(k nonceKey, use nonceUse) {
	list := g.nonces[k]
	for _, u := range list {
		if u.value == use.value {
			return
		}
	}
	if list == nil {
		if len(g.order) >= g.most {
			delete(g.nonces, g.order[0])
			g.order = g.order[1:]
		}
		g.order = append(g.order, k)
	}
	if len(list) == maxNonces {
		list = append(list[:0], list[1:]...)
	}
	g.nonces[k] = append(list, use)
}

// Held is the number of counters in flight.
func (g *Guard) Held() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.held)
}
