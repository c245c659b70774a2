package app

import (
	"sync"
	"time"

	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/chain/x/lane"
)

// A relay may hand this node relayBurst items at once and relayRate a second after
// that. What a batch costs is its items, so batches are not counted but as leastItems
// each: about what its own signature and bytes come to. A relay's share of a block at
// launch is 400 items a second, so that an honest one never meets the rate, and ten
// relays at it cost a node a sixth of a core.
const (
	relayRate  = 600
	relayBurst = 3_000
	leastItems = 20
	// relayPause is for how long nothing is taken from a relay that vouched for a
	// bad item, in its own seconds: finding it costs more than all good ones.
	relayPause = 60
	// maxRelays bounds the gate's memory. Bonded relays are far fewer.
	maxRelays = 10_000
)

// Clock tells the time to what is local to this node.
type Clock func() time.Time

// relayGate is the node-local token bucket of each relay. It is asked in
// CheckTx only, after the relay's own signature, so that nobody can spend or lose
// another's allowance. It is safe for concurrent use.
type relayGate struct {
	now Clock

	mu     sync.Mutex
	relays map[string]allowance
}

// allowance is what a relay had left at a moment, in thousandths of an
// item; below zero while it is paused.
type allowance struct {
	milli int64
	at    time.Time
}

// newRelayGate makes a gate; without a clock it lets everything pass, as a
// replaying node must.
func newRelayGate(now Clock) *relayGate {
	return &relayGate{now: now, relays: map[string]allowance{}}
}

// take spends a batch of items of relay's allowance or returns lane.ErrRate.
func (g *relayGate) take(relay string, items int) error {
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
			return errorsmod.Wrap(lane.ErrRate, "too many relays at once")
		}
		a = allowance{milli: relayBurst * 1000, at: now}
	}
	a.milli = min(relayBurst*1000, a.milli+now.Sub(a.at).Milliseconds()*relayRate)
	a.at = now
	cost := int64(max(items, leastItems)) * 1000
	if a.milli < cost {
		g.relays[relay] = a
		return lane.ErrRate
	}
	a.milli -= cost
	g.relays[relay] = a
	return nil
}

// pause takes all of a relay's allowance, and what relayPause would bring. It says
// nothing to other nodes and nothing of blocks.
func (g *relayGate) pause(relay string) {
	if g.now == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if a, ok := g.relays[relay]; ok {
		a.milli = -relayPause * relayRate * 1000
		g.relays[relay] = a
	}
}

// forgetIdle drops the relays whose allowance is full again.
func (g *relayGate) forgetIdle(now time.Time) {
	for relay, a := range g.relays {
		if a.milli+now.Sub(a.at).Milliseconds()*relayRate >= relayBurst*1000 {
			delete(g.relays, relay)
		}
	}
}
