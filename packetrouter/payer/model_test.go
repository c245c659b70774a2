package payer

import (
	"crypto/sha256"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// world is a payer under random treatment, and what a naive bookkeeper makes of
// the same: a list of all that was ever presented, and of all that was said.
type world struct {
	o      *office
	now    time.Time
	grants []wire.Grant
	meters []*meter
	sent   map[[32]byte]wire.Usage // everything presented, by hash
	raw    [][]byte
	final  map[[32]byte]wire.UsageVerdict // first final word on a record
	paid   map[packetrouter.HotspotID]uint64
}

// bookkeeper adds up the log from its start, one record after the other.
type bookkeeper struct {
	bytes map[grantID]uint64
	worth map[packetrouter.HotspotID]*big.Int // bytes times price
	ok    map[[32]byte]bool
}

// audit reads the lane's log as a stranger would.
func (w *world) audit(t *rapid.T) bookkeeper {
	b := bookkeeper{map[grantID]uint64{}, map[packetrouter.HotspotID]*big.Int{}, map[[32]byte]bool{}}
	grants := map[grantID]wire.Grant{}
	last := map[grantID]recordMemo{}
	most := map[grantID]link{}
	for _, memo := range w.o.lane.log {
		c := cursor{b: memo[9:]}
		switch memo[0] {
		case memoGrant:
			c.take(6)
			g, err := wire.ParseGrant(c.b)
			if err != nil {
				t.Fatal(err)
			}
			grants[g.ID] = g
		case memoRecord:
			m := recordMemo{grant: grantID(c.take(16)), seq: c.u32(), verdict: wire.UsageVerdict(c.u8()), record: c.link()}
			g := grants[m.grant]
			if m.seq != last[m.grant].seq+1 {
				t.Fatalf("record %d after %d of grant %x", m.seq, last[m.grant].seq, m.grant)
			}
			u, presented := w.sent[m.record.digest]
			if !presented || u.Grant != m.grant || u.Seq != m.seq || u.BytesUp != m.record.up || u.BytesDown != m.record.down {
				t.Fatalf("nobody presented %+v", m)
			}
			before := most[m.grant]
			if m.verdict == wire.UsageAccepted {
				if u.BytesUp < before.up || u.BytesDown < before.down {
					t.Fatal("accepted, and below the last")
				}
				rise := u.BytesUp + u.BytesDown - before.up - before.down
				b.bytes[m.grant] += rise
				h := packetrouter.HotspotID(g.Hotspot)
				if b.worth[h] == nil {
					b.worth[h] = new(big.Int)
				}
				b.worth[h].Add(b.worth[h], new(big.Int).Mul(new(big.Int).SetUint64(rise), big.NewInt(int64(g.Price))))
				if b.ok[m.record.digest] {
					t.Fatal("one record accepted twice")
				}
				b.ok[m.record.digest] = true
			}
			most[m.grant] = link{up: max(before.up, u.BytesUp), down: max(before.down, u.BytesDown)}
			last[m.grant] = m
		}
	}
	for id, n := range b.bytes {
		if total := most[id].up + most[id].down; n > total || n > grants[id].MaxBytes {
			t.Fatalf("%d bytes paid of %d claimed, grant of %d", n, total, grants[id].MaxBytes)
		}
	}
	return b
}

// check compares the payer with the bookkeeper.
func (w *world) check(t *rapid.T) {
	b := w.audit(t)
	for h, sum := range b.worth {
		whole := new(big.Int).Div(sum, big.NewInt(1_000_000)).Uint64()
		if got := w.o.lane.paid[h]; got != whole {
			t.Fatalf("hotspot %d: %d micro-DC booked, %d bookkept", h, got, whole)
		}
	}
	for h, n := range w.o.lane.paid {
		if n < w.paid[h] {
			t.Fatalf("hotspot %d: %d micro-DC after %d", h, n, w.paid[h])
		}
		w.paid[h] = n
	}
	for _, r := range w.o.in.take() {
		switch r.Verdict {
		case wire.UsageAccepted, wire.UsageDuplicate:
			if !b.ok[r.Record] {
				t.Fatalf("record %d of grant %x is %s, and not in the log", r.Seq, r.Grant, r.Verdict)
			}
		}
		if was, known := w.final[r.Record]; known && r.Verdict.Final() {
			again := was == r.Verdict && was != wire.UsageAccepted || was == wire.UsageAccepted && r.Verdict == wire.UsageDuplicate
			if !again && r.Verdict != wire.UsageGrantUnknown { // forgotten since
				t.Fatalf("record %d of grant %x was %s, then %s", r.Seq, r.Grant, was, r.Verdict)
			}
		} else if r.Verdict.Final() {
			w.final[r.Record] = r.Verdict
		}
	}
}

// present hands a record over and keeps it.
func (w *world) present(h uint32, raw []byte) {
	if u, err := wire.ParseUsage(raw); err == nil {
		w.sent[sha256.Sum256(raw)] = u
		w.raw = append(w.raw, raw)
	}
	w.o.Usage(w.now, packetrouter.HotspotID(h), [][]byte{raw}, nil)
}

func (w *world) login(t *rapid.T) {
	n := byte(len(w.grants) + 1)
	g := grantFor(n, rapid.Uint32Range(1, 2).Draw(t, "hotspot"), w.now)
	g.Subscriber = [16]byte{n % 3}
	g.Price = rapid.Uint32Range(1, 30_000_000).Draw(t, "price")
	g.MaxBytes = rapid.Uint64Range(1, 3e9).Draw(t, "max")
	w.o.grant(g)
	w.grants, w.meters = append(w.grants, g), append(w.meters, newMeter(g))
}

// claim presents something under one of the grants.
func (w *world) claim(t *rapid.T) {
	if len(w.grants) == 0 {
		return
	}
	i := rapid.IntRange(0, len(w.grants)-1).Draw(t, "grant")
	m, h := w.meters[i], w.grants[i].Hotspot
	bytes := rapid.Uint64Range(0, 400e6).Draw(t, "bytes")
	kept := *m
	at := func(u *wire.Usage) { u.Time = millis(w.now) }
	switch rapid.IntRange(0, 7).Draw(t, "how") {
	case 0: // a gap, filled by the next honest record or never
		m.draw(bytes, 0, at)
		w.present(h, m.draw(bytes, 0, at))
		if rapid.Bool().Draw(t, "forget") {
			*m = kept
		}
	case 1: // a fork: the number is used again
		w.present(h, m.draw(bytes, 0, at))
		*m = kept
	case 2:
		w.present(h, m.draw(0, 0, at, func(u *wire.Usage) { u.BytesDown -= min(u.BytesDown, bytes) }))
	case 3:
		w.present(h, m.draw(bytes, 0, at, func(u *wire.Usage) { u.BytesUp += bytes }))
	case 4:
		w.present(3-h, sign(routertest.Key(byte(3-h)).Private, func() wire.Usage { u := m.next; u.Hotspot = 3 - h; return u }()))
	default:
		w.present(h, m.draw(bytes, 0, at))
	}
}

// TestNeverTwice treats a payer at random, with lost answers, restarts and
// rotations of the log, and compares it with a bookkeeper: the micro-DC booked to
// a hotspot are the whole ones that its accepted bytes are worth, no byte is paid
// twice, totals only rise, and nothing is said that the log does not have.
func TestNeverTwice(t *testing.T) {
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		w := &world{
			o: newOffice(outer), now: birth(), sent: map[[32]byte]wire.Usage{}, final: map[[32]byte]wire.UsageVerdict{},
			paid: map[packetrouter.HotspotID]uint64{},
		}
		w.o.lane.allowance = rapid.Uint64Range(0, 1<<36).Draw(t, "allowance")
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "pass")) * time.Second)
			switch rapid.IntRange(0, 11).Draw(t, "step") {
			case 0:
				w.login(t)
			case 1:
				w.o.lane.commit(rapid.IntRange(0, 5).Draw(t, "stored"))
			case 2:
				if err := w.o.flush(); err != nil {
					t.Fatal(err)
				}
				w.check(t)
			case 3:
				w.o.settle(t)
				w.check(t)
			case 4:
				w.o.restart()
				w.check(t)
			case 5:
				w.o.settle(t)
				w.check(t)
				w.o.lane.rotate(t)
				w.o.open()
			case 6:
				if len(w.raw) > 0 {
					raw := rapid.SampledFrom(w.raw).Draw(t, "again")
					w.present(w.sent[sha256.Sum256(raw)].Hotspot, raw)
				}
			case 7:
				w.now = w.now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
				w.o.sweep(w.now)
			default:
				w.claim(t)
			}
		}
		w.o.settle(t)
		w.check(t)
	})
}
