package keeper

import (
	"context"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// Hooks follow the registry of hotspots.
type Hooks struct{ k *Keeper }

// HotspotHooks returns what the hotspot module calls.
func (k *Keeper) HotspotHooks() Hooks { return Hooks{k} }

// AfterRegistered does nothing: a hotspot without a place has a slot by index.
func (Hooks) AfterRegistered(context.Context, hotspot.Hotspot) error { return nil }

// AfterLocationAsserted gives the hotspot a slot in its cell.
func (h Hooks) AfterLocationAsserted(ctx context.Context, at hotspot.Hotspot, _ *hotspot.Location) error {
	return h.k.Place(ctx, at.Index, at.WireClass(), uint64(at.LedgerCell()))
}

// Place gives a full hotspot a slot in a res-6 cell; other classes keep the slot
// of their index. A hotspot that already stands in the cell stays where it is.
// One that comes from another cell leaves a slot there that drains: its points
// are rated where they were made, and its pay follows it when the epoch after
// the move is rated. Until then it cannot move again (ErrMoving). ErrCellFull
// says that the cell has no slot left.
func (k *Keeper) Place(ctx context.Context, index uint32, class wire.HotspotClass, cell uint64) error {
	if class != wire.ClassFullLoRa {
		return nil
	}
	r, err := k.residence(ctx, index)
	if err != nil || r.Home.Cell == cell {
		return err
	}
	if r.Draining() {
		return types.ErrMoving.Wrapf("hotspot %d", index)
	}
	if _, err := k.openAccount(ctx, cell); err != nil {
		return err
	}
	if err := k.sweep(ctx, cell); err != nil {
		return err
	}
	home, err := k.takeSlot(ctx, cell, index)
	if err != nil {
		return err
	}
	was := r.Home
	r.Home = home
	if was.Cell == 0 {
		if err := k.setResidence(ctx, index, r); err != nil {
			return err
		}
		return k.movePay(ctx, was, home, index)
	}
	if err := k.sweep(ctx, was.Cell); err != nil {
		return err
	}
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	// The sweep of the old cell may have paid this hotspot base coverage.
	now, err := k.residence(ctx, index)
	if err != nil {
		return err
	}
	r.Lifetime, r.Old, r.Moved = now.Lifetime, was, s.Epoch
	return k.setResidence(ctx, index, r)
}

// takeSlot finds a free slot in a cell whose account exists.
func (k *Keeper) takeSlot(ctx context.Context, cell uint64, index uint32) (types.Place, error) {
	a, _, err := k.account(ctx, cell)
	if err != nil {
		return types.Place{}, err
	}
	for page := range a.Pages {
		c, err := k.cold(ctx, cell, page)
		if err != nil {
			return types.Place{}, err
		}
		if slot, ok := c.Take(index); ok {
			return types.Place{Cell: cell, Page: page, Slot: slot}, k.setCold(ctx, cell, page, c)
		}
	}
	if a.Pages == types.MaxPages {
		return types.Place{}, types.ErrCellFull.Wrapf("%x", cell)
	}
	a.Pages++
	if err := k.setAccount(ctx, cell, a); err != nil {
		return types.Place{}, err
	}
	var c types.Cold
	slot, _ := c.Take(index)
	return types.Place{Cell: cell, Page: a.Pages - 1, Slot: slot}, k.setCold(ctx, cell, a.Pages-1, c)
}

// movePay empties a slot of a hotspot and adds what was in it to another one.
func (k *Keeper) movePay(ctx context.Context, from, to types.Place, index uint32) error {
	c, err := k.cold(ctx, from.Cell, from.Page)
	if err != nil {
		return err
	}
	s := c.Slots[from.Slot]
	if s.Hotspot != index {
		return nil
	}
	c.Free(from.Slot)
	if err := k.setCold(ctx, from.Cell, from.Page, c); err != nil {
		return err
	}
	return k.addPay(ctx, to, index, s.Accrued, s.Escrow)
}

// addPay adds to a slot of a hotspot. The slot of an index is taken at its first
// pay.
func (k *Keeper) addPay(ctx context.Context, at types.Place, index uint32, accrued, escrow uint64) error {
	c, err := k.cold(ctx, at.Cell, at.Page)
	if err != nil {
		return err
	}
	s := c.Slots[at.Slot]
	s.Hotspot = index
	s.Accrued += accrued
	s.Escrow += escrow
	c.Put(at.Slot, s)
	return k.setCold(ctx, at.Cell, at.Page, c)
}
