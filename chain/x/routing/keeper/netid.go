package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// SetNetID adds a NetID with all of its DevAddrs, for governance. None is ever taken
// away: devices keep their addresses.
func (s msgServer) SetNetID(ctx context.Context, m *types.MsgSetNetID) (*types.MsgSetNetIDResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	id, err := types.ParseNetID(m.NetId)
	if err != nil {
		return nil, err
	}
	n, err := types.NewNetID(id)
	if err != nil {
		return nil, err
	}
	known, err := s.k.allNetIDs(ctx)
	if err != nil {
		return nil, err
	}
	if len(known) >= types.MaxNetIDs {
		return nil, errorsmod.Wrapf(types.ErrNetID, "%d are the most", len(known))
	}
	for _, other := range known {
		if n.Overlaps(other) {
			return nil, errorsmod.Wrapf(types.ErrNetID, "%06x has DevAddrs of %06x", id, other.NetId)
		}
	}
	if err := s.k.netIDs.Set(ctx, id, n); err != nil {
		return nil, err
	}
	return &types.MsgSetNetIDResponse{NetId: n}, emit(ctx, &types.EventNetIDAdded{NetId: n})
}

// AddDevAddrRange assigns the next free blocks of DevAddrs of a NetID.
func (s msgServer) AddDevAddrRange(ctx context.Context, m *types.MsgAddDevAddrRange) (*types.MsgAddDevAddrRangeResponse, error) {
	_, owner, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	id := p.NetId
	if m.NetId != "" {
		if id, err = types.ParseNetID(m.NetId); err != nil {
			return nil, err
		}
	}
	n, err := s.k.netID(ctx, id)
	if err != nil {
		return nil, err
	}
	held, err := s.k.rangesOf(ctx, m.Org)
	if err != nil {
		return nil, err
	}
	if len(held) >= types.MaxRanges {
		return nil, errorsmod.Wrapf(types.ErrRanges, "%d", len(held))
	}
	n, r, err := n.Take(m.Org, m.Blocks)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.credits.BurnFee(ctx, owner, p.FeeDevaddrBlock*uint64(m.Blocks), "devaddr"); err != nil {
		return nil, err
	}
	if err := s.k.netIDs.Set(ctx, id, n); err != nil {
		return nil, err
	}
	if err := s.k.ranges.Set(ctx, collections.Join(m.Org, r.First), r); err != nil {
		return nil, err
	}
	return &types.MsgAddDevAddrRangeResponse{Range: r}, s.k.changed(ctx, m.Org, partRanges, &types.EventRangeAdded{Range: r})
}

// rangesOf returns the ranges of an org, in order of their addresses.
func (k *Keeper) rangesOf(ctx context.Context, org uint32) ([]types.DevAddrRange, error) {
	var all []types.DevAddrRange
	err := k.ranges.Walk(ctx, collections.NewPrefixedPairRange[uint32, uint32](org),
		func(_ collections.Pair[uint32, uint32], r types.DevAddrRange) (bool, error) {
			all = append(all, r)
			return false, nil
		})
	return all, err
}

// netID returns a NetID that governance added, or ErrNetID.
func (k *Keeper) netID(ctx context.Context, id uint32) (types.NetID, error) {
	n, err := k.netIDs.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return n, errorsmod.Wrapf(types.ErrNetID, "%06x is not known", id)
	}
	return n, err
}

func (k *Keeper) allNetIDs(ctx context.Context) ([]types.NetID, error) {
	var all []types.NetID
	err := k.netIDs.Walk(ctx, nil, func(_ uint32, n types.NetID) (bool, error) {
		all = append(all, n)
		return false, nil
	})
	return all, err
}

// NetIDs returns all NetIDs.
func (s queryServer) NetIDs(ctx context.Context, _ *types.QueryNetIDsRequest) (*types.QueryNetIDsResponse, error) {
	all, err := s.k.allNetIDs(ctx)
	return &types.QueryNetIDsResponse{NetIds: all}, err
}
