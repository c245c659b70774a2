package keeper

import (
	"context"
	"encoding/binary"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/reward"
)

// sweep rates the epoch before the current one for all pages of a cell, if that
// was not done before. Rating an epoch without points changes nothing.
func (k *Keeper) sweep(ctx context.Context, cell uint64) error { return k.rateCell(ctx, cell, false) }

// rateCell is a sweep of one cell. The cursor's, which nothing else waits for,
// takes the slots of dormant hotspots too.
func (k *Keeper) rateCell(ctx context.Context, cell uint64, byCursor bool) error {
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	e, ok, err := k.epochRecord(ctx, s.Epoch-1)
	if err != nil || !ok || e.TotalPoints == 0 {
		return err
	}
	if folded, err := k.isFolded(ctx, e); err != nil || !folded {
		return err
	}
	a, ok, err := k.account(ctx, cell)
	if err != nil || !ok || a.Swept >= e.Number {
		return err
	}
	a.Turn(s.Epoch)
	r, err := k.loadCell(ctx, cell, a.Pages, e.Number)
	if err != nil {
		return err
	}
	base, demand, err := r.rate(ctx, k, e, a.Balance)
	if err != nil {
		return err
	}
	lapsed := uint64(0)
	if len(r.earners) == 0 {
		lapsed = reward.DemandShare(a.Balance, e.DemandFraction)
	}
	a.Balance -= demand + lapsed
	a.Swept = e.Number
	if err := k.setAccount(ctx, cell, a); err != nil {
		return err
	}
	if byCursor {
		if err := r.sleep(ctx, k, e.Number); err != nil {
			return err
		}
	}
	if err := r.drain(ctx, k, e.Number); err != nil {
		return err
	}
	if r.freed {
		if err := k.trimPages(ctx, cell); err != nil {
			return err
		}
	}
	if e.BasePaid += base; e.BasePaid > e.BasePool {
		return types.ErrBreaker.Wrapf("epoch %d pays %d of %d", e.Number, e.BasePaid, e.BasePool)
	}
	if err := k.setProto(ctx, types.NumberKey(types.PrefixTerms, e.Number), &e); err != nil {
		return err
	}
	if err := k.countSweep(ctx, base, demand, lapsed); err != nil {
		return err
	}
	// It is burned out of what was just minted: there may be nothing else.
	for _, l := range r.lost {
		if err := k.forfeit(ctx, l.hotspot, l.spark); err != nil {
			return err
		}
	}
	return nil
}

// countSweep mints what a sweep paid and counts it.
func (k *Keeper) countSweep(ctx context.Context, base, demand, lapsed uint64) error {
	t, err := k.counters(ctx)
	if err != nil || base+demand+lapsed == 0 {
		return err
	}
	t.Demand -= demand + lapsed
	t.Lapsed += lapsed
	if err := k.mint(ctx, &t, base+demand); err != nil {
		return err
	}
	if err := k.owe(ctx, base+demand, 0); err != nil {
		return err
	}
	return k.setProto(ctx, []byte{types.PrefixTotals}, &t)
}

// rating is a cell while it is swept.
type rating struct {
	cell    uint64
	pages   []types.Cold
	dirty   []bool
	freed   bool // a slot was
	earners []types.Earner
	places  []types.Place          // of the earners
	waiting map[types.Place]uint64 // points of the epoch after in journals, once asked for
	lost    []lost
}

// lost is pay that was kept back of a hotspot that retired.
type lost struct {
	hotspot uint32
	spark   uint64
}

func (k *Keeper) loadCell(ctx context.Context, cell uint64, pages uint16, epoch uint32) (*rating, error) {
	r := &rating{cell: cell, pages: make([]types.Cold, pages), dirty: make([]bool, pages)}
	for page := range pages {
		var err error
		if r.pages[page], err = k.cold(ctx, cell, page); err != nil {
			return nil, err
		}
		hot, err := k.hot(ctx, epoch, cell, page)
		if err != nil {
			return nil, err
		}
		for slot, points := range hot.Points {
			if points != 0 {
				r.earners = append(r.earners, types.Earner{Points: points})
				r.places = append(r.places, types.Place{Cell: cell, Page: page, Slot: uint8(slot)})
			}
		}
	}
	return r, nil
}

