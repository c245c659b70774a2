package lanes

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// ErrStopped is what entries get that come after the lane stopped.
var ErrStopped = errors.New("lane has stopped")

// Config describes one lane.
type Config struct {
	Chain wire.ChainHash
	Org   packetrouter.OrgID
	Key   ed25519.PrivateKey // the lane's signer key
	Dir   string             // of the write-ahead log; made when absent
	// Gather is how long entries are collected before one sync, at most 20 ms. 0
	// syncs as often as the disk allows.
	Gather time.Duration
	// VoucherEvery is the least time between two vouchers for one hotspot.
	VoucherEvery time.Duration
	// RotateSize is the length of a log segment after which a new one begins.
	RotateSize int64
	// Voucher is told of each voucher signed. It must not block.
	Voucher func(packetrouter.HotspotID, []byte)
}

// seqBlock is how many sequence numbers are set aside with one record.
const seqBlock = 4096

// Lane is one signer's book. Open it, then Run it.
type Lane struct {
	cfg Config
	key wire.PubKey
	wal *wal // owned by Run once it has started

	mu       sync.Mutex
	state    *state                                 // guarded by mu; changed by commit only
	seq      uint64                                 // guarded by mu: last sequence number used
	number   uint16                                 // guarded by mu: lane number on chain, 0 while unknown
	payout   string                                 // guarded by mu
	epoch    uint32                                 // guarded by mu: entries are booked to it
	reserved uint64                                 // guarded by mu: allowance of the epoch, DC
	fees     uint64                                 // guarded by mu: of the epoch so far, DC
	itemFee  uint64                                 // guarded by mu: of one settlement item, DC
	inFlight uint64                                 // guarded by mu: set aside, not yet booked, DC
	pending  []*packetrouter.Entry                  // guarded by mu
	raises   []*raiseRequest                        // guarded by mu
	dirty    map[packetrouter.HotspotID]dirtyRecord // guarded by mu
	stopped  bool                                   // guarded by mu
	nonce    uint64                                 // guarded by mu

	work chan struct{} // one token: there is something to commit
}

// dirtyRecord is a hotspot that has no voucher for its newest total.
type dirtyRecord struct{ epochs map[uint32]bool }

type raiseRequest struct {
	raise
	done chan error
}

// Open reads or makes the lane's log. The second result are the newest entries
// in it, oldest first. Errors: ErrLocked, ErrForeign, ErrDamaged.
func Open(cfg Config) (*Lane, []packetrouter.Entry, error) {
	key, err := wire.Ed25519Key(cfg.Key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, nil, fmt.Errorf("lane key: %w", err)
	}
	if cfg.RotateSize <= 0 {
		cfg.RotateSize = 64 << 20
	}
	cfg.Gather = min(cfg.Gather, 20*time.Millisecond)
	w, s, err := openWAL(cfg.Dir, cfg.Chain, key)
	if err != nil {
		return nil, nil, err
	}
	l := &Lane{
		cfg: cfg, key: key, wal: w, state: s, seq: s.seqLimit,
		dirty: map[packetrouter.HotspotID]dirtyRecord{}, work: make(chan struct{}, 1),
	}
	for n, t := range s.epochs {
		for h := range t.cum {
			l.markDirty(h, n)
		}
	}
	recent := make([]packetrouter.Entry, len(s.recent))
	copy(recent, s.recent)
	for i := range recent {
		recent[i].Org = cfg.Org
	}
	return l, recent, nil
}

// Key returns the signer key.
func (l *Lane) Key() wire.PubKey { return l.key }

// Org returns the payer.
func (l *Lane) Org() packetrouter.OrgID { return l.cfg.Org }

// Ref returns the lane's name on chain, false while the chain has not shown it.
func (l *Lane) Ref() (packetrouter.LaneRef, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return packetrouter.LaneRef{Org: l.cfg.Org, Lane: l.number}, l.number != 0
}

// Payout returns the account that receives the router's part.
func (l *Lane) Payout() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.payout
}

