package lanes

import (
	"crypto/ed25519"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// maxPresented is how many vouchers of a hello are looked at.
const maxPresented = 64

// Book joins the lanes of a router, one an org.
type Book struct {
	lanes map[packetrouter.OrgID]*Lane
}

var _ packetrouter.Book = (*Book)(nil)

// NewBook returns a book over lanes. Two lanes of one org in one router have no
// use: the last one wins.
func NewBook(list ...*Lane) *Book {
	b := &Book{lanes: map[packetrouter.OrgID]*Lane{}}
	for _, l := range list {
		b.lanes[l.cfg.Org] = l
	}
	return b
}

// Reserve implements packetrouter.Book.
func (b *Book) Reserve(org packetrouter.OrgID, dc uint32) bool {
	l := b.lanes[org]
	return l != nil && l.Reserve(uint64(dc))
}

// Release implements packetrouter.Book.
func (b *Book) Release(org packetrouter.OrgID, dc uint32) {
	if l := b.lanes[org]; l != nil {
		l.Release(uint64(dc))
	}
}

// Append implements packetrouter.Book.
func (b *Book) Append(e *packetrouter.Entry) {
	l := b.lanes[e.Org]
	if l == nil {
		e.Booked(ErrStopped)
		return
	}
	l.Append((*delivery)(e))
}

// Update hands a snapshot to every lane.
func (b *Book) Update(s *packetrouter.Snapshot) {
	for _, l := range b.lanes {
		l.Update(s)
	}
}

// Present implements packetrouter.Book.
func (b *Book) Present(h packetrouter.HotspotID, vouchers [][]byte) [][]byte {
	var out [][]byte
	for _, l := range b.lanes {
		out = append(out, l.Present(h, vouchers)...)
	}
	return out
}

// Present takes the vouchers that a hotspot holds, of whatever lanes, resumes at
// those of this lane that are above its log, and returns its newer vouchers for
// the hotspot.
func (l *Lane) Present(h packetrouter.HotspotID, vouchers [][]byte) [][]byte {
	held := map[uint32]uint64{} // best total presented, by epoch
	for _, raw := range vouchers[:min(len(vouchers), maxPresented)] {
		v, err := wire.ParseVoucher(raw)
		if err != nil || packetrouter.HotspotID(v.Hotspot) != h || packetrouter.OrgID(v.Org) != l.cfg.Org {
			continue
		}
		if l.own(&v, raw) && l.resume(&v) {
			held[v.Epoch] = max(held[v.Epoch], v.Cum)
		}
	}
	return l.newer(h, held)
}

// own reports whether this lane signed the voucher, for an epoch that counts.
func (l *Lane) own(v *wire.Voucher, raw []byte) bool {
	l.mu.Lock()
	fits := v.Chain == l.cfg.Chain && v.Lane == l.number && v.Unit == l.cfg.Unit &&
		v.Epoch+1 >= l.epoch
	l.mu.Unlock()
	return fits && ed25519.Verify(l.cfg.Key.Public().(ed25519.PublicKey), raw[:wire.VoucherBodySize], v.Signature[:])
}

// resume lifts the totals to what the lane itself signed, and returns when that
// is on stable storage. The usual case, a voucher below the log's total, costs
// nothing.
func (l *Lane) resume(v *wire.Voucher) bool {
	h := packetrouter.HotspotID(v.Hotspot)
	l.mu.Lock()
	t := l.state.epochs[v.Epoch]
	known := t != nil && t.cum[h] >= v.Cum && t.issued >= v.Issued && l.state.seqLimit >= v.Seq
	if known || l.stopped {
		l.mu.Unlock()
		return known
	}
	r := &raiseRequest{
		raise: raise{epoch: v.Epoch, hotspot: h, cum: v.Cum, issued: v.Issued, seqLimit: v.Seq},
		done:  make(chan error, 1),
	}
	l.raises = append(l.raises, r)
	l.mu.Unlock()
	l.signal()
	// Run answers every request. An error stops the lane, and with it all that
	// could be metered below the presented total.
	return <-r.done == nil
}

// newer returns vouchers for totals above those held.
func (l *Lane) newer(h packetrouter.HotspotID, held map[uint32]uint64) [][]byte {
	l.mu.Lock()
	var list []wire.Voucher
	for _, n := range l.state.sorted() {
		if l.number == 0 || n+1 < l.epoch || l.seq >= l.state.seqLimit {
			continue
		}
		if l.state.epochs[n].cum[h] > held[n] {
			list = append(list, l.voucher(h, n))
		}
	}
	l.mu.Unlock()
	out := make([][]byte, 0, len(list))
	for i := range list {
		out = append(out, l.sign(&list[i]))
	}
	return out
}

// lane returns the lane that relays in the router's name: that of the lowest
// org, so that the choice does not change between starts.
func (b *Book) lane() *Lane {
	var best *Lane
	for _, l := range b.lanes {
		if best == nil || l.cfg.Org < best.cfg.Org {
			best = l
		}
	}
	return best
}

// SignBatch signs a batch header in the name of the router's relaying lane and
// returns the account that the lane pays to. ok is false without such a lane.
func (b *Book) SignBatch(now time.Time, kind wire.BatchKind, validUntil uint64, items []byte) (header []byte, payout string, ok bool) {
	l := b.lane()
	if l == nil {
		return nil, "", false
	}
	header, ok = l.SignBatch(now, kind, validUntil, items)
	return header, l.Payout(), ok
}
