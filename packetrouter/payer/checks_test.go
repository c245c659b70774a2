package payer

import (
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// TestVerdicts presents the second record of a grant, one minute after the first
// one, with one thing changed.
func TestVerdicts(t *testing.T) {
	now := birth().Add(2 * time.Minute)
	claimed := func(f func(*wire.Usage)) func(*ledger, *meter) []byte {
		return func(_ *ledger, m *meter) []byte { return m.draw(1e6, time.Minute, f) }
	}
	honest := claimed(func(*wire.Usage) {})
	setting := func(f func(*ledger, *grant)) func(*ledger, *meter) []byte {
		return func(l *ledger, m *meter) []byte {
			f(l, l.grants[m.next.Grant])
			return m.draw(1e6, time.Minute)
		}
	}
	cases := []struct {
		name   string
		record func(*ledger, *meter) []byte
		claim  func(*claim)
		want   wire.UsageVerdict
	}{
		{"honest", honest, nil, wire.UsageAccepted},
		{"nothing new", func(_ *ledger, m *meter) []byte { return m.draw(0, 0) }, nil, wire.UsageAccepted},
		{"short", func(_ *ledger, m *meter) []byte { return m.draw(1, 0)[1:] }, nil, wire.UsageMalformed},
		{"unknown flag", claimed(func(u *wire.Usage) { u.Flags = 1 << 15 }), nil, wire.UsageMalformed},
		{"other chain", claimed(func(u *wire.Usage) { u.Chain[0]++ }), nil, wire.UsageWrongChain},
		{"no such hotspot", claimed(func(u *wire.Usage) { u.Hotspot = 9 }), nil, wire.UsageUnknownHotspot},
		{"LoRa hotspot", claimed(func(u *wire.Usage) { u.Hotspot = 4 }), nil, wire.UsageUnknownHotspot},
		{"other hotspot", claimed(func(u *wire.Usage) { u.Hotspot = 2 }), nil, wire.UsageBadSignature},
		{"other org", claimed(func(u *wire.Usage) { u.Org++ }), nil, wire.UsagePayerUnknown},
		{"other lane", claimed(func(u *wire.Usage) { u.Lane++ }), nil, wire.UsagePayerUnknown},
		{"no such grant", claimed(func(u *wire.Usage) { u.Grant[5]++ }), nil, wire.UsageGrantUnknown},
		{"grant forgotten", honest, func(c *claim) { c.now += uint64(1860*1000) + kept }, wire.UsageGrantUnknown},
		{"grant of another", setting(func(_ *ledger, g *grant) { g.Hotspot = 2 }), nil, wire.UsageGrantMismatch},
		{"another first record", claimed(func(u *wire.Usage) { u.Seq, u.Prev = 1, [32]byte{} }), nil, wire.UsageChainBroken},
		{"one missing", claimed(func(u *wire.Usage) { u.Seq++ }), nil, wire.UsageSeqGap},
		{"other past", claimed(func(u *wire.Usage) { u.Prev[0]++ }), nil, wire.UsageChainBroken},
		{"latest that may be", claimed(func(u *wire.Usage) { u.Time = millis(now) + skew }), nil, wire.UsageAccepted},
		{"from the future", claimed(func(u *wire.Usage) { u.Time = millis(now) + skew + 1 }), nil, wire.UsageWrongTime},
		{"before the first", func(_ *ledger, m *meter) []byte { return m.draw(1, -1*time.Millisecond) }, nil, wire.UsageWrongTime},
		{"oldest that may be", honest, func(c *claim) { c.now = millis(now) - 60_000 + kept }, wire.UsageAccepted},
		{"too old", honest, func(c *claim) { c.now = millis(now) - 60_000 + kept + 1 }, wire.UsageTooLate},
		{"up sinks", claimed(func(u *wire.Usage) { u.BytesUp-- }), nil, wire.UsageRegression},
		{"down sinks", claimed(func(u *wire.Usage) { u.BytesDown -= 2e6 }), nil, wire.UsageRegression},
		{"access point's up sinks", claimed(func(u *wire.Usage) { u.NASUp-- }), nil, wire.UsageRegression},
		{"access point's down sinks", claimed(func(u *wire.Usage) { u.NASDown -= 2e6 }), nil, wire.UsageRegression},
		{"directions swapped", claimed(func(u *wire.Usage) { u.BytesUp++; u.BytesDown-- }), nil, wire.UsageAccepted},
		{"more than was moved", claimed(func(u *wire.Usage) { u.BytesUp++ }), nil, wire.UsageExceedsMoved},
		{"65 bits", claimed(func(u *wire.Usage) { u.BytesUp = ^uint64(0); u.NASUp = ^uint64(0) - 1 }), nil, wire.UsageExceedsMoved},
		{"last second of its authentication", setting(func(_ *ledger, g *grant) { g.Reauth, g.Expires = 0, g.NotBefore+60 }), nil, wire.UsageAccepted},
		{"a second later", setting(func(_ *ledger, g *grant) { g.NotBefore--; g.Reauth = 0 }), nil, wire.UsageStaleAuth},
		{"expired", setting(func(_ *ledger, g *grant) { g.Expires = g.NotBefore + 59 }), nil, wire.UsageGrantExpired},
		{"last second after", setting(func(_ *ledger, g *grant) { g.superseded = uint64(g.NotBefore) * 1000 }), nil, wire.UsageAccepted},
		{"superseded", setting(func(_ *ledger, g *grant) { g.superseded = uint64(g.NotBefore)*1000 - 1 }), nil, wire.UsageGrantSuperseded},
		{"as fast as can be", func(_ *ledger, m *meter) []byte { return m.draw(60*37_500_000+10<<20, time.Minute) }, nil, wire.UsageAccepted},
		{"faster", func(_ *ledger, m *meter) []byte { return m.draw(60*37_500_000+10<<20+1, time.Minute) }, nil, wire.UsageRateImplausible},
		{"all of the grant", setting(func(_ *ledger, g *grant) { g.MaxBytes = 5e6 + 1e6 }), nil, wire.UsageAccepted},
		{"more than the grant", setting(func(_ *ledger, g *grant) { g.MaxBytes = 5e6 + 1e6 - 1 }), nil, wire.UsageExceedsGrant},
		{"all of the cap", setting(func(l *ledger, _ *grant) { l.subscribers[subscriberID{1}].used = 40e9 - 1e6 }), nil, wire.UsageAccepted},
		{"more than the cap", setting(func(l *ledger, _ *grant) { l.subscribers[subscriberID{1}].used = 40e9 - 1e6 + 1 }), nil, wire.UsageSubscriberCap},
	}
	seen := map[wire.UsageVerdict]bool{
		wire.UsageDuplicate: true, wire.UsagePayerUnfunded: true, wire.UsageOverloaded: true, // below and in usage_test.go
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := grantFor(1, 1, birth())
			l, m := granted(g), newMeter(g)
			up := func(u *wire.Usage) { u.BytesUp, u.NASUp = 1e6, 1e6 }
			if v, n := l.verdict(m.draw(4e6, 0, up), birth()); v != wire.UsageAccepted || n != 5e6 {
				t.Fatalf("first record: %s, %d bytes", v, n)
			}
			raw := c.record(l, m)
			g1 := l.grants[grantID{1}]
			before, seq := l.left(subscriberID{1}, 1<<60, millis(now)), g1.seq
			v, accepted := l.verdict(raw, now, func(x *claim) {
				if c.claim != nil {
					c.claim(x)
				}
			})
			if v != c.want {
				t.Errorf("%s, want %s", v, c.want)
			}
			if used := before - l.left(subscriberID{1}, 1<<60, millis(now)); used != accepted {
				t.Errorf("%d bytes accepted, %d counted", accepted, used)
			}
			if moved := g1.seq > seq; moved != chained(v) {
				t.Errorf("%s: the chain moved: %t", v, moved)
			}
		})
		seen[c.want] = true
	}
	for _, v := range wire.UsageVerdicts() {
		if !seen[v] {
			t.Errorf("no case for %s", v)
		}
	}
}