// rate pays the earners into their slots and returns the sums.
func (r *rating) rate(ctx context.Context, k *Keeper, e types.Epoch, balance uint64) (base, demand uint64, err error) {
	homes := make([]types.Residence, len(r.earners))
	for i, p := range r.places {
		index := r.pages[p.Page].Slots[p.Slot].Hotspot
		h, err := k.hotspots.Hotspot(ctx, index)
		if err != nil {
			return 0, 0, err
		}
		if homes[i], err = k.residence(ctx, index); err != nil {
			return 0, 0, err
		}
		r.earners[i].Left = reward.LifetimeLeft(h.BondBasis, e.LifetimeMultiplePermille, homes[i].Lifetime)
	}
	bases, demands := types.RateCell(e, balance, r.earners)
	for i, p := range r.places {
		slot := &r.pages[p.Page].Slots[p.Slot]
		credit(slot, bases[i]+demands[i], e)
		slot.Mark(e.Number)
		r.dirty[p.Page] = true
		if homes[i].Gone() {
			r.lost = append(r.lost, lost{slot.Hotspot, slot.Escrow})
			if err := k.oweOwner(ctx, slot.Hotspot, slot.Accrued); err != nil {
				return 0, 0, err
			}
			slot.Accrued, slot.Escrow = 0, 0
		}
		base, demand = base+bases[i], demand+demands[i]
		if bases[i] == 0 {
			continue
		}
		homes[i].Lifetime += bases[i]
		if err := k.setResidence(ctx, slot.Hotspot, homes[i]); err != nil {
			return 0, 0, err
		}
	}
	return base, demand, nil
}

// drain lets go the slots of hotspots that moved away before epoch, sending what
// is in them after their hotspots, and stores the pages that changed.
func (r *rating) drain(ctx context.Context, k *Keeper, epoch uint32) error {
	for page := range r.pages {
		cold := &r.pages[page]
		for slot := range uint8(types.PageSlots) {
			if cold.Used>>slot&1 == 0 {
				continue
			}
			left := cold.Slots[slot]
			home, err := k.residence(ctx, left.Hotspot)
			if err != nil {
				return err
			}
			if home.Old != (types.Place{Cell: r.cell, Page: uint16(page), Slot: slot}) || home.Moved >= epoch {
				continue
			}
			if err := k.addPay(ctx, home.Home, left.Hotspot, left.Accrued, left.Escrow); err != nil {
				return err
			}
			home.Old, home.Moved = types.Place{}, 0
			if err := k.setResidence(ctx, left.Hotspot, home); err != nil {
				return err
			}
			cold.Free(slot)
			r.dirty[page], r.freed = true, true
		}
		if !r.dirty[page] {
			continue
		}
		if err := k.setCold(ctx, r.cell, uint16(page), *cold); err != nil {
			return err
		}
	}
	return nil
}

// sweepSome rates a block's share of cells from the cursor on.
func (k *Keeper) sweepSome(ctx sdk.Context) error {
	s, err := k.state(ctx)
	if err != nil || s.SweepCell == types.NothingLeft {
		return err
	}
	p, err := k.Params(ctx)
	if err != nil {
		return err
	}
	c, err := k.clock(ctx)
	if err != nil {
		return err
	}
	n := p.SweepCells(c.Cells)
	e, _, err := k.epochRecord(ctx, s.Epoch-1)
	if err != nil {
		return err
	}
	if folded, err := k.isFolded(ctx, e); err != nil || !folded {
		return err
	}
	cells, err := k.cellsFrom(ctx, s.SweepCell, n)
	if err != nil {
		return err
	}
	for _, cell := range cells {
		if err := k.rateCell(ctx, cell, true); err != nil {
			return err
		}
	}
	if s, err = k.state(ctx); err != nil {
		return err
	}
	if len(cells) == n {
		s.SweepCell = cells[n-1] + 1
		return k.setState(ctx, s)
	}
	s.SweepCell = types.NothingLeft
	if err := k.setState(ctx, s); err != nil {
		return err
	}
	if e, _, err = k.epochRecord(ctx, s.Epoch-1); err != nil {
		return err
	}
	return k.count(ctx, func(t *types.Totals) { t.NotEmitted += e.BasePool - e.BasePaid })
}

// cellsFrom returns up to n cells with an account, in ascending order, the first
// not below from.
func (k *Keeper) cellsFrom(ctx context.Context, from uint64, n int) ([]uint64, error) {
	it, err := k.store.OpenKVStore(ctx).Iterator(types.AccountKey(from), []byte{types.PrefixAccount + 1})
	if err != nil {
		return nil, err
	}
	defer func() { _ = it.Close() }()
	var cells []uint64
	for ; it.Valid() && len(cells) < n; it.Next() {
		cells = append(cells, binary.BigEndian.Uint64(it.Key()[1:]))
	}
	return cells, nil
}
