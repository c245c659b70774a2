package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

// sleep takes the slots of hotspots that made no points for
// types.DormantEpochs epochs up to epoch. What is in them is owed to the owners.
// A hotspot that wakes up gets a slot when its points are booked. Sleeping is the
// cursor's: whoever rates a cell on demand holds on to a place in it.
func (r *rating) sleep(ctx context.Context, k *Keeper, epoch uint32) error {
	for page := range r.pages {
		cold := &r.pages[page]
		for slot := range uint8(types.PageSlots) {
			if cold.Used>>slot&1 == 0 || !cold.Slots[slot].Quiet(epoch) {
				continue
			}
			if r.waiting == nil {
				var err error
				if r.waiting, err = k.waiting(ctx, epoch+1, r.cell); err != nil {
					return err
				}
			}
			at := types.Place{Cell: r.cell, Page: uint16(page), Slot: slot}
			if r.waiting[at] > 0 {
				continue
			}
			slept, err := k.sleep(ctx, at, cold.Slots[slot], epoch)
			if err != nil {
				return err
			}
			if slept {
				cold.Free(slot)
				r.dirty[page], r.freed = true, true
			}
		}
	}
	return nil
}

// sleep sends the pay of a slot away, unless its hotspot is on the move or has
// points in the epoch after.
func (k *Keeper) sleep(ctx context.Context, at types.Place, s types.Slot, epoch uint32) (bool, error) {
	home, err := k.residence(ctx, s.Hotspot)
	if err != nil || home.Home != at || home.Draining() {
		return false, err
	}
	now, err := k.hot(ctx, epoch+1, at.Cell, at.Page)
	if err != nil || now.Points[at.Slot] != 0 {
		return false, err
	}
	if err := k.forfeit(ctx, s.Hotspot, s.Escrow); err != nil {
		return false, err
	}
	if err := k.oweOwner(ctx, s.Hotspot, s.Accrued); err != nil {
		return false, err
	}
	// What it got in its life is kept: it bounds what it may still get.
	if home.Home, err = types.Unplaced(s.Hotspot); err != nil {
		return false, err
	}
	if home.Lifetime == 0 {
		err = k.del(ctx, types.NumberKey(types.PrefixHome, s.Hotspot))
	} else {
		err = k.setResidence(ctx, s.Hotspot, home)
	}
	if err != nil {
		return false, err
	}
	return true, emit(ctx, &types.EventDormant{Hotspot: s.Hotspot, Cell: at.Cell})
}

// trimPages gives up the last pages of a cell while they are empty.
func (k *Keeper) trimPages(ctx context.Context, cell uint64) error {
	a, _, err := k.account(ctx, cell)
	if err != nil {
		return err
	}
	had := a.Pages
	for a.Pages > 0 {
		last := a.Pages - 1
		c, err := k.cold(ctx, cell, last)
		if err != nil {
			return err
		}
		if c.Used != 0 {
			break
		}
		for parity := range uint32(2) {
			if err := k.del(ctx, types.HotKey(parity, cell, last)); err != nil {
				return err
			}
		}
		a.Pages = last
	}
	if a.Pages == had {
		return nil
	}
	return k.setAccount(ctx, cell, a)
}
