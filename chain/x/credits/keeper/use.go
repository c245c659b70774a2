package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// What an org used is counted in its escrow while the epoch runs and moved to its record
// by the first use of a later epoch: most burns write nothing more than the escrow.

// countUsed adds used credits to an escrow's count.
func (k *Keeper) countUsed(ctx context.Context, org uint32, e *types.Escrow, dc uint64) error {
	now := k.epochs.CurrentEpoch(ctx)
	if e.UseEpoch != now {
		if err := k.turnUse(ctx, org, e.UseEpoch, e.Used); err != nil {
			return err
		}
		e.UseEpoch, e.Used = now, 0
	}
	e.Used += dc
	return nil
}

// turnUse moves what was used in an epoch that is over to the record of an org, or of
// all (0).
func (k *Keeper) turnUse(ctx context.Context, org, epoch uint32, used uint64) error {
	if used == 0 {
		return nil
	}
	u, err := orZero(k.uses.Get(ctx, org))
	if err != nil {
		return err
	}
	u.Org = org
	return k.uses.Set(ctx, org, u.Add(epoch, used))
}

// usedBefore returns what an org, or all, used in the epochs that count now, of which
// the count of the last one may not be in the record.
func (k *Keeper) usedBefore(ctx context.Context, org, epoch uint32, used uint64, now uint32) (uint64, error) {
	u, err := orZero(k.uses.Get(ctx, org))
	if err != nil {
		return 0, err
	}
	if used > 0 {
		u = u.Add(epoch, used)
	}
	return u.Sum(now), nil
}

// keptFor returns the part of the mint cap that is kept for an org.
func (k *Keeper) keptFor(ctx context.Context, p types.Params, t types.Totals, org, now uint32) (uint64, error) {
	all, err := k.usedBefore(ctx, 0, t.UseEpoch, t.UsedThisEpoch, now)
	if err != nil || all == 0 {
		return 0, err
	}
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return 0, err
	}
	own, err := k.usedBefore(ctx, org, e.UseEpoch, e.Used, now)
	return p.KeptFor(own, all), err
}
