package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// BookPoints books coverage points (1e-8 units) of a hotspot in the current
// epoch. Nothing is rated by it. It returns ErrNoHome for a hotspot that is
// not a full one with a location and ErrOverflow when the hotspot would have more than types.MaxPoints.
func (k *Keeper) BookPoints(ctx context.Context, hotspot uint32, points uint64) error {
	if points == 0 {
		return nil
	}
	r, err := k.placed(ctx, hotspot)
	if err != nil {
		return err
	}
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	h, err := k.hot(ctx, s.Epoch, r.Home.Cell, r.Home.Page)
	if err != nil {
		return err
	}
	at := &h.Points[r.Home.Slot]
	if points > types.MaxPoints || *at > types.MaxPoints-points || s.Points+points < points {
		return types.ErrOverflow.Wrapf("%d points more", points)
	}
	*at += points
	s.Points += points
	if err := k.set(ctx, types.HotKey(s.Epoch, r.Home.Cell, r.Home.Page), h.Encode()); err != nil {
		return err
	}
	return k.setState(ctx, s)
}

// placed returns where a hotspot has its slots, with a home in a cell. A hotspot
// that came with its location from a genesis without the ledger is placed now.
func (k *Keeper) placed(ctx context.Context, index uint32) (types.Residence, error) {
	r, err := k.residence(ctx, index)
	if err != nil || r.Home.Cell != 0 {
		return r, err
	}
	h, err := k.hotspots.Hotspot(ctx, index)
	if err != nil {
		return r, err
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

// Accrue mints spark that a hotspot earned by carrying data; its owner can claim
// it at once.
func (k *Keeper) Accrue(ctx context.Context, hotspot uint32, spark uint64) error {
	if spark == 0 {
		return nil
	}
	r, err := k.residence(ctx, hotspot)
	if err != nil {
		return err
	}
	if err := k.mint(ctx, spark); err != nil {
		return err
	}
	if err := k.addPay(ctx, r.Home, hotspot, spark, 0); err != nil {
		return err
	}
	return k.owe(ctx, spark, 0)
}

// CreditDemand credits spark to the demand account of the cell where a LoRa
// hotspot stands and returns what was credited: nothing for Wi-Fi and for a
// hotspot without a location, whose part stays burned. Nothing is minted yet.
func (k *Keeper) CreditDemand(ctx context.Context, hotspot uint32, spark uint64) (credited uint64, err error) {
	h, err := k.hotspots.Hotspot(ctx, hotspot)
	if err != nil {
		return 0, err
	}
	cell := uint64(h.LedgerCell())
	if spark == 0 || cell == 0 || h.WireClass() == wire.ClassWiFi {
		return 0, nil
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
	if err := k.setAccount(ctx, cell, a); err != nil {
		return 0, err
	}
	return spark, k.count(ctx, func(t *types.Totals) { t.Demand += spark })
}

// PayRouter mints a router's part of a settlement to its payout account.
func (k *Keeper) PayRouter(ctx context.Context, to sdk.AccAddress, spark uint64) error {
	if spark == 0 {
		return nil
	}
	if err := k.mint(ctx, spark); err != nil {
		return err
	}
	if err := k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, to, coins(spark)); err != nil {
		return err
	}
	return k.count(ctx, func(t *types.Totals) { t.Splits += spark })
}
