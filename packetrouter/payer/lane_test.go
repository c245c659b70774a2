package payer

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// agent is a payer on a real lane, running.
type agent struct {
	*Payer
	dir  string
	in   *inbox
	stop func()
}

// run opens the log in a folder and runs on it. It must be called in a bubble.
func run(t *testing.T, dir string) *agent {
	t.Helper()
	a := &agent{dir: dir, in: &inbox{}}
	memory := NewMemory()
	lane, err := lanes.Open(lanes.Config{
		Chain: theChain(), Org: theOrg, Key: routertest.LaneKey().Private, Unit: wire.UnitMicroDC, Memory: memory, Dir: dir,
		VoucherEvery: 20 * time.Millisecond, RotateSize: 2000,
		Voucher: func(h packetrouter.HotspotID, raw []byte) { a.in.Vouchers(h, [][]byte{raw}) },
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Payer = New(Config{Chain: theChain(), Memory: memory, Price: price}, lane, &carrier{t: t}, a.in, slog.New(slog.DiscardHandler))
	lane.Update(theSnapshot())
	a.SetSnapshot(theSnapshot())
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error { return a.Run(ctx) })
	group.Go(func() error { return lane.Run(ctx) })
	a.stop = func() {
		cancel()
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
		if len(a.in.broken) > 0 {
			t.Error(a.in.broken)
		}
	}
	return a
}

// wait lets all that is under way end.
func wait() {
	time.Sleep(time.Second)
	synctest.Wait()
}

// best is the newest voucher that the hotspot got.
func (a *agent) best(t *testing.T) (wire.Voucher, []byte) {
	t.Helper()
	var best wire.Voucher
	var raw []byte
	a.in.mu.Lock()
	defer a.in.mu.Unlock()
	for _, b := range a.in.vouchers {
		v, err := wire.ParseVoucher(b)
		if err != nil || !laneSigned(b[:wire.VoucherBodySize], v.Signature) || v.Unit != wire.UnitMicroDC || v.Cum < best.Cum {
			t.Errorf("voucher %+v after %+v: %v", v, best, err)
		}
		best, raw = v, b
	}
	return best, raw
}

// login logs in at hotspot 1 and returns the grant.
func (a *agent) login(t *testing.T) wire.Grant {
	t.Helper()
	h := newCaller(t, 1)
	c := h.login(user, 9)
	a.Radius(time.Now(), 1, c.proof, c.packet)
	wait()
	got := a.in.taken()
	if len(got) != 1 {
		t.Fatalf("%d packets", len(got))
	}
	return grantIn(t, c.read(t, got[0]))
}

// TestFromLoginToVoucher runs the whole way on a real log, through two restarts
// and many segments: what was accepted is in a voucher, once.
func TestFromLoginToVoucher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		a := run(t, dir)
		m := newMeter(a.login(t))
		var last []byte
		for i := range 30 {
			if i == 10 || i == 20 {
				a.stop()
				a = run(t, dir)
				a.Usage(time.Now(), 1, [][]byte{last}, nil)
				wait()
				expect(t, "after a restart", a.in.take(), wire.UsageDuplicate)
			}
			last = m.draw(1e6, time.Second)
			a.Usage(time.Now(), 1, [][]byte{last}, nil)
			wait()
			expect(t, "record", a.in.take(), wire.UsageAccepted)
			if v, _ := a.best(t); v.Cum != uint64(i+1)*10_000_000 {
				t.Errorf("%d micro-DC vouchered after %d records", v.Cum, i+1)
			}
		}
		a.stop()
		if all, err := filepath.Glob(filepath.Join(dir, "*.wal")); err != nil || len(all) != 1 || filepath.Base(all[0]) < "0000000003.wal" {
			t.Errorf("segments %v, %v", all, err)
		}
	})
}

// TestKilled copies the log of a running agent at each step and goes on with the
// copy, as after SIGKILL: the hotspot presents again what has no result, and is
// paid once.
func TestKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := run(t, filepath.Join(t.TempDir(), "log"))
		m := newMeter(a.login(t))
		var total uint64
		for i := range 8 {
			raw := m.draw(1e6, time.Second)
			a.Usage(time.Now(), 1, [][]byte{raw}, nil)
			if i%2 == 0 {
				wait()
			}
			dir := filepath.Join(t.TempDir(), "log")
			if err := os.CopyFS(dir, os.DirFS(a.dir)); err != nil {
				t.Fatal(err)
			}
			a.stop()
			a = run(t, dir)
			a.Usage(time.Now(), 1, [][]byte{raw}, nil)
			wait()
			got := a.in.take()
			if len(got) != 1 || got[0].Verdict != wire.UsageAccepted && got[0].Verdict != wire.UsageDuplicate {
				t.Fatalf("kill %d: %v", i, verdicts(got))
			}
			total += 10_000_000
			if v, _ := a.best(t); v.Cum != total {
				t.Errorf("kill %d: %d micro-DC, want %d", i, v.Cum, total)
			}
		}
		a.stop()
	})
}

