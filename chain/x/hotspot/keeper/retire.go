package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// SetPayout says who shares a hotspot's pay, from the next claim on.
func (s msgServer) SetPayout(ctx context.Context, m *types.MsgSetPayout) (*types.MsgSetPayoutResponse, error) {
	h, owner, err := s.k.owned(ctx, m.Hotspot, m.Owner)
	if err != nil {
		return nil, err
	}
	parts, err := types.CheckPayout(m.Payout)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.fees.BurnFee(ctx, owner, p.FeePayout, "payout"); err != nil {
		return nil, err
	}
	h.Payout = parts
	if err := s.k.hotspots.Set(ctx, h.Index, h); err != nil {
		return nil, err
	}
	return &types.MsgSetPayoutResponse{}, emit(ctx, &types.EventPayoutSet{Hotspot: h.Index, Owner: h.Owner, Payout: parts})
}

// Retire takes a hotspot out of the network for ever. Its index, key and anchor
// stay taken; it has no location any more, so nobody challenges it.
func (s msgServer) Retire(ctx context.Context, m *types.MsgRetire) (*types.MsgRetireResponse, error) {
	h, owner, err := s.k.owned(ctx, m.Hotspot, m.Owner)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.fees.BurnFee(ctx, owner, p.FeeRetire, "retire"); err != nil {
		return nil, err
	}
	was, cell := h.Location, uint64(h.LedgerCell())
	if h.WireClass() == wire.ClassFullLoRa && cell != 0 {
		if err := s.k.leaveCell(ctx, cell); err != nil {
			return nil, err
		}
	}
	h.Location, h.Region, h.Payout = nil, 0, nil
	h.RetiredHeight = sdk.UnwrapSDKContext(ctx).BlockHeight()
	if err := s.k.hotspots.Set(ctx, h.Index, h); err != nil {
		return nil, err
	}
	if err := s.k.offers.Remove(ctx, h.Index); err != nil {
		return nil, err
	}
	if err := emit(ctx, &types.EventRetired{Hotspot: h.Index, Owner: h.Owner, Was: was}); err != nil {
		return nil, err
	}
	for _, hook := range s.k.hooks {
		if err := hook.AfterRetired(ctx, h); err != nil {
			return nil, err
		}
	}
	return &types.MsgRetireResponse{}, nil
}
