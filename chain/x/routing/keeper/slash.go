package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// Slash takes up to spark from the bond of a lane's signer: half goes to who
// proved the fault, rounded down, the rest is burned. It returns what was taken. A lane
// that has less than half of the least bond left is revoked: nothing would hold it to what
// it signs.
func (k *Keeper) Slash(ctx context.Context, org, lane uint32, spark uint64, prover sdk.AccAddress) (taken uint64, err error) {
	s, ok := k.Signer(ctx, org, lane)
	if !ok {
		return 0, types.ErrSigner.Wrapf("org %d lane %d", org, lane)
	}
	taken = min(spark, s.Bond)
	p, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	if taken > 0 && s.Bond-taken < p.MinBond/2 {
		if err := k.revoke(ctx, &s); err != nil {
			return 0, err
		}
	}
	return taken, k.take(ctx, s, taken, taken/2, prover.String())
}

// Confiscate burns the whole bond of a lane and revokes it as of the current epoch, also
// when other faults left nothing of the bond. Errors: ErrSigner.
func (k *Keeper) Confiscate(ctx context.Context, org, lane uint32) (burned uint64, err error) {
	s, ok := k.Signer(ctx, org, lane)
	if !ok {
		return 0, types.ErrSigner.Wrapf("org %d lane %d", org, lane)
	}
	revoked := s.Revoked
	if err := k.revoke(ctx, &s); err != nil {
		return 0, err
	}
	if s.Bond == 0 && !revoked {
		return 0, k.changeSigner(ctx, s)
	}
	return s.Bond, k.take(ctx, s, s.Bond, 0, "")
}

// take takes spark from a lane's bond, of which a part is a prover's and the rest is
// burned, and stores the lane.
func (k *Keeper) take(ctx context.Context, s types.Signer, spark, part uint64, prover string) error {
	if spark == 0 {
		return nil
	}
	s.Bond -= spark
	if err := k.changeSigner(ctx, s); err != nil {
		return err
	}
	if part > 0 {
		to, err := account(prover)
		if err != nil {
			return err
		}
		if err := k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, to, coinsOf(part)); err != nil {
			return err
		}
	}
	if err := k.bank.BurnCoins(ctx, types.ModuleName, coinsOf(spark-part)); err != nil {
		return err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	t.BondsBurned, t.BondsPaid = t.BondsBurned+spark-part, t.BondsPaid+part
	if err := k.totals.Set(ctx, t); err != nil {
		return err
	}
	return emit(ctx, &types.EventSlashed{Org: s.Org, Lane: s.Lane, Spark: spark, Prover: prover})
}

// Totals returns what became of bonds since genesis.
func (k *Keeper) Totals(ctx context.Context) (types.Totals, error) {
	t, err := k.totals.Get(ctx)
	if errorsmod.IsOf(err, collections.ErrNotFound) {
		return types.Totals{}, nil
	}
	return t, err
}

// CheckInvariants returns ErrGenesis unless the state agrees with itself and the module
// account holds the bonds and nothing else, and ErrTable unless the table is that of the
// orgs.
func (k *Keeper) CheckInvariants(ctx context.Context) error {
	g, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.checkTable(ctx); err != nil {
		return err
	}
	bonds := sdkmath.ZeroInt()
	for _, s := range g.Signers {
		bonds = bonds.Add(sdkmath.NewIntFromUint64(s.Bond))
	}
	have := k.bank.GetBalance(ctx, authtypes.NewModuleAddress(types.ModuleName), credits.Denom).Amount
	if !have.Equal(bonds) {
		return errorsmod.Wrapf(types.ErrGenesis, "module account has %s, bonds are %s", have, bonds)
	}
	return nil
}

func coinsOf(spark uint64) sdk.Coins {
	return sdk.NewCoins(sdk.NewCoin(credits.Denom, sdkmath.NewIntFromUint64(spark)))
}
