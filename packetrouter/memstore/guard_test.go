package memstore_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/routertest"
)

func TestGuard(t *testing.T) {
	routertest.RunGuard(t, func(*testing.T) packetrouter.ReplayGuard { return memstore.NewGuard(1024) })
}

// TestGuardAgainstModel: no counter is fresh twice, whatever the order.
func TestGuardAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := memstore.NewGuard(16)
		used := map[uint32]bool{}
		newest := uint32(0)
		for i := range rapid.IntRange(1, 200).Draw(t, "steps") {
			v := rapid.Uint32Range(max(newest, 40)-40, newest+40).Draw(t, "counter")
			in := packetrouter.Transmission{First: int64(i + 1)}
			c := packetrouter.Counter{Route: 1, Device: 1, Session: 1, Value: v}
			fresh := g.Take(c, in) == packetrouter.Fresh
			if fresh && used[v] {
				t.Fatalf("counter %d is fresh twice", v)
			}
			if !fresh && !used[v] && (len(used) == 0 || v+32 > newest) {
				t.Fatalf("counter %d was refused unused, newest %d", v, newest)
			}
			if fresh {
				g.Settle(c, in, true)
				used[v] = true
				newest = max(newest, v)
			}
		}
	})
}

// TestGuardPaysOneTransmission plays random takes and ends of takes: at any time
// the granted copies of a counter that are delivered or in flight are of one
// transmission, and what has ended leaves nothing behind.
func TestGuardPaysOneTransmission(t *testing.T) {
	type taken struct {
		c packetrouter.Counter
		t packetrouter.Transmission
	}
	rapid.Check(t, func(t *rapid.T) {
		g := memstore.NewGuard(16)
		owner := map[packetrouter.Counter]packetrouter.Transmission{}
		delivered := map[packetrouter.Counter]bool{}
		var open []taken
		end := func(i int, ok bool) {
			x := open[i]
			open = append(open[:i], open[i+1:]...)
			g.Settle(x.c, x.t, ok)
			delivered[x.c] = delivered[x.c] || ok
			for _, y := range open {
				if y.c == x.c {
					return
				}
			}
			if !delivered[x.c] {
				delete(owner, x.c)
			}
		}
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if len(open) > 0 && rapid.Bool().Draw(t, "end one") {
				end(rapid.IntRange(0, len(open)-1).Draw(t, "which"), rapid.Bool().Draw(t, "delivered"))
				continue
			}
			x := taken{
				packetrouter.Counter{Route: 1, Device: 1, Value: rapid.Uint32Range(1, 3).Draw(t, "counter"), Nonce: rapid.Bool().Draw(t, "nonce")},
				packetrouter.Transmission{First: rapid.Int64Range(1, 3).Draw(t, "transmission")},
			}
			by, owned := owner[x.c]
			want := !owned || by == x.t
			f := g.Take(x.c, x.t)
			if got := f == packetrouter.Fresh || f == packetrouter.SameCopy; got != want {
				t.Fatalf("%+v: %v, though it is of %+v", x, f, by)
			}
			if want {
				owner[x.c] = x.t
				open = append(open, x)
			}
		}
		for len(open) > 0 {
			end(0, false)
		}
		if n := g.Held(); n != 0 {
			t.Errorf("%d counters are held by nobody", n)
		}
	})
}
