package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// A top-up burns HXW of the owner when an escrow falls below a threshold, at the end of
// the same block: an org that ran dry goes on with the next packet. What cannot be bought
// stays due and is tried again, a bounded number of orgs a block, in turn.

// maxTopUps is how many orgs one block looks at.
const maxTopUps = 100

// SetTopUp stores how an org of owner is topped up, or ends it.
func (k *Keeper) SetTopUp(ctx context.Context, owner sdk.AccAddress, m *types.MsgSetTopUp) error {
	if err := k.owned(ctx, owner, m.Org); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventTopUpSet{Org: m.Org, Threshold: m.Threshold, Target: m.Target, MaxSpark: m.MaxSpark}); err != nil {
		return err
	}
	if m.Target == 0 {
		if m.Threshold != 0 || m.MaxSpark != 0 {
			return errorsmod.Wrap(types.ErrTopUp, "without a target")
		}
		return k.DropTopUp(ctx, m.Org)
	}
	if err := k.receiving(ctx, owner, m.Org); err != nil {
		return err
	}
	if m.Threshold == 0 || m.Threshold >= m.Target || m.MaxSpark == 0 {
		return errorsmod.Wrapf(types.ErrTopUp, "from %d to %d for %d spark", m.Threshold, m.Target, m.MaxSpark)
	}
	u, err := orZero(k.topUps.Get(ctx, m.Org))
	if err != nil {
		return err
	}
	u.Org, u.Threshold, u.Target, u.MaxSpark, u.Failing = m.Org, m.Threshold, m.Target, m.MaxSpark, false
	if err := k.topUps.Set(ctx, m.Org, u); err != nil {
		return err
	}
	e, err := k.Escrow(ctx, m.Org)
	if err != nil {
		return err
	}
	return k.wantTopUp(ctx, m.Org, e.Balance.Credits)
}

// DropTopUp ends the top-up of an org that has another owner now, or is closed: who set
// it burned their own HXW, and nobody else's.
func (k *Keeper) DropTopUp(ctx context.Context, org uint32) error {
	if err := k.due.Remove(ctx, org); err != nil {
		return err
	}
	return k.topUps.Remove(ctx, org)
}

// wantTopUp makes a top-up due when an escrow is below its threshold.
func (k *Keeper) wantTopUp(ctx context.Context, org uint32, dc uint64) error {
	u, err := orZero(k.topUps.Get(ctx, org))
	if err != nil || dc >= u.Threshold {
		return err
	}
	return k.due.Set(ctx, org)
}

// runTopUps buys credits for the next orgs that are due.
func (k *Keeper) runTopUps(ctx sdk.Context) error {
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	next, err := k.dueAfter(ctx, t.TopUpCursor)
	if err != nil {
		return err
	}
	if len(next) == 0 {
		if t.TopUpCursor == 0 {
			return nil
		}
		if next, err = k.dueAfter(ctx, 0); err != nil {
			return err
		}
	}
	for _, org := range next {
		if err := k.topUp(ctx, org); err != nil {
			return err
		}
	}
	if t, err = k.Totals(ctx); err != nil {
		return err
	}
	cursor := uint32(0)
	if len(next) == maxTopUps {
		cursor = next[len(next)-1]
	}
	if t.TopUpCursor == cursor {
		return nil
	}
	t.TopUpCursor = cursor
	return k.totals.Set(ctx, t)
}

func (k *Keeper) dueAfter(ctx context.Context, org uint32) ([]uint32, error) {
	var next []uint32
	err := k.due.Walk(ctx, new(collections.Range[uint32]).StartExclusive(org), func(o uint32) (bool, error) {
		next = append(next, o)
		return len(next) == maxTopUps, nil
	})
	return next, err
}

// topUp buys what an org lacks, as far as price, cap, its owner's bound and balance
// allow. Why it cannot is told once.
func (k *Keeper) topUp(ctx context.Context, org uint32) error {
	u, err := k.topUps.Get(ctx, org)
	if err != nil {
		return err
	}
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return err
	}
	if e.Balance.Credits >= u.Threshold {
		return k.due.Remove(ctx, org)
	}
	if now := k.epochs.CurrentEpoch(ctx); u.Epoch != now {
		u.Epoch, u.Spent = now, 0
	}
	spark, reason, err := k.buyTopUp(ctx, &u, u.Target-e.Balance.Credits)
	if err != nil {
		return err
	}
	if reason != nil {
		if u.Failing {
			return nil
		}
		u.Failing = true
		if err := k.topUps.Set(ctx, org, u); err != nil {
			return err
		}
		return emit(ctx, &types.EventTopUpFailed{Org: org, Reason: reason.Error()})
	}
	u.Spent, u.Failing = u.Spent+spark, false
	if err := k.topUps.Set(ctx, org, u); err != nil {
		return err
	}
	if e, err = k.Escrow(ctx, org); err != nil || e.Balance.Credits < u.Threshold {
		return err
	}
	return k.due.Remove(ctx, org)
}

// buyTopUp mints up to dc credits into an org's escrow and returns what it burned, or the
// reason why it could buy none.
func (k *Keeper) buyTopUp(ctx context.Context, u *types.TopUp, dc uint64) (spark uint64, reason, err error) {
	name, ok := k.orgs.OrgOwner(ctx, u.Org)
	if !ok {
		return 0, types.ErrOwner, nil
	}
	owner, err := account(name)
	if err != nil {
		return 0, nil, err
	}
	price, err := k.mintPrice(ctx)
	if errorsmod.IsOf(err, types.ErrPriceStale) {
		return 0, err, nil
	}
	if err != nil {
		return 0, nil, err
	}
	room, err := k.room(ctx, owner, u.Org)
	if err != nil {
		return 0, nil, err
	}
	have := k.bank.SpendableCoin(ctx, owner, types.Denom).Amount
	most := u.MaxSpark - min(u.MaxSpark, u.Spent)
	if have.IsUint64() {
		most = min(most, have.Uint64())
	}
	dc = min(dc, room.Most(), types.Credits(most, price))
	switch {
	case dc == 0 && room.Most() == 0:
		return 0, types.ErrMintCap, nil
	case dc == 0:
		return 0, types.ErrMaxBurn, nil
	}
	spark = types.Cost(dc, price)
	if err := k.bank.SendCoinsFromAccountToModule(ctx, owner, types.ModuleName, coins(spark)); err != nil {
		return 0, nil, err
	}
	o := types.Order{Org: u.Org}
	return spark, nil, k.mint(ctx, owner, &o, dc, spark, room)
}
