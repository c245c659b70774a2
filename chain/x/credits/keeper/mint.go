package keeper

import (
	"context"
	"math"

	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// quote converts one of burn and credits into the other at the mint price.
func (k *Keeper) quote(ctx context.Context, burn, credits uint64) (dc, spark, price uint64, err error) {
	if (burn == 0) == (credits == 0) {
		return 0, 0, 0, types.ErrAmount
	}
	if price, _, err = k.price.Price(ctx); err != nil {
		return 0, 0, 0, err
	}
	if burn != 0 {
		dc, spark = types.Credits(burn, price), burn
	} else {
		dc, spark = credits, types.Cost(credits, price)
	}
	if dc == 0 {
		return 0, 0, 0, types.ErrNothing
	}
	if dc == math.MaxUint64 || spark == math.MaxUint64 {
		return 0, 0, 0, errorsmod.Wrap(types.ErrMintCap, "amount out of range")
	}
	return dc, spark, price, nil
}

// Mint burns HXW of from and gives its worth in credits, with all of the HXW as
// their basis, to account to.
func (k *Keeper) Mint(ctx context.Context, from, to sdk.AccAddress, m *types.MsgMintCredits) (dc, spark uint64, err error) {
	if dc, spark, _, err = k.quote(ctx, m.Burn, m.Credits); err != nil {
		return 0, 0, err
	}
	if m.MaxBurn != 0 && spark > m.MaxBurn {
		return 0, 0, errorsmod.Wrapf(types.ErrMaxBurn, "%d spark, at most %d", spark, m.MaxBurn)
	}
	if err := k.countMint(ctx, dc, spark); err != nil {
		return 0, 0, err
	}
	coins := sdk.NewCoins(sdk.NewCoin(types.Denom, sdkmath.NewIntFromUint64(spark)))
	if err := k.bank.SendCoinsFromAccountToModule(ctx, from, types.ModuleName, coins); err != nil {
		return 0, 0, err
	}
	if err := k.bank.BurnCoins(ctx, types.ModuleName, coins); err != nil {
		return 0, 0, err
	}
	b, err := k.Balance(ctx, to)
	if err != nil {
		return 0, 0, err
	}
	b, ok := b.Add(types.Balance{Credits: dc, Basis: spark})
	if !ok {
		return 0, 0, errorsmod.Wrap(types.ErrMintCap, "balance out of range")
	}
	return dc, spark, k.setBalance(ctx, to, b)
}

// countMint counts a mint against the cap of the current epoch.
func (k *Keeper) countMint(ctx context.Context, dc, spark uint64) error {
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	if now := k.epochs.CurrentEpoch(ctx); now != t.MintEpoch {
		t.MintEpoch, t.MintedThisEpoch = now, 0
	}
	if left := p.MaxMintPerEpoch - min(p.MaxMintPerEpoch, t.MintedThisEpoch); dc > left {
		return errorsmod.Wrapf(types.ErrMintCap, "%d credits wanted, %d left in this epoch", dc, left)
	}
	t.MintedThisEpoch += dc
	t.Minted += dc
	t.BurnedSpark += spark
	return k.totals.Set(ctx, t)
}
