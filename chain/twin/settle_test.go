package twin

import (
	"crypto/ed25519"
	"crypto/sha256"
	"reflect"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// raw is a voucher as it is sent.
func (w *world) raw(v Voucher) []byte {
	raw := fixture.Voucher(w.laneKeys[signerKey{v.Org, v.Lane}], v.Org, v.Lane, v.Hotspot, v.Epoch, v.Cum, func(r *wire.Voucher) {
		r.Seq, r.Issued = v.Seq, v.Issued
		if v.Micro {
			r.Unit = wire.UnitMicroDC
		}
		if v.Fault == OtherChain {
			r.Chain[0]++
		}
	})
	switch v.Fault {
	case Malformed:
		return make([]byte, wire.VoucherSize)
	case Unsigned:
		raw[len(raw)-40] ^= 1
	}
	return raw
}

// voucher is one that a lane could sign, mostly.
func (w *world) voucher() Voucher {
	var v Voucher
	v.Org, v.Lane = w.signer()
	s := w.e.signers[signerKey{v.Org, v.Lane}]
	v.Micro = s.Payer != w.rarely(40, "other unit")
	v.Hotspot = w.hotspotWith(func(h Hotspot) bool { return (h.Class == WiFi) == v.Micro })
	v.Epoch = less(w.e.epoch, pick[uint32](w, "epochs ago", 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2))
	if w.rarely(40, "to come") {
		v.Epoch = w.e.epoch + 1
	}
	unit := uint64(1)
	if v.Micro {
		unit = 1_000_000
	}
	l, before := w.e.lanes[v.key()], w.e.rows[v.row()].cum
	p := w.e.Params.Settlement
	step := unit*w.step(less(l.left(), p.ItemFee), p) + uint64(w.n("micro", 0, int(unit)-1))
	v.Cum = before + step
	if w.rarely(20, "lower") {
		v.Cum = before - min(before, step)
	}
	v.Issued, v.Seq = max(l.Issued, l.Cum+less(v.Cum, before)), l.Seq+1
	switch w.n("counters", 0, 29) {
	case 27:
		v.Issued = l.Reserved*unit + uint64(w.n("over", 0, 2))
	case 28:
		v.Issued = less(l.Cum, uint64(w.n("under", 0, 2)))
	case 29:
		v.Seq = l.Seq - min(l.Seq, 1)
	}
	if w.rarely(15, "faulty") {
		v.Fault = pick(w, "fault", Malformed, OtherChain, Unsigned)
	}
	return v
}

// step is how many DC a voucher moves, of what its lane has left.
func (w *world) step(left uint64, p SettlementParams) uint64 {
	switch w.n("step", 0, 11) {
	case 0:
		return left
	case 1:
		return left + 1
	case 2:
		return less(p.MinStep, 1)
	case 3:
		return uint64(w.n("small", 0, 999))
	case 4:
		return left + uint64(w.n("beyond", 0, 1_000_000))
	default:
		return p.MinStep + part(less(left, p.MinStep), uint64(w.n("thousandths", 0, 500)), 1_000)
	}
}

func (w *world) opSettle() {
	all := make([]Voucher, 0, 4)
	for range w.n("vouchers", 1, 3) {
		all = append(all, w.voucher())
	}
	if w.rarely(10, "twice") {
		all = append(all, all[0])
	}
	if w.rarely(60, "none") {
		all = all[:0]
	}
	sender := w.e.signers[signerKey{1, 1}].Payout
	if sender == 0 || w.rarely(2, "another sends it") {
		sender = w.account()
	}
	var items []byte
	for _, v := range all {
		items = append(items, w.raw(v)...)
	}
	var got, want []Reason
	w.do("settle", func(ctx sdk.Context) error {
		r, err := w.SettlementM.Settle(ctx, &settlement.MsgSettle{Sender: name(sender), Items: items})
		if err == nil {
			got = make([]Reason, len(all))
			for _, refused := range r.Refused {
				got[refused.Item] = Reason(refused.Reason.String())
			}
		}
		return err
	}, func(e *Economy) (err error) {
		want, err = e.Settle(sender, all)
		return err
	}, func() {
		if !reflect.DeepEqual(got, want) {
			w.rt.Fatalf("settle %+v: %q, the twin says %q", all, got, want)
		}
	})
	for _, reason := range want {
		w.seen["voucher: "+string(reason)]++
	}
}

func (w *world) opProve() {
	v := w.voucher()
	var other *Voucher
	var raw []byte
	if w.rarely(2, "two") {
		o := v
		switch w.n("other", 0, 5) {
		case 0:
			o.Cum += uint64(w.n("more", 0, 2))
		case 1:
			o.Seq, o.Issued = o.Seq+1, less(o.Issued, uint64(w.n("less", 0, 1)))
		case 2:
			o.Seq, o.Cum = o.Seq+1, less(o.Cum, 1)
		case 3:
			o.Seq, o.Hotspot = o.Seq+1, o.Hotspot+1
		case 4:
			o.Fault = Unsigned
		case 5:
			o = w.voucher()
		}
		other, raw = &o, w.raw(o)
	}
	prover := w.account()
	w.do("prove over-issue", func(ctx sdk.Context) error {
		_, err := w.SettlementM.ProveOverIssue(ctx, &settlement.MsgProveOverIssue{Prover: name(prover), Voucher: w.raw(v), Other: raw})
		return err
	}, func(e *Economy) error { return e.ProveOverIssue(v, other) })
}

// opBadBatch accuses a lane of a batch of one voucher, or again of the last one.
func (w *world) opBadBatch() {
	prover, v, number := w.account(), w.voucher(), uint64(w.number())
	org, lane := w.signer()
	if w.rarely(2, "faulty") {
		v.Fault = pick(w, "fault", Malformed, OtherChain, Unsigned)
	}
	items := w.raw(v)
	b := wire.Batch{
		Chain: wire.HashChainID(fixture.ChainID), Org: org, Lane: uint16(lane), Kind: wire.BatchVouchers,
		ValidUntil: w.e.Height + 10, Nonce: number, Count: 1, Digest: sha256.Sum256(items),
	}
	key, _ := fixture.Key(w.laneKeys[signerKey{org, lane}])
	b.Signature = wire.Signature(ed25519.Sign(key, b.AppendBody(nil)))
	m := accusation{number, org, lane, v, &settlement.MsgBadBatch{Batch: b.AppendTo(nil), Items: items}, w.e.Height + 10}
	if w.last.msg != nil && w.last.until >= w.e.Height && w.rarely(3, "again") {
		m = w.last
	}
	if _, ok := w.laneKeys[signerKey{m.org, m.lane}]; ok { // and signed it
		w.last = m
	}
	w.do("bad batch", func(ctx sdk.Context) error {
		m.msg.Prover = name(prover)
		_, err := w.SettlementM.BadBatch(ctx, m.msg)
		return err
	}, func(e *Economy) error { return e.BadBatch(prover, m.number, m.org, m.lane, m.v) })
}

// accusation is a batch that can be shown until a height.
type accusation struct {
	number    uint64
	org, lane uint32
	v         Voucher
	msg       *settlement.MsgBadBatch
	until     uint64
}
