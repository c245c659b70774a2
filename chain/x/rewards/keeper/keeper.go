// Package keeper holds the rules of the rewards module: epochs and what they
// emit, the cell ledger that points and pay are booked in, and claims. It pays
// what other modules say was earned; it never judges a beacon or a voucher, and
// it pushes nothing to anybody.
package keeper

import (
	"context"

	"cosmossdk.io/core/store"
	"cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

// Bank mints pay and moves it.
type Bank interface {
	MintCoins(ctx context.Context, module string, amt sdk.Coins) error
	BurnCoins(ctx context.Context, module string, amt sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amt sdk.Coins) error
	SendCoinsFromModuleToModule(ctx context.Context, from, to string, amt sdk.Coins) error
	GetBalance(ctx context.Context, of sdk.AccAddress, denom string) sdk.Coin
	GetSupply(ctx context.Context, denom string) sdk.Coin
}

// Community is the pool that governance spends.
type Community interface {
	FundCommunityPool(ctx context.Context, amt sdk.Coins, from sdk.AccAddress) error
}

// Hotspots is the registry.
type Hotspots interface {
	Hotspot(ctx context.Context, index uint32) (hotspot.Hotspot, error)
}

// Burns knows how much HXW was burned for data credits.
type Burns interface {
	BurnedSpark(ctx context.Context) (uint64, error)
}

// Keeper keeps epochs and the cell ledger.
type Keeper struct {
	cdc       codec.BinaryCodec
	store     store.KVStoreService
	authority string
	address   sdk.AccAddress // of the module account
	bank      Bank
	community Community
	hotspots  Hotspots
	burns     Burns

	validators Validators // nil without PayTurns
	stakers    Stakers
}

// NewKeeper returns a keeper over its store. Address is that of the module
// account named types.ModuleName, which needs the permissions to mint and to burn.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, authority string, address sdk.AccAddress,
	bank Bank, community Community, hotspots Hotspots, burns Burns,
) *Keeper {
	return &Keeper{
		cdc: cdc, store: storeService, authority: authority, address: address,
		bank: bank, community: community, hotspots: hotspots, burns: burns,
	}
}

// CurrentEpoch returns the epoch in which points are booked now, from 1. A chain
// without it has lost its state, which stops the node.
func (k *Keeper) CurrentEpoch(ctx context.Context) uint32 {
	s, err := k.state(ctx)
	if err != nil {
		panic(err)
	}
	return s.Epoch
}

// EpochStart returns when the current epoch began, in ms since 1970.
func (k *Keeper) EpochStart(ctx context.Context) (int64, error) {
	c, err := k.clock(ctx)
	return c.Start, err
}

// EndedAt returns the height at which a closed epoch ended, or false when it is not on
// record.
func (k *Keeper) EndedAt(ctx context.Context, epoch uint32) (height uint64, ok bool, err error) {
	b, err := k.get(ctx, types.NumberKey(types.PrefixRow, epoch))
	if err != nil || b == nil {
		return 0, false, err
	}
	row, err := types.DecodeRow(b)
	return row.ClosedHeight, err == nil, err
}

// Params returns the parameters.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) {
	var p types.Params
	_, err := k.getProto(ctx, []byte{types.PrefixParams}, &p)
	return p, err
}

// mint makes new spark in the module account and counts it.
func (k *Keeper) mint(ctx context.Context, t *types.Totals, spark uint64) error {
	if spark == 0 {
		return nil
	}
	t.Minted += spark
	return k.bank.MintCoins(ctx, types.ModuleName, coins(spark))
}

func coins(spark uint64) sdk.Coins {
	return sdk.NewCoins(sdk.NewCoin(credits.Denom, math.NewIntFromUint64(spark)))
}
