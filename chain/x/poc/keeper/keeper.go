// Package keeper holds the state of proof-of-coverage on chain: randomness,
// the window and its frozen set, open challenges, reports, and their settlement.
// It loads, calls the pure functions of poc, and stores; the rules are there. It
// mints nothing: points go to the rewards module.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// Keeper keeps proof-of-coverage.
type Keeper struct {
	authority string
	transient store.TransientStoreService
	hotspots  types.HotspotKeeper
	rewards   types.RewardsKeeper
	routing   types.RoutingKeeper
	staking   types.StakingKeeper
	verified  *verifiedCache
	history   History

	params     collections.Item[types.Params]
	pastParams collections.Map[uint32, types.Params]
	randomness collections.Item[[]byte]
	pastRandom collections.Map[uint64, types.PastRandomness]
	vrfKeys    collections.Map[string, types.VRFKey]
	progress   collections.Map[uint32, types.Progress]
	challenges collections.Map[uint64, types.ChallengeRecord] // not settled
	heard      collections.Map[uint64, []byte]                // by challenge
	revealed   collections.Map[uint64, []byte]                // by challenge
	due        collections.Map[uint64, []byte]                // by height of settlement
	next       collections.Item[uint64]
	window     collections.Item[types.Window]
	lastWindow collections.Item[types.Window]
	nextWindow collections.Item[types.NextWindow]
	rosters    collections.Map[collections.Pair[uint32, uint32], []byte]
	sizes      collections.Map[uint32, []byte]
	sites      collections.Map[uint32, types.SiteRecord]
	zones      collections.Map[uint64, types.ZoneCount]
	density    collections.Map[uint64, []byte]
	batches    *lane.Batches
	totals     collections.Item[types.Totals]
}

// History is where a node keeps settled challenges for its own queries. It is no
// part of the state: nodes may keep more or less of it, or none.
type History interface {
	// Keep stores the challenges that were settled in a block; again, when the
	// block is executed again.
	Keep(height uint64, settled []types.ChallengeRecord) error
	// Record returns a challenge, or false when it is not kept.
	Record(challenge uint64) (types.ChallengeRecord, bool, error)
}

// KeepHistory names where settled challenges are kept. Without it they are
// forgotten.
func (k *Keeper) KeepHistory(h History) { k.history = h }

var _ lane.Checker = (*Keeper)(nil)

// NewKeeper returns a keeper over its store.
func NewKeeper(
	cdc codec.BinaryCodec, storeService store.KVStoreService, transient store.TransientStoreService, authority string, hotspots types.HotspotKeeper,
	rewards types.RewardsKeeper, routing types.RoutingKeeper, staking types.StakingKeeper,
) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		authority: authority, transient: transient, hotspots: hotspots, rewards: rewards, routing: routing, staking: staking,
		verified: newVerifiedCache(),

		params:     collections.NewItem(sb, collections.NewPrefix(0), "params", codec.CollValue[types.Params](cdc)),
		pastParams: collections.NewMap(sb, collections.NewPrefix(1), "past_params", collections.Uint32Key, codec.CollValue[types.Params](cdc)),
		randomness: collections.NewItem(sb, collections.NewPrefix(2), "randomness", collections.BytesValue),
		pastRandom: collections.NewMap(sb, collections.NewPrefix(3), "past_randomness", collections.Uint64Key, codec.CollValue[types.PastRandomness](cdc)),
		vrfKeys:    collections.NewMap(sb, collections.NewPrefix(4), "vrf_keys", collections.StringKey, codec.CollValue[types.VRFKey](cdc)),
		progress:   collections.NewMap(sb, collections.NewPrefix(5), "progress", collections.Uint32Key, codec.CollValue[types.Progress](cdc)),
		challenges: collections.NewMap(sb, collections.NewPrefix(6), "challenges", collections.Uint64Key, codec.CollValue[types.ChallengeRecord](cdc)),
		heard:      collections.NewMap(sb, collections.NewPrefix(7), "heard", collections.Uint64Key, collections.BytesValue),
		revealed:   collections.NewMap(sb, collections.NewPrefix(8), "revealed", collections.Uint64Key, collections.BytesValue),
		due:        collections.NewMap(sb, collections.NewPrefix(9), "due", collections.Uint64Key, collections.BytesValue),
		next:       collections.NewItem(sb, collections.NewPrefix(11), "next_challenge", collections.Uint64Value),
		window:     collections.NewItem(sb, collections.NewPrefix(12), "window", codec.CollValue[types.Window](cdc)),
		lastWindow: collections.NewItem(sb, collections.NewPrefix(13), "last_window", codec.CollValue[types.Window](cdc)),
		nextWindow: collections.NewItem(sb, collections.NewPrefix(14), "next_window", codec.CollValue[types.NextWindow](cdc)),
		rosters: collections.NewMap(sb, collections.NewPrefix(15), "rosters",
			collections.PairKeyCodec(collections.Uint32Key, collections.Uint32Key), collections.BytesValue),
		sizes:   collections.NewMap(sb, collections.NewPrefix(10), "roster_sizes", collections.Uint32Key, collections.BytesValue),
		sites:   collections.NewMap(sb, collections.NewPrefix(16), "sites", collections.Uint32Key, codec.CollValue[types.SiteRecord](cdc)),
		zones:   collections.NewMap(sb, collections.NewPrefix(17), "zones", collections.Uint64Key, codec.CollValue[types.ZoneCount](cdc)),
		batches: lane.NewBatches(sb, 18, routing),
		density: collections.NewMap(sb, collections.NewPrefix(22), "density", collections.Uint64Key, collections.BytesValue),
		totals:  collections.NewItem(sb, collections.NewPrefix(23), "totals", codec.CollValue[types.Totals](cdc)),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// Params returns the parameters.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

// paramsOf returns the parameters of a version: a challenge is settled by those
// it was drawn with.
func (k *Keeper) paramsOf(ctx context.Context, version uint32) (types.Params, error) {
	p, err := k.pastParams.Get(ctx, version)
	if errors.Is(err, collections.ErrNotFound) {
		return k.params.Get(ctx)
	}
	return p, err
}

// setParams stores p as the current version and keeps it for the challenges
// that will be drawn with it.
func (k *Keeper) setParams(ctx context.Context, p types.Params) error {
	if err := k.pastParams.Set(ctx, p.Version, p); err != nil {
		return err
	}
	return k.params.Set(ctx, p)
}

// getOr returns the value of a key, or the zero value when there is none.
func getOr[K, V any](ctx context.Context, m collections.Map[K, V], key K) (V, error) {
	v, err := m.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		var zero V
		return zero, nil
	}
	return v, err
}

// itemOr returns an item's value, or the zero value when it is not set.
func itemOr[V any](ctx context.Context, i collections.Item[V]) (V, error) {
	v, err := i.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		var zero V
		return zero, nil
	}
	return v, err
}

func height(ctx context.Context) uint64 { return uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) }

func timeMs(ctx context.Context) uint64 {
	return uint64(sdk.UnwrapSDKContext(ctx).BlockTime().UnixMilli())
}

func chainHash(ctx context.Context) wire.ChainHash {
	return wire.HashChainID(sdk.UnwrapSDKContext(ctx).ChainID())
}
