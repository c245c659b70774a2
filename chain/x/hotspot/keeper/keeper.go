// Package keeper holds the rules of the hotspot module: the registry of
// hotspots, where they stand, and what registering and moving costs. It never
// pays anybody and knows nothing of challenges; modules that must follow the
// registry are told through Hooks.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// Fees burns data credits.
type Fees interface {
	BurnFee(ctx context.Context, payer sdk.AccAddress, dc uint64, reason string) (basisBurned uint64, err error)
	// BurnBond burns what its payer can earn back from the schedule.
	BurnBond(ctx context.Context, payer sdk.AccAddress, dc uint64, reason string) (basisBurned uint64, err error)
}

// Hooks tell another module what happened to a hotspot, after it was stored. An
// error undoes the message.
type Hooks interface {
	// AfterRegistered is called once for each hotspot.
	AfterRegistered(ctx context.Context, h types.Hotspot) error
	// AfterLocationAsserted is called for every assertion; was is the location
	// before, nil at the first one.
	AfterLocationAsserted(ctx context.Context, h types.Hotspot, was *types.Location) error
	// AfterTransferred is called when a hotspot has another owner; seller is the
	// address of the one before.
	AfterTransferred(ctx context.Context, h types.Hotspot, seller string) error
	// AfterRetired is called once for a hotspot that left for ever.
	AfterRetired(ctx context.Context, h types.Hotspot) error
	// AfterBanned is called for a hotspot that is banned, or banned again.
	AfterBanned(ctx context.Context, h types.Hotspot) error
}

// Keeper keeps the registry.
type Keeper struct {
	authority string
	fees      Fees
	hooks     []Hooks

	params    collections.Item[types.Params]
	hotspots  collections.Map[uint32, types.Hotspot]
	nextIndex collections.Item[uint32]
	byKey     collections.Map[[]byte, uint32]
	anchors   collections.KeySet[[]byte]
	byOwner   collections.KeySet[collections.Pair[[]byte, uint32]]
	inCell    collections.Map[uint64, uint32]
	offers    collections.Map[uint32, types.Offer]
}

// NewKeeper returns a keeper over its store.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, authority string, fees Fees) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		authority: authority,
		fees:      fees,

		params: collections.NewItem(sb, collections.NewPrefix(0), "params", codec.CollValue[types.Params](cdc)),
		hotspots: collections.NewMap(sb, collections.NewPrefix(1), "hotspots", collections.Uint32Key,
			codec.CollValue[types.Hotspot](cdc)),
		nextIndex: collections.NewItem(sb, collections.NewPrefix(2), "next_index", collections.Uint32Value),
		byKey:     collections.NewMap(sb, collections.NewPrefix(3), "by_key", collections.BytesKey, collections.Uint32Value),
		anchors:   collections.NewKeySet(sb, collections.NewPrefix(4), "anchors", collections.BytesKey),
		byOwner: collections.NewKeySet(sb, collections.NewPrefix(5), "by_owner",
			collections.PairKeyCodec(collections.BytesKey, collections.Uint32Key)),
		inCell: collections.NewMap(sb, collections.NewPrefix(6), "in_cell", collections.Uint64Key, collections.Uint32Value),
		offers: collections.NewMap(sb, collections.NewPrefix(7), "offers", collections.Uint32Key,
			codec.CollValue[types.Offer](cdc)),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// SetHooks names who is told about hotspots, in order.
func (k *Keeper) SetHooks(h ...Hooks) { k.hooks = h }

// Hotspot returns the hotspot with an index, or ErrUnknown.
func (k *Keeper) Hotspot(ctx context.Context, index uint32) (types.Hotspot, error) {
	h, err := k.hotspots.Get(ctx, index)
	if errors.Is(err, collections.ErrNotFound) {
		return h, types.ErrUnknown.Wrapf("%d", index)
	}
	return h, err
}

// HotspotByKey returns the hotspot with a key, or ErrUnknown. A key that was
// replaced has no hotspot.
func (k *Keeper) HotspotByKey(ctx context.Context, key wire.PubKey) (types.Hotspot, error) {
	index, err := k.byKey.Get(ctx, key.Bytes())
	if errors.Is(err, collections.ErrNotFound) {
		return types.Hotspot{}, types.ErrUnknown.Wrap(key.String())
	}
	if err != nil {
		return types.Hotspot{}, err
	}
	h, err := k.Hotspot(ctx, index)
	if err == nil && h.PubKey() != key {
		return types.Hotspot{}, types.ErrUnknown.Wrapf("%s was replaced", key)
	}
	return h, err
}

// active returns a hotspot that has not retired, or ErrUnknown or ErrRetired.
func (k *Keeper) active(ctx context.Context, index uint32) (types.Hotspot, error) {
	h, err := k.Hotspot(ctx, index)
	if err == nil && h.Retired() {
		err = types.ErrRetired.Wrapf("%d, at height %d", index, h.RetiredHeight)
	}
	return h, err
}

// owned returns a hotspot that its owner may change, or ErrUnknown, ErrRetired,
// ErrAddress or ErrOwner.
func (k *Keeper) owned(ctx context.Context, index uint32, by string) (types.Hotspot, sdk.AccAddress, error) {
	h, err := k.active(ctx, index)
	if err != nil {
		return h, nil, err
	}
	owner, err := account(by)
	if err != nil {
		return h, nil, err
	}
	if h.Owner != owner.String() {
		return h, nil, types.ErrOwner.Wrapf("hotspot %d", index)
	}
	return h, owner, nil
}

// IterateHotspots calls fn for each hotspot in ascending order of index until fn
// returns true or an error.
func (k *Keeper) IterateHotspots(ctx context.Context, fn func(types.Hotspot) (stop bool, err error)) error {
	return k.hotspots.Walk(ctx, nil, func(_ uint32, h types.Hotspot) (bool, error) { return fn(h) })
}

// InCell returns the number of full hotspots in a res-6 cell.
func (k *Keeper) InCell(ctx context.Context, cell uint64) (uint32, error) {
	n, err := k.inCell.Get(ctx, cell)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// Params returns the parameters.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

// insert stores a new hotspot with its indices.
func (k *Keeper) insert(ctx context.Context, h types.Hotspot, owner sdk.AccAddress) error {
	if err := k.hotspots.Set(ctx, h.Index, h); err != nil {
		return err
	}
	if err := k.byKey.Set(ctx, h.Key, h.Index); err != nil {
		return err
	}
	if err := k.anchors.Set(ctx, h.Anchor); err != nil {
		return err
	}
	return k.byOwner.Set(ctx, collections.Join([]byte(owner), h.Index))
}
