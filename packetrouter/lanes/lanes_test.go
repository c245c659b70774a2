package lanes_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	org   = routertest.OrgID
	epoch = uint32(7)
)

// office is one lane, running, with the vouchers it has signed.
type office struct {
	t    *testing.T
	dir  string
	lane *lanes.Lane
	book *lanes.Book
	old  []packetrouter.Entry
	stop func() error

	mu     sync.Mutex
	issued []wire.Voucher // guarded by mu
}

func chain() wire.ChainHash { return wire.HashChainID(routertest.ChainID) }

func config(dir string) lanes.Config {
	return lanes.Config{
		Chain: chain(), Org: org, Key: routertest.LaneKey().Private, Dir: dir, VoucherEvery: 10 * time.Millisecond,
		Voucher: func(packetrouter.HotspotID, []byte) {},
	}
}

func snapshot(epoch uint32, reserved uint64) *packetrouter.Snapshot {
	ref := packetrouter.LaneRef{Org: org, Lane: routertest.LaneNo}
	return &packetrouter.Snapshot{
		Chain: chain(), Head: packetrouter.Head{Height: 1, Epoch: epoch},
		Orgs: map[packetrouter.OrgID]*packetrouter.Org{org: {ID: org, Signers: []packetrouter.Signer{
			{Lane: routertest.LaneNo, Key: routertest.LaneKey().Public, Payout: "hxw1payout"},
		}}},
		Lanes:      map[packetrouter.LaneRef]packetrouter.LaneState{ref: {Epoch: epoch, Reserved: reserved}},
		Settlement: packetrouter.SettlementParams{MinStep: 10, MaxItems: 4},
	}
}

func open(t *testing.T, dir string, change func(*lanes.Config)) *office {
	t.Helper()
	o := &office{t: t, dir: dir}
	c := config(dir)
	c.Voucher = func(_ packetrouter.HotspotID, raw []byte) {
		v := o.check(raw)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.issued = append(o.issued, v)
	}
	if change != nil {
		change(&c)
	}
	lane, old, err := lanes.OpenDeliveries(c)
	if err != nil {
		t.Fatal(err)
	}
	o.lane, o.old, o.book = lane, old, lanes.NewBook(lane)
	o.book.Update(snapshot(epoch, 1_000_000))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- lane.Run(ctx) }()
	o.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = o.stop() }) // a test that cares has stopped it already
	return o
}

// check parses a voucher and its signature.
func (o *office) check(raw []byte) wire.Voucher {
	v, err := wire.ParseVoucher(raw)
	if err != nil {
		o.t.Errorf("voucher: %v", err)
	}
	if !ed25519.Verify(routertest.LaneKey().Public.Raw(), raw[:wire.VoucherBodySize], v.Signature[:]) {
		o.t.Error("voucher does not verify")
	}
	return v
}

// deliver books one entry and waits until it is stored.
func (o *office) deliver(h packetrouter.HotspotID, id uint64, dc uint32) {
	o.t.Helper()
	if !o.book.Reserve(org, dc) {
		o.t.Fatalf("no allowance for %d DC", dc)
	}
	e := packetrouter.Entry{
		Org: org, Hotspot: h, Uplink: id, Credits: dc, Route: 5,
		Transmission: packetrouter.Transmission{Frame: packetrouter.FrameHash{byte(id)}, First: int64(id)},
		Counter:      packetrouter.Counter{Route: 5, Device: 6, Session: 7, Value: uint32(id)},
	}
	stored := make(chan error, 1)
	e.OnBooked(func(err error) { stored <- err })
	o.book.Append(&e)
	if err := <-stored; err != nil {
		o.t.Fatal(err)
	}
}

// best returns the newest voucher for a hotspot.
func (o *office) best(h packetrouter.HotspotID) wire.Voucher {
	o.t.Helper()
	var best wire.Voucher
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, raw := range o.book.Present(h, nil) {
			if v := o.check(raw); v.Seq > best.Seq {
				best = v
			}
		}
		if best.Seq > 0 {
			return best
		}
	}
	o.t.Fatal("no voucher")
	return best
}

func TestTotalsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir, nil)
	for i := range uint64(5) {
		o.deliver(1, i+1, 2)
	}
	o.deliver(2, 1, 3)
	before := o.best(1)
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	o = open(t, dir, nil)
	after := o.best(1)
	if before.Cum != 10 || after.Cum != 10 || after.Issued != 13 {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if after.Seq <= before.Seq {
		t.Errorf("sequence %d after %d: a number may have two vouchers", after.Seq, before.Seq)
	}
	if len(o.old) != 6 || o.old[0].Org != org || o.old[0].Uplink != 1 || o.old[0].Counter.Session != 7 || o.old[4].Counter.Value != 5 {
		t.Errorf("entries after the restart: %+v", o.old)
	}
	o.deliver(1, 6, 1)
	if v := o.best(1); v.Cum != 11 || v.Issued != 14 {
		t.Errorf("then %+v", v)
	}
}

// TestCrashAtEveryByte cuts the log at each length that a crash could leave and
// opens it: the totals are those of the whole records, and work goes on.
func TestCrashAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir, nil)
	name := newest(t, dir)
	ends := map[int64]uint64{size(t, name): 0} // log length -> DC stored
	for i := range uint64(4) {
		o.deliver(1, i+1, uint32(i+1))
		ends[size(t, name)] = (i + 1) * (i + 2) / 2
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	first := int64(len(whole))
	for n := range ends {
		first = min(first, n)
	}
	for n := first; n <= int64(len(whole)); n++ {
		var want uint64
		for end, dc := range ends {
			if end <= n {
				want = max(want, dc)
			}
		}
		crashed := filepath.Join(t.TempDir(), "wal")
		write(t, filepath.Join(crashed, filepath.Base(name)), whole[:n])
		o := open(t, crashed, nil)
		o.deliver(1, 100, 7)
		if v := o.best(1); v.Cum != want+7 {
			t.Fatalf("cut at %d of %d: total %d, want %d", n, len(whole), v.Cum, want+7)
		}
		if err := o.stop(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDecayIsNotTakenForACrash(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir, nil)
	name := newest(t, dir)
	start := size(t, name)
	o.deliver(1, 1, 1)
	o.deliver(1, 2, 1)
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	whole[start+12] ^= 1 // in the body of the first of two records
	write(t, name, whole)
	if _, _, err := lanes.OpenDeliveries(config(dir)); !errors.Is(err, lanes.ErrDamaged) {
		t.Errorf("%v, want %v", err, lanes.ErrDamaged)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir, nil)
	if _, _, err := lanes.OpenDeliveries(config(dir)); !errors.Is(err, lanes.ErrLocked) {
		t.Errorf("second process: %v", err)
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*lanes.Config){
		"other key":   func(c *lanes.Config) { c.Key = routertest.Key(1).Private },
		"other chain": func(c *lanes.Config) { c.Chain[0]++ },
	} {
		c := config(dir)
		change(&c)
		if _, _, err := lanes.OpenDeliveries(c); !errors.Is(err, lanes.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRotationKeepsTotalsAndEntries(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir, func(c *lanes.Config) { c.RotateSize = 400 })
	for i := range uint64(50) {
		o.deliver(packetrouter.HotspotID(i%3+1), i+1, 1)
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	if n := filepath.Base(newest(t, dir)); n < "0000000010.wal" {
		t.Errorf("newest segment %s: the log did not rotate", n)
	}
	if all, err := filepath.Glob(filepath.Join(dir, "*.wal")); err != nil || len(all) != 1 {
		t.Errorf("segments %v, %v", all, err)
	}
	o = open(t, dir, nil)
	if v := o.best(1); v.Cum != 17 || v.Issued != 50 || len(o.old) != 50 {
		t.Errorf("%+v, %d entries", v, len(o.old))
	}
}

func TestPresentedVoucherCountsAsMuchAsTheLog(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "a"), nil)
	for i := range uint64(9) {
		o.deliver(1, i+1, 1)
	}
	v := o.best(1)
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	// The log is lost; the hotspot has the voucher.
	dir := filepath.Join(t.TempDir(), "b")
	o = open(t, dir, nil)
	forged := v
	forged.Cum, forged.Issued = 500, 500
	if got := o.book.Present(1, [][]byte{forged.AppendTo(nil), {1, 2, 3}}); len(got) != 0 {
		t.Errorf("a forged voucher was answered with %d", len(got))
	}
	o.book.Present(2, [][]byte{v.AppendTo(nil)}) // somebody else's
	o.book.Present(1, [][]byte{v.AppendTo(nil)})
	o.deliver(1, 10, 1)
	if got := o.best(1); got.Cum != 10 || got.Issued != 10 || got.Seq <= v.Seq {
		t.Errorf("after %+v comes %+v", v, got)
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	if got := open(t, dir, nil).best(1); got.Cum != 10 {
		t.Errorf("the resumed total was not stored: %+v", got)
	}
}

func TestAllowance(t *testing.T) {
	o := open(t, t.TempDir(), nil)
	s := snapshot(epoch, 100)
	s.Settlement.ItemFee = 10
	o.book.Update(s)
	// 100 DC less two items for one account leave 80.
	if o.book.Reserve(org, 81) || !o.book.Reserve(org, 80) || o.book.Reserve(org, 1) {
		t.Error("the allowance is not 80 DC")
	}
	o.book.Release(org, 80)
	o.deliver(1, 1, 30)
	if o.book.Reserve(org, 31) || !o.book.Reserve(org, 30) {
		t.Error("after 30 DC issued and a second account to come, 30 should be left")
	}
	if o.book.Reserve(org+1, 1) {
		t.Error("an org without lane has allowance")
	}
	o.book.Release(org, 30)
	o.book.Update(snapshot(epoch+1, 50))
	if o.book.Reserve(org, 51) || !o.book.Reserve(org, 50) {
		t.Error("the new epoch's allowance does not count")
	}
	revoked := snapshot(epoch+1, 50)
	revoked.Orgs[org].Signers[0].Revoked = true
	o.book.Update(revoked)
	if o.book.Reserve(org, 1) {
		t.Error("a revoked lane promises")
	}
}

func TestVouchersRiseTogether(t *testing.T) {
	o := open(t, t.TempDir(), nil)
	for i := range uint64(40) {
		o.deliver(packetrouter.HotspotID(i%5+1), i+1, 1)
		time.Sleep(time.Duration(i%3) * 5 * time.Millisecond)
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.issued) == 0 {
		t.Fatal("no vouchers")
	}
	for i := 1; i < len(o.issued); i++ {
		a, b := o.issued[i-1], o.issued[i]
		if b.Seq <= a.Seq || b.Issued < a.Issued {
			t.Errorf("%d/%d after %d/%d: proof of over-issue", b.Seq, b.Issued, a.Seq, a.Issued)
		}
	}
}

func newest(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.wal"))
	if err != nil || len(all) == 0 {
		t.Fatalf("segments %v, %v", all, err)
	}
	return all[len(all)-1]
}

func size(t *testing.T, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// forgetful is a memory that can read no memo, as one of another kind of lane.
type forgetful struct{}

func (forgetful) Remember([]byte) error    { return lanes.ErrMemo }
func (forgetful) AppendTo(b []byte) []byte { return b }
func (forgetful) Restore([]byte) error     { return nil }

// The last record is whole, and a crash leaves none such: cutting it off would
// forget what was acknowledged.
func TestUnreadableMemoIsNotTakenForACrash(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir, nil)
	o.deliver(1, 1, 1)
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	name := newest(t, dir)
	before := size(t, name)
	cfg := config(dir)
	cfg.Memory = forgetful{}
	if _, err := lanes.Open(cfg); !errors.Is(err, lanes.ErrDamaged) {
		t.Errorf("%v, want %v", err, lanes.ErrDamaged)
	}
	if after := size(t, name); after != before {
		t.Errorf("%d bytes are left of %d", after, before)
	}
}
