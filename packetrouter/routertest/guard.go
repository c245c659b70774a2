package routertest

import (
	"testing"

	"github.com/hexwave/hexwave/packetrouter"
)

// standing is what a Take must answer.
type standing struct {
	value uint32
	in    packetrouter.Transmission
	want  packetrouter.Freshness
}

// sent is the n-th transmission of a frame.
func sent(n int64) packetrouter.Transmission { return packetrouter.Transmission{First: n} }

func counter(v uint32) packetrouter.Counter {
	return packetrouter.Counter{Route: 1, Device: 7, Session: 9, Value: v}
}

func nonce(v uint32) packetrouter.Counter {
	return packetrouter.Counter{Route: 1, Device: 7, Value: v, Nonce: true}
}

// deliver takes a counter and delivers it.
func deliver(g packetrouter.ReplayGuard, c packetrouter.Counter, t packetrouter.Transmission) {
	g.Take(c, t)
	g.Settle(c, t, true)
}

// stand takes counters one after the other and gives back what was granted.
func stand(t *testing.T, g packetrouter.ReplayGuard, of func(uint32) packetrouter.Counter, list ...standing) {
	t.Helper()
	for _, s := range list {
		got := g.Take(of(s.value), s.in)
		if got != s.want {
			t.Errorf("%d in transmission %d: %v, want %v", s.value, s.in.First, got, s.want)
		}
		if got == packetrouter.Fresh || got == packetrouter.SameCopy {
			g.Settle(of(s.value), s.in, false)
		}
	}
}

// RunGuard is the contract of packetrouter.ReplayGuard. fresh returns an empty
// one.
func RunGuard(t *testing.T, fresh func(t *testing.T) packetrouter.ReplayGuard) {
	t.Helper()
	t.Run("counters rise", func(t *testing.T) {
		g := fresh(t)
		deliver(g, counter(5), sent(1))
		stand(t, g, counter,
			standing{6, sent(2), packetrouter.Fresh},
			standing{1 << 20, sent(2), packetrouter.Fresh},
			standing{5, sent(1), packetrouter.SameCopy},
			standing{5, sent(2), packetrouter.Resent},
			standing{4, sent(1), packetrouter.Fresh}) // late, and not used
	})
	t.Run("what was given back changes nothing", func(t *testing.T) {
		g := fresh(t)
		stand(t, g, counter,
			standing{1 << 20, sent(1), packetrouter.Fresh},
			standing{3, sent(2), packetrouter.Fresh},
			standing{1 << 20, sent(2), packetrouter.Fresh})
	})
	t.Run("a late counter counts once", func(t *testing.T) {
		g := fresh(t)
		deliver(g, counter(1005), sent(1))
		deliver(g, counter(1003), sent(1))
		stand(t, g, counter,
			standing{1003, sent(1), packetrouter.SameCopy},
			standing{1003, sent(2), packetrouter.StaleUsed},
			standing{1004, sent(2), packetrouter.Fresh},
			standing{3, sent(2), packetrouter.StaleUsed},
			standing{1005, sent(2), packetrouter.Resent},
			standing{1006, sent(1), packetrouter.Fresh})
	})
	t.Run("a jump forgets what is far behind", func(t *testing.T) {
		g := fresh(t)
		deliver(g, counter(5), sent(1))
		deliver(g, counter(1<<20), sent(1))
		stand(t, g, counter,
			standing{5, sent(1), packetrouter.StaleUsed},
			standing{1<<20 - 1, sent(1), packetrouter.Fresh})
	})
	t.Run("sessions are apart", func(t *testing.T) {
		g := fresh(t)
		deliver(g, counter(5), sent(1))
		g.Take(counter(6), sent(1))
		stand(t, g, func(v uint32) packetrouter.Counter { c := counter(v); c.Session++; return c },
			standing{1, sent(2), packetrouter.Fresh},
			standing{6, sent(2), packetrouter.Fresh})
	})
	t.Run("nonces are used once, in any order", func(t *testing.T) {
		g := fresh(t)
		deliver(g, nonce(5), sent(1))
		stand(t, g, nonce,
			standing{5, sent(1), packetrouter.SameCopy},
			standing{5, sent(2), packetrouter.StaleUsed},
			standing{3, sent(2), packetrouter.Fresh})
	})
	t.Run("what was delivered before a restart is used", func(t *testing.T) {
		g := fresh(t)
		g.Restore(counter(5), sent(1))
		g.Restore(nonce(5), sent(1))
		stand(t, g, counter, standing{5, sent(1), packetrouter.SameCopy}, standing{5, sent(2), packetrouter.Resent})
		stand(t, g, nonce, standing{5, sent(1), packetrouter.SameCopy}, standing{5, sent(2), packetrouter.StaleUsed})
	})
	runInFlight(t, fresh)
}

// runInFlight is the part of the contract about counters whose delivery is under
// way.
func runInFlight(t *testing.T, fresh func(t *testing.T) packetrouter.ReplayGuard) {
	t.Helper()
	for name, of := range map[string]func(uint32) packetrouter.Counter{"counter": counter, "nonce": nonce} {
		t.Run("a "+name+" in flight belongs to one transmission", func(t *testing.T) {
			g := fresh(t)
			g.Take(of(5), sent(1))
			stand(t, g, of,
				standing{5, sent(2), packetrouter.Resent},
				standing{5, sent(1), packetrouter.SameCopy},
				standing{5, sent(2), packetrouter.Resent},
				standing{4, sent(2), packetrouter.Fresh},
				standing{6, sent(2), packetrouter.Fresh})
			g.Settle(of(5), sent(1), true)
			stand(t, g, of, standing{5, sent(1), packetrouter.SameCopy})
			if got := g.Take(of(5), sent(2)); got == packetrouter.Fresh || got == packetrouter.SameCopy {
				t.Errorf("in another transmission, after the delivery: %v", got)
			}
		})
		t.Run("a "+name+" given back is free again", func(t *testing.T) {
			g := fresh(t)
			g.Take(of(5), sent(1))
			g.Take(of(5), sent(1))
			g.Settle(of(5), sent(1), false)
			stand(t, g, of, standing{5, sent(2), packetrouter.Resent}) // one copy still holds it
			g.Settle(of(5), sent(1), false)
			if got := g.Take(of(5), sent(2)); got != packetrouter.Fresh {
				t.Fatalf("after all copies failed: %v, want fresh", got)
			}
			stand(t, g, of, standing{5, sent(1), packetrouter.Resent}) // it is the second's now
		})
	}
	t.Run("one delivered copy uses the counter", func(t *testing.T) {
		g := fresh(t)
		g.Take(counter(5), sent(1))
		deliver(g, counter(5), sent(1))
		g.Settle(counter(5), sent(1), false)
		stand(t, g, counter, standing{5, sent(2), packetrouter.Resent}, standing{5, sent(1), packetrouter.SameCopy})
	})
	t.Run("a younger delivery does not end a hold", func(t *testing.T) {
		g := fresh(t)
		g.Take(counter(5), sent(1))
		deliver(g, counter(6), sent(3))
		stand(t, g, counter, standing{5, sent(2), packetrouter.Resent})
		g.Settle(counter(5), sent(1), true)
		stand(t, g, counter, standing{5, sent(2), packetrouter.StaleUsed}, standing{5, sent(1), packetrouter.SameCopy})
	})
}