// TestLogLost: the hotspot's voucher restores the total; the records that it does
// not cover are lost, and nothing is ever paid below it.
func TestLogLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := run(t, t.TempDir())
		m := newMeter(a.login(t))
		a.Usage(time.Now(), 1, [][]byte{m.draw(5e6, time.Second)}, nil)
		wait()
		v, raw := a.best(t)
		a.stop()
		a = run(t, t.TempDir())
		a.Usage(time.Now(), 1, [][]byte{m.draw(1e6, time.Second)}, [][]byte{raw})
		wait()
		expect(t, "without a log", a.in.take(), wire.UsageGrantUnknown)
		m = newMeter(a.login(t))
		a.Usage(time.Now(), 1, [][]byte{m.draw(1e6, time.Second)}, [][]byte{raw})
		wait()
		expect(t, "a new login", a.in.take(), wire.UsageAccepted)
		if after, _ := a.best(t); v.Cum != 50_000_000 || after.Cum != 60_000_000 || after.Seq <= v.Seq {
			t.Errorf("%+v, then %+v", v, after)
		}
		a.stop()
	})
}

// TestScenario12: a router that flips one byte of a record, a proof or a voucher,
// or signs in the name of a hotspot of its own, gets nothing for it.
func TestScenario12(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := run(t, t.TempDir())
		g := a.login(t)
		m := newMeter(g)
		first := m.draw(5e6, time.Second)
		a.Usage(time.Now(), 1, [][]byte{first}, nil)
		wait()
		a.in.take()
		_, raw := a.best(t)
		a.stop()

		a = run(t, t.TempDir()) // where a voucher matters
		m = newMeter(a.login(t))
		next := m.draw(1e6, time.Second)
		for i := range next {
			flipped := append([]byte(nil), next...)
			flipped[i] ^= 1
			a.Usage(time.Now(), 1, [][]byte{flipped}, nil)
			wait()
		}
		for _, r := range a.in.take() {
			if r.Verdict == wire.UsageAccepted {
				t.Error("a flipped record was accepted")
			}
		}
		for i := range raw {
			flipped := append([]byte(nil), raw...)
			flipped[i] ^= 1
			a.Usage(time.Now(), 1, nil, [][]byte{flipped})
		}
		stolen := m.next
		stolen.Seq, stolen.Prev, stolen.Hotspot = 1, [32]byte{}, 2
		a.Usage(time.Now(), 1, [][]byte{sign(routertest.Key(2).Private, stolen)}, nil)
		wait()
		expect(t, "signed anew", a.in.take(), wire.UsageGrantMismatch)
		h := newCaller(t, 1)
		c := h.login(user, 9)
		for _, at := range []int{0, 20, len(c.proof) - 1} {
			flipped := append([]byte(nil), c.proof...)
			flipped[at] ^= 1
			a.Radius(time.Now(), 1, flipped, c.packet)
		}
		wait()
		if got := a.in.taken(); len(got) != 0 || a.Stats().Bytes != 0 {
			t.Errorf("%d answers, %d bytes", len(got), a.Stats().Bytes)
		}
		a.Usage(time.Now(), 1, [][]byte{next}, [][]byte{raw})
		wait()
		expect(t, "honest", a.in.take(), wire.UsageAccepted)
		if v, _ := a.best(t); v.Cum != 60_000_000 {
			t.Errorf("%d micro-DC: only the true voucher counts", v.Cum)
		}
		a.stop()
	})
}

