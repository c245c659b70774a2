package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// owned returns ErrOwner unless owner has the org.
func (k *Keeper) owned(ctx context.Context, owner sdk.AccAddress, org uint32) error {
	if name, ok := k.orgs.OrgOwner(ctx, org); !ok || name != owner.String() {
		return errorsmod.Wrapf(types.ErrOwner, "org %d", org)
	}
	return nil
}

// receiving returns ErrOwner or ErrReceiver unless owner has the org and it is open: a
// closed one pays for nothing, so credits only leave it.
func (k *Keeper) receiving(ctx context.Context, owner sdk.AccAddress, org uint32) error {
	if err := k.owned(ctx, owner, org); err != nil {
		return err
	}
	if !k.orgs.OrgOpen(ctx, org) {
		return errorsmod.Wrapf(types.ErrReceiver, "org %d is closed", org)
	}
	return nil
}

// Fund moves dc credits of owner, with their basis, into the escrow of an org of
// the same owner, and returns the escrow after it.
func (k *Keeper) Fund(ctx context.Context, owner sdk.AccAddress, org uint32, dc uint64) (types.Escrow, error) {
	if err := k.receiving(ctx, owner, org); err != nil {
		return types.Escrow{}, err
	}
	b, err := k.Balance(ctx, owner)
	if err != nil {
		return types.Escrow{}, err
	}
	rest, taken, ok := b.Take(dc)
	if !ok || dc == 0 {
		return types.Escrow{}, errorsmod.Wrapf(types.ErrBalance, "%s has %d, moves %d", owner, b.Credits, dc)
	}
	if err := k.setBalance(ctx, owner, rest); err != nil {
		return types.Escrow{}, err
	}
	if err := k.intoEscrow(ctx, org, taken); err != nil {
		return types.Escrow{}, err
	}
	return k.Escrow(ctx, org)
}

// Move moves dc free credits, with their basis, between the escrows of two orgs of one
// owner.
func (k *Keeper) Move(ctx context.Context, owner sdk.AccAddress, from, to uint32, dc uint64) error {
	if err := k.receiving(ctx, owner, to); err != nil {
		return err
	}
	taken, err := k.takeFree(ctx, owner, from, dc)
	if err != nil {
		return err
	}
	if err := k.intoEscrow(ctx, to, taken); err != nil {
		return err
	}
	return emit(ctx, &types.EventEscrowMoved{From: from, To: to, Credits: dc})
}

// takeFree takes dc free credits out of the escrow of an org of owner.
func (k *Keeper) takeFree(ctx context.Context, owner sdk.AccAddress, org uint32, dc uint64) (types.Balance, error) {
	if err := k.owned(ctx, owner, org); err != nil {
		return types.Balance{}, err
	}
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return types.Balance{}, err
	}
	if dc == 0 || dc > e.Free() {
		return types.Balance{}, errorsmod.Wrapf(types.ErrEscrow, "org %d has %d free, takes %d", org, e.Free(), dc)
	}
	return k.outOfEscrow(ctx, org, e, dc)
}

// intoEscrow adds credits to an escrow and tells who waits for them.
func (k *Keeper) intoEscrow(ctx context.Context, org uint32, more types.Balance) error {
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return err
	}
	before := e.Balance.Credits
	var ok bool
	if e.Balance, ok = e.Balance.Add(more); !ok {
		return errorsmod.Wrap(types.ErrEscrow, "escrow out of range")
	}
	if err := k.escrows.Set(ctx, org, e); err != nil {
		return err
	}
	after := e.Balance.Credits
	if err := emit(ctx, &types.EventFunded{Org: org, Credits: more.Credits, Escrow: after}); err != nil {
		return err
	}
	if p.Suspended(before) && !p.Suspended(after) {
		if err := emit(ctx, &types.EventOrgResumed{Org: org, Escrow: after}); err != nil {
			return err
		}
	}
	for _, h := range k.hooks {
		if err := h.AfterFunded(ctx, org); err != nil {
			return err
		}
	}
	return nil
}

