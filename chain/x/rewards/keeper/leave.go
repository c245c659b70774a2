package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

// AfterTransferred rates the hotspot's cells and moves what its slots hold to what
// the seller is owed, but for what is kept back until the hotspot is mature: that
// stays with it, or a sale to oneself would set it free. Points of the running
// epoch go to the buyer.
func (h Hooks) AfterTransferred(ctx context.Context, at hotspot.Hotspot, seller string) error {
	if _, err := h.k.sweepOf(ctx, at.Index, types.MaxPages); err != nil {
		return err
	}
	spark, _, err := h.k.takeAll(ctx, at.Index, false)
	if err != nil {
		return err
	}
	return h.k.oweTo(ctx, at.Index, seller, spark)
}

// AfterBanned burns what was kept back of the pay of a hotspot that governance banned
// before it was mature. What it has already stays its owner's.
func (h Hooks) AfterBanned(ctx context.Context, at hotspot.Hotspot) error {
	if _, err := h.k.sweepOf(ctx, at.Index, types.MaxPages); err != nil {
		return err
	}
	r, err := h.k.residence(ctx, at.Index)
	if err != nil {
		return err
	}
	var escrow uint64
	for _, p := range []types.Place{r.Home, r.Old} {
		c, err := h.k.cold(ctx, p.Cell, p.Page)
		if err != nil {
			return err
		}
		slot := &c.Slots[p.Slot]
		if slot.Hotspot != at.Index || slot.Escrow == 0 {
			continue
		}
		escrow, slot.Escrow = escrow+slot.Escrow, 0
		if err := h.k.setCold(ctx, p.Cell, p.Page, c); err != nil {
			return err
		}
	}
	return h.k.forfeit(ctx, at.Index, escrow)
}

// AfterRetired moves what a hotspot has to what its owner is owed; what was kept
// back because it never was mature is the community's. Its slot drains like that of
// one that moved, to nowhere: points of the running epoch are rated where they were
// made. ErrMoving is returned while an earlier move drains.
func (h Hooks) AfterRetired(ctx context.Context, at hotspot.Hotspot) error {
	r, err := h.k.sweepOf(ctx, at.Index, types.MaxPages)
	if err != nil {
		return err
	}
	if r.Draining() {
		return types.ErrMoving.Wrapf("hotspot %d", at.Index)
	}
	spark, escrow, err := h.k.takeAll(ctx, at.Index, true)
	if err != nil {
		return err
	}
	if err := h.k.forfeit(ctx, at.Index, escrow); err != nil {
		return err
	}
	if r.Home.Cell == 0 {
		if err := h.k.freeUnplaced(ctx, r.Home, at.Index); err != nil {
			return err
		}
	} else {
		s, err := h.k.state(ctx)
		if err != nil {
			return err
		}
		r.Old, r.Moved = r.Home, s.Epoch
	}
	r.Home = types.Place{}
	if err := h.k.setResidence(ctx, at.Index, r); err != nil {
		return err
	}
	return h.k.oweTo(ctx, at.Index, at.Owner, spark)
}

// sweepOf rates the cells of a hotspot that have at most so many pages, and returns
// where its slots are then.
func (k *Keeper) sweepOf(ctx context.Context, index uint32, pages uint16) (types.Residence, error) {
	r, err := k.residence(ctx, index)
	if err != nil {
		return r, err
	}
	for _, cell := range []uint64{r.Home.Cell, r.Old.Cell} {
		a, ok, err := k.account(ctx, cell)
		if err != nil {
			return r, err
		}
		if !ok || a.Pages > pages {
			continue
		}
		if err := k.sweep(ctx, cell); err != nil {
			return r, err
		}
	}
	// A sweep may have sent the old slot's pay to the new home.
	return k.residence(ctx, index)
}

