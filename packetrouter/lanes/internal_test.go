package lanes

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/packetrouter"
)

func drawEntries(t *rapid.T) []entry {
	var list []entry
	for range rapid.IntRange(0, 5).Draw(t, "entries") {
		e := packetrouter.Entry{
			Hotspot: packetrouter.HotspotID(rapid.Uint32Range(1, 4).Draw(t, "hotspot")), Uplink: rapid.Uint64().Draw(t, "uplink"),
			Credits: rapid.Uint32Range(1, 11).Draw(t, "credits"), Route: packetrouter.RouteKey(rapid.Uint64().Draw(t, "route")),
		}
		e.Transmission.First = rapid.Int64().Draw(t, "first")
		e.Counter = packetrouter.Counter{
			Route: e.Route, Device: rapid.Uint64().Draw(t, "device"), Session: rapid.Uint32().Draw(t, "session"),
			Value: rapid.Uint32().Draw(t, "value"), Nonce: rapid.Bool().Draw(t, "nonce"),
		}
		list = append(list, booked(&e))
	}
	return list
}

// booked is the entry that the log has for a delivery.
func booked(e *packetrouter.Entry) entry {
	d := (*delivery)(e)
	h, amount := d.Account()
	return entry{h, amount, d.AppendMemo(nil)}
}

func fresh() *state { return newState(&deliveries{}) }

func must(t interface {
	Helper()
	Fatal(args ...any)
}, err error,
) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestReplayEqualsApply: the log rebuilds the state that made it, and a snapshot
// of it is the same state again.
func TestReplayEqualsApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made, replayed := fresh(), fresh()
		for range rapid.IntRange(0, 10).Draw(t, "records") {
			epoch := rapid.Uint32Range(1, 3).Draw(t, "epoch")
			limit := rapid.Uint64Range(0, 1<<40).Draw(t, "limit")
			var body []byte
			if rapid.Bool().Draw(t, "raise") {
				r := raise{epoch, 2, rapid.Uint64Range(0, 50).Draw(t, "cum"), rapid.Uint64Range(0, 90).Draw(t, "issued"), limit}
				made.applyRaise(&r)
				body = r.append(nil)
			} else {
				b := batch{epoch: epoch, seqLimit: limit, entries: drawEntries(t)}
				must(t, made.applyBatch(&b))
				body = b.append(nil)
			}
			if err := replayed.replay(body); err != nil {
				t.Fatal(err)
			}
		}
		again := fresh()
		if err := again.replay(made.append(nil)); err != nil {
			t.Fatal(err)
		}
		opts := []cmp.Option{
			cmp.AllowUnexported(state{}, totals{}, deliveries{}), cmpopts.IgnoreUnexported(packetrouter.Entry{}), cmpopts.EquateEmpty(),
		}
		for name, s := range map[string]*state{"log": replayed, "snapshot": again} {
			if diff := cmp.Diff(made, s, opts...); diff != "" {
				t.Fatalf("%s: %s", name, diff)
			}
		}
		for _, n := range made.sorted() {
			var sum uint64
			for _, cum := range made.epochs[n].cum {
				sum += cum
			}
			if sum > made.epochs[n].issued {
				t.Fatalf("epoch %d: totals %d above issued %d", n, sum, made.epochs[n].issued)
			}
		}
	})
}

// FuzzReplay: no bytes break the reader, and what it accepts it would write.
func FuzzReplay(f *testing.F) {
	b := batch{epoch: 1, seqLimit: 9, entries: []entry{booked(&packetrouter.Entry{Hotspot: 1, Credits: 2, Counter: packetrouter.Counter{Nonce: true}})}}
	r := raise{1, 2, 3, 4, 5}
	s := fresh()
	must(f, s.applyBatch(&b))
	f.Add(b.append(nil))
	f.Add(r.append(nil))
	f.Add(s.append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := fresh()
		if s.replay(body) != nil {
			return
		}
		again := fresh()
		if err := again.replay(s.append(nil)); err != nil {
			t.Fatalf("a state that was read cannot be written: %v", err)
		}
		if !bytes.Equal(s.append(nil), again.append(nil)) {
			t.Fatal("a snapshot is not reproduced")
		}
	})
}

// FuzzUnframe: what is framed comes back, what is not never panics.
func FuzzUnframe(f *testing.F) {
	f.Add(frame(nil, func(b []byte) []byte { return append(b, 1, 2, 3) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		body, rest, err := unframe(data)
		if err != nil {
			return
		}
		if again := frame(nil, func(b []byte) []byte { return append(b, body...) }); !bytes.Equal(append(again, rest...), data) {
			t.Fatal("a record is not reproduced")
		}
	})
}
