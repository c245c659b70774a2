package payer

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/proto/wire"
)

func same() []cmp.Option {
	return []cmp.Option{
		cmp.AllowUnexported(ledger{}, grant{}, link{}, spoken{}, subscriber{}), cmpopts.EquateEmpty(),
	}
}

// drawMemo is a memo that may well not fit the ledger.
func drawMemo(t *rapid.T) []byte {
	id := grantID{rapid.ByteRange(1, 6).Draw(t, "grant")}
	now := millis(birth()) + rapid.Uint64Range(0, 40*86_400_000).Draw(t, "now")
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		m := sweepMemo{now}
		return m.appendTo(nil)
	case 1, 2, 3:
		g := grantFor(id[0], rapid.Uint32Range(1, 2).Draw(t, "hotspot"), time.UnixMilli(int64(now)))
		g.Subscriber = [16]byte{id[0] % 3}
		g.Price = rapid.Uint32Range(1, 5_000_000).Draw(t, "price")
		m := grantMemo{now: now, station: station{1}, grant: g}
		return m.appendTo(nil)
	default:
		m := recordMemo{now: now, grant: id, seq: rapid.Uint32Range(1, 3).Draw(t, "seq")}
		m.verdict = rapid.SampledFrom(wire.UsageVerdicts()).Draw(t, "verdict")
		m.record = link{
			digest: [32]byte{rapid.Byte().Draw(t, "digest")}, time: now, up: rapid.Uint64().Draw(t, "up"),
			down: rapid.Uint64Range(0, 1e9).Draw(t, "down"), nasUp: rapid.Uint64().Draw(t, "nas"),
		}
		return m.appendTo(nil)
	}
}

// TestSnapshotIsTheLedger: from memos, or from a snapshot at any time and the
// memos after it, the same ledger follows; and an error changes nothing.
func TestSnapshotIsTheLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made, resumed := newLedger(), newLedger()
		for range rapid.IntRange(0, 40).Draw(t, "memos") {
			memo := drawMemo(t)
			before := made.appendTo(nil)
			if err := made.apply(memo); err != nil {
				if !errors.Is(err, lanes.ErrMemo) || !bytes.Equal(before, made.appendTo(nil)) {
					t.Fatalf("%v, or the ledger changed", err)
				}
				continue
			}
			if err := resumed.apply(memo); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "rotate") {
				next, err := restore(resumed.appendTo(nil))
				if err != nil {
					t.Fatal(err)
				}
				resumed = next
			}
			if diff := cmp.Diff(made, resumed, same()...); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// full is a ledger with something of everything.
func full() *ledger {
	l := newLedger()
	a, b := grantFor(1, 1, birth()), grantFor(2, 1, birth())
	b.Subscriber, a.Price = a.Subscriber, 3
	l.must(
		&grantMemo{now: millis(birth()), station: station{2}, grant: a},
		&recordMemo{now: millis(birth()), grant: a.ID, seq: 1, verdict: wire.UsageAccepted, record: link{digest: [32]byte{1}, time: 5, up: 500_000}},
		&recordMemo{now: millis(birth()), grant: a.ID, seq: 2, verdict: wire.UsageExceedsMoved, record: link{digest: [32]byte{2}, time: 6, up: 600_000}},
		&grantMemo{now: millis(birth()), grant: b},
	)
	return l
}

// TestRestoreRefuses: a snapshot that this package would not write is refused.
func TestRestoreRefuses(t *testing.T) {
	good := full().appendTo(nil)
	if _, err := restore(good); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"nothing": nil,
		"cut":     good[:len(good)-1],
		"longer":  append(bytes.Clone(good), 0),
		"version": append([]byte{9}, good[1:]...),
	} {
		if _, err := restore(bad); !errors.Is(err, lanes.ErrMemo) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*ledger){
		"verdict without place":    func(l *ledger) { l.grants[grantID{1}].spoken[0].verdict = wire.UsageSeqGap },
		"tail of another":          func(l *ledger) { l.grants[grantID{1}].tail.digest[0]++ },
		"more verdicts than seen":  func(l *ledger) { l.grants[grantID{1}].seq = 1 },
		"verdicts of nothing":      func(l *ledger) { l.grants[grantID{1}].seq = 0 },
		"subscriber missing":       func(l *ledger) { delete(l.subscribers, subscriberID{1}) },
		"subscriber of nothing":    func(l *ledger) { l.subscribers[subscriberID{7}] = &subscriber{} },
		"newest of another":        func(l *ledger) { l.subscribers[subscriberID{7}] = &subscriber{newest: grantID{2}, start: 1} },
		"use without period":       func(l *ledger) { l.subscribers[subscriberID{1}].start = 0 },
		"rest of a whole micro-DC": func(l *ledger) { l.rests[1] = restLimit },
		"no rest":                  func(l *ledger) { l.rests[2] = 0 },
	} {
		l := full()
		change(l)
		if _, err := restore(l.appendTo(nil)); !errors.Is(err, lanes.ErrMemo) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzMemo: no bytes break the ledger; what applies, applies to its copy alike.
func FuzzMemo(f *testing.F) {
	g := grantFor(3, 1, birth())
	f.Add((&grantMemo{now: millis(birth()), grant: g}).appendTo(nil))
	f.Add((&recordMemo{now: millis(birth()), grant: grantID{1}, seq: 3, verdict: wire.UsageAccepted, record: link{time: 9, up: 1 << 30}}).appendTo(nil))
	f.Add((&sweepMemo{millis(birth()) + 2*kept}).appendTo(nil))
	f.Fuzz(func(t *testing.T, memo []byte) {
		l := full()
		before := l.appendTo(nil)
		err := l.apply(memo)
		after := l.appendTo(nil)
		if err != nil && !bytes.Equal(before, after) {
			t.Fatal("an error changed the ledger")
		}
		if len(memo) > lanes.MaxMemo && err == nil {
			t.Fatal("a memo longer than the lane takes")
		}
		again, err := restore(after)
		if err != nil {
			t.Fatalf("cannot be read again: %v", err)
		}
		if !bytes.Equal(again.appendTo(nil), after) {
			t.Fatal("a snapshot is not reproduced")
		}
	})
}

// FuzzRestore: no bytes break the reader, and what it takes it would write.
func FuzzRestore(f *testing.F) {
	f.Add(newLedger().appendTo(nil))
	f.Add(full().appendTo(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := restore(b)
		if err != nil {
			return
		}
		if !bytes.Equal(l.appendTo(nil), b) {
			t.Fatal("a snapshot is not reproduced")
		}
		l.sweep(^uint64(0) >> 1)
	})
}
