package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/chain/x/price/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// UpdateParams sets the parameters, for governance.
func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	if err := m.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.setParams(ctx, m.Params)
}

// SubmitPrice takes the price of a feeder.
func (s msgServer) SubmitPrice(ctx context.Context, m *types.MsgSubmitPrice) (*types.MsgSubmitPriceResponse, error) {
	return &types.MsgSubmitPriceResponse{}, s.k.Submit(ctx, m)
}

type queryServer struct{ k *Keeper }

// NewQueryServer returns the query handlers over k.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

// Price returns both prices and where they come from.
func (s queryServer) Price(ctx context.Context, _ *types.QueryPriceRequest) (*types.QueryPriceResponse, error) {
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	r := &types.QueryPriceResponse{Mode: p.Mode}
	if r.MintPrice, r.ValuePrice, err = s.k.Price(ctx); err != nil {
		return nil, err
	}
	if r.Stale, err = s.k.Stale(ctx); err != nil {
		return nil, err
	}
	r.Latest, err = s.k.Latest(ctx)
	return r, err
}

// Samples returns the window, oldest first.
func (s queryServer) Samples(ctx context.Context, _ *types.QuerySamplesRequest) (*types.QuerySamplesResponse, error) {
	ring, err := orZero(s.k.ring.Get(ctx))
	return &types.QuerySamplesResponse{Samples: ring.Samples}, err
}
