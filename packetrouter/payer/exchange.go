package payer

import (
	"sync"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
)

const (
	// rememberFor is how long an exchange and its answer are known from the request
	// on, at least: the hotspot waits no longer.
	rememberFor = 30 * time.Second
	maxOpen     = 4096    // exchanges under way
	maxKnown    = 1 << 16 // exchanges known; the oldest make room
)

// exchangeName is what tells exchanges apart.
type exchangeName struct {
	hotspot packetrouter.HotspotID
	number  uint64
}

// exchange is one request of a hotspot, and its answer.
type exchange struct {
	name   exchangeName
	digest [32]byte // of the request's packet
	until  time.Time
	open   bool // no answer yet
	gone   bool // no longer known
	proof  []byte
	packet []byte
}

// exchanges are known as long as the time of their proof would be taken, so that
// what carries a request cannot make it a second one.
type exchanges struct {
	mu    sync.Mutex
	known map[exchangeName]*exchange // guarded by mu
	order []*exchange                // guarded by mu: as they began
	open  int                        // guarded by mu
}

func newExchanges() *exchanges { return &exchanges{known: map[exchangeName]*exchange{}} }

// seen reports whether an exchange is known, and returns the answer where it is
// there and was for the same packet.
func (e *exchanges) seen(name exchangeName, digest [32]byte, now time.Time) (proof, packet []byte, seen bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.expire(now)
	x := e.known[name]
	if x == nil {
		return nil, nil, false
	}
	if x.digest != digest {
		return nil, nil, true
	}
	return x.proof, x.packet, true
}

// begin opens an exchange whose proof is good until a time; nil when as many are
// under way as may be, or somebody was faster.
func (e *exchanges) begin(name exchangeName, digest [32]byte, now, until time.Time) *exchange {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.expire(now)
	if e.open >= maxOpen || e.known[name] != nil {
		return nil
	}
	for len(e.order) >= maxKnown {
		e.drop(e.order[0])
		e.order = e.order[1:]
	}
	if least := now.Add(rememberFor); until.Before(least) {
		until = least
	}
	x := &exchange{name: name, digest: digest, until: until, open: true}
	e.known[name] = x
	e.order = append(e.order, x)
	e.open++
	return x
}

// finish gives an exchange its answer.
func (e *exchanges) finish(x *exchange, proof, packet []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.close(x)
	if !x.gone {
		x.proof, x.packet = proof, packet
	}
}

// abandon forgets an exchange that has no answer, so that it may be tried again.
func (e *exchanges) abandon(x *exchange) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop(x)
}

// expire forgets what is old, the oldest first. mu is held.
func (e *exchanges) expire(now time.Time) {
	n := 0
	for n < len(e.order) && !now.Before(e.order[n].until) {
		e.drop(e.order[n])
		n++
	}
	if e.order = e.order[n:]; len(e.order) == 0 {
		e.order = nil
	}
}

// drop forgets one. mu is held.
func (e *exchanges) drop(x *exchange) {
	e.close(x)
	x.gone, x.proof, x.packet = true, nil, nil
	if e.known[x.name] == x {
		delete(e.known, x.name)
	}
}

// close ends the wait for an answer. mu is held.
func (e *exchanges) close(x *exchange) {
	if x.open {
		x.open = false
		e.open--
	}
}

// tidy forgets what is old.
func (e *exchanges) tidy(now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.expire(now)
}

// count returns how many are under way.
func (e *exchanges) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.open
}
