// Package keeper holds the rules of the price module: it answers what one HXW
// is worth. It never moves money and has no source of its own yet but a
// parameter of governance.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"
	"github.com/cosmos/cosmos-sdk/codec"

	"github.com/hexwave/hexwave/chain/x/price/types"
)

// Keeper reads and stores the price.
type Keeper struct {
	authority string
	params    collections.Item[types.Params]
}

// NewKeeper returns a keeper over its store. Authority is the account that may
// change the parameters.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, authority string) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		authority: authority,
		params:    collections.NewItem(sb, collections.NewPrefix(0), "params", codec.CollValue[types.Params](cdc)),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// Price returns what one HXW is worth in 1e-8 USD: mint is the price at which
// credits are bought, value the one at which they are paid out. With a feed they
// are the lower and the higher of two views; a fixed price is both.
func (k *Keeper) Price(ctx context.Context) (mint, value uint64, err error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return 0, 0, err
	}
	return p.FixedPrice, p.FixedPrice, nil
}

// InitGenesis stores g.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	return k.params.Set(ctx, g.Params)
}

// ExportGenesis returns the state that InitGenesis would store.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	p, err := k.params.Get(ctx)
	return &types.GenesisState{Params: p}, err
}

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

// Price returns both prices.
func (s queryServer) Price(ctx context.Context, _ *types.QueryPriceRequest) (*types.QueryPriceResponse, error) {
	mint, value, err := s.k.Price(ctx)
	return &types.QueryPriceResponse{MintPrice: mint, ValuePrice: value}, err
}
