package payer

import (
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/proto/wire"
)

// verdicts are those of results, in order.
func verdicts(list []wire.UsageResult) []wire.UsageVerdict {
	var out []wire.UsageVerdict
	for _, r := range list {
		out = append(out, r.Verdict)
	}
	return out
}

func expect(t *testing.T, what string, got []wire.UsageResult, want ...wire.UsageVerdict) {
	t.Helper()
	if diff := cmp.Diff(want, verdicts(got)); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

// TestNothingBeforeTheDisk: no result goes out before the record is stored, not
// even for a repetition.
func TestNothingBeforeTheDisk(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	m := newMeter(g)
	first, second := m.draw(1e6, 0), m.draw(1e6, time.Second)
	o.Usage(birth(), 1, [][]byte{first, second}, nil)
	o.Usage(birth(), 1, [][]byte{first}, nil)
	for range 2 { // the grant, the first record
		o.lane.commit(1)
		if err := o.flush(); err != nil {
			t.Fatal(err)
		}
		expect(t, "early", o.in.take())
	}
	o.settle(t)
	got := o.in.take()
	expect(t, "stored", got, wire.UsageAccepted, wire.UsageAccepted, wire.UsageDuplicate)
	if r := got[0]; r.Accepted != 1e6 || r.Record != sha256.Sum256(first) || r.Grant != g.ID || r.Seq != 1 || r.Hotspot != 1 || r.Org != uint32(theOrg) || r.Lane != theLane {
		t.Errorf("result %+v", r)
	}
	if o.lane.paid[1] != 20_000_000 {
		t.Errorf("%d micro-DC paid", o.lane.paid[1])
	}
	if s := o.Stats(); s.Bytes != 2e6 || s.Micro != 20_000_000 || s.Records[wire.UsageAccepted] != 2 || s.Records[wire.UsageDuplicate] != 1 || s.Grants != 1 {
		t.Errorf("stats %+v", s)
	}
}

// TestMalformedIsNamedByItsHash: what cannot be read still gets a word.
func TestMalformedIsNamedByItsHash(t *testing.T) {
	o := newOffice(t)
	junk := []byte("not a record")
	o.Usage(birth(), 2, [][]byte{junk}, nil)
	o.settle(t)
	got := o.in.take()
	expect(t, "junk", got, wire.UsageMalformed)
	if got[0].Record != sha256.Sum256(junk) || got[0].Hotspot != 2 {
		t.Errorf("result %+v", got[0])
	}
}

// TestCrashBeforeCommit: a record that was decided and not stored is as if it had
// never come.
func TestCrashBeforeCommit(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	o.settle(t)
	raw := newMeter(g).draw(1e6, 0)
	o.Usage(birth(), 1, [][]byte{raw}, nil)
	o.restart()
	expect(t, "after the crash", o.in.take())
	o.Usage(birth(), 1, [][]byte{raw}, nil)
	o.settle(t)
	expect(t, "again", o.in.take(), wire.UsageAccepted)
	if o.lane.paid[1] != 10_000_000 {
		t.Errorf("%d micro-DC paid", o.lane.paid[1])
	}
}

// TestCrashBeforeResult: a record that was stored is paid once, and the hotspot
// that heard nothing is told so.
func TestCrashBeforeResult(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	m := newMeter(g)
	raw, bad := m.draw(1e6, 0), m.draw(1e9, 0)
	o.Usage(birth(), 1, [][]byte{raw, bad}, nil)
	o.lane.commit(3)
	for _, rotated := range []bool{false, true} {
		o.restart()
		if rotated {
			o.lane.rotate(t)
			o.open()
		}
		o.Usage(birth(), 1, [][]byte{raw, bad}, nil)
		o.settle(t)
		expect(t, "after the crash", o.in.take(), wire.UsageDuplicate, wire.UsageRateImplausible)
	}
	if o.lane.paid[1] != 10_000_000 {
		t.Errorf("%d micro-DC paid", o.lane.paid[1])
	}
}

// TestBrokenLane: once a booking fails nothing more is said or taken, and Run
// ends.
func TestBrokenLane(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	o.settle(t)
	m := newMeter(g)
	o.Usage(birth(), 1, [][]byte{m.draw(1e6, 0)}, nil)
	o.lane.breakDown()
	if err := o.Run(t.Context()); err == nil {
		t.Error("Run went on")
	}
	o.Usage(birth(), 1, [][]byte{m.draw(1e6, 0)}, nil)
	o.lane.commit(10)
	if err := o.flush(); err == nil {
		t.Error("no error")
	}
	expect(t, "after the failure", o.in.take())
}

// TestUnfunded: a record that the allowance does not cover is parked, leaves no
// trace and is accepted when there is money; later ones wait for it.
func TestUnfunded(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	o.lane.allowance = 10_000_000
	m := newMeter(g)
	a, b, c := m.draw(1e6, 0), m.draw(1e6, time.Second), m.draw(1e6, time.Second)
	o.Usage(birth(), 1, [][]byte{a, b, c}, nil)
	o.settle(t)
	expect(t, "poor", o.in.take(), wire.UsageAccepted, wire.UsagePayerUnfunded, wire.UsageSeqGap)
	o.lane.allowance = 20_000_000
	o.Usage(birth(), 1, [][]byte{b, c}, nil)
	o.settle(t)
	expect(t, "rich", o.in.take(), wire.UsageAccepted, wire.UsageAccepted)
	if o.lane.paid[1] != 30_000_000 || o.lane.allowance != 0 {
		t.Errorf("%d micro-DC paid, %d left", o.lane.paid[1], o.lane.allowance)
	}
}

// TestVouchersComeFirst: the lane resumes at what the hotspot holds before its
// records are decided.
func TestVouchersComeFirst(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	o.settle(t)
	o.lane.order = nil
	o.Usage(birth(), 1, [][]byte{newMeter(g).draw(1e6, 0)}, [][]byte{{1}})
	if !slices.Equal(o.lane.order, []string{"present", "append"}) {
		t.Error(o.lane.order)
	}
}

// TestBounds: messages and rates of one hotspot.
func TestBounds(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	m := newMeter(g)
	var list [][]byte
	for range maxRecords + 1 {
		list = append(list, m.draw(1, time.Millisecond))
	}
	o.Usage(birth(), 1, list, nil)
	o.Usage(birth(), 1, list[:1], make([][]byte, maxVouchers+1))
	o.settle(t)
	expect(t, "too many", o.in.take())
	for range recordBurst / maxRecords {
		o.Usage(birth(), 1, list[:maxRecords], nil)
	}
	o.Usage(birth(), 1, list[:1], nil)
	o.Usage(birth(), 2, list[:1], nil) // another hotspot's rate
	o.settle(t)
	if n := len(o.in.take()); n != recordBurst+1 {
		t.Errorf("%d results", n)
	}
	o.Usage(birth().Add(time.Second/recordRate), 1, list[:2], nil)
	o.settle(t)
	if n := len(o.in.take()); n != 1 {
		t.Errorf("%d results for what a moment allows", n)
	}
	if n := o.Stats().Records[wire.UsageOverloaded]; n != 2 {
		t.Errorf("%d dropped", n)
	}
}

// TestLaneNotOnChain: before the chain shows the lane, nothing is final.
func TestLaneNotOnChain(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	o.lane.hidden = true
	raw := newMeter(g).draw(1e6, 0)
	o.Usage(birth(), 1, [][]byte{raw}, nil)
	o.settle(t)
	expect(t, "hidden", o.in.take())
	o.lane.hidden = false
	o.Usage(birth(), 1, [][]byte{raw}, nil)
	o.settle(t)
	expect(t, "shown", o.in.take(), wire.UsageAccepted)
}

// TestScenario13: yesterday's and last month's records, presented again, pay
// nothing and change nothing.
func TestScenario13(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	raw := newMeter(g).draw(1e6, 0)
	o.Usage(birth(), 1, [][]byte{raw}, nil)
	o.settle(t)
	expect(t, "today", o.in.take(), wire.UsageAccepted)
	for _, c := range []struct {
		after time.Duration
		want  wire.UsageVerdict
	}{
		{24 * time.Hour, wire.UsageDuplicate},
		{30 * 24 * time.Hour, wire.UsageGrantUnknown},
	} {
		now := birth().Add(c.after)
		o.sweep(now)
		o.settle(t)
		before := string(o.ledger.appendTo(nil))
		o.Usage(now, 1, [][]byte{raw}, nil)
		o.settle(t)
		expect(t, c.after.String(), o.in.take(), c.want)
		if string(o.ledger.appendTo(nil)) != before || len(o.lane.pending) > 0 || o.lane.paid[1] != 10_000_000 {
			t.Errorf("%s: something changed", c.after)
		}
	}
	if s := o.Stats(); s.Grants != 0 || s.Subscribers != 0 {
		t.Errorf("after a month %+v", s)
	}
}

// TestScenario22: the price is that of the grant, whenever its bytes come and are
// settled; a hotspot's account never rounds up, however it is split.
func TestScenario22(t *testing.T) {
	o := newOffice(t)
	old, dear := grantFor(1, 1, birth()), grantFor(2, 1, birth())
	dear.Price = 50_000_000
	o.grant(old)
	o.grant(dear)
	a, b := newMeter(old), newMeter(dear)
	o.Usage(birth(), 1, [][]byte{a.draw(1e6, 0)}, nil)
	o.cfg.Price = 70_000_000 // the payer starts anew with another price
	o.settle(t)
	o.restart()
	o.Usage(birth().Add(time.Minute), 1, [][]byte{a.draw(2e6, time.Minute), b.draw(3e6, time.Minute)}, nil)
	o.settle(t)
	if want := uint64(3e6*10 + 3e6*50); o.lane.paid[1] != want {
		t.Errorf("%d micro-DC, want %d", o.lane.paid[1], want)
	}
	// 52,428,800 + 10,485,760 + 500,000 bytes in three sessions are 634,145,600
	// micro-DC. At 1 micro-DC a million bytes, a million records of a byte are one.
	o = newOffice(t)
	for n, bytes := range []uint64{52_428_800, 10_485_760, 500_000} {
		g := grantFor(byte(n+1), 1, birth())
		o.grant(g)
		o.Usage(birth().Add(time.Minute), 1, [][]byte{newMeter(g).draw(bytes, time.Minute)}, nil)
	}
	o.settle(t)
	if o.lane.paid[1] != 634_145_600 {
		t.Errorf("%d micro-DC", o.lane.paid[1])
	}
	cheap := grantFor(9, 2, birth())
	cheap.Price = 1
	o.grant(cheap)
	m := newMeter(cheap)
	for i := range 10 {
		if o.lane.paid[2] != 0 {
			t.Errorf("paid after %d of 10 parts", i)
		}
		o.Usage(birth(), 2, [][]byte{m.draw(100_000, 0)}, nil)
		o.settle(t)
	}
	if o.lane.paid[2] != 1 {
		t.Errorf("%d micro-DC for a million bytes in ten parts", o.lane.paid[2])
	}
}

// TestSuperseded: the older grant of a subscriber pays for a minute more.
func TestSuperseded(t *testing.T) {
	o := newOffice(t)
	old := grantFor(1, 1, birth())
	o.grant(old)
	m := newMeter(old)
	next := grantFor(2, 2, birth().Add(10*time.Minute))
	next.Subscriber = old.Subscriber
	o.grant(next)
	now := birth().Add(12 * time.Minute)
	o.Usage(now, 1, [][]byte{m.draw(1e6, 11*time.Minute), m.draw(1e6, time.Millisecond)}, nil)
	o.settle(t)
	expect(t, "older", o.in.take(), wire.UsageAccepted, wire.UsageGrantSuperseded)
	if s := o.Stats(); s.Subscribers != 1 || s.Grants != 2 {
		t.Errorf("stats %+v", s)
	}
}

// TestRefusedTakesItsPlace: a record that is refused for what it says is built
// upon, and its bytes are never paid, nor again when totals return to them.
func TestRefusedTakesItsPlace(t *testing.T) {
	o := newOffice(t)
	g := grantFor(1, 1, birth())
	o.grant(g)
	m := newMeter(g)
	now := birth().Add(time.Minute)
	sink := func(u *wire.Usage) { u.BytesDown -= 1e6 }
	early := func(u *wire.Usage) { u.Time = millis(now) + skew + 1 }
	back := func(u *wire.Usage) { u.Time = millis(now) }
	for i, c := range []struct {
		raw  []byte
		want wire.UsageVerdict
		paid uint64 // bytes so far
	}{
		{m.draw(2e6, time.Second), wire.UsageAccepted, 2e6},
		{m.draw(0, 0, sink), wire.UsageRegression, 2e6},
		{m.draw(1e6, 0), wire.UsageAccepted, 2e6},
		{m.draw(1e6, 0), wire.UsageAccepted, 3e6},
		{m.draw(100e6, 0), wire.UsageRateImplausible, 3e6},
		{m.draw(1e6, 0), wire.UsageAccepted, 4e6},
		{m.draw(1e6, 0, early), wire.UsageWrongTime, 4e6},
		{m.draw(1e6, 0, back), wire.UsageAccepted, 5e6},
	} {
		o.Usage(now, 1, [][]byte{c.raw}, nil)
		o.settle(t)
		if i%2 == 1 {
			o.restart() // what was refused is known after it
		}
		expect(t, "record", o.in.take(), c.want)
		if got := o.lane.paid[1]; got != c.paid*10 {
			t.Errorf("record %d: %d micro-DC", i+1, got)
		}
	}
}
