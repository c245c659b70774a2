package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// Settle settles each voucher by itself: one that is refused, with its reason in
// the response, does not undo the others. A message with a batch header must
// have come through the fee-free lane.
func (s msgServer) Settle(ctx context.Context, m *types.MsgSettle) (*types.MsgSettleResponse, error) {
	inLane := len(m.Batch) > 0
	if inLane {
		if err := lane.RequireAdmitted(ctx); err != nil {
			return nil, err
		}
	}
	set, err := s.k.setting(ctx, m.Sender)
	if err != nil {
		return nil, err
	}
	n := len(m.Items) / wire.VoucherSize
	if n == 0 || n*wire.VoucherSize != len(m.Items) || uint32(n) > set.params.MaxItems {
		return nil, errorsmod.Wrapf(types.ErrItems, "%d bytes, want 1 to %d vouchers of %d", len(m.Items), set.params.MaxItems, wire.VoucherSize)
	}
	r := &types.MsgSettleResponse{}
	for i, raw := range vouchers(m.Items) {
		reason, err := s.k.settle(ctx, set, raw, inLane)
		if err != nil {
			return nil, err
		}
		if reason != 0 {
			r.Refused = append(r.Refused, types.ItemRefusal{Item: uint32(i), Reason: reason})
			continue
		}
		r.Settled++
	}
	return r, nil
}

// UpdateParams sets the parameters, for governance.
func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	if err := m.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.params.Set(ctx, m.Params)
}

type queryServer struct{ k *Keeper }

// NewQueryServer returns the query handlers over k.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

// Lane returns a lane in an epoch, the current one by default.
func (s queryServer) Lane(ctx context.Context, r *types.QueryLaneRequest) (*types.QueryLaneResponse, error) {
	l, err := s.k.lane(ctx, s.epoch(ctx, r.Epoch), r.Org, r.Lane)
	return &types.QueryLaneResponse{Lane: l}, err
}

// Settled returns what a hotspot was settled by a lane in an epoch, the current
// one by default.
func (s queryServer) Settled(ctx context.Context, r *types.QuerySettledRequest) (*types.QuerySettledResponse, error) {
	v := wire.Voucher{Epoch: s.epoch(ctx, r.Epoch), Org: r.Org, Lane: uint16(r.Lane), Hotspot: r.Hotspot}
	row, err := s.k.settledRow(ctx, &v)
	return &types.QuerySettledResponse{Cum: row.Cum}, err
}

// Totals returns the counters since genesis.
func (s queryServer) Totals(ctx context.Context, _ *types.QueryTotalsRequest) (*types.QueryTotalsResponse, error) {
	t, err := s.k.Totals(ctx)
	return &types.QueryTotalsResponse{Totals: t}, err
}

func (s queryServer) epoch(ctx context.Context, asked uint32) uint32 {
	if asked == 0 {
		return s.k.rewards.CurrentEpoch(ctx)
	}
	return asked
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