// TestRepetition: a record that comes again gets the verdict it had, duplicate
// where it was accepted; another one under its number is refused.
func TestRepetition(t *testing.T) {
	g := grantFor(1, 1, birth())
	l, m := granted(g), newMeter(g)
	now := birth().Add(time.Minute)
	good := m.draw(1e6, time.Second)
	fork := *m
	bad := m.draw(100e6, time.Second)
	after := m.draw(1e6, time.Second)
	other := fork.draw(1e6, time.Second)
	for i, c := range []struct {
		raw  []byte
		want wire.UsageVerdict
	}{
		{good, wire.UsageAccepted},
		{bad, wire.UsageRateImplausible},
		{good, wire.UsageDuplicate},
		{bad, wire.UsageRateImplausible},
		{other, wire.UsageChainBroken},
		{after, wire.UsageAccepted},
		{bad, wire.UsageRateImplausible},
		{other, wire.UsageChainBroken},
	} {
		if v, n := l.verdict(c.raw, now); v != c.want || v == wire.UsageAccepted && n != 1e6 {
			t.Errorf("step %d: %s and %d bytes, want %s", i, v, n, c.want)
		}
	}
	for i := range maxVerdicts {
		if v, _ := l.verdict(m.draw(0, 0), now); v != wire.UsageAccepted {
			t.Fatalf("record %d: %s", i, v)
		}
	}
	if v, _ := l.verdict(good, now); v != wire.UsageTooLate {
		t.Errorf("a record that is not remembered: %s", v)
	}
	if n := len(l.grants[grantID{1}].spoken); n != maxVerdicts || l.verdicts != n {
		t.Errorf("%d verdicts remembered, %d counted", n, l.verdicts)
	}
}

