package keeper

import (
	"context"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/limits"
)

// EndBlock does a block's work after its transactions, in this order: settle
// what is due, draw, freeze for the next window, turn the window, forget. R of
// the block was stored before its transactions. Each step is bounded.
func (k *Keeper) EndBlock(ctx sdk.Context) error {
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if err := k.settleDue(ctx); err != nil {
		return err
	}
	w, err := k.window.Get(ctx)
	if err != nil {
		return err
	}
	totals, err := itemOr(ctx, k.totals)
	if err != nil {
		return err
	}
	if w, err = k.draw(ctx, &p, w, &totals); err != nil {
		return err
	}
	if w, err = k.turn(ctx, &p, w, &totals); err != nil {
		return err
	}
	if err := k.window.Set(ctx, w); err != nil {
		return err
	}
	if err := k.totals.Set(ctx, totals); err != nil {
		return err
	}
	if err := k.expireNonces(ctx); err != nil {
		return err
	}
	return k.forgetOld(ctx)
}

// startLooks is how many looks in a row must find the same active hotspots before
// a network without a window starts one: hotspots that register together are
// drawn together.
const startLooks = 3

// turn freezes for the next window when it is time, and starts it when this one
// is over. While a window is empty the whole registry is looked at again in
// every block, so that a new network need not wait.
func (k *Keeper) turn(ctx sdk.Context, p *types.Params, w types.Window, totals *types.Totals) (types.Window, error) {
	h := height(ctx)
	account := w.Account()
	if h < account.FreezeStart(limits.MaxFreeze) && w.Frozen > 0 {
		return w, nil
	}
	done, err := k.freeze(ctx, p)
	if err != nil || !done {
		return w, err
	}
	next, err := k.nextWindow.Get(ctx)
	if err != nil || next.Active == 0 || w.Frozen > 0 && h+1 < w.End {
		return w, err
	}
	if w.Frozen == 0 {
		if next.Active != next.Seen {
			next.Stable = 0
		}
		if next.Stable+1 < startLooks {
			w.Number = next.Number
			again := types.NextWindow{Number: next.Number + 1, Seen: next.Active, Stable: next.Stable + 1}
			return w, k.nextWindow.Set(ctx, again)
		}
	}
	totals.Skipped += account.Remaining
	if err := k.lastWindow.Set(ctx, types.FromAccount(account.Closed())); err != nil {
		return w, err
	}
	if err := k.nextWindow.Set(ctx, types.NextWindow{Number: next.Number + 1}); err != nil {
		return w, err
	}
	return types.FromAccount(account.Next(h+1, p.WindowBlocks, next.Frozen)), nil
}

// settleDue settles the open challenges whose time has come, in order of their
// ids.
func (k *Keeper) settleDue(ctx sdk.Context) error {
	var due []uint64
	err := k.open.Walk(ctx, nil, func(id, settle uint64) (bool, error) {
		if settle > height(ctx) || len(due) >= limits.MaxSettlements {
			return true, nil
		}
		due = append(due, id)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, id := range due {
		// A settlement that fails pays nobody and must not stop the chain.
		cached, write := ctx.CacheContext()
		if err := k.settle(cached, id); err != nil {
			ctx.Logger().Error("settle challenge", "challenge", id, "error", err.Error())
			if err := k.abandon(ctx, id); err != nil {
				return err
			}
			continue
		}
		write()
	}
	return nil
}

// forgetOld drops settled challenges that were kept long enough.
func (k *Keeper) forgetOld(ctx context.Context) error {
	var old []collections.Pair[uint64, uint64]
	err := k.forget.Walk(ctx, nil, func(key collections.Pair[uint64, uint64]) (bool, error) {
		if key.K1() > height(ctx) || len(old) >= limits.MaxPrunes {
			return true, nil
		}
		old = append(old, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range old {
		if err := k.forget.Remove(ctx, key); err != nil {
			return err
		}
		if err := k.challenges.Remove(ctx, key.K2()); err != nil {
			return err
		}
		if err := k.reports.Clear(ctx, collections.NewPrefixedPairRange[uint64, uint32](key.K2())); err != nil {
			return err
		}
	}
	return nil
}

// CheckInvariants returns ErrInvariant unless every hotspot of the current and
// the last frozen set is accounted for: drawn + skipped + void + remaining =
// frozen.
func (k *Keeper) CheckInvariants(ctx context.Context) error {
	for _, item := range []collections.Item[types.Window]{k.window, k.lastWindow} {
		w, err := itemOr(ctx, item)
		if err != nil {
			return err
		}
		if !w.Account().Balanced() {
			return types.ErrInvariant.Wrapf("%+v", w)
		}
	}
	return nil
}

var _ challenge.Set = (*drawSet)(nil)