// TestScenario21: totals 500, 450 and 700 of one account in any order are 700: an
// older voucher lowers nothing and is answered with the newest.
func TestScenario21(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := run(t, t.TempDir())
		m := newMeter(a.login(t))
		var raws [][]byte
		for _, bytes := range []uint64{45, 5, 20} { // micro-DC 450, 500, 700
			a.Usage(time.Now(), 1, [][]byte{m.draw(bytes, time.Second)}, nil)
			wait()
			_, raw := a.best(t)
			raws = append(raws, raw)
		}
		a.in.vouchers = nil
		for _, i := range []int{1, 0, 2} {
			a.Usage(time.Now(), 1, nil, [][]byte{raws[i]})
			wait()
			if v, _ := a.best(t); i != 2 && v.Cum != 700 {
				t.Errorf("voucher %d was answered with %d", i, v.Cum)
			}
		}
		if n := len(a.in.vouchers); n != 2 {
			t.Errorf("%d vouchers for three of which one was the newest", n)
		}
		a.stop()
	})
}

// TestRunRepeatsAndForgets: the timers of Run, but for the sweep.
func TestRunRepeatsAndForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := run(t, t.TempDir())
		a.login(t)
		other := newCaller(t, 2)
		c := other.login(user, 9)
		a.Radius(time.Now(), 2, c.proof, c.packet)
		time.Sleep(10 * time.Second)
		if n := len(a.in.farewells(t)); n != farewellTries {
			t.Errorf("%d farewells", n)
		}
		c = newCaller(t, 3).account(func(p *radius.Packet) {})
		a.Radius(time.Now(), 3, c.proof, c.packet)
		wait()
		time.Sleep(10 * time.Minute)
		a.rates.mu.Lock()
		buckets := len(a.rates.hotspots)
		a.rates.mu.Unlock()
		a.exchanges.mu.Lock()
		known := len(a.exchanges.known)
		a.exchanges.mu.Unlock()
		if buckets != 0 || known != 0 {
			t.Errorf("%d buckets, %d exchanges after ten minutes", buckets, known)
		}
		a.stop()
	})
}

// TestRunSweeps: what gets old while Run runs, and before, is forgotten.
func TestRunSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		for n, age := range []time.Duration{8 * 24 * time.Hour, 7*24*time.Hour + 30*time.Minute, 24 * time.Hour} {
			o.grant(grantFor(byte(n+1), 1, time.Now().Add(-age)))
		}
		o.settle(t)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- o.Run(ctx) }()
		synctest.Wait()
		if s := o.Stats(); s.Grants != 2 {
			t.Errorf("at the start: %+v", s)
		}
		time.Sleep(sweepEvery + time.Second)
		if s := o.Stats(); s.Grants != 1 || s.Subscribers != 1 {
			t.Errorf("an hour later: %+v", s)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		o.restart()
		if s := o.Stats(); s.Grants != 3 {
			t.Errorf("what was not stored was not forgotten: %+v", s)
		}
	})
}

// TestConcurrent: hotspots log in and report at once; each is paid what it
// carried.
func TestConcurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := run(t, t.TempDir())
		asked := map[uint64]call{}
		var hotspots errgroup.Group
		for n := packetrouter.HotspotID(1); n <= 3; n++ {
			h := newCaller(t, n)
			for i := range 4 {
				c := h.login(string(rune('a'+int(n)*4+i))+"@carrier.example", byte(i))
				asked[c.number<<8|uint64(n)] = c
				hotspots.Go(func() error { a.Radius(time.Now(), n, c.proof, c.packet); return nil })
			}
			hotspots.Go(func() error { _ = a.Stats(); return nil })
		}
		_ = hotspots.Wait()
		wait()
		for _, d := range a.in.taken() {
			m := newMeter(grantIn(t, asked[d.proof.Exchange<<8|uint64(d.hotspot)].read(t, d)))
			hotspots.Go(func() error {
				for range 10 {
					a.Usage(time.Now(), d.hotspot, [][]byte{m.draw(1e5, time.Millisecond)}, nil)
				}
				return nil
			})
		}
		_ = hotspots.Wait()
		wait()
		paid := map[uint32]uint64{}
		for _, raw := range a.in.vouchers {
			v, err := wire.ParseVoucher(raw)
			if err != nil {
				t.Fatal(err)
			}
			paid[v.Hotspot] = max(paid[v.Hotspot], v.Cum)
		}
		for n := uint32(1); n <= 3; n++ {
			if paid[n] != 4*10*1_000_000 {
				t.Errorf("hotspot %d: %d micro-DC", n, paid[n])
			}
		}
		if s := a.Stats(); s.Records[wire.UsageAccepted] != 120 || s.Bytes != 12e6 || s.Live != 12 {
			t.Errorf("stats %+v", s)
		}
		a.stop()
	})
}
