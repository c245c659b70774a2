package rates

import (
	"context"
	"errors"
	"fmt"

	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchchain/town"
)

// vouchers is what each lane owes each of its hotspots in the first epoch.
type vouchers struct {
	town    *town.Town
	each    int // hotspots of a lane
	cum     map[pair]uint64
	seq     []uint64
	issued  []uint64
	started []int // hotspots of each lane that this round reached
}

type pair struct{ org, hotspot uint32 }

func newVouchers(t *town.Town, items int) *vouchers {
	return &vouchers{
		town: t, each: min((items+len(t.Orgs)-1)/len(t.Orgs), t.Len()), cum: map[pair]uint64{},
		seq: make([]uint64, len(t.Orgs)), issued: make([]uint64, len(t.Orgs)), started: make([]int, len(t.Orgs)),
	}
}

// next signs a lane's vouchers for its next hotspots, at most n.
func (v *vouchers) next(org int, epoch uint32, n int) (items []byte) {
	o := v.town.Orgs[org]
	for range min(n, v.each-v.started[org]) {
		at := (org*v.town.Len()/len(v.town.Orgs) + v.started[org]) % v.town.Len()
		p := pair{o.ID, uint32(at + 1)}
		v.cum[p] += step
		v.issued[org] += step
		v.seq[org]++
		v.started[org]++
		items = append(items, o.Voucher(p.hotspot, epoch, v.cum[p], v.seq[org], v.issued[org])...)
	}
	return items
}

var (
	errSettled = errors.New("not all vouchers were settled")
	errSupply  = errors.New("the lanes have no vouchers left")
)

// settle settles vouchers in blocks that are as full as the parameters let them be, and
// runs a block of bare sends after each fourth.
func (r *run) settle(ctx context.Context, t *tally, epoch uint32, items int) error {
	clear(r.vouchers.started)
	p, err := r.node.App.Keepers.Settlement.Params(r.node.Context())
	if err != nil {
		return err
	}
	org := 0
	for n := 0; items > 0; n++ {
		txs, in, err := r.batches(&p, epoch, items, &org)
		if err != nil {
			return err
		}
		before, err := r.node.App.Keepers.Settlement.Totals(r.node.Context())
		if err != nil {
			return err
		}
		if err := r.block(ctx, t, txs, in); err != nil {
			return err
		}
		after, err := r.node.App.Keepers.Settlement.Totals(r.node.Context())
		if err != nil {
			return err
		}
		if got := after.Items - before.Items; got != uint64(in) {
			return fmt.Errorf("%w: %d of %d at height %d", errSettled, got, in, r.node.Height())
		}
		items -= in
		if n%4 == 0 {
			if err := r.send(ctx, &r.sends); err != nil {
				return err
			}
		}
	}
	return nil
}

// batchOverhead is more than a batch's header and envelope come to.
const batchOverhead = 1 << 10

// batches returns the lane transactions of a block, one a lane, of lanes by turns, and
// how many vouchers they hold, at most items.
func (r *run) batches(p *settlement.Params, epoch uint32, items int, org *int) (txs [][]byte, in int, err error) {
	left := int(p.LaneBytesPerBlock)
	for idle := 0; idle < len(r.town.Orgs) && len(txs) < len(r.town.Orgs); *org = (*org + 1) % len(r.town.Orgs) {
		room := min(int(p.RelayBytesPerBlock), left-batchOverhead) / wire.VoucherSize
		n := min(room, int(p.MaxItems), items-in)
		if n <= 0 {
			break
		}
		raw := r.vouchers.next(*org, epoch, n)
		if len(raw) == 0 {
			idle++
			continue
		}
		tx, err := r.town.Orgs[*org].Batch(r.node.App.TxConfig(), wire.BatchVouchers, r.node.Height()+1, raw)
		if err != nil {
			return nil, 0, err
		}
		txs, in, left = append(txs, tx), in+len(raw)/wire.VoucherSize, left-len(tx)
	}
	if in == 0 {
		return nil, 0, fmt.Errorf("%w: %d wanted", errSupply, items)
	}
	return txs, in, nil
}