// Update takes a new snapshot of the chain: the lane's number, epoch and
// allowance, and counters that are ahead of the log.
func (l *Lane) Update(s *packetrouter.Snapshot) {
	signer, ok := packetrouter.Signer{}, false
	if org := s.Orgs[l.cfg.Org]; org != nil {
		signer, ok = org.Lane(l.key)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok {
		l.number, l.reserved = 0, 0 // revoked or not yet authorised: nothing more is promised
		return
	}
	l.number, l.payout = signer.Lane, signer.Payout
	if s.Head.Epoch > l.epoch {
		l.epoch, l.reserved, l.fees = s.Head.Epoch, 0, 0
	}
	l.itemFee = s.Settlement.ItemFee
	c, known := s.Lanes[packetrouter.LaneRef{Org: l.cfg.Org, Lane: signer.Lane}]
	if !known {
		return
	}
	if c.Epoch == l.epoch {
		l.reserved, l.fees = c.Reserved, c.Fees
	}
	// The chain remembers what a lost log does not.
	var issued uint64
	if t := l.state.epochs[c.Epoch]; t != nil {
		issued = t.issued
	}
	if c.Seq > l.seq || c.Epoch == l.epoch && c.Issued > issued {
		l.raises = append(l.raises, &raiseRequest{
			raise: raise{epoch: c.Epoch, issued: c.Issued, seqLimit: c.Seq}, done: make(chan error, 1),
		})
		l.signal()
	}
}

func (l *Lane) signal() {
	select {
	case l.work <- struct{}{}:
	default:
	}
}

// openItems is how many settlement items an account may still cost: one on its
// way, and the final one.
const openItems = 2

// Reserve sets dc of the allowance aside. What the settlement of the promises
// will cost comes out of the same allowance and is kept free.
func (l *Lane) Reserve(dc uint32) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	var issued, accounts uint64
	if t := l.state.epochs[l.epoch]; t != nil {
		issued, accounts = t.issued, uint64(len(t.cum))
	}
	fees := l.fees + (accounts+1)*openItems*l.itemFee
	if l.stopped || l.number == 0 || issued+l.inFlight+uint64(dc)+fees > l.reserved {
		return false
	}
	l.inFlight += uint64(dc)
	return true
}

// Release gives a reservation back.
func (l *Lane) Release(dc uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight -= uint64(dc)
}

// Append queues a reserved entry.
func (l *Lane) Append(e *packetrouter.Entry) {
	l.mu.Lock()
	if l.stopped {
		l.inFlight -= uint64(e.Credits)
		l.mu.Unlock()
		e.Booked(ErrStopped)
		return
	}
	l.pending = append(l.pending, e)
	l.mu.Unlock()
	l.signal()
}

// Run commits entries until ctx is done, then commits what is left and closes
// the log. An error of the disk ends it at once: a log that may not hold what
// it was given must not be written on.
func (l *Lane) Run(ctx context.Context) error {
	tick := time.NewTicker(max(l.cfg.VoucherEvery, 10*time.Millisecond))
	defer tick.Stop()
	var err error
	for err == nil && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			err = l.signDue()
		case <-l.work:
			if l.cfg.Gather > 0 {
				time.Sleep(l.cfg.Gather)
			}
			err = l.commit()
		}
	}
	return l.stop(err)
}

func (l *Lane) stop(err error) error {
	if err == nil {
		err = l.commit()
	}
	l.mu.Lock()
	l.stopped = true
	left, raises := l.pending, l.raises
	l.pending, l.raises = nil, nil
	for _, e := range left {
		l.inFlight -= uint64(e.Credits)
	}
	l.mu.Unlock()
	for _, e := range left {
		e.Booked(ErrStopped)
	}
	for _, r := range raises {
		r.done <- ErrStopped
	}
	return errors.Join(err, l.wal.close())
}

// commit writes all that is pending.
func (l *Lane) commit() error {
	for {
		l.mu.Lock()
		raises := l.raises
		l.raises = nil
		n := min(len(l.pending), maxBatch)
		entries := l.pending[:n:n]
		l.pending = l.pending[n:]
		if n == 0 {
			l.pending = nil
		}
		t := batch{epoch: l.epoch, seqLimit: l.limit(n)}
		l.mu.Unlock()
		if n == 0 && len(raises) == 0 {
			return nil
		}
		if err := l.commitRaises(raises); err != nil {
			l.mu.Lock()
			l.pending = append(entries, l.pending...) // stop answers them
			l.mu.Unlock()
			return err
		}
		if err := l.commitBatch(&t, entries); err != nil {
			return err
		}
		if err := l.rotateIfLong(); err != nil {
			return err
		}
	}
}

// limit returns the sequence limit for a record: more numbers than vouchers
// can follow it before the next one.
func (l *Lane) limit(vouchers int) uint64 {
	if l.seq+uint64(vouchers)+seqBlock/2 <= l.state.seqLimit {
		return l.state.seqLimit
	}
	return l.seq + uint64(vouchers) + seqBlock
}

