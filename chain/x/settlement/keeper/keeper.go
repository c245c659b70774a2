// Package keeper holds the rules of the settlement module: it turns vouchers
// into pay, each time the difference to what was settled before, out of what the
// org's lanes have reserved. It holds no money: credits burns, rewards pays.
package keeper

import (
	"context"
	"encoding/binary"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/lane"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// Routing knows lanes and their keys.
type Routing interface {
	Signer(ctx context.Context, org, lane uint32) (routing.Signer, bool)
	OrgSigners(ctx context.Context, org uint32) ([]routing.Signer, error)
	IterateSigners(ctx context.Context, org, lane uint32, fn func(routing.Signer) (stop bool, err error)) error
	// Slash takes up to spark of a lane's bond, half of it for the prover.
	Slash(ctx context.Context, org, lane uint32, spark uint64, prover sdk.AccAddress) (taken uint64, err error)
	// Confiscate burns the whole bond of a lane and revokes it.
	Confiscate(ctx context.Context, org, lane uint32) (burned uint64, err error)
}

// Hotspots is the registry.
type Hotspots interface {
	Hotspot(ctx context.Context, index uint32) (hotspot.Hotspot, error)
}

// Credits holds the orgs' escrows.
type Credits interface {
	Escrow(ctx context.Context, org uint32) (credits.Escrow, error)
	IterateEscrows(ctx context.Context, fn func(org uint32, e credits.Escrow) (stop bool, err error)) error
	Reserve(ctx context.Context, org uint32, dc uint64) error
	Release(ctx context.Context, org uint32, dc uint64) error
	BurnEscrow(ctx context.Context, org uint32, dc uint64) (basis uint64, err error)
	BurnEscrowFee(ctx context.Context, org uint32, dc uint64) (basis uint64, err error)
}

// Price says what HXW is worth in 1e-8 USD.
type Price interface {
	Price(ctx context.Context) (mint, value uint64, err error)
}

// Rewards pays.
type Rewards interface {
	CurrentEpoch(ctx context.Context) uint32
	// EpochStart returns when the current epoch began, in ms since 1970.
	EpochStart(ctx context.Context) (int64, error)
	// EndedAt returns the height at which a closed epoch ended, or false when it is not
	// on record.
	EndedAt(ctx context.Context, epoch uint32) (height uint64, ok bool, err error)
	Accrue(ctx context.Context, hotspot uint32, spark uint64) error
	// Carried pays for carried data and returns what the hotspot's cell was credited.
	Carried(ctx context.Context, p rewards.Payment) (toCell uint64, err error)
	// CountBacking counts burned spark of which Accrue may pay.
	CountBacking(ctx context.Context, spark uint64) error
}

// Keeper settles vouchers.
type Keeper struct {
	authority string
	routing   Routing
	hotspots  Hotspots
	credits   Credits
	price     Price
	rewards   Rewards

	params   collections.Item[types.Params]
	totals   collections.Item[types.Totals]
	progress collections.Item[types.Progress]
	lanes    collections.Map[[]byte, types.Lane]
	settled  collections.Map[[]byte, types.Settled]
	claims   collections.Map[[]byte, types.Claim]
	batches  *lane.Batches
}

// NewKeeper returns a keeper over its store.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, authority string,
	routing Routing, hotspots Hotspots, credits Credits, price Price, rewards Rewards,
) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		authority: authority, routing: routing, hotspots: hotspots, credits: credits, price: price, rewards: rewards,

		params:   collections.NewItem(sb, collections.NewPrefix(0), "params", codec.CollValue[types.Params](cdc)),
		totals:   collections.NewItem(sb, collections.NewPrefix(1), "totals", codec.CollValue[types.Totals](cdc)),
		progress: collections.NewItem(sb, collections.NewPrefix(2), "progress", codec.CollValue[types.Progress](cdc)),
		lanes:    collections.NewMap(sb, collections.NewPrefix(3), "lanes", collections.BytesKey, codec.CollValue[types.Lane](cdc)),
		settled:  collections.NewMap(sb, collections.NewPrefix(4), "settled", collections.BytesKey, codec.CollValue[types.Settled](cdc)),
		claims:   collections.NewMap(sb, collections.NewPrefix(5), "claims", collections.BytesKey, codec.CollValue[types.Claim](cdc)),
		batches:  lane.NewBatches(sb, 6, routing),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// Params returns the parameters.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

// key joins numbers big-endian, so that rows lie in order of epoch.
func key(parts ...uint32) []byte {
	b := make([]byte, 0, 4*len(parts))
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, p)
	}
	return b
}

// lane returns what a lane has reserved and settled in an epoch.
func (k *Keeper) lane(ctx context.Context, epoch, org, lane uint32) (types.Lane, error) {
	l, err := k.lanes.Get(ctx, key(epoch, org, lane))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Lane{Epoch: epoch, Org: org, Lane: lane}, nil
	}
	return l, err
}

func (k *Keeper) setLane(ctx context.Context, l types.Lane) error {
	return k.lanes.Set(ctx, key(l.Epoch, l.Org, l.Lane), l)
}

// worth returns the spark that credits are worth now, at most the largest uint64.
func (k *Keeper) worth(ctx context.Context, dc uint64) (uint64, error) {
	_, price, err := k.price.Price(ctx)
	return credits.Value(dc, price), err
}

func orZero[T any](v T, err error) (T, error) {
	if errors.Is(err, collections.ErrNotFound) {
		var zero T
		return zero, nil
	}
	return v, err
}

// settledRow returns what a voucher's hotspot was settled so far.
func (k *Keeper) settledRow(ctx context.Context, v *wire.Voucher) (types.Settled, error) {
	s, err := k.settled.Get(ctx, key(v.Epoch, v.Org, uint32(v.Lane), v.Hotspot))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Settled{Epoch: v.Epoch, Org: v.Org, Lane: uint32(v.Lane), Hotspot: v.Hotspot}, nil
	}
	return s, err
}

// Totals returns the counters since genesis.
func (k *Keeper) Totals(ctx context.Context) (types.Totals, error) {
	return orZero(k.totals.Get(ctx))
}
