package lanes_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// teller runs a settler over an office.
type teller struct {
	t       *testing.T
	settler *lanes.Settler
	ledger  *routertest.Ledger
	book    *lanes.Book
	height  uint64
}

func newTeller(t *testing.T, o *office, ledger *routertest.Ledger) *teller {
	t.Helper()
	s := lanes.NewSettler(o.book, ledger, 5, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return &teller{t: t, settler: s, ledger: ledger, book: o.book, height: 100}
}

// blocks makes n blocks of an epoch and waits until the total is settled.
func (x *teller) blocks(n int, epoch uint32, want uint64) {
	x.t.Helper()
	for range n {
		x.height++
		s := snapshot(epoch, 1_000_000)
		s.Head.Height = x.height
		x.book.Update(s)
		x.settler.Update(s)
		time.Sleep(3 * time.Millisecond)
	}
	for end := time.Now().Add(5 * time.Second); x.ledger.Total() != want; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			x.t.Fatalf("settled %d DC, want %d", x.ledger.Total(), want)
		}
	}
}

func TestSettlementInStepsThenFinally(t *testing.T) {
	o := open(t, t.TempDir(), nil)
	x := newTeller(t, o, routertest.NewLedger())
	o.deliver(1, 1, 9) // below the step of 10
	o.deliver(2, 1, 10)
	x.blocks(6, epoch, 10)
	o.deliver(2, 2, 9)
	x.blocks(12, epoch, 10)
	x.blocks(3, epoch+1, 28)
	for _, b := range x.ledger.Batches() {
		if b.Kind != wire.BatchVouchers || b.Org != uint32(org) || b.Lane != routertest.LaneNo || b.ValidUntil <= 100 {
			t.Errorf("batch %+v", b)
		}
	}
}

func TestSettlementAfterARestartPaysNothingTwice(t *testing.T) {
	dir := t.TempDir()
	ledger := routertest.NewLedger()
	o := open(t, dir, nil)
	x := newTeller(t, o, ledger)
	o.deliver(1, 1, 50)
	x.blocks(6, epoch, 50)
	sent := len(ledger.Batches())
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	o = open(t, dir, nil)
	x = newTeller(t, o, ledger)
	o.best(1)
	x.blocks(12, epoch+1, 50)
	if n := len(ledger.Batches()); n != sent {
		t.Errorf("%d batches after the restart for what was settled", n-sent)
	}
}

func TestOnePoisonedItemHoldsNobodyBack(t *testing.T) {
	o := open(t, t.TempDir(), nil)
	ledger := routertest.NewLedger()
	ledger.Refuse(func(item []byte) bool {
		v, err := wire.ParseVoucher(item)
		return err != nil || v.Hotspot == 3
	})
	x := newTeller(t, o, ledger)
	for h := range packetrouter.HotspotID(10) {
		o.deliver(h+1, 1, 20)
	}
	x.blocks(6, epoch, 9*20)
	ledger.Refuse(nil)
	x.blocks(20, epoch, 10*20)
}