// TestScenario14: a hotspot that replays the grant of another gets
// grant-hotspot-mismatch, one that invents a payer payer-unknown.
func TestScenario14(t *testing.T) {
	g := grantFor(1, 1, birth())
	l := granted(g)
	stolen := g
	stolen.Hotspot = 2
	if v, _ := l.verdict(newMeter(stolen).draw(1e6, 0), birth()); v != wire.UsageGrantMismatch {
		t.Errorf("another's grant: %s", v)
	}
	forged := g
	forged.Org = 77
	if v, _ := l.verdict(newMeter(forged).draw(1e6, 0), birth()); v != wire.UsagePayerUnknown {
		t.Errorf("unknown payer: %s", v)
	}
	if v, _ := l.verdict(newMeter(g).draw(1e6, 0), birth()); v != wire.UsageAccepted {
		t.Errorf("the hotspot itself: %s", v)
	}
}

// TestScenario16: the device vanishes at 2000 s without a word, after
// authenticating at 0 s and at 1800 s; the hotspot claims on until 5400 s. Nothing
// is paid for a time after 1800 + 1800 + 60 s.
func TestScenario16(t *testing.T) {
	l := newLedger()
	second := grantFor(2, 1, birth().Add(1800*time.Second))
	second.Subscriber = [16]byte{1}
	l.must(
		&grantMemo{now: millis(birth()), grant: grantFor(1, 1, birth())},
		&grantMemo{now: millis(birth().Add(1800 * time.Second)), grant: second},
	)
	m := newMeter(second)
	var paid time.Duration
	for at := 1800 * time.Second; at <= 5400*time.Second; at += 30 * time.Second {
		v, _ := l.verdict(m.draw(1e6, 30*time.Second), birth().Add(at+30*time.Second))
		switch v {
		case wire.UsageAccepted:
			paid = at + 30*time.Second
		case wire.UsageStaleAuth:
		default:
			t.Fatalf("at %s: %s", at, v)
		}
	}
	if paid != 3660*time.Second {
		t.Errorf("paid until %s", paid)
	}
	if s := l.subscribers[subscriberID{1}]; s.used != 62e6 {
		t.Errorf("%d bytes paid", s.used)
	}
}

// TestScenario19: while the registry cannot be read, or does not have the
// hotspot yet, records are parked; once it has, they are accepted.
func TestScenario19(t *testing.T) {
	g := grantFor(1, 1, birth())
	l := granted(g)
	raw := newMeter(g).draw(1e6, 0)
	unreadable := func(c *claim) { c.snap = nil }
	empty := func(c *claim) { c.snap = &packetrouter.Snapshot{Chain: theChain()} }
	for _, f := range []func(*claim){unreadable, empty} {
		if v, _ := l.verdict(raw, birth(), f); v != wire.UsageUnknownHotspot || v.Final() {
			t.Errorf("%s, final %t", v, v.Final())
		}
	}
	if v, n := l.verdict(raw, birth().Add(time.Hour)); v != wire.UsageAccepted || n != 1e6 {
		t.Errorf("then %s, %d bytes", v, n)
	}
}

