package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

// Mature pays out what was kept back of a hotspot's pay, and keeps nothing back
// any more while it stays where it is.
func (k *Keeper) Mature(ctx context.Context, hotspot uint32) error {
	r, err := k.placed(ctx, hotspot)
	if isPlaceless(err) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := k.cold(ctx, r.Home.Cell, r.Home.Page)
	if err != nil {
		return err
	}
	slot := &c.Slots[r.Home.Slot]
	if slot.Hotspot != hotspot || slot.MatureEpoch != 0 {
		return nil
	}
	slot.MatureEpoch = k.CurrentEpoch(ctx)
	slot.Accrued, slot.Escrow = slot.Accrued+slot.Escrow, 0
	return k.setCold(ctx, r.Home.Cell, r.Home.Page, c)
}

// credit adds coverage pay to a slot. Of a hotspot that is not mature, only
// ramp_bps are its owner's at once.
func credit(s *types.Slot, spark uint64, e types.Epoch) {
	now := spark
	if s.MatureEpoch == 0 {
		now = types.AtOnce(spark, e.RampBps)
	}
	s.Accrued += now
	s.Escrow += spark - now
}
