// Package keeper holds the rules of the price module: it answers what one HXW
// is worth and takes medians of what feeders or validators report. It never moves
// money; the arithmetic is in package feed.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/x/price/types"
)

// Keeper reads and stores the price.
type Keeper struct {
	authority string
	params    collections.Item[types.Params]
	ring      collections.Item[types.Ring]
	latest    collections.Item[types.Latest]
	quotes    collections.Map[[]byte, types.Quote]
}

// NewKeeper returns a keeper over its store. Authority is the account that may
// change the parameters.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, authority string) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		authority: authority,
		params:    collections.NewItem(sb, collections.NewPrefix(types.ParamsKey), "params", codec.CollValue[types.Params](cdc)),
		ring:      collections.NewItem(sb, collections.NewPrefix(types.RingKey), "ring", codec.CollValue[types.Ring](cdc)),
		latest:    collections.NewItem(sb, collections.NewPrefix(types.LatestKey), "latest", codec.CollValue[types.Latest](cdc)),
		quotes: collections.NewMap(sb, collections.NewPrefix(types.QuotesKey), "quotes",
			collections.BytesKey, codec.CollValue[types.Quote](cdc)),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// Params returns the parameters.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

// Latest returns what the newest median led to, zero before the first.
func (k *Keeper) Latest(ctx context.Context) (types.Latest, error) {
	return orZero(k.latest.Get(ctx))
}

// Price returns what one HXW is worth in 1e-8 USD: mint is the price at which
// credits are bought, value the one at which they are paid out. Mint is 0 while the
// price is stale, and then no credits can be bought; value is never 0. It fails only
// when the store does.
func (k *Keeper) Price(ctx context.Context) (mint, value uint64, err error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return 0, 0, err
	}
	if p.Mode == types.MODE_FIXED {
		return p.FixedPrice, p.FixedPrice, nil
	}
	l, err := k.Latest(ctx)
	if err != nil {
		return 0, 0, err
	}
	if l.Time == 0 {
		return 0, p.FixedPrice, nil
	}
	n := l.Pure()
	mint, value = n.Prices()
	if n.Stale(now(ctx), p.StaleSeconds) {
		mint = 0
	}
	return mint, value, nil
}

// Stale tells whether the price is too old to buy credits at. A fixed price never is,
// a feed is until its first median.
func (k *Keeper) Stale(ctx context.Context) (bool, error) {
	p, err := k.params.Get(ctx)
	if err != nil || p.Mode == types.MODE_FIXED {
		return false, err
	}
	l, err := k.Latest(ctx)
	return l.Pure().Stale(now(ctx), p.StaleSeconds), err
}

// CheckInvariants returns ErrInvariant unless ring and newest price agree.
func (k *Keeper) CheckInvariants(ctx context.Context) error {
	ring, err := orZero(k.ring.Get(ctx))
	if err != nil {
		return err
	}
	l, err := k.Latest(ctx)
	if err != nil {
		return err
	}
	return types.CheckRing(ring.Samples, l)
}

// now is the block's time in Unix seconds; a time before 1970 is 0.
func now(ctx context.Context) uint64 {
	return uint64(max(0, sdk.UnwrapSDKContext(ctx).BlockTime().Unix()))
}

// orZero turns the absence of a value into its zero.
func orZero[V any](v V, err error) (V, error) {
	if errors.Is(err, collections.ErrNotFound) {
		return v, nil
	}
	return v, err
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
