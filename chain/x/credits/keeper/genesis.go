package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

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
	return g, err
}

// CheckInvariants returns ErrGenesis unless the sums of the stored state agree:
// basis held and used is the HXW burned, credits held and used are those minted
// and granted.
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
	if t := g.Totals; held.Credits+t.Used+t.Fees != t.Minted+t.Granted {
		return errorsmod.Wrapf(types.ErrGenesis, "%d held, %+v", held.Credits, t)
	}
	return nil
}