func (l *Lane) commitRaises(list []*raiseRequest) error {
	for i, r := range list {
		err := l.wal.append(r.append)
		if err == nil {
			l.mu.Lock()
			l.state.applyRaise(&r.raise)
			l.seq = max(l.seq, r.seqLimit)
			l.mu.Unlock()
		}
		r.done <- err
		if err != nil {
			for _, x := range list[i+1:] {
				x.done <- err
			}
			return err
		}
	}
	return nil
}

func (l *Lane) commitBatch(t *batch, pending []*packetrouter.Entry) error {
	if len(pending) == 0 {
		return nil
	}
	var sum uint64
	t.entries = make([]packetrouter.Entry, len(pending))
	for i, e := range pending {
		t.entries[i] = *e
		sum += uint64(e.Credits)
	}
	err := l.wal.append(t.append)
	l.mu.Lock()
	l.inFlight -= sum
	if err == nil {
		l.state.applyBatch(t)
		for i := range t.entries {
			l.markDirty(t.entries[i].Hotspot, t.epoch)
		}
	}
	l.mu.Unlock()
	for _, e := range pending {
		e.Booked(err)
	}
	return err
}

func (l *Lane) rotateIfLong() error {
	if l.wal.size < l.cfg.RotateSize {
		return nil
	}
	l.mu.Lock()
	if l.epoch > 1 {
		l.state.prune(l.epoch - 1)
	}
	l.mu.Unlock()
	// Only Run changes the state, and this is Run.
	return l.wal.rotate(l.state)
}

func (l *Lane) markDirty(h packetrouter.HotspotID, epoch uint32) {
	d := l.dirty[h]
	if d.epochs == nil {
		d.epochs = map[uint32]bool{}
		l.dirty[h] = d
	}
	d.epochs[epoch] = true
}

// signDue signs a voucher for each hotspot whose total rose, and sets more
// sequence numbers aside when they run short.
func (l *Lane) signDue() error {
	l.mu.Lock()
	if l.number == 0 || len(l.dirty) == 0 {
		l.mu.Unlock()
		return nil
	}
	var bodies []wire.Voucher
	for h, d := range l.dirty {
		need := uint64(len(d.epochs))
		if l.seq+need > l.state.seqLimit {
			break
		}
		for epoch := range d.epochs {
			bodies = append(bodies, l.voucher(h, epoch))
		}
		delete(l.dirty, h)
	}
	t := batch{epoch: l.epoch, seqLimit: l.seq + seqBlock}
	short := len(l.dirty) > 0
	l.mu.Unlock()
	for i := range bodies {
		l.cfg.Voucher(packetrouter.HotspotID(bodies[i].Hotspot), l.sign(&bodies[i]))
	}
	if !short {
		return nil
	}
	if err := l.wal.append(t.append); err != nil {
		return err
	}
	l.mu.Lock()
	l.state.applyBatch(&t)
	l.mu.Unlock()
	return nil
}

// voucher takes the next sequence number, which must be within the limit, for
// the stored total of a hotspot. mu is held.
func (l *Lane) voucher(h packetrouter.HotspotID, epoch uint32) wire.Voucher {
	t := l.state.epochs[epoch]
	l.seq++
	v := wire.Voucher{
		Chain: l.cfg.Chain, Org: uint32(l.cfg.Org), Lane: l.number, Hotspot: uint32(h), Epoch: epoch,
		Unit: wire.UnitDC, Seq: l.seq,
	}
	if t != nil {
		v.Cum, v.Issued = t.cum[h], t.issued
	}
	return v
}

func (l *Lane) sign(v *wire.Voucher) []byte {
	v.Signature = wire.Signature(ed25519.Sign(l.cfg.Key, v.AppendBody(nil)))
	return v.AppendTo(nil)
}

// SignBatch signs the header of a fee-free batch of items, concatenated, in the
// lane's name. It is for relays too. ok is false while the chain has not shown
// the lane.
func (l *Lane) SignBatch(now time.Time, kind wire.BatchKind, validUntil uint64, items []byte) (header []byte, ok bool) {
	l.mu.Lock()
	l.nonce = max(l.nonce+1, uint64(now.UnixNano()))
	b := wire.Batch{
		Chain: l.cfg.Chain, Org: uint32(l.cfg.Org), Lane: l.number, Kind: kind, ValidUntil: validUntil,
		Nonce: l.nonce, Count: uint16(len(items) / kind.ItemSize()), Digest: sha256.Sum256(items),
	}
	l.mu.Unlock()
	b.Signature = wire.Signature(ed25519.Sign(l.cfg.Key, b.AppendBody(nil)))
	return b.AppendTo(nil), b.Lane != 0
}
