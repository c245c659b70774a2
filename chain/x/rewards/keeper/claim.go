package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// Claim pays hotspots' earnings to their owners, whoever sends it.
func (s msgServer) Claim(ctx context.Context, m *types.MsgClaim) (*types.MsgClaimResponse, error) {
	if len(m.Hotspots) == 0 || len(m.Hotspots) > types.MaxClaims {
		return nil, errorsmod.Wrapf(types.ErrTooMany, "%d, want 1 to %d", len(m.Hotspots), types.MaxClaims)
	}
	var sum uint64
	for _, index := range m.Hotspots {
		paid, err := s.k.claim(ctx, index)
		if err != nil {
			return nil, err
		}
		sum += paid
	}
	return &types.MsgClaimResponse{Paid: sum}, nil
}

// claim rates the cells of a hotspot and pays what its slots hold.
func (k *Keeper) claim(ctx context.Context, index uint32) (paid uint64, err error) {
	h, err := k.hotspots.Hotspot(ctx, index)
	if err != nil {
		return 0, err
	}
	owner, err := sdk.AccAddressFromBech32(h.Owner)
	if err != nil {
		return 0, errorsmod.Wrapf(types.ErrAddress, "%q", h.Owner)
	}
	r, err := k.residence(ctx, index)
	if err != nil {
		return 0, err
	}
	for _, cell := range []uint64{r.Home.Cell, r.Old.Cell} {
		if err := k.sweep(ctx, cell); err != nil {
			return 0, err
		}
	}
	// A sweep may have sent the old slot's pay to the new home.
	if r, err = k.residence(ctx, index); err != nil {
		return 0, err
	}
	for _, at := range []types.Place{r.Home, r.Old} {
		got, err := k.takePay(ctx, at, index)
		if err != nil {
			return 0, err
		}
		paid += got
	}
	if paid == 0 {
		return 0, nil
	}
	if err := k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, owner, coins(paid)); err != nil {
		return 0, err
	}
	if err := k.owe(ctx, 0, paid); err != nil {
		return 0, err
	}
	if err := k.count(ctx, func(t *types.Totals) { t.Claimed += paid }); err != nil {
		return 0, err
	}
	return paid, emit(ctx, &types.EventClaimed{Hotspot: index, Owner: h.Owner, Paid: paid})
}

// takePay empties the accrued pay of a slot of a hotspot.
func (k *Keeper) takePay(ctx context.Context, at types.Place, index uint32) (uint64, error) {
	c, err := k.cold(ctx, at.Cell, at.Page)
	if err != nil {
		return 0, err
	}
	slot := &c.Slots[at.Slot]
	paid := slot.Accrued
	if slot.Hotspot != index || paid == 0 {
		return 0, nil
	}
	slot.Accrued = 0
	return paid, k.setCold(ctx, at.Cell, at.Page, c)
}

// UpdateParams sets the parameters, for governance. A closed epoch keeps the
// terms it was closed with.
func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	if err := m.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.setProto(ctx, []byte{types.PrefixParams}, &m.Params)
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
