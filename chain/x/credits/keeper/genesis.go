package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// InitGenesis stores g. Credits that were neither minted nor used before count
// as granted.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, g.Params); err != nil {
		return err
	}
	for _, b := range g.Balances {
		a, err := account(b.Address)
		if err != nil {
			return err
		}
		if err := k.setBalance(ctx, a, b.Balance); err != nil {
			return err
		}
	}
	for _, e := range g.Escrows {
		if err := k.escrows.Set(ctx, e.Org, e.Escrow); err != nil {
			return err
		}
	}
	if err := k.initLines(ctx, g); err != nil {
		return err
	}
	held, err := g.Held()
	if err != nil {
		return err
	}
	g.Totals.Granted = held.Credits + g.Totals.Used + g.Totals.Fees - g.Totals.Minted
	return k.totals.Set(ctx, g.Totals)
}

// ExportGenesis returns the state that InitGenesis would store.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	g := &types.GenesisState{}
	var err error
	if g.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if g.Totals, err = k.Totals(ctx); err != nil {
		return nil, err
	}
	err = k.balances.Walk(ctx, nil, func(a []byte, b types.Balance) (bool, error) {
		g.Balances = append(g.Balances, types.AccountBalance{Address: sdk.AccAddress(a).String(), Balance: b})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.escrows.Walk(ctx, nil, func(org uint32, e types.Escrow) (bool, error) {
		g.Escrows = append(g.Escrows, types.OrgEscrow{Org: org, Escrow: e})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	return g, k.exportLines(ctx, g)
}

// initLines stores what waits: top-ups, withdrawals and orders, and what was used and
// minted lately.
func (k *Keeper) initLines(ctx context.Context, g types.GenesisState) error {
	for _, w := range g.Withdrawals {
		if err := k.withdrawals.Set(ctx, w.Org, w); err != nil {
			return err
		}
	}
	for _, u := range g.TopUps {
		if err := k.topUps.Set(ctx, u.Org, u); err != nil {
			return err
		}
	}
	for _, org := range g.Due {
		if err := k.due.Set(ctx, org); err != nil {
			return err
		}
	}
	for _, o := range g.Orders {
		from, err := account(o.Sender)
		if err != nil {
			return err
		}
		if err := k.ordersOf.Set(ctx, collections.Join([]byte(from), o.Number)); err != nil {
			return err
		}
		if err := k.orders.Set(ctx, o.Number, o); err != nil {
			return err
		}
	}
	for _, u := range g.Uses {
		if err := k.uses.Set(ctx, u.Org, u); err != nil {
			return err
		}
	}
	for _, m := range g.AccountMints {
		a, err := account(m.Address)
		if err != nil {
			return err
		}
		if err := k.accountMints.Set(ctx, accountMintKey(m.Epoch, a), m.Credits); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) exportLines(ctx context.Context, g *types.GenesisState) (err error) {
	if g.Withdrawals, err = values(ctx, k.withdrawals); err != nil {
		return err
	}
	if g.TopUps, err = values(ctx, k.topUps); err != nil {
		return err
	}
	if g.Orders, err = values(ctx, k.orders); err != nil {
		return err
	}
	if g.Uses, err = values(ctx, k.uses); err != nil {
		return err
	}
	if g.AccountMints, err = k.exportMints(ctx); err != nil {
		return err
	}
	return k.due.Walk(ctx, nil, func(org uint32) (bool, error) {
		g.Due = append(g.Due, org)
		return false, nil
	})
}

// values returns all values of a map in order of their keys.
func values[K, V any](ctx context.Context, m collections.Map[K, V]) (all []V, err error) {
	err = m.Walk(ctx, nil, func(_ K, v V) (bool, error) {
		all = append(all, v)
		return false, nil
	})
	return all, err
}

// CheckInvariants returns ErrGenesis unless the sums of the stored state agree:
// basis held and used is the HXW burned, credits held and used are those minted
// and granted, the module account holds the deposits of orders and nothing else.
func (k *Keeper) CheckInvariants(ctx context.Context) error {
	g, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := g.Validate(); err != nil {
		return err
	}
	held, err := g.Held()
	if err != nil {
		return err
	}
	t := g.Totals
	if held.Credits+t.Used+t.Fees != t.Minted+t.Granted {
		return errorsmod.Wrapf(types.ErrGenesis, "%d held, %+v", held.Credits, t)
	}
	have := k.bank.GetBalance(ctx, authtypes.NewModuleAddress(types.ModuleName), types.Denom).Amount
	if !have.Equal(sdkmath.NewIntFromUint64(t.Deposits)) {
		return errorsmod.Wrapf(types.ErrGenesis, "module account has %s, orders %d", have, t.Deposits)
	}
	return nil
}
