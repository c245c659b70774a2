// Package keeper holds the rules of the routing module: who is an organisation,
// which DevAddrs and JoinEUIs are its own, which keys sign for it and what they
// put at stake. It never sees a route: those stay in the org's private bundle,
// of which only sequence and digest are kept.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// Bank moves bonds.
type Bank interface {
	SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amt sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amt sdk.Coins) error
	BurnCoins(ctx context.Context, module string, amt sdk.Coins) error
	GetBalance(ctx context.Context, of sdk.AccAddress, denom string) sdk.Coin
	// BlockedAddr tells whether nobody may be paid at an address.
	BlockedAddr(addr sdk.AccAddress) bool
}

// Credits burns data credits and knows which orgs have some.
type Credits interface {
	BurnFee(ctx context.Context, payer sdk.AccAddress, dc uint64, reason string) (basisBurned uint64, err error)
	// OrgCredits returns all credits of an org, also those on their way to its owner.
	OrgCredits(ctx context.Context, org uint32) (uint64, error)
	// DropTopUp ends the buying of credits with the HXW of who owned the org.
	DropTopUp(ctx context.Context, org uint32) error
}

// Price says what HXW is worth in 1e-8 USD. While nobody knows, mint is 0.
type Price interface {
	Price(ctx context.Context) (mint, value uint64, err error)
}

// Epochs counts epochs.
type Epochs interface {
	CurrentEpoch(ctx context.Context) uint32
}

// Hooks tell another module about lanes.
type Hooks interface {
	AfterSignerAuthorized(ctx context.Context, s types.Signer) error
}

// Keeper keeps organisations.
type Keeper struct {
	authority string
	bank      Bank
	credits   Credits
	price     Price
	epochs    Epochs
	hooks     []Hooks

	params     collections.Item[types.Params]
	orgs       collections.Map[uint32, types.Org]
	nextOrg    collections.Item[uint32]
	ranges     collections.Map[collections.Pair[uint32, uint32], types.DevAddrRange]
	netIDs     collections.Map[uint32, types.NetID]
	joinEUIs   collections.KeySet[collections.Pair[uint32, uint64]]
	signers    collections.Map[collections.Pair[uint32, uint32], types.Signer]
	signerKeys collections.KeySet[[]byte]
	realms     collections.Map[string, uint32]
	orgRealms  collections.KeySet[collections.Pair[uint32, string]]
	totals     collections.Item[types.Totals]

	// The table of orgs: digests of an org's parts, the tree over all orgs by level and
	// index, and its root.
	parts collections.Map[uint32, []byte]
	tree  collections.Map[collections.Pair[uint32, uint32], []byte]
	head  collections.Item[types.TableHead]
}

