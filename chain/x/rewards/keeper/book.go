package keeper

import (
	"context"
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/wire"
)

// Book books coverage points in the current epoch, in the journal of the block.
// Nothing is rated by it. Points of a hotspot that has no place in a cell
// find no taker, and one block books types.MaxPoints for a slot at most.
func (k *Keeper) Book(ctx context.Context, bookings []types.Booking) error {
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	key := types.JournalKey(uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()))
	points, err := k.journal(ctx, key)
	if err != nil {
		return err
	}
	for _, b := range bookings {
		r, err := k.placed(ctx, b.Hotspot)
		if isPlaceless(err) {
			continue
		}
		if err != nil {
			return err
		}
		more := min(b.Points, types.MaxPoints-points[r.Home])
		points[r.Home] += more
		s.Points = reward.Add(s.Points, more)
	}
	if len(points) == 0 {
		return nil
	}
	j := types.JournalOf(s.Epoch, points)
	if err := k.set(ctx, key, j.Encode()); err != nil {
		return err
	}
	return k.setState(ctx, s)
}

// journal returns what the journal of a key holds, by slot.
func (k *Keeper) journal(ctx context.Context, key []byte) (map[types.Place]uint64, error) {
	points := map[types.Place]uint64{}
	b, err := k.get(ctx, key)
	if err != nil || b == nil {
		return points, err
	}
	_, err = types.WalkJournal(b, types.PageID{}, types.PageID{}, func(id types.PageID, slots []types.SlotPoints) error {
		for _, s := range slots {
			points[types.Place{Cell: id.Cell, Page: id.Page, Slot: s.Slot}] = s.Points
		}
		return nil
	})
	return points, err
}

// isPlaceless tells whether err says that a hotspot has no slot and gets none.
func isPlaceless(err error) bool {
	for _, e := range []error{types.ErrNoHome, types.ErrCellFull, types.ErrRetired, hotspot.ErrUnknown} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// placed returns where a hotspot has its slots, with a home in a cell. A hotspot
// that came with its location from a genesis without the ledger is placed now.
func (k *Keeper) placed(ctx context.Context, index uint32) (types.Residence, error) {
	r, err := k.residence(ctx, index)
	if err != nil || r.Home.Cell != 0 {
		return r, err
	}
	if r.Gone() {
		return k.leaving(ctx, index, r)
	}
	h, err := k.hotspots.Hotspot(ctx, index)
	if err != nil {
		return r, err
	}
	if h.Retired() {
		return r, types.ErrRetired.Wrapf("hotspot %d", index)
	}
	cell := uint64(h.LedgerCell())
	if cell == 0 || h.WireClass() != wire.ClassFullLoRa {
		return r, types.ErrNoHome.Wrapf("hotspot %d", index)
	}
	if err := k.Place(ctx, index, h.WireClass(), cell); err != nil {
		return r, err
	}
	return k.residence(ctx, index)
}
