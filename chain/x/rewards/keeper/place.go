package keeper

import (
	"context"
	"math/bits"

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
	if r.Gone() {
		return types.ErrRetired.Wrapf("hotspot %d", index)
	}
	if r.Draining() {
		return types.ErrMoving.Wrapf("hotspot %d", index)
	}
	if _, err := k.openAccount(ctx, cell); err != nil {
		return err
	}
	for _, c := range []uint64{r.Home.Cell, cell} {
		if err := k.sweep(ctx, c); err != nil {
			return err
		}
	}
	// The sweep may have paid this hotspot base coverage.
	if r, err = k.residence(ctx, index); err != nil {
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
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	r.Old, r.Moved = was, s.Epoch
	return k.setResidence(ctx, index, r)
}

// Occupant returns one of the hotspots of a cell, chosen by n, or false when the
// page that n chooses has none.
func (k *Keeper) Occupant(ctx context.Context, cell, n uint64) (hotspot uint32, ok bool, err error) {
	a, ok, err := k.account(ctx, cell)
	if err != nil || !ok || a.Pages == 0 {
		return 0, false, err
	}
	c, err := k.cold(ctx, cell, uint16(n%uint64(a.Pages)))
	if err != nil || c.Used == 0 {
		return 0, false, err
	}
	used := c.Used
	for range n / uint64(a.Pages) % uint64(bits.OnesCount64(used)) {
		used &= used - 1
	}
	return c.Slots[bits.TrailingZeros64(used)].Hotspot, true, nil
}

// takeSlot finds a free slot in a cell whose account exists.
func (k *Keeper) takeSlot(ctx context.Context, cell uint64, index uint32) (types.Place, error) {
	a, _, err := k.account(ctx, cell)
	if err != nil {
		return types.Place{}, err
	}
	s, err := k.state(ctx)
	if err != nil {
		return types.Place{}, err
	}
	for page := range a.Pages {
		c, err := k.cold(ctx, cell, page)
		if err != nil {
			return types.Place{}, err
		}
		if slot, ok := c.Take(index); ok {
			c.Slots[slot].Mark(s.Epoch)
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
	c.Slots[slot].Mark(s.Epoch)
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
// pay. What a hotspot gets that retired (the zero place) is owed to its owner.
func (k *Keeper) addPay(ctx context.Context, at types.Place, index uint32, accrued, escrow uint64) error {
	if at == (types.Place{}) {
		return k.oweOwner(ctx, index, accrued+escrow)
	}
	c, err := k.cold(ctx, at.Cell, at.Page)
	if err != nil {
		return err
	}
	s := c.Slots[at.Slot]
	s.Hotspot = index
	s.Accrued += accrued
	if s.MatureEpoch == 0 {
		s.Escrow += escrow
	} else {
		s.Accrued += escrow
	}
	c.Put(at.Slot, s)
	return k.setCold(ctx, at.Cell, at.Page, c)
}
