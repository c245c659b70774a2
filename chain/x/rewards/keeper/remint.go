package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/wire"
)

// What carried data earns is minted again out of HXW that was burned for it. It is
// outside the schedule and has no cap but that: re-mints never exceed what backs them.

// CountBacking counts burned HXW of which Accrue may pay: bonds.
func (k *Keeper) CountBacking(ctx context.Context, spark uint64) error {
	return k.count(ctx, func(t *types.Totals) { t.Backing += spark })
}

// remint counts spark that is minted again, or returns ErrUnbacked when not as much was
// burned: the breaker behind the arithmetic of settlement, on what accrues and not on
// claims.
func remint(t *types.Totals, spark uint64) error {
	if left := reward.Sub(t.Backing, t.Reminted); spark > left {
		return types.ErrUnbacked.Wrapf("%d spark of %d", spark, left)
	}
	t.Reminted += spark
	return nil
}

// Carried pays for data that a hotspot carried, out of the HXW that was burned for it:
// the hotspot, whose owner can claim at once, the router, and the cell where the hotspot
// stands. It returns what the cell was credited: nothing for Wi-Fi and for a hotspot
// without a location. All that is not paid stays burned, and a part of that is emitted
// again later.
func (k *Keeper) Carried(ctx context.Context, p types.Payment) (toCell uint64, err error) {
	t, err := k.counters(ctx)
	if err != nil {
		return 0, err
	}
	t.Backing += p.Basis
	if toCell, err = k.creditDemand(ctx, &t, p.Hotspot, p.ToCell); err != nil {
		return 0, err
	}
	if err := k.accrue(ctx, &t, p.Hotspot, p.ToHotspot); err != nil {
		return 0, err
	}
	if err := k.payRouter(ctx, &t, p); err != nil {
		return 0, err
	}
	if err := k.stayBurned(ctx, &t, reward.Sub(p.Basis, p.ToHotspot+p.ToRouter+toCell)); err != nil {
		return 0, err
	}
	return toCell, k.setProto(ctx, []byte{types.PrefixTotals}, &t)
}

// Accrue mints spark of what CountBacking counted to a hotspot; its owner can claim it at
// once.
func (k *Keeper) Accrue(ctx context.Context, hotspot uint32, spark uint64) error {
	t, err := k.counters(ctx)
	if err != nil {
		return err
	}
	if err := k.accrue(ctx, &t, hotspot, spark); err != nil {
		return err
	}
	return k.setProto(ctx, []byte{types.PrefixTotals}, &t)
}

func (k *Keeper) accrue(ctx context.Context, t *types.Totals, hotspot uint32, spark uint64) error {
	if spark == 0 {
		return nil
	}
	if err := remint(t, spark); err != nil {
		return err
	}
	r, err := k.residence(ctx, hotspot)
	if err != nil {
		return err
	}
	if err := k.mint(ctx, t, spark); err != nil {
		return err
	}
	if err := k.addPay(ctx, r.Home, hotspot, spark, 0); err != nil {
		return err
	}
	return k.owe(ctx, spark, 0)
}

// creditDemand credits spark to the demand account of the cell where a LoRa hotspot
// stands now, which may not be where it carried: moving there costs more than a cell pays
// out. Nothing is minted yet.
func (k *Keeper) creditDemand(ctx context.Context, t *types.Totals, hotspot uint32, spark uint64) (credited uint64, err error) {
	h, err := k.hotspots.Hotspot(ctx, hotspot)
	if err != nil {
		return 0, err
	}
	cell := uint64(h.LedgerCell())
	if spark == 0 || cell == 0 || h.WireClass() == wire.ClassWiFi {
		return 0, nil
	}
	if err := remint(t, spark); err != nil {
		return 0, err
	}
	a, err := k.openAccount(ctx, cell)
	if err != nil {
		return 0, err
	}
	s, err := k.state(ctx)
	if err != nil {
		return 0, err
	}
	a.Turn(s.Epoch)
	a.Inflow += spark
	t.Demand += spark
	return spark, k.setAccount(ctx, cell, a)
}

func (k *Keeper) payRouter(ctx context.Context, t *types.Totals, p types.Payment) error {
	if p.ToRouter == 0 {
		return nil
	}
	if err := remint(t, p.ToRouter); err != nil {
		return err
	}
	if err := k.mint(ctx, t, p.ToRouter); err != nil {
		return err
	}
	t.Splits += p.ToRouter
	return k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, p.Router, coins(p.ToRouter))
}

// CountBurned counts spark of used basis that nothing is minted back for. Part
// of it is emitted again later.
func (k *Keeper) CountBurned(ctx context.Context, spark uint64) error {
	t, err := k.counters(ctx)
	if err != nil {
		return err
	}
	if err := k.stayBurned(ctx, &t, spark); err != nil {
		return err
	}
	return k.setProto(ctx, []byte{types.PrefixTotals}, &t)
}

func (k *Keeper) stayBurned(ctx context.Context, t *types.Totals, spark uint64) error {
	if spark == 0 {
		return nil
	}
	c, err := k.clock(ctx)
	if err != nil {
		return err
	}
	c.Burned += spark
	t.StayedBurned += spark
	return k.set(ctx, []byte{types.PrefixClock}, c.Encode())
}
