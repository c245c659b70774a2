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
	for _, old := range g.OldKeys {
		if err := k.byKey.Set(ctx, old.Key, old.Hotspot); err != nil {
			return err
		}
	}
	for _, anchor := range g.OldAnchors {
		if err := k.anchors.Set(ctx, anchor); err != nil {
			return err
		}
	}
	for _, o := range g.Offers {
		if err := k.offers.Set(ctx, o.Hotspot, o); err != nil {
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
	keys, anchors := map[string]bool{}, map[string]bool{} // in use
	err = k.IterateHotspots(ctx, func(h types.Hotspot) (bool, error) {
		g.Hotspots = append(g.Hotspots, h)
		keys[string(h.Key)], anchors[string(h.Anchor)] = true, true
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.byKey.Walk(ctx, nil, func(key []byte, index uint32) (bool, error) {
		if !keys[string(key)] {
			g.OldKeys = append(g.OldKeys, types.OldKey{Key: key, Hotspot: index})
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.anchors.Walk(ctx, nil, func(anchor []byte) (bool, error) {
		if !anchors[string(anchor)] {
			g.OldAnchors = append(g.OldAnchors, anchor)
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.offers.Walk(ctx, nil, func(_ uint32, o types.Offer) (bool, error) {
		g.Offers = append(g.Offers, o)
		return false, nil
	})
	return g, err
}
