package routertest

import (
	"testing"

	"github.com/hexwave/hexwave/packetrouter"
)

const second = int64(1_000_000) // microseconds

// take asks budgets for a copy and waits for the answer.
func take(t *testing.T, b packetrouter.Budgets, route packetrouter.RouteKey, frame byte, at int64, most uint16) (packetrouter.Transmission, bool) {
	t.Helper()
	before := packetrouter.CopyQuery{
		Route: route, Frame: packetrouter.FrameHash{frame}, Received: at, Window: 2 * second, Max: most,
	}
	granted := make(chan bool, 1)
	before.OnAnswer(func(ok bool) { granted <- ok })
	b.Take(&before)
	return before.Transmission, <-granted
}

// RunBudgets is the contract of packetrouter.Budgets. fresh returns an empty one
// that remembers transmissions for at least a minute.
func RunBudgets(t *testing.T, fresh func(t *testing.T) packetrouter.Budgets) {
	t.Helper()
	t.Run("counts copies of one transmission", func(t *testing.T) {
		b := fresh(t)
		for i, want := range []bool{true, true, true, false, false} {
			if _, ok := take(t, b, 1, 1, 100*second+int64(i), 3); ok != want {
				t.Errorf("copy %d: granted %v, want %v", i, ok, want)
			}
		}
	})
	t.Run("copies arrive in any order", func(t *testing.T) {
		b := fresh(t)
		first, _ := take(t, b, 1, 1, 100*second, 1)
		earlier, ok := take(t, b, 1, 1, 99*second, 1)
		if ok || earlier != first {
			t.Errorf("a copy received earlier: granted %v, transmission %v, want that of the first, %v", ok, earlier, first)
		}
	})
	t.Run("a retransmission is no copy", func(t *testing.T) {
		b := fresh(t)
		first, _ := take(t, b, 1, 1, 100*second, 1)
		again, ok := take(t, b, 1, 1, 105*second, 1)
		if !ok || again == first {
			t.Errorf("five seconds later: granted %v, transmission %v after %v", ok, again, first)
		}
		if late, ok := take(t, b, 1, 1, 100*second+1, 1); ok || late != first {
			t.Errorf("late copy of the first: granted %v, transmission %v", ok, late)
		}
	})
	t.Run("routes and frames are apart", func(t *testing.T) {
		b := fresh(t)
		take(t, b, 1, 1, 100*second, 1)
		if _, ok := take(t, b, 2, 1, 100*second, 1); !ok {
			t.Error("another route shares the budget")
		}
		if _, ok := take(t, b, 1, 2, 100*second, 1); !ok {
			t.Error("another frame shares the budget")
		}
	})
	t.Run("a failed delivery gives its copy back", func(t *testing.T) {
		b := fresh(t)
		q := packetrouter.CopyQuery{Route: 1, Frame: packetrouter.FrameHash{1}, Received: 100 * second, Window: 2 * second, Max: 1}
		b.Take(&q)
		b.Settle(&q, false)
		if _, ok := take(t, b, 1, 1, 100*second, 1); !ok {
			t.Error("the copy was not given back")
		}
		if _, ok := take(t, b, 1, 1, 100*second, 1); ok {
			t.Error("more copies than the budget")
		}
	})
	t.Run("a delivery keeps its copy", func(t *testing.T) {
		b := fresh(t)
		q := packetrouter.CopyQuery{Route: 1, Frame: packetrouter.FrameHash{1}, Received: 100 * second, Window: 2 * second, Max: 1}
		b.Take(&q)
		b.Settle(&q, true)
		if _, ok := take(t, b, 1, 1, 100*second, 1); ok {
			t.Error("a delivered copy was given back")
		}
	})
	t.Run("a restored copy counts", func(t *testing.T) {
		b := fresh(t)
		b.Restore(1, packetrouter.Transmission{Frame: packetrouter.FrameHash{1}, First: 100 * second})
		if _, ok := take(t, b, 1, 1, 100*second+7, 1); ok {
			t.Error("a copy delivered before the restart was forgotten")
		}
	})
}

// RunDirectory is the contract of packetrouter.Directory.
func RunDirectory(t *testing.T, fresh func(t *testing.T) packetrouter.Directory) {
	t.Helper()
	d := fresh(t)
	k := Key(1).Public
	if _, ok := d.Find(k); ok {
		t.Error("found before any claim")
	}
	step := func(what string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	step("first claim", d.Claim(k, 5, "a"), true)
	step("newer claim", d.Claim(k, 6, "b"), true)
	step("older claim", d.Claim(k, 5, "a"), false)
	d.Release(k, 5)
	node, ok := d.Find(k)
	if !ok || node != "b" {
		t.Errorf("after release of the older: %q, %v", node, ok)
	}
	d.Release(k, 6)
	_, ok = d.Find(k)
	step("found after release", ok, false)
	step("claim after release", d.Claim(k, 1, "c"), true)
}