// TestReauthentication: what the access point counted between the last record
// under the old grant and the first under the new one is as old as the former.
func TestReauthentication(t *testing.T) {
	later := func(d time.Duration) time.Time { return birth().Add(d) }
	for _, c := range []struct {
		name  string
		at    uint32 // hotspot of the second grant
		late  bool   // one more record of the first grant comes after the second grant
		bytes uint64 // of its first record, 10 s after the grant and 310 s after the last
		want  wire.UsageVerdict
	}{
		{"same hotspot", 1, false, 310*37_500_000 + 10<<20, wire.UsageAccepted},
		{"same hotspot, more", 1, false, 310*37_500_000 + 10<<20 + 1, wire.UsageRateImplausible},
		{"another hotspot", 2, false, 10*37_500_000 + 10<<20, wire.UsageAccepted},
		{"another hotspot, more", 2, false, 10*37_500_000 + 10<<20 + 1, wire.UsageRateImplausible},
		{"a late record between", 1, true, 15*37_500_000 + 10<<20, wire.UsageAccepted},
		{"a late record between, more", 1, true, 15*37_500_000 + 10<<20 + 1, wire.UsageRateImplausible},
	} {
		g := grantFor(1, 1, birth())
		l, m := granted(g), newMeter(g)
		if v, _ := l.verdict(m.draw(1e6, 1500*time.Second), later(1500*time.Second)); v != wire.UsageAccepted {
			t.Fatal(v)
		}
		next := grantFor(2, c.at, later(1800*time.Second))
		next.Subscriber = g.Subscriber
		l.must(&grantMemo{now: millis(later(1800 * time.Second)), grant: next})
		if c.late {
			if v, _ := l.verdict(m.draw(1e6, 295*time.Second), later(1800*time.Second)); v != wire.UsageAccepted {
				t.Fatal(v)
			}
		}
		if v, _ := l.verdict(newMeter(next).draw(c.bytes, 10*time.Second), later(1810*time.Second)); v != c.want {
			t.Errorf("%s: %s, want %s", c.name, v, c.want)
		}
	}
}

// TestPeriod: a subscriber's cap is for 30 days from the first use.
func TestPeriod(t *testing.T) {
	day := 24 * time.Hour
	l := newLedger()
	capped := func(c *claim) { c.rules.subscriberCap = 3e6 }
	use := func(n byte, at time.Duration) (wire.UsageVerdict, uint64) {
		g := grantFor(n, 1, birth().Add(at))
		g.Subscriber = [16]byte{9}
		l.must(&grantMemo{now: millis(birth().Add(at)), grant: g})
		return l.verdict(newMeter(g).draw(2e6, time.Second), birth().Add(at+time.Second), capped)
	}
	for i, c := range []struct {
		at   time.Duration
		want wire.UsageVerdict
		left uint64 // right after
	}{
		{0, wire.UsageAccepted, 1e6},
		{29 * day, wire.UsageSubscriberCap, 1e6},
		{30 * day, wire.UsageAccepted, 1e6},
		{59 * day, wire.UsageSubscriberCap, 1e6},
	} {
		if v, _ := use(byte(i+1), c.at); v != c.want {
			t.Errorf("day %d: %s, want %s", c.at/day, v, c.want)
		}
		if left := l.left(subscriberID{9}, 3e6, millis(birth().Add(c.at+time.Second))); left != c.left {
			t.Errorf("day %d: %d bytes left, want %d", c.at/day, left, c.left)
		}
	}
	if left := l.left(subscriberID{9}, 3e6, millis(birth().Add(90*day))); left != 3e6 {
		t.Errorf("after the last period: %d bytes left", left)
	}
}

// TestForgedSignatures: one flipped bit anywhere in a record is refused, and
// changes nothing.
func TestForgedSignatures(t *testing.T) {
	g := grantFor(1, 1, birth())
	l := granted(g)
	raw := newMeter(g).draw(1e6, 0)
	before := string(l.appendTo(nil))
	for i := range raw {
		flipped := append([]byte(nil), raw...)
		flipped[i] ^= 1
		if v, _ := l.verdict(flipped, birth()); v == wire.UsageAccepted || chained(v) {
			t.Fatalf("byte %d: %s", i, v)
		}
	}
	// The router signs in the name of a hotspot of its own.
	u, err := wire.ParseUsage(raw)
	if err != nil {
		t.Fatal(err)
	}
	u.Hotspot = 3
	if v, _ := l.verdict(sign(routertest.Key(3).Private, u), birth()); v != wire.UsageGrantMismatch {
		t.Errorf("re-signed: %s", v)
	}
	if string(l.appendTo(nil)) != before {
		t.Error("the ledger changed")
	}
}
