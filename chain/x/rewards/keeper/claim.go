package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// Claim pays hotspots' earnings to their owners, or as they said, whoever sends
// it.
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

// claimPages is how large a cell is that a claim rates: one page, 64 hotspots, so
// that a claim is small work wherever its hotspot stands. Larger cells wait for
// the cursor, which is through in half an epoch.
const claimPages = 1

// claim rates the cells of a hotspot, if they are small, and pays what its slots
// hold.
func (k *Keeper) claim(ctx context.Context, index uint32) (paid uint64, err error) {
	h, err := k.hotspots.Hotspot(ctx, index)
	if err != nil {
		return 0, err
	}
	if h.Retired() {
		return 0, types.ErrRetired.Wrapf("hotspot %d", index)
	}
	r, err := k.sweepOf(ctx, index, claimPages)
	if err != nil {
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
	split, dust, err := k.payOut(ctx, h, paid)
	if err != nil {
		return 0, err
	}
	if dust > 0 {
		if err := k.addPay(ctx, r.Home, index, dust, 0); err != nil {
			return 0, err
		}
	}
	if paid -= dust; paid == 0 {
		return 0, nil
	}
	return paid, emit(ctx, &types.EventClaimed{Hotspot: index, Owner: h.Owner, Paid: paid, Split: split})
}

// payOut sends a hotspot's pay to its owner, or to the accounts that share it, which it
// returns then, with the dust that their parts leave.
func (k *Keeper) payOut(ctx context.Context, h hotspot.Hotspot, spark uint64) (split []types.Paid, dust uint64, err error) {
	if len(h.Payout) == 0 {
		return nil, 0, k.send(ctx, h.Owner, spark)
	}
	parts, dust := hotspot.SplitPay(spark, h.Payout)
	for i, part := range parts {
		if part == 0 {
			continue
		}
		to := h.Payout[i].Account
		if err := k.send(ctx, to, part); err != nil {
			return nil, 0, err
		}
		split = append(split, types.Paid{Account: to, Spark: part})
	}
	return split, dust, nil
}

// send pays spark of the liability to an account.
func (k *Keeper) send(ctx context.Context, to string, spark uint64) error {
	account, err := sdk.AccAddressFromBech32(to)
	if err != nil {
		return errorsmod.Wrapf(types.ErrAddress, "%q", to)
	}
	if err := k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, account, coins(spark)); err != nil {
		return err
	}
	if err := k.owe(ctx, 0, spark); err != nil {
		return err
	}
	return k.count(ctx, func(t *types.Totals) { t.Claimed += spark })
}

// ClaimOwed pays an account what it is owed for hotspots it sold or retired, and
// for dormant ones, whoever sends it.
func (s msgServer) ClaimOwed(ctx context.Context, m *types.MsgClaimOwed) (*types.MsgClaimOwedResponse, error) {
	owner, err := sdk.AccAddressFromBech32(m.Owner)
	if err != nil {
		return nil, errorsmod.Wrapf(types.ErrAddress, "%q", m.Owner)
	}
	spark, err := s.k.owed(ctx, owner)
	if err != nil || spark == 0 {
		return &types.MsgClaimOwedResponse{}, err
	}
	if err := s.k.del(ctx, types.OwedKey(owner)); err != nil {
		return nil, err
	}
	if err := s.k.send(ctx, owner.String(), spark); err != nil {
		return nil, err
	}
	e := types.EventOwedClaimed{Owner: owner.String(), Paid: spark}
	return &types.MsgClaimOwedResponse{Paid: spark}, emit(ctx, &e)
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
