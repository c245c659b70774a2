package payer

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
)

// Payer is a payer agent's core. Its methods may be called from any goroutine;
// Run must run for anything to go out.
type Payer struct {
	cfg       Config
	rules     rules
	lane      Lane
	aaa       AAA
	down      Downstream
	log       *slog.Logger
	snapshot  atomic.Pointer[packetrouter.Snapshot]
	stats     counters
	box       *outbox
	rates     *rates
	exchanges *exchanges
	farewells *farewells

	mu     sync.Mutex // held over each decision and its Append, so that both have one order
	ledger *ledger    // guarded by mu: as decided
}

// New returns a payer that books in lane, which was opened with cfg.Memory and
// has nothing pending.
func New(cfg Config, lane Lane, aaa AAA, down Downstream, log *slog.Logger) *Payer {
	cfg = cfg.withDefaults()
	p := &Payer{
		cfg: cfg, rules: rules{cfg.SubscriberCap, cfg.Ceiling}, lane: lane, aaa: aaa, down: down, log: log,
		box: newOutbox(), rates: newRates(), exchanges: newExchanges(), farewells: newFarewells(),
		ledger: cfg.Memory.tentative(),
	}
	log.Info("payer ledger read", "grants", len(p.ledger.grants), "subscribers", len(p.ledger.subscribers))
	return p
}

// SetSnapshot takes what is on chain. Before the first one, every record is
// parked and every request unanswered.
func (p *Payer) SetSnapshot(s *packetrouter.Snapshot) { p.snapshot.Store(s) }

// booking is one memo on its way to the lane's log.
type booking struct {
	payer   *Payer
	hotspot packetrouter.HotspotID
	bytes   uint64 // that are paid for
	micro   uint64 // micro-DC
	memo    []byte
}

// Account implements lanes.Booking.
func (b *booking) Account() (packetrouter.HotspotID, uint64) { return b.hotspot, b.micro }

// AppendMemo implements lanes.Booking.
func (b *booking) AppendMemo(to []byte) []byte { return append(to, b.memo...) }

// Booked implements lanes.Booking.
func (b *booking) Booked(err error) {
	if err == nil {
		b.payer.stats.bytes.Add(b.bytes)
		b.payer.stats.micro.Add(b.micro)
	}
	b.payer.box.end(err)
}

// book decides: it changes the ledger and gives the change to the lane. mu is
// held.
func (p *Payer) book(b booking) {
	if err := p.ledger.apply(b.memo); err != nil {
		panic("payer: what was decided does not apply: " + err.Error())
	}
	b.payer = p
	p.box.begin()
	p.lane.Append(&b)
}

// sweepEvery is how often the ledger forgets what is old.
const sweepEvery = time.Hour

// Run sends what is on stable storage and keeps the timers, until ctx is done or
// the lane fails to book something: then the ledger is ahead of the log, and only
// a restart makes them one again.
func (p *Payer) Run(ctx context.Context) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	swept := time.Now()
	p.sweep(swept)
	for {
		select {
		case <-ctx.Done():
		case <-p.box.wake:
		case <-second.C:
			now := time.Now()
			p.exchanges.tidy(now)
			p.rates.forget(now)
			p.repeatFarewells(now)
			if now.Sub(swept) >= sweepEvery {
				swept = now
				p.sweep(now)
			}
		}
		err := p.flush()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("book in the lane: %w", err)
		}
	}
}

// flush sends what may go, and returns the error of the lane.
func (p *Payer) flush() error {
	list, err := p.box.due()
	for i := range list {
		list[i].send()
	}
	return err
}

// sweep books that the ledger forgets what is old, if there is something.
func (p *Payer) sweep(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.box.full() && p.ledger.stale(millis(now)) {
		p.book(booking{memo: (&sweepMemo{millis(now)}).appendTo(nil)})
	}
}

// sent counts what no router took.
func (p *Payer) sent(ok bool) {
	if !ok {
		p.stats.lost.Add(1)
	}
}