// outOfEscrow stores an escrow less dc credits, which it returns, and tells when it runs
// low or dry. A top-up that is set becomes due.
func (k *Keeper) outOfEscrow(ctx context.Context, org uint32, e types.Escrow, dc uint64) (types.Balance, error) {
	before := e.Balance.Credits
	rest, taken, ok := e.Balance.Take(dc)
	if !ok {
		return types.Balance{}, errorsmod.Wrapf(types.ErrEscrow, "org %d has %d, takes %d", org, before, dc)
	}
	e.Balance = rest
	if err := k.escrows.Set(ctx, org, e); err != nil {
		return types.Balance{}, err
	}
	return taken, k.fell(ctx, org, before, rest.Credits)
}

// fell tells what an escrow fell through.
func (k *Keeper) fell(ctx context.Context, org uint32, before, after uint64) error {
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if before >= p.LowWater && after < p.LowWater {
		if err := emit(ctx, &types.EventLowCredits{Org: org, Escrow: after}); err != nil {
			return err
		}
	}
	if !p.Suspended(before) && p.Suspended(after) {
		if err := emit(ctx, &types.EventOrgSuspended{Org: org, Escrow: after}); err != nil {
			return err
		}
	}
	return k.wantTopUp(ctx, org, after)
}

// Withdraw takes free credits out of the escrow of an own org; their owner has them after
// a week. They pay nobody any more from now on.
func (k *Keeper) Withdraw(ctx context.Context, owner sdk.AccAddress, org uint32, dc uint64) (readyMs int64, err error) {
	if has, err := k.withdrawals.Has(ctx, org); err != nil || has {
		return 0, errorsmod.Wrapf(types.ErrWithdrawal, "org %d has one", org)
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	taken, err := k.takeFree(ctx, owner, org, dc)
	if err != nil {
		return 0, err
	}
	w := types.Withdrawal{Org: org, Balance: taken, ReadyMs: nowMs(ctx) + int64(p.WithdrawSeconds)*1000}
	if err := k.withdrawals.Set(ctx, org, w); err != nil {
		return 0, err
	}
	return w.ReadyMs, emit(ctx, &types.EventWithdrawal{Org: org, Credits: dc, ReadyMs: w.ReadyMs})
}

// withdrawal returns the withdrawal of an org of owner.
func (k *Keeper) withdrawal(ctx context.Context, owner sdk.AccAddress, org uint32) (types.Withdrawal, error) {
	if err := k.owned(ctx, owner, org); err != nil {
		return types.Withdrawal{}, err
	}
	w, err := orZero(k.withdrawals.Get(ctx, org))
	if err == nil && w.Org == 0 {
		err = errorsmod.Wrapf(types.ErrWithdrawal, "org %d has none", org)
	}
	return w, err
}

// CancelWithdraw puts a withdrawal back into the escrow.
func (k *Keeper) CancelWithdraw(ctx context.Context, owner sdk.AccAddress, org uint32) error {
	w, err := k.withdrawal(ctx, owner, org)
	if err != nil {
		return err
	}
	if err := k.withdrawals.Remove(ctx, org); err != nil {
		return err
	}
	if err := k.intoEscrow(ctx, org, w.Balance); err != nil {
		return err
	}
	return emit(ctx, &types.EventWithdrawalCancelled{Org: org, Credits: w.Balance.Credits})
}

// Redeem gives a withdrawal that is ready to the owner of the org.
func (k *Keeper) Redeem(ctx context.Context, owner sdk.AccAddress, org uint32) (uint64, error) {
	w, err := k.withdrawal(ctx, owner, org)
	if err != nil {
		return 0, err
	}
	if nowMs(ctx) < w.ReadyMs {
		return 0, errorsmod.Wrapf(types.ErrEarly, "in %d ms", w.ReadyMs-nowMs(ctx))
	}
	if err := k.withdrawals.Remove(ctx, org); err != nil {
		return 0, err
	}
	if err := k.addBalance(ctx, owner, w.Balance); err != nil {
		return 0, err
	}
	return w.Balance.Credits, emit(ctx, &types.EventRedeemed{Org: org, Owner: owner.String(), Credits: w.Balance.Credits})
}

// OrgCredits returns all credits of an org: in escrow and on their way to its owner. An
// org that has any stays its owner's, because credits do not move between owners.
func (k *Keeper) OrgCredits(ctx context.Context, org uint32) (uint64, error) {
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return 0, err
	}
	w, err := orZero(k.withdrawals.Get(ctx, org))
	return e.Balance.Credits + w.Balance.Credits, err
}

func nowMs(ctx context.Context) int64 { return sdk.UnwrapSDKContext(ctx).BlockTime().UnixMilli() }
