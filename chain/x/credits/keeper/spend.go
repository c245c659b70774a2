package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// BurnFee uses dc credits of payer as a fee and returns the spark of basis that
// left with them, all of which stays burned. Reason names the fee in the event.
// It returns ErrBalance when the payer has too few.
func (k *Keeper) BurnFee(ctx context.Context, payer sdk.AccAddress, dc uint64, reason string) (basisBurned uint64, err error) {
	basis, err := k.BurnBond(ctx, payer, dc, reason)
	if err != nil {
		return 0, err
	}
	return basis, k.epochs.CountBurned(ctx, basis)
}

// BurnBond is BurnFee for what its payer can earn back from the schedule: it is not
// counted for net emission, which would give it back once more.
func (k *Keeper) BurnBond(ctx context.Context, payer sdk.AccAddress, dc uint64, reason string) (basisBurned uint64, err error) {
	if dc == 0 {
		return 0, nil
	}
	b, err := k.Balance(ctx, payer)
	if err != nil {
		return 0, err
	}
	rest, taken, ok := b.Take(dc)
	if !ok {
		return 0, errorsmod.Wrapf(types.ErrBalance, "%s has %d, %s costs %d", payer, b.Credits, reason, dc)
	}
	if err := k.setBalance(ctx, payer, rest); err != nil {
		return 0, err
	}
	if err := k.countUse(ctx, types.Totals{Fees: dc, BasisUsed: taken.Basis}); err != nil {
		return 0, err
	}
	return taken.Basis, emit(ctx, &types.EventFee{Payer: payer.String(), Credits: dc, Reason: reason})
}

// Reserve sets dc free credits of an escrow aside, or returns ErrEscrow.
func (k *Keeper) Reserve(ctx context.Context, org uint32, dc uint64) error {
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return err
	}
	if dc > e.Free() {
		return errorsmod.Wrapf(types.ErrEscrow, "org %d has %d free, reserves %d", org, e.Free(), dc)
	}
	e.Reserved += dc
	return k.escrows.Set(ctx, org, e)
}

// Release frees dc reserved credits, or returns ErrReserved.
func (k *Keeper) Release(ctx context.Context, org uint32, dc uint64) error {
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return err
	}
	if dc > e.Reserved {
		return errorsmod.Wrapf(types.ErrReserved, "org %d has %d, releases %d", org, e.Reserved, dc)
	}
	e.Reserved -= dc
	return k.escrows.Set(ctx, org, e)
}

// BurnEscrow uses dc reserved credits of an org for carried data and returns
// the spark of basis that left with them. The caller says what of it stays
// burned.
func (k *Keeper) BurnEscrow(ctx context.Context, org uint32, dc uint64) (basis uint64, err error) {
	if basis, err = k.burnEscrow(ctx, org, dc, true); err != nil {
		return 0, err
	}
	return basis, k.countUse(ctx, types.Totals{Used: dc, BasisUsed: basis})
}

// BurnEscrowFee uses dc reserved credits of an org as a fee and returns the
// spark of basis that left with them, all of which stays burned.
func (k *Keeper) BurnEscrowFee(ctx context.Context, org uint32, dc uint64) (basis uint64, err error) {
	if basis, err = k.burnEscrow(ctx, org, dc, false); err != nil {
		return 0, err
	}
	if err := k.countUse(ctx, types.Totals{Fees: dc, BasisUsed: basis}); err != nil {
		return 0, err
	}
	return basis, k.epochs.CountBurned(ctx, basis)
}

func (k *Keeper) burnEscrow(ctx context.Context, org uint32, dc uint64, isUse bool) (uint64, error) {
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return 0, err
	}
	if dc > e.Reserved {
		return 0, errorsmod.Wrapf(types.ErrReserved, "org %d has %d, burns %d", org, e.Reserved, dc)
	}
	e.Reserved -= dc
	if isUse {
		if err := k.countUsed(ctx, org, &e, dc); err != nil {
			return 0, err
		}
	}
	taken, err := k.outOfEscrow(ctx, org, e, dc)
	return taken.Basis, err
}

// countUse adds used credits, fees and basis to the totals.
func (k *Keeper) countUse(ctx context.Context, d types.Totals) error {
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	if now := k.epochs.CurrentEpoch(ctx); d.Used > 0 && t.UseEpoch != now {
		if err := k.turnUse(ctx, 0, t.UseEpoch, t.UsedThisEpoch); err != nil {
			return err
		}
		t.UseEpoch, t.UsedThisEpoch = now, 0
	}
	t.UsedThisEpoch += d.Used
	t.Used += d.Used
	t.Fees += d.Fees
	t.BasisUsed += d.BasisUsed
	return k.totals.Set(ctx, t)
}
