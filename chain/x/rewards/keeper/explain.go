package keeper

import (
	"context"
	"math"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/reward"
)

// ExplainPay computes the pay of a hotspot in the newest closed epoch with the rules
// that rate it, and changes nothing. Errors: of an unknown hotspot, and ErrEpoch
// before the first epoch has closed.
func (s queryServer) ExplainPay(ctx context.Context, q *types.QueryExplainPayRequest) (*types.QueryExplainPayResponse, error) {
	h, err := s.k.hotspots.Hotspot(ctx, q.Hotspot)
	if err != nil {
		return nil, err
	}
	now, err := s.k.state(ctx)
	if err != nil {
		return nil, err
	}
	e, ok, err := s.k.epochRecord(ctx, now.Epoch-1)
	if err == nil && !ok {
		err = types.ErrEpoch.Wrapf("none has closed before epoch %d", now.Epoch)
	}
	if err != nil {
		return nil, err
	}
	r, err := s.k.residence(ctx, q.Hotspot)
	if err != nil {
		return nil, err
	}
	out := &types.QueryExplainPayResponse{Epoch: e}
	if out.Complete, err = s.k.isFolded(ctx, e); err != nil {
		return nil, err
	}
	left := reward.LifetimeLeft(h.BondBasis, e.LifetimeMultiplePermille, r.Lifetime)
	for _, at := range []types.Place{r.Home, r.Old} {
		pay, ok, err := s.k.explainSlot(ctx, e, q.Hotspot, at, left)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Slots = append(out.Slots, pay)
		}
	}
	return out, nil
}

// explainSlot is the pay of one slot, false when it is not the hotspot's.
func (k *Keeper) explainSlot(ctx context.Context, e types.Epoch, index uint32, at types.Place, left uint64) (types.SlotPay, bool, error) {
	var pay types.SlotPay
	cold, err := k.cold(ctx, at.Cell, at.Page)
	if err != nil || cold.Slots[at.Slot].Hotspot != index {
		return pay, false, err
	}
	a, ok, err := k.account(ctx, at.Cell)
	if err != nil || !ok {
		return pay, false, err
	}
	earners, own, err := k.earners(ctx, e.Number, a.Pages, at)
	if err != nil {
		return pay, false, err
	}
	pay = types.SlotPay{
		Cell: at.Cell, Page: uint32(at.Page), Slot: uint32(at.Slot), Points: earners[own].Points,
		LifetimeLeft: left, Rated: a.Swept >= e.Number,
	}
	for _, x := range earners {
		pay.CellPoints = reward.Add(pay.CellPoints, x.Points)
	}
	terms := e.Terms()
	pay.Share = reward.MulDiv(terms.Pool, pay.Points, terms.Over)
	balance := uint64(0)
	if pay.Rated {
		// The rating has taken its base pay from what was left. Where nothing is left
		// now, it got the rest, and only the state before can tell how much.
		left = math.MaxUint64
	} else {
		a.Turn(e.Number + 1) // what came in before the epoch's end
		balance = a.Balance
	}
	earners[own].Left = left
	base, demand := types.RateCell(e, balance, earners)
	pay.Base, pay.Demand = base[own], demand[own]
	paid := types.Slot{MatureEpoch: cold.Slots[at.Slot].MatureEpoch}
	credit(&paid, pay.Base+pay.Demand, e)
	pay.AtOnce = paid.Accrued
	return pay, true, nil
}

// earners returns the slots of a cell with points in an epoch, those that are still in
// journals among them, and which of them is the slot at, with points or not.
func (k *Keeper) earners(ctx context.Context, epoch uint32, pages uint16, at types.Place) (all []types.Earner, own int, err error) {
	waiting, err := k.waiting(ctx, epoch, at.Cell)
	if err != nil {
		return nil, 0, err
	}
	for page := range pages {
		hot, err := k.hot(ctx, epoch, at.Cell, page)
		if err != nil {
			return nil, 0, err
		}
		for slot, points := range hot.Points {
			place := types.Place{Cell: at.Cell, Page: page, Slot: uint8(slot)}
			points = reward.Add(points, waiting[place])
			if place == at {
				own = len(all)
			}
			if place == at || points != 0 {
				all = append(all, types.Earner{Points: points})
			}
		}
	}
	return all, own, nil
}
