package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/chain/x/step"
	"github.com/hexwave/hexwave/poc/limits"
)

// EndBlock does a block's work after its transactions, in this order: settle what is
// due, draw and turn the window, forget. R of the block was stored before its
// transactions. Each step is bounded, and one that fails is tried again in the next
// block.
func (k *Keeper) EndBlock(ctx sdk.Context) {
	step.Run(ctx, types.ModuleName, "settle", k.settleDue)
	step.Run(ctx, types.ModuleName, "draw", k.drawAndTurn)
	step.Run(ctx, types.ModuleName, "forget", k.batches.Forget)
}

// drawAndTurn draws the block's challenges and turns the window when it is over. The
// two share the window's account.
func (k *Keeper) drawAndTurn(ctx sdk.Context) error {
	p, err := k.params.Get(ctx)
	if err != nil {
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
	open, err := k.unsettled(ctx)
	if err != nil {
		return err
	}
	if w, err = k.draw(ctx, &p, w, &totals, open); err != nil {
		return err
	}
	if w, err = k.turn(ctx, &p, w, &totals, open); err != nil {
		return err
	}
	if err := k.window.Set(ctx, w); err != nil {
		return err
	}
	return k.totals.Set(ctx, totals)
}

// startLooks is how many looks in a row must find the same active hotspots before
// a network without a window starts one: hotspots that register together are
// drawn together.
const startLooks = 3

// turn freezes for the next window when it is time, and starts it when this one
// is over. While a window is empty the whole registry is looked at again in
// every block, so that a new network need not wait.
func (k *Keeper) turn(ctx sdk.Context, p *types.Params, w types.Window, totals *types.Totals, open unsettled) (types.Window, error) {
	h := height(ctx)
	account := w.Account()
	if h < account.FreezeStart(limits.MaxFreeze) && w.Frozen > 0 {
		return w, nil
	}
	done, err := k.freeze(ctx, p, open)
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
	if err := k.startRoster(ctx, next.Number); err != nil {
		return w, err
	}
	return types.FromAccount(account.Next(h+1, p.WindowBlocks, next.Frozen)), nil
}

// startRoster makes everybody who was frozen for a window one who is not drawn
// yet: about 500 pages for a million hotspots, once a window.
func (k *Keeper) startRoster(ctx context.Context, window uint64) error {
	members, err := k.roster(ctx, rosterMembers, window)
	if err != nil {
		return err
	}
	from, to := rosterPages{k, rosterKey(rosterMembers, window)}, rosterPages{k, rosterKey(rosterLeft, window)}
	if err := k.clearRoster(ctx, rosterLeft, window); err != nil {
		return err
	}
	for n := range members.Counts() {
		p, err := from.Page(ctx, uint32(n))
		if err != nil {
			return err
		}
		if err := to.SetPage(ctx, uint32(n), &p); err != nil {
			return err
		}
	}
	return k.sizes.Set(ctx, to.id, types.EncodeCounts(members.Counts()))
}
