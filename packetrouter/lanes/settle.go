package lanes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// Chain is what settlement needs of a node.
type Chain interface {
	// Settle hands a batch of vouchers to the fee-free lane. It returns when a
	// node has taken it, which is no promise of inclusion.
	Settle(ctx context.Context, payout string, header, items []byte) error
	// Settled returns the total that the chain has settled.
	Settled(ctx context.Context, ref packetrouter.LaneRef, h packetrouter.HotspotID, epoch uint32) (uint64, error)
}

// batchLife is how many blocks a batch stays valid, below the lane's limit of 10.
const batchLife = 8

// confirmBlocks is after how many blocks a batch that shows no effect is sent
// again: its life, and two.
const confirmBlocks = batchLife + 2

// Settler sends the vouchers of a book to the chain: in an epoch whenever a
// total rose by a step, after it once for what is left.
type Settler struct {
	book  *Book
	chain Chain
	log   *slog.Logger
	every uint64 // blocks between two settlements of a running epoch

	heads chan *packetrouter.Snapshot // newest only

	// Owned by Run.
	accounts map[account]*settledState
	lastAt   map[packetrouter.OrgID]uint64 // height of the last settlement
}

type account struct {
	org     packetrouter.OrgID
	hotspot packetrouter.HotspotID
	epoch   uint32
}

// settledState is what is known of one account on chain.
type settledState struct {
	known   bool   // settled was read from the chain
	settled uint64 // in the lane's unit
	sentAt  uint64 // height; 0 when nothing is on its way
}

// NewSettler returns a settler that settles running epochs every so many blocks.
func NewSettler(b *Book, c Chain, everyBlocks uint64, log *slog.Logger) *Settler {
	return &Settler{
		book: b, chain: c, log: log, every: max(1, everyBlocks), heads: make(chan *packetrouter.Snapshot, 1),
		accounts: map[account]*settledState{}, lastAt: map[packetrouter.OrgID]uint64{},
	}
}

// Update hands over a new snapshot. It never blocks; an older one that was not
// looked at is replaced.
func (s *Settler) Update(snap *packetrouter.Snapshot) {
	for {
		select {
		case s.heads <- snap:
			return
		default:
		}
		select {
		case <-s.heads:
		default:
		}
	}
}

// Run settles until ctx is done. Failures are tried again with the next block.
func (s *Settler) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case snap := <-s.heads:
			for _, org := range s.orgs() {
				if err := s.settle(ctx, s.book.lanes[org], snap); err != nil && ctx.Err() == nil {
					s.log.Warn("settlement will be tried again", "org", org, "err", err)
				}
			}
		}
	}
}

func (s *Settler) orgs() []packetrouter.OrgID {
	var out []packetrouter.OrgID
	for org := range s.book.lanes {
		out = append(out, org)
	}
	slices.Sort(out)
	return out
}

func (s *Settler) settle(ctx context.Context, l *Lane, snap *packetrouter.Snapshot) error {
	ref, ok := l.Ref()
	if !ok || snap.Settlement.MaxItems == 0 {
		return nil
	}
	due := snap.Head.Height >= s.lastAt[l.cfg.Org]+s.every
	var items []wire.Voucher
	for _, a := range l.accounts() {
		if a.epoch+1 < snap.Head.Epoch {
			delete(s.accounts, a.account)
			continue
		}
		final := a.epoch < snap.Head.Epoch
		if !final && !due {
			continue
		}
		st, err := s.account(ctx, ref, a.account, snap.Head.Height)
		if err != nil {
			return err
		}
		// The chain moves whole DC: what a total is above the last one counts there.
		step := a.cum/l.one - min(a.cum, st.settled)/l.one
		if st.sentAt != 0 || step == 0 || !final && step < snap.Settlement.MinStep {
			continue
		}
		if v, ok := l.settlement(a.hotspot, a.epoch); ok {
			items = append(items, v)
			st.sentAt = snap.Head.Height
		}
	}
	if due {
		s.lastAt[l.cfg.Org] = snap.Head.Height
	}
	return s.send(ctx, l, snap, items)
}

// account reads the chain's total where it is not known or may have changed.
func (s *Settler) account(ctx context.Context, ref packetrouter.LaneRef, a account, height uint64) (*settledState, error) {
	st := s.accounts[a]
	if st == nil {
		st = &settledState{}
		s.accounts[a] = st
	}
	if st.known && st.sentAt == 0 {
		return st, nil
	}
	settled, err := s.chain.Settled(ctx, ref, a.hotspot, a.epoch)
	if err != nil {
		return nil, fmt.Errorf("read settled total: %w", err)
	}
	if settled > st.settled || height > st.sentAt+confirmBlocks {
		st.sentAt = 0
	}
	st.known, st.settled = true, max(st.settled, settled)
	return st, nil
}

// send puts vouchers into batches. A batch is refused for any one of its items,
// so a refused one is halved until the item stands alone; that one then rests
// like one that was sent.
func (s *Settler) send(ctx context.Context, l *Lane, snap *packetrouter.Snapshot, items []wire.Voucher) error {
	var errs []error
	for chunk := range slices.Chunk(items, int(min(snap.Settlement.MaxItems, 1<<15))) {
		errs = append(errs, s.batch(ctx, l, snap, chunk))
	}
	return errors.Join(errs...)
}

func (s *Settler) batch(ctx context.Context, l *Lane, snap *packetrouter.Snapshot, items []wire.Voucher) error {
	var raw []byte
	for i := range items {
		raw = append(raw, l.sign(&items[i])...)
	}
	header, ok := l.SignBatch(time.Now(), wire.BatchVouchers, snap.Head.Height+batchLife, raw)
	if !ok {
		return nil
	}
	err := s.chain.Settle(ctx, l.Payout(), header, raw)
	switch {
	case err == nil:
		s.log.Info("settlement sent", "org", l.cfg.Org, "items", len(items), "height", snap.Head.Height)
		return nil
	case errors.Is(err, packetrouter.ErrRefused) && len(items) > 1:
		half := len(items) / 2
		return errors.Join(s.batch(ctx, l, snap, items[:half]), s.batch(ctx, l, snap, items[half:]))
	case !errors.Is(err, packetrouter.ErrRefused):
		for i := range items {
			v := &items[i]
			s.accounts[account{l.cfg.Org, packetrouter.HotspotID(v.Hotspot), v.Epoch}].sentAt = 0
		}
	}
	return fmt.Errorf("send %d vouchers, first of hotspot %d: %w", len(items), items[0].Hotspot, err)
}

// total is one account with what the lane owes it.
type total struct {
	account
	cum uint64
}

// accounts lists what the lane owes, in order of epoch and hotspot.
func (l *Lane) accounts() []total {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []total
	for _, n := range l.state.sorted() {
		t := l.state.epochs[n]
		for _, h := range t.hotspots() {
			out = append(out, total{account{l.cfg.Org, h, n}, t.cum[h]})
		}
	}
	return out
}

// settlement returns a voucher for the chain; false while no sequence number is
// free, which the next commit cures.
func (l *Lane) settlement(h packetrouter.HotspotID, epoch uint32) (wire.Voucher, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seq >= l.state.seqLimit {
		l.markDirty(h, epoch) // signDue sets more aside
		return wire.Voucher{}, false
	}
	return l.voucher(h, epoch), true
}
