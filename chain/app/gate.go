package app

import (
	"fmt"
	"sync"
	"time"
)

// A relay may hand this node relayBurst batches at once and relayRate a second
// after that. Ten relays at that rate are about what a node can check beside
// consensus; the lane's byte cap bounds the rest.
const (
	relayRate  = 5
	relayBurst = 40
	// maxRelays bounds the gate's memory. Bonded relays are far fewer.
	maxRelays = 10_000
)

// Clock tells the time to what is local to this node.
type Clock func() time.Time

// relayGate is the node-local token bucket of each relay. It is asked in
// CheckTx only, after the relay's own signature, so that nobody can spend
// another's allowance. It is safe for concurrent use.
type relayGate struct {
	now Clock

	mu     sync.Mutex
	relays map[string]allowance
}

// allowance is what a relay had left at a moment, in thousandths of a batch.
type allowance struct {
	milli int64
	at    time.Time
}

// newRelayGate makes a gate; without a clock it lets everything pass, as a
// replaying node must.
func newRelayGate(now Clock) *relayGate {
	return &relayGate{now: now, relays: map[string]allowance{}}
}

// take spends one batch of relay's allowance or returns ErrRelayRate.
func (g *relayGate) take(relay string, _ int) error {
	if g.now == nil {
		return nil
	}
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	a, ok := g.relays[relay]
	if !ok {
		if len(g.relays) >= maxRelays {
			g.forgetIdle(now)
		}
		if len(g.relays) >= maxRelays {
			return fmt.Errorf("%w: too many relays at once", ErrRelayRate)
		}
		a = allowance{milli: relayBurst * 1000, at: now}
	}
	a.milli = min(relayBurst*1000, a.milli+now.Sub(a.at).Milliseconds()*relayRate)
	a.at = now
	if a.milli < 1000 {
		g.relays[relay] = a
		return ErrRelayRate
	}
	a.milli -= 1000
	g.relays[relay] = a
	return nil
}

// forgetIdle drops the relays whose allowance is full again.
func (g *relayGate) forgetIdle(now time.Time) {
	for relay, a := range g.relays {
		if a.milli+now.Sub(a.at).Milliseconds()*relayRate >= relayBurst*1000 {
			delete(g.relays, relay)
		}
	}
}
