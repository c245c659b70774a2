package memstore_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/routertest"
)

const minute = int64(60_000_000) // microseconds

func TestBudgets(t *testing.T) {
	routertest.RunBudgets(t, func(*testing.T) packetrouter.Budgets { return memstore.NewBudgets(10*minute, 1<<16) })
}

func TestDirectory(t *testing.T) {
	routertest.RunDirectory(t, func(*testing.T) packetrouter.Directory { return memstore.NewDirectory() })
}

// TestBudgetsAgainstModel plays random takes and returns of one frame against a
// list of transmissions that forgets nothing.
func TestBudgetsAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := memstore.NewBudgets(1000*minute, 1<<16)
		const window = 2_000_000
		type sent struct {
			first int64
			taken uint16
		}
		var model []*sent
		at := int64(1e15)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			at += rapid.Int64Range(0, 3_000_000).Draw(t, "gap")
			most := uint16(rapid.IntRange(1, 4).Draw(t, "max"))
			var want *sent
			for _, s := range model[max(0, len(model)-16):] {
				if at-s.first <= window {
					want = s
					break
				}
			}
			if want == nil {
				want = &sent{first: at}
				model = append(model, want)
			}
			granted := want.taken < most
			q := packetrouter.CopyQuery{Received: at, Window: window, Max: most}
			got := false
			q.OnAnswer(func(ok bool) { got = ok })
			b.Take(&q)
			if got != granted || q.Transmission.First != want.first {
				t.Fatalf("at %d: granted %v in %d, want %v in %d", at, got, q.Transmission.First, granted, want.first)
			}
			if granted && rapid.Bool().Draw(t, "delivered") {
				want.taken++
				b.Settle(&q, true)
			} else if granted {
				b.Settle(&q, false)
			}
		}
	})
}

func TestBudgetsStayBounded(t *testing.T) {
	const most = 6400
	b := memstore.NewBudgets(1000*minute, most)
	for i := range 10 * most {
		var f packetrouter.FrameHash
		f[0], f[1], f[2] = byte(i), byte(i>>8), byte(i>>16)
		q := packetrouter.CopyQuery{Frame: f, Received: int64(i), Window: 1, Max: 1}
		b.Take(&q)
	}
	if n := b.Len(); n > most {
		t.Errorf("%d transmissions kept, at most %d", n, most)
	}
}
