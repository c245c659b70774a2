package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

// InitGenesis stores g. The claimable spark must stand in the module account. What
// exists when a chain begins is its premine.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.setProto(ctx, []byte{types.PrefixParams}, &g.Params); err != nil {
		return err
	}
	s := types.State{Epoch: g.CurrentEpoch, Points: g.PointsCurrent, SweepCell: g.SweepCell, Liability: g.Totals.Claimable}
	if err := k.setState(ctx, s); err != nil {
		return err
	}
	c := types.Clock{Start: g.EpochStart, Burned: g.BurnedCurrent, ReemitPool: g.ReemitPool}
	for _, cell := range g.Cells {
		if cell.Cell.Cell != 0 {
			c.Cells++
		}
		if err := k.initCell(ctx, cell); err != nil {
			return err
		}
	}
	if err := k.set(ctx, []byte{types.PrefixClock}, c.Encode()); err != nil {
		return err
	}
	for _, h := range g.Homes {
		if err := k.setResidence(ctx, h.Hotspot, h.Residence()); err != nil {
			return err
		}
	}
	for _, o := range g.Owed {
		owner, err := sdk.AccAddressFromBech32(o.Owner)
		if err != nil {
			return err
		}
		if err := k.set(ctx, types.OwedKey(owner), types.EncodeOwed(o.Spark)); err != nil {
			return err
		}
	}
	for _, e := range g.Epochs {
		if err := k.storeEpoch(ctx, e); err != nil {
			return err
		}
	}
	for _, b := range g.Booked {
		if err := k.set(ctx, types.JournalKey(b.Height), b.Journal); err != nil {
			return err
		}
	}
	if len(g.Fold) > 0 {
		if err := k.set(ctx, []byte{types.PrefixFold}, g.Fold); err != nil {
			return err
		}
	}
	if err := k.setTurns(ctx, g.Turns); err != nil {
		return err
	}
	g.Totals.Claimable, g.Totals.Burned = 0, 0
	if g.CurrentEpoch <= 1 && g.EpochStart == 0 {
		supply := k.bank.GetSupply(ctx, credits.Denom).Amount
		if !supply.IsUint64() {
			return types.ErrGenesis.Wrapf("%s spark exist", supply)
		}
		g.Totals.Premine = supply.Uint64()
	}
	return k.setProto(ctx, []byte{types.PrefixTotals}, &g.Totals)
}

// initCell stores a cell. Slots of cell 0 lie where their hotspot's index says.
func (k *Keeper) initCell(ctx context.Context, c types.CellState) error {
	if c.Cell.Cell == 0 {
		for _, s := range c.Slots {
			at, err := types.Unplaced(s.Hotspot)
			if err != nil {
				return err
			}
			if err := k.addPay(ctx, at, s.Hotspot, s.Accrued, s.Escrow); err != nil {
				return err
			}
		}
		return nil
	}
	a := types.Account{
		Pages: uint16(c.Cell.Pages), Swept: c.Cell.Swept, InflowEpoch: c.Cell.InflowEpoch,
		Balance: c.Cell.Balance, Inflow: c.Cell.Inflow,
	}
	if err := k.setAccount(ctx, c.Cell.Cell, a); err != nil {
		return err
	}
	for page := range a.Pages {
		var cold types.Cold
		first := int(page) * types.PageSlots
		for i, s := range c.Slots[first : first+types.PageSlots] {
			if s.Hotspot != 0 {
				cold.Put(uint8(i), s)
			}
		}
		if err := k.setCold(ctx, c.Cell.Cell, page, cold); err != nil {
			return err
		}
		if err := k.initPoints(ctx, c.Cell.Cell, page, c.EvenEpoch, c.PointsEven, first); err != nil {
			return err
		}
		if err := k.initPoints(ctx, c.Cell.Cell, page, c.OddEpoch, c.PointsOdd, first); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initPoints(ctx context.Context, cell uint64, page uint16, epoch uint32, points []uint64, first int) error {
	h := types.Hot{Epoch: epoch}
	if n := copy(h.Points[:], points[min(first, len(points)):]); n == 0 {
		return nil
	}
	return k.set(ctx, types.HotKey(epoch, cell, page), h.Encode())
}

// ExportGenesis returns the state that InitGenesis would store. Points that are
// rated already are left out.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	p, err := k.Params(ctx)
	if err != nil {
		return nil, err
	}
	s, err := k.state(ctx)
	if err != nil {
		return nil, err
	}
	c, err := k.clock(ctx)
	if err != nil {
		return nil, err
	}
	g := &types.GenesisState{
		Params: p, CurrentEpoch: s.Epoch, EpochStart: c.Start, PointsCurrent: s.Points, SweepCell: s.SweepCell,
		ReemitPool: c.ReemitPool, BurnedCurrent: c.Burned,
	}
	if g.Totals, err = k.Totals(ctx); err != nil {
		return nil, err
	}
	for epoch := s.Epoch - min(s.Epoch, types.KeepEpochs); epoch < s.Epoch; epoch++ {
		e, ok, err := k.epochRecord(ctx, epoch)
		if err != nil {
			return nil, err
		}
		if ok {
			g.Epochs = append(g.Epochs, e)
		}
	}
	if g.Homes, err = k.exportHomes(ctx); err != nil {
		return nil, err
	}
	if g.Owed, err = k.exportOwed(ctx); err != nil {
		return nil, err
	}
	if g.Turns, _, err = k.turns(ctx); err != nil {
		return nil, err
	}
	if err := k.exportJournals(ctx, g); err != nil {
		return nil, err
	}
	g.Cells, err = k.exportCells(ctx, s)
	return g, err
}

func (k *Keeper) exportHomes(ctx context.Context) ([]types.Home, error) {
	it, err := k.store.OpenKVStore(ctx).Iterator([]byte{types.PrefixHome}, []byte{types.PrefixHome + 1})
	if err != nil {
		return nil, err
	}
	defer func() { _ = it.Close() }()
	var all []types.Home
	for ; it.Valid(); it.Next() {
		r, err := types.DecodeResidence(it.Value())
		if err != nil {
			return nil, err
		}
		all = append(all, *homeOf(be32(it.Key()[1:]), r))
	}
	return all, nil
}
