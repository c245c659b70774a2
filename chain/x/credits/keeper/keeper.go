// Package keeper holds the rules of the credits module: it mints data credits
// for burned HXW, keeps with every balance what it cost, and uses credits up as
// fees or by settlement. It never turns credits back into HXW, and moves none
// from one owner to another.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// Bank burns what is paid for credits.
type Bank interface {
	SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amt sdk.Coins) error
	BurnCoins(ctx context.Context, module string, amt sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amt sdk.Coins) error
	SpendableCoin(ctx context.Context, of sdk.AccAddress, denom string) sdk.Coin
	GetBalance(ctx context.Context, of sdk.AccAddress, denom string) sdk.Coin
}

// Price says what HXW is worth in 1e-8 USD. While nobody knows, mint is 0.
type Price interface {
	Price(ctx context.Context) (mint, value uint64, err error)
}

// Orgs knows who owns an org.
type Orgs interface {
	// OrgOwner returns the owner's address text, or false for an unknown org.
	OrgOwner(ctx context.Context, org uint32) (string, bool)
	// OrgOpen tells whether the org exists and was not closed.
	OrgOpen(ctx context.Context, org uint32) bool
}

// Epochs counts epochs, and what stayed burned in them.
type Epochs interface {
	CurrentEpoch(ctx context.Context) uint32
	// CountBurned counts spark of used basis that nothing is minted back for.
	CountBurned(ctx context.Context, spark uint64) error
}

// Hooks tell another module about an org's escrow.
type Hooks interface {
	AfterFunded(ctx context.Context, org uint32) error
}

// Keeper keeps data credits.
type Keeper struct {
	authority string
	bank      Bank
	price     Price
	orgs      Orgs
	epochs    Epochs
	hooks     []Hooks

	params   collections.Item[types.Params]
	balances collections.Map[[]byte, types.Balance]
	escrows  collections.Map[uint32, types.Escrow]
	totals   collections.Item[types.Totals]

	withdrawals  collections.Map[uint32, types.Withdrawal]
	topUps       collections.Map[uint32, types.TopUp]
	due          collections.KeySet[uint32] // orgs to top up
	orders       collections.Map[uint64, types.Order]
	ordersOf     collections.KeySet[collections.Pair[[]byte, uint64]] // by sender
	accountMints collections.Map[collections.Pair[uint32, []byte], uint64]
	uses         collections.Map[uint32, types.Use] // by org, 0 for all
}

// NewKeeper returns a keeper over its store. The module account named
// types.ModuleName needs the burner permission. SetOrgs and SetEpochs must
// follow before the first message.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, authority string, bank Bank, price Price) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		authority: authority,
		bank:      bank,
		price:     price,
		params:    collections.NewItem(sb, collections.NewPrefix(0), "params", codec.CollValue[types.Params](cdc)),
		balances: collections.NewMap(sb, collections.NewPrefix(1), "balances", collections.BytesKey,
			codec.CollValue[types.Balance](cdc)),
		escrows: collections.NewMap(sb, collections.NewPrefix(2), "escrows", collections.Uint32Key,
			codec.CollValue[types.Escrow](cdc)),
		totals: collections.NewItem(sb, collections.NewPrefix(3), "totals", codec.CollValue[types.Totals](cdc)),

		withdrawals: collections.NewMap(sb, collections.NewPrefix(4), "withdrawals", collections.Uint32Key, codec.CollValue[types.Withdrawal](cdc)),
		topUps:      collections.NewMap(sb, collections.NewPrefix(5), "top_ups", collections.Uint32Key, codec.CollValue[types.TopUp](cdc)),
		due:         collections.NewKeySet(sb, collections.NewPrefix(6), "due", collections.Uint32Key),
		orders:      collections.NewMap(sb, collections.NewPrefix(7), "orders", collections.Uint64Key, codec.CollValue[types.Order](cdc)),
		ordersOf: collections.NewKeySet(sb, collections.NewPrefix(8), "orders_of",
			collections.PairKeyCodec(collections.BytesKey, collections.Uint64Key)),
		accountMints: collections.NewMap(sb, collections.NewPrefix(9), "account_mints",
			collections.PairKeyCodec(collections.Uint32Key, collections.BytesKey), collections.Uint64Value),
		uses: collections.NewMap(sb, collections.NewPrefix(10), "uses", collections.Uint32Key, codec.CollValue[types.Use](cdc)),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// SetOrgs completes the keeper: routing needs credits and is built after it.
func (k *Keeper) SetOrgs(o Orgs) { k.orgs = o }

// SetEpochs completes the keeper: rewards is built after it.
func (k *Keeper) SetEpochs(e Epochs) { k.epochs = e }

// SetHooks names who is told about escrows.
func (k *Keeper) SetHooks(h ...Hooks) { k.hooks = h }

// Balance returns the credits of an account.
func (k *Keeper) Balance(ctx context.Context, account sdk.AccAddress) (types.Balance, error) {
	return orZero(k.balances.Get(ctx, account))
}

// Escrow returns the credits of an org.
func (k *Keeper) Escrow(ctx context.Context, org uint32) (types.Escrow, error) {
	return orZero(k.escrows.Get(ctx, org))
}

// IterateEscrows calls fn for every org's escrow, in order of orgs, until it returns true.
func (k *Keeper) IterateEscrows(ctx context.Context, fn func(org uint32, e types.Escrow) (stop bool, err error)) error {
	return k.escrows.Walk(ctx, nil, fn)
}

// Totals returns the counters since genesis.
func (k *Keeper) Totals(ctx context.Context) (types.Totals, error) {
	return orZero(k.totals.Get(ctx))
}

// BurnedSpark returns the HXW burned for credits since genesis, in spark.
func (k *Keeper) BurnedSpark(ctx context.Context) (uint64, error) {
	t, err := k.Totals(ctx)
	return t.BurnedSpark, err
}

// setBalance stores b, or removes the row when nothing is left.
func (k *Keeper) setBalance(ctx context.Context, account sdk.AccAddress, b types.Balance) error {
	if b == (types.Balance{}) {
		return k.balances.Remove(ctx, account)
	}
	return k.balances.Set(ctx, account, b)
}

func orZero[T any](v T, err error) (T, error) {
	if errors.Is(err, collections.ErrNotFound) {
		var zero T
		return zero, nil
	}
	return v, err
}
