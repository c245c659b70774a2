package lanes

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
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
	// Unit is what the lane counts: DC for a router, micro-DC for a payer. 0 is DC.
	Unit wire.Unit
	// Memory is told of every entry; see OpenDeliveries for a router's.
	Memory Memory
	Dir    string // of the write-ahead log; made when absent
	// Gather is how long entries are collected before one sync, at most 20 ms. 0
	// syncs as often as the disk allows.
	Gather time.Duration
	// VoucherEvery is the least time between two vouchers for one hotspot.
	VoucherEvery time.Duration
	// RotateSize is by how much a log segment grows before a new one begins.
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
	one uint64 // of the unit is a DC
	wal *wal   // owned by Run once it has started

	mu       sync.Mutex
	state    *state                                 // guarded by mu; changed by commit only
	seq      uint64                                 // guarded by mu: last sequence number used
	number   uint16                                 // guarded by mu: lane number on chain, 0 while unknown
	payout   string                                 // guarded by mu
	epoch    uint32                                 // guarded by mu: entries are booked to it
	reserved uint64                                 // guarded by mu: allowance of the epoch, in the unit
	fees     uint64                                 // guarded by mu: of the epoch so far, in the unit
	itemFee  uint64                                 // guarded by mu: of one settlement item, in the unit
	inFlight uint64                                 // guarded by mu: set aside, not yet booked, in the unit
	pending  []Booking                              // guarded by mu
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

// Open reads or makes the lane's log, and tells the memory what it holds.
// Errors: ErrLocked, ErrForeign, ErrDamaged.
func Open(cfg Config) (*Lane, error) {
	key, err := wire.Ed25519Key(cfg.Key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("lane key: %w", err)
	}
	if cfg.Unit == 0 {
		cfg.Unit = wire.UnitDC
	}
	if cfg.RotateSize <= 0 {
		cfg.RotateSize = 64 << 20
	}
	cfg.Gather = min(cfg.Gather, 20*time.Millisecond)
	w, s, err := openWAL(cfg.Dir, cfg.Chain, key, cfg.Memory)
	if err != nil {
		return nil, err
	}
	l := &Lane{
		cfg: cfg, key: key, one: scale(cfg.Unit), wal: w, state: s, seq: s.seqLimit,
		dirty: map[packetrouter.HotspotID]dirtyRecord{}, work: make(chan struct{}, 1),
	}
	for n, t := range s.epochs {
		for h := range t.cum {
			l.markDirty(h, n)
		}
	}
	return l, nil
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
	l.itemFee = scaled(s.Settlement.ItemFee, l.one)
	c, known := s.Lanes[packetrouter.LaneRef{Org: l.cfg.Org, Lane: signer.Lane}]
	if !known {
		return
	}
	if c.Epoch == l.epoch {
		l.reserved, l.fees = scaled(c.Reserved, l.one), scaled(c.Fees, l.one)
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

// Reserve sets an amount of the allowance aside, in the lane's unit. What the
// settlement of the promises will cost comes out of the same allowance and is
// kept free.
func (l *Lane) Reserve(amount uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	var issued, accounts uint64
	if t := l.state.epochs[l.epoch]; t != nil {
		issued, accounts = t.issued, uint64(len(t.cum))
	}
	used := issued + l.inFlight + l.fees + (accounts+1)*openItems*l.itemFee
	if l.stopped || l.number == 0 || used > l.reserved || amount > l.reserved-used {
		return false
	}
	l.inFlight += amount
	return true
}

// Release gives a reservation back.
func (l *Lane) Release(amount uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight -= amount
}

// Append queues a booking whose amount was reserved.
func (l *Lane) Append(b Booking) {
	l.mu.Lock()
	if l.stopped {
		_, amount := b.Account()
		l.inFlight -= amount
		l.mu.Unlock()
		b.Booked(ErrStopped)
		return
	}
	l.pending = append(l.pending, b)
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
	for _, b := range left {
		_, amount := b.Account()
		l.inFlight -= amount
	}
	l.mu.Unlock()
	for _, b := range left {
		b.Booked(ErrStopped)
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

func (l *Lane) commitBatch(t *batch, pending []Booking) error {
	if len(pending) == 0 {
		return nil
	}
	t.take(pending)
	var sum uint64
	for i := range t.entries {
		sum += t.entries[i].amount
	}
	err := l.wal.append(t.append)
	l.mu.Lock()
	l.inFlight -= sum
	if err == nil {
		err = l.state.applyBatch(t)
	}
	if err == nil {
		for i := range t.entries {
			if t.entries[i].amount > 0 {
				l.markDirty(t.entries[i].hotspot, t.epoch)
			}
		}
	}
	l.mu.Unlock()
	for _, b := range pending {
		b.Booked(err)
	}
	return err
}

// rotateIfLong begins a new segment when this one has grown by its limit. What it
// began with does not count, or a long memory would be written again and again.
func (l *Lane) rotateIfLong() error {
	if l.wal.size-l.wal.base < l.cfg.RotateSize {
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
	defer l.mu.Unlock()
	return l.state.applyBatch(&t)
}

// voucher takes the next sequence number, which must be within the limit, for
// the stored total of a hotspot. mu is held.
func (l *Lane) voucher(h packetrouter.HotspotID, epoch uint32) wire.Voucher {
	t := l.state.epochs[epoch]
	l.seq++
	v := wire.Voucher{
		Chain: l.cfg.Chain, Org: uint32(l.cfg.Org), Lane: l.number, Hotspot: uint32(h), Epoch: epoch,
		Unit: l.cfg.Unit, Seq: l.seq,
	}
	if t != nil {
		v.Cum, v.Issued = t.cum[h], t.issued
	}
	return v
}

func (l *Lane) sign(v *wire.Voucher) []byte {
	v.Signature = l.Sign(v.AppendBody(nil))
	return v.AppendTo(nil)
}

// Sign signs a body with the lane's key.
func (l *Lane) Sign(body []byte) wire.Signature {
	return wire.Signature(ed25519.Sign(l.cfg.Key, body))
}

// Derive returns a secret that only the holder of the lane's key has, another
// for each purpose.
func (l *Lane) Derive(purpose string) [32]byte {
	m := hmac.New(sha256.New, l.cfg.Key.Seed())
	m.Write([]byte(purpose))
	return [32]byte(m.Sum(nil))
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
	b.Signature = l.Sign(b.AppendBody(nil))
	return b.AppendTo(nil), b.Lane != 0
}
