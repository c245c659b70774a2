package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// AddJoinEUI adds a JoinEUI to the org. Several orgs may have the same one:
// makers of devices share theirs, and the bundles tell the devices apart.
func (s msgServer) AddJoinEUI(ctx context.Context, m *types.MsgAddJoinEUI) (*types.MsgAddJoinEUIResponse, error) {
	_, owner, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	key := collections.Join(m.Org, m.JoinEui)
	if has, err := s.k.joinEUIs.Has(ctx, key); err != nil || has {
		return nil, errorsmod.Wrapf(types.ErrJoinEUI, "%016x", m.JoinEui)
	}
	held, err := s.k.joinEUIsOf(ctx, m.Org)
	if err != nil {
		return nil, err
	}
	if len(held) >= types.MaxJoinEUIs {
		return nil, errorsmod.Wrapf(types.ErrJoinEUIs, "%d", len(held))
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.credits.BurnFee(ctx, owner, p.FeeJoinEui, "join-eui"); err != nil {
		return nil, err
	}
	if err := s.k.joinEUIs.Set(ctx, key); err != nil {
		return nil, err
	}
	e := types.EventJoinEUIAdded{JoinEui: types.JoinEUI{Org: m.Org, JoinEui: m.JoinEui}}
	return &types.MsgAddJoinEUIResponse{}, s.k.changed(ctx, m.Org, partJoinEUIs, &e)
}

// RemoveJoinEUI takes a JoinEUI from the org.
func (s msgServer) RemoveJoinEUI(ctx context.Context, m *types.MsgRemoveJoinEUI) (*types.MsgRemoveJoinEUIResponse, error) {
	if _, _, err := s.k.owned(ctx, m.Org, m.Owner); err != nil {
		return nil, err
	}
	key := collections.Join(m.Org, m.JoinEui)
	has, err := s.k.joinEUIs.Has(ctx, key)
	if err != nil {
		return nil, err
	}
	if !has {
		return nil, errorsmod.Wrapf(types.ErrNoJoinEUI, "%016x of org %d", m.JoinEui, m.Org)
	}
	if err := s.k.joinEUIs.Remove(ctx, key); err != nil {
		return nil, err
	}
	e := types.EventJoinEUIRemoved{JoinEui: types.JoinEUI{Org: m.Org, JoinEui: m.JoinEui}}
	return &types.MsgRemoveJoinEUIResponse{}, s.k.changed(ctx, m.Org, partJoinEUIs, &e)
}

// joinEUIsOf returns the JoinEUIs of an org, in order.
func (k *Keeper) joinEUIsOf(ctx context.Context, org uint32) ([]uint64, error) {
	var all []uint64
	err := k.joinEUIs.Walk(ctx, collections.NewPrefixedPairRange[uint32, uint64](org),
		func(key collections.Pair[uint32, uint64]) (bool, error) {
			all = append(all, key.K2())
			return false, nil
		})
	return all, err
}
