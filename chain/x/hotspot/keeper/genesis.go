package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// InitGenesis stores g and counts the cells anew. No hook is called: the other
// modules bring their own state.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, g.Params); err != nil {
		return err
	}
	if err := k.nextIndex.Set(ctx, g.NextIndex); err != nil {
		return err
	}
	for _, h := range g.Hotspots {
		owner, err := account(h.Owner)
		if err != nil {
			return err
		}
		if err := k.insert(ctx, h, owner); err != nil {
			return err
		}
		if h.Location == nil || h.WireClass() != wire.ClassFullLoRa {
			continue
		}
		cell := uint64(h.LedgerCell())
		n, err := k.InCell(ctx, cell)
		if err != nil {
			return err
		}
		if err := k.inCell.Set(ctx, cell, n+1); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the state that InitGenesis would store.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	g := &types.GenesisState{}
	var err error
	if g.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if g.NextIndex, err = k.nextIndex.Get(ctx); err != nil {
		return nil, err
	}
	err = k.IterateHotspots(ctx, func(h types.Hotspot) (bool, error) {
		g.Hotspots = append(g.Hotspots, h)
		return false, nil
	})
	return g, err
}
