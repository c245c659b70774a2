package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/price/feed"
	"github.com/hexwave/hexwave/chain/x/price/types"
)

// Submit keeps the price of a feeder and takes the median when prices of more than
// half of the feeders are fresh. It returns ErrMode, ErrFeeder or ErrPrice.
func (k *Keeper) Submit(ctx context.Context, m *types.MsgSubmitPrice) error {
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if p.Mode != types.MODE_FEEDERS {
		return errorsmod.Wrap(types.ErrMode, p.Mode.String())
	}
	feeder, err := sdk.AccAddressFromBech32(m.Feeder)
	if err != nil {
		return errorsmod.Wrapf(types.ErrFeeder, "%q: %s", m.Feeder, err)
	}
	listed, err := accounts(p)
	if err != nil {
		return err
	}
	if !contains(listed, feeder) {
		return errorsmod.Wrap(types.ErrFeeder, m.Feeder)
	}
	if !p.Sane(m.Price) {
		return errorsmod.Wrapf(types.ErrPrice, "%d, not %d..%d", m.Price, p.MinPrice, p.MaxPrice)
	}
	if err := k.quotes.Set(ctx, feeder, types.Quote{Price: m.Price, Time: now(ctx)}); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventPriceSubmitted{Feeder: m.Feeder, Price: m.Price}); err != nil {
		return err
	}
	reports, err := k.freshQuotes(ctx, p, listed)
	if err != nil {
		return err
	}
	return k.take(ctx, p, reports, uint64(len(listed)), 2*len(reports) > len(listed))
}

// freshQuotes are the prices of the listed feeders that are young enough and count.
func (k *Keeper) freshQuotes(ctx context.Context, p types.Params, listed []sdk.AccAddress) ([]feed.Report, error) {
	var reports []feed.Report
	for _, account := range listed {
		q, err := orZero(k.quotes.Get(ctx, account))
		if err != nil {
			return nil, err
		}
		// A quote from before a change of the bounds may be outside of them.
		if p.Sane(q.Price) && now(ctx)-min(now(ctx), q.Time) <= p.FeederMaxAge {
			reports = append(reports, feed.Report{Price: q.Price, Weight: 1})
		}
	}
	return reports, nil
}

// setParams stores parameters and drops the quotes of those who are no feeders any
// more, so that the store holds no more than governance listed.
func (k *Keeper) setParams(ctx context.Context, p types.Params) error {
	before, err := orZero(k.params.Get(ctx))
	if err != nil {
		return err
	}
	was, err := accounts(before)
	if err != nil {
		return err
	}
	listed, err := accounts(p)
	if err != nil {
		return err
	}
	for _, account := range was {
		if contains(listed, account) {
			continue
		}
		if err := k.quotes.Remove(ctx, account); err != nil {
			return err
		}
	}
	return k.params.Set(ctx, p)
}

func accounts(p types.Params) ([]sdk.AccAddress, error) {
	out := make([]sdk.AccAddress, len(p.Feeders))
	for i, f := range p.Feeders {
		account, err := sdk.AccAddressFromBech32(f)
		if err != nil {
			return nil, errorsmod.Wrapf(types.ErrParams, "feeder %q: %s", f, err)
		}
		out[i] = account
	}
	return out, nil
}

func contains(list []sdk.AccAddress, account sdk.AccAddress) bool {
	for _, a := range list {
		if a.Equals(account) {
			return true
		}
	}
	return false
}
