package routertest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// Ledger is a chain of one: it includes at once what the free lane would take.
type Ledger struct {
	mu      sync.Mutex
	settled map[[3]uint64]uint64 // guarded by mu: by lane, hotspot, epoch
	items   [][]byte             // guarded by mu: reports and reveals, in order
	batches []wire.Batch         // guarded by mu
	nonces  map[uint64]bool      // guarded by mu
	refuse  func([]byte) bool    // guarded by mu: items to refuse
	losing  bool                 // guarded by mu
}

// NewLedger returns an empty chain.
func NewLedger() *Ledger {
	return &Ledger{settled: map[[3]uint64]uint64{}, nonces: map[uint64]bool{}}
}

// Refuse makes the chain refuse every batch that holds an item f picks.
func (l *Ledger) Refuse(f func(item []byte) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuse = f
}

// take checks a batch header against its items. mu is held.
func (l *Ledger) take(header, items []byte) (wire.Batch, error) {
	b, err := wire.ParseBatch(header)
	if err != nil {
		return b, fmt.Errorf("%w: %w", packetrouter.ErrRefused, err)
	}
	if !b.Matches(items) || l.nonces[b.Nonce] {
		return b, fmt.Errorf("%w: header does not fit, or nonce used", packetrouter.ErrRefused)
	}
	size := b.Kind.ItemSize()
	for i := 0; i < len(items); i += size {
		if l.refuse != nil && l.refuse(items[i:i+size]) {
			return b, fmt.Errorf("%w: item %d", packetrouter.ErrRefused, i/size)
		}
	}
	l.nonces[b.Nonce] = true
	l.batches = append(l.batches, b)
	return b, nil
}

// Settle implements lanes.Chain.
func (l *Ledger) Settle(_ context.Context, _ string, header, items []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.take(header, items); err != nil {
		return err
	}
	for i := 0; i < len(items); i += wire.VoucherSize {
		v, err := wire.ParseVoucher(items[i : i+wire.VoucherSize])
		if err != nil {
			return fmt.Errorf("%w: %w", packetrouter.ErrRefused, err)
		}
		k := [3]uint64{uint64(v.Lane), uint64(v.Hotspot), uint64(v.Epoch)}
		l.settled[k] = max(l.settled[k], v.Cum)
	}
	return nil
}

// Settled implements lanes.Chain.
func (l *Ledger) Settled(_ context.Context, ref packetrouter.LaneRef, h packetrouter.HotspotID, epoch uint32) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.settled[[3]uint64{uint64(ref.Lane), uint64(h), uint64(epoch)}], nil
}

// SubmitReports implements relay.Chain.
func (l *Ledger) SubmitReports(_ context.Context, _ string, header, items []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, err := l.take(header, items)
	if err != nil {
		return err
	}
	if l.losing {
		return nil
	}
	size := b.Kind.ItemSize()
	for i := 0; i < len(items); i += size {
		l.items = append(l.items, items[i:i+size])
	}
	return nil
}

// Lose makes the chain take the next batches into its pool and never include
// them, until called with false.
func (l *Ledger) Lose(lose bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.losing = lose
}

// Recorded implements relay.Chain.
func (l *Ledger) Recorded(_ context.Context, challenge uint64) (packetrouter.ChallengeRecord, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := packetrouter.ChallengeRecord{Reports: map[[32]byte]bool{}}
	for _, raw := range l.items {
		if r, err := wire.ParseReport(raw); err == nil && r.Challenge == challenge {
			out.Reports[sha256.Sum256(raw[:wire.ReportBodySize])] = true
		}
		if v, err := wire.ParseReveal(raw); err == nil && v.Challenge == challenge {
			out.Revealed = true
		}
	}
	return out, nil
}

// Total is the sum of all settled totals, DC.
func (l *Ledger) Total() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum uint64
	for _, v := range l.settled {
		sum += v
	}
	return sum
}

// Items returns the reports and reveals included so far.
func (l *Ledger) Items() [][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([][]byte(nil), l.items...)
}

// Batches returns the headers of the batches included so far.
func (l *Ledger) Batches() []wire.Batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]wire.Batch(nil), l.batches...)
}
