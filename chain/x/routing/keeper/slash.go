package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// Slash takes up to spark from the bond of a lane's signer: half goes to who
// proved the fault, rounded down, the rest is burned. It returns what was taken.
func (k *Keeper) Slash(ctx context.Context, org, lane uint32, spark uint64, prover sdk.AccAddress) (taken uint64, err error) {
	key := collections.Join(org, lane)
	s, err := k.signers.Get(ctx, key)
	if err != nil {
		return 0, types.ErrSigner.Wrapf("org %d lane %d", org, lane)
	}
	taken = min(spark, s.Bond)
	if taken == 0 {
		return 0, nil
	}
	s.Bond -= taken
	if err := k.signers.Set(ctx, key, s); err != nil {
		return 0, err
	}
	if half := coinsOf(taken / 2); !half.Empty() {
		if err := k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, prover, half); err != nil {
			return 0, err
		}
	}
	if err := k.bank.BurnCoins(ctx, types.ModuleName, coinsOf(taken-taken/2)); err != nil {
		return 0, err
	}
	return taken, emit(ctx, &types.EventSlashed{Org: org, Lane: lane, Spark: taken, Prover: prover.String()})
}

// Confiscate burns the whole bond of a lane.
func (k *Keeper) Confiscate(ctx context.Context, org, lane uint32) (burned uint64, err error) {
	key := collections.Join(org, lane)
	s, err := k.signers.Get(ctx, key)
	if err != nil {
		return 0, types.ErrSigner.Wrapf("org %d lane %d", org, lane)
	}
	burned, s.Bond, s.Revoked, s.RevokedEpoch = s.Bond, 0, true, k.epochs.CurrentEpoch(ctx)
	if burned == 0 {
		return 0, nil
	}
	if err := k.signers.Set(ctx, key, s); err != nil {
		return 0, err
	}
	if err := k.bank.BurnCoins(ctx, types.ModuleName, coinsOf(burned)); err != nil {
		return 0, err
	}
	return burned, emit(ctx, &types.EventSlashed{Org: org, Lane: lane, Spark: burned})
}

func coinsOf(spark uint64) sdk.Coins {
	return sdk.NewCoins(sdk.NewCoin(credits.Denom, math.NewIntFromUint64(spark)))
}