// takeAll empties the slots of a hotspot, of escrow too if asked to, and returns
// what was in them.
func (k *Keeper) takeAll(ctx context.Context, index uint32, withEscrow bool) (spark, escrow uint64, err error) {
	r, err := k.residence(ctx, index)
	if err != nil {
		return 0, 0, err
	}
	for _, at := range []types.Place{r.Home, r.Old} {
		c, err := k.cold(ctx, at.Cell, at.Page)
		if err != nil {
			return 0, 0, err
		}
		slot := &c.Slots[at.Slot]
		if slot.Hotspot != index || slot.Accrued+slot.Escrow == 0 {
			continue
		}
		spark, slot.Accrued = spark+slot.Accrued, 0
		if withEscrow {
			escrow, slot.Escrow = escrow+slot.Escrow, 0
		}
		if err := k.setCold(ctx, at.Cell, at.Page, c); err != nil {
			return 0, 0, err
		}
	}
	return spark, escrow, nil
}

// forfeit burns what was kept back of the pay of a hotspot that will never be mature: it
// counts as never emitted.
func (k *Keeper) forfeit(ctx context.Context, index uint32, spark uint64) error {
	if spark == 0 {
		return nil
	}
	if err := k.bank.BurnCoins(ctx, types.ModuleName, coins(spark)); err != nil {
		return err
	}
	if err := k.owe(ctx, 0, spark); err != nil {
		return err
	}
	if err := k.count(ctx, func(t *types.Totals) { t.Forfeited += spark }); err != nil {
		return err
	}
	return emit(ctx, &types.EventForfeited{Hotspot: index, Spark: spark})
}

// freeUnplaced gives up the slot of a hotspot's index, if it was ever taken.
func (k *Keeper) freeUnplaced(ctx context.Context, at types.Place, index uint32) error {
	c, err := k.cold(ctx, at.Cell, at.Page)
	if err != nil || c.Slots[at.Slot].Hotspot != index {
		return err
	}
	c.Free(at.Slot)
	return k.setCold(ctx, at.Cell, at.Page, c)
}

// leaving returns where points of a hotspot that retired are booked: in the slot
// that drains, for as long as challenges may settle that were drawn before. After
// the epoch that follows its leaving it is ErrRetired, and the slot can be freed.
func (k *Keeper) leaving(ctx context.Context, index uint32, r types.Residence) (types.Residence, error) {
	s, err := k.state(ctx)
	if err != nil {
		return r, err
	}
	if !r.Draining() || s.Epoch > r.Moved+1 {
		return r, types.ErrRetired.Wrapf("hotspot %d", index)
	}
	r.Home = r.Old
	return r, nil
}

// oweOwner adds spark of a hotspot to what its owner is owed.
func (k *Keeper) oweOwner(ctx context.Context, index uint32, spark uint64) error {
	if spark == 0 {
		return nil
	}
	h, err := k.hotspots.Hotspot(ctx, index)
	if err != nil {
		return err
	}
	return k.oweTo(ctx, index, h.Owner, spark)
}

// oweTo adds spark, which is in the liability already, to what an account is
// owed for a hotspot.
func (k *Keeper) oweTo(ctx context.Context, index uint32, owner string, spark uint64) error {
	if spark == 0 {
		return nil
	}
	to, err := sdk.AccAddressFromBech32(owner)
	if err != nil {
		return types.ErrAddress.Wrapf("%q", owner)
	}
	sum, err := k.owed(ctx, to)
	if err != nil {
		return err
	}
	if err := k.set(ctx, types.OwedKey(to), types.EncodeOwed(sum+spark)); err != nil {
		return err
	}
	return emit(ctx, &types.EventOwed{Hotspot: index, Owner: owner, Spark: spark})
}

// owed returns what an account is owed beside the pay of its hotspots.
func (k *Keeper) owed(ctx context.Context, owner sdk.AccAddress) (uint64, error) {
	b, err := k.get(ctx, types.OwedKey(owner))
	if err != nil || b == nil {
		return 0, err
	}
	return types.DecodeOwed(b)
}