// NewKeeper returns a keeper over its store. Bonds are held by the module
// account named types.ModuleName.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, authority string, bank Bank, credits Credits, price Price) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	two32 := collections.PairKeyCodec(collections.Uint32Key, collections.Uint32Key)
	k := &Keeper{
		authority: authority,
		bank:      bank,
		credits:   credits,
		price:     price,

		params:  collections.NewItem(sb, collections.NewPrefix(0), "params", codec.CollValue[types.Params](cdc)),
		orgs:    collections.NewMap(sb, collections.NewPrefix(1), "orgs", collections.Uint32Key, codec.CollValue[types.Org](cdc)),
		nextOrg: collections.NewItem(sb, collections.NewPrefix(2), "next_org", collections.Uint32Value),
		ranges: collections.NewMap(sb, collections.NewPrefix(3), "ranges", two32,
			codec.CollValue[types.DevAddrRange](cdc)),
		netIDs: collections.NewMap(sb, collections.NewPrefix(4), "net_ids", collections.Uint32Key, codec.CollValue[types.NetID](cdc)),
		joinEUIs: collections.NewKeySet(sb, collections.NewPrefix(5), "join_euis",
			collections.PairKeyCodec(collections.Uint32Key, collections.Uint64Key)),
		signers:    collections.NewMap(sb, collections.NewPrefix(6), "signers", two32, codec.CollValue[types.Signer](cdc)),
		signerKeys: collections.NewKeySet(sb, collections.NewPrefix(7), "signer_keys", collections.BytesKey),
		realms:     collections.NewMap(sb, collections.NewPrefix(8), "realms", collections.StringKey, collections.Uint32Value),
		orgRealms: collections.NewKeySet(sb, collections.NewPrefix(9), "org_realms",
			collections.PairKeyCodec(collections.Uint32Key, collections.StringKey)),
		totals: collections.NewItem(sb, collections.NewPrefix(10), "totals", codec.CollValue[types.Totals](cdc)),

		parts: collections.NewMap(sb, collections.NewPrefix(11), "parts", collections.Uint32Key, collections.BytesValue),
		tree:  collections.NewMap(sb, collections.NewPrefix(12), "tree", two32, collections.BytesValue),
		head:  collections.NewItem(sb, collections.NewPrefix(13), "table", codec.CollValue[types.TableHead](cdc)),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// SetEpochs completes the keeper: rewards is built after it.
func (k *Keeper) SetEpochs(e Epochs) { k.epochs = e }

// SetHooks names who is told about lanes.
func (k *Keeper) SetHooks(h ...Hooks) { k.hooks = h }

// Params returns the parameters.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) { return k.params.Get(ctx) }

// Org returns an org, or ErrOrg.
func (k *Keeper) Org(ctx context.Context, id uint32) (types.Org, error) {
	o, err := k.orgs.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return o, types.ErrOrg.Wrapf("%d", id)
	}
	return o, err
}

// OrgOwner returns the address of an org's owner, or false for an unknown org.
func (k *Keeper) OrgOwner(ctx context.Context, id uint32) (string, bool) {
	o, err := k.Org(ctx, id)
	return o.Owner, err == nil
}

// OrgOpen tells whether an org exists and was not closed.
func (k *Keeper) OrgOpen(ctx context.Context, id uint32) bool {
	o, err := k.Org(ctx, id)
	return err == nil && !o.Closed
}

// Signer returns the signer of a lane, or false when there is none.
func (k *Keeper) Signer(ctx context.Context, org, lane uint32) (types.Signer, bool) {
	s, err := k.signers.Get(ctx, collections.Join(org, lane))
	return s, err == nil
}

// IterateSigners calls fn for the signers after lane (org, lane), in order of
// org and lane, until fn returns true.
func (k *Keeper) IterateSigners(ctx context.Context, org, lane uint32, fn func(types.Signer) (stop bool, err error)) error {
	after := new(collections.Range[collections.Pair[uint32, uint32]]).StartExclusive(collections.Join(org, lane))
	return k.signers.Walk(ctx, after, func(_ collections.Pair[uint32, uint32], s types.Signer) (bool, error) {
		return fn(s)
	})
}

// OrgSigners returns the signers of an org in order of their lanes.
func (k *Keeper) OrgSigners(ctx context.Context, org uint32) ([]types.Signer, error) {
	var all []types.Signer
	err := k.signers.Walk(ctx, collections.NewPrefixedPairRange[uint32, uint32](org),
		func(_ collections.Pair[uint32, uint32], s types.Signer) (bool, error) {
			all = append(all, s)
			return false, nil
		})
	return all, err
}

// owned returns an open org that owner owns, ErrOrg, ErrOwner or ErrClosed.
func (k *Keeper) owned(ctx context.Context, id uint32, owner string) (types.Org, sdk.AccAddress, error) {
	o, a, err := k.ownedOrClosed(ctx, id, owner)
	if err == nil && o.Closed {
		err = types.ErrClosed.Wrapf("org %d", id)
	}
	return o, a, err
}

// ownedOrClosed returns an org that owner owns, ErrOrg or ErrOwner.
func (k *Keeper) ownedOrClosed(ctx context.Context, id uint32, owner string) (types.Org, sdk.AccAddress, error) {
	o, err := k.Org(ctx, id)
	if err != nil {
		return o, nil, err
	}
	if o.Owner != owner {
		return o, nil, types.ErrOwner.Wrapf("org %d", id)
	}
	a, err := account(owner)
	return o, a, err
}
