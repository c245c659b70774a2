package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// AssertLocation states where a hotspot stands. It costs a fee when the res-12
// cell changes; antenna and height are free.
func (s msgServer) AssertLocation(ctx context.Context, m *types.MsgAssertLocation) (*types.MsgAssertLocationResponse, error) {
	h, owner, err := s.k.owned(ctx, m.Hotspot, m.Owner)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.Location.Check(p); err != nil {
		return nil, err
	}
	at := types.RegionAt(m.Location.Point())
	if at == region.Unknown {
		return nil, errorsmod.Wrapf(types.ErrRegion, "%d, %d", m.Location.Lat, m.Location.Lng)
	}
	was, wasCell := h.Location, uint64(h.LedgerCell())
	location := m.Location
	h.Location, h.Region = &location, uint32(at)
	h.AssertedHeight = sdk.UnwrapSDKContext(ctx).BlockHeight()
	if err := s.k.countCell(ctx, p, h, wasCell); err != nil {
		return nil, err
	}
	if was == nil || was.Cell != location.Cell {
		if _, err := s.k.fees.BurnFee(ctx, owner, p.LocationFee(h.WireClass()), "location"); err != nil {
			return nil, err
		}
	}
	if err := s.k.hotspots.Set(ctx, h.Index, h); err != nil {
		return nil, err
	}
	if err := emit(ctx, &types.EventLocationAsserted{Hotspot: h.Index, Location: location, Region: h.Region}); err != nil {
		return nil, err
	}
	for _, hook := range s.k.hooks {
		if err := hook.AfterLocationAsserted(ctx, h, was); err != nil {
			return nil, err
		}
	}
	return &types.MsgAssertLocationResponse{Region: h.Region}, nil
}

// countCell moves a full hotspot from one res-6 cell's count to another's, or
// returns ErrCellFull. Other classes take no place: they are not challenged.
func (k *Keeper) countCell(ctx context.Context, p types.Params, h types.Hotspot, was uint64) error {
	cell := uint64(h.LedgerCell())
	if h.WireClass() != wire.ClassFullLoRa || cell == was {
		return nil
	}
	n, err := k.InCell(ctx, cell)
	if err != nil {
		return err
	}
	if n >= p.MaxPerCell {
		return errorsmod.Wrapf(types.ErrCellFull, "%x has %d", cell, n)
	}
	if err := k.inCell.Set(ctx, cell, n+1); err != nil || was == 0 {
		return err
	}
	return k.leaveCell(ctx, was)
}

// leaveCell counts one full hotspot less in a res-6 cell.
func (k *Keeper) leaveCell(ctx context.Context, cell uint64) error {
	n, err := k.InCell(ctx, cell)
	if err != nil {
		return err
	}
	if n <= 1 {
		return k.inCell.Remove(ctx, cell)
	}
	return k.inCell.Set(ctx, cell, n-1)
}
