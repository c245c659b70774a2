package keeper

import (
	"context"
	"slices"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/chain/x/step"
)

// Bounds of the work of one block.
const (
	maxLanesPerBlock = 200
	maxRowsPerBlock  = 1_000
	// maxOpenEpochs is how many epochs before the last one can be open at once: those
	// of a chain that stood still for as many days.
	maxOpenEpochs = 30
)

// BeginBlock gives back what lanes of epochs past their deadline did not use, forgets
// their rows, and lets every lane reserve its allowance for a new epoch, all by bounded
// steps.
func (k *Keeper) BeginBlock(ctx sdk.Context) {
	step.Run(ctx, types.ModuleName, "lanes", k.turnLanes)
	step.Run(ctx, types.ModuleName, "forget rows", k.forgetRows)
	step.Run(ctx, types.ModuleName, "forget batches", k.batches.Forget)
}

// turnLanes ends the lanes of past epochs and opens those of a new one.
func (k *Keeper) turnLanes(ctx sdk.Context) error {
	epoch := k.rewards.CurrentEpoch(ctx)
	p, err := orZero(k.progress.Get(ctx))
	if err != nil {
		return err
	}
	if p.Epoch != epoch {
		p = types.Progress{Epoch: epoch, Reserving: true}
		if err := k.progress.Set(ctx, p); err != nil {
			return err
		}
	}
	expired, err := k.expireLanes(ctx, epoch)
	if err != nil {
		return err
	}
	// New reservations wait for the released ones, which may be all there is.
	if p.Reserving && expired < maxLanesPerBlock {
		return k.reserveSome(ctx, p)
	}
	return nil
}

// firstOpen returns the first epoch of which vouchers settle: the one before the current,
// or an earlier one that ended less than OpenBlocks ago, because the chain stood still
// and the epochs that went by close one a block.
func (k *Keeper) firstOpen(ctx context.Context, p types.Params, epoch uint32) (uint32, error) {
	height := uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
	first := max(epoch, 2) - 1
	for range maxOpenEpochs {
		ended, ok, err := k.rewards.EndedAt(ctx, first-1)
		if err != nil || !ok || ended+uint64(p.OpenBlocks) <= height {
			return first, err
		}
		first--
	}
	return first, nil
}

// expireLanes ends lanes past their deadline and returns how many, with their claims, it
// handled: claims are paid out of the bond first, then what was not used is released.
func (k *Keeper) expireLanes(ctx context.Context, epoch uint32) (int, error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	first, err := k.firstOpen(ctx, p, epoch)
	if err != nil {
		return 0, err
	}
	var old []types.Lane
	err = k.lanes.Walk(ctx, before(first), func(_ []byte, l types.Lane) (bool, error) {
		old = append(old, l)
		return len(old) == maxLanesPerBlock, nil
	})
	if err != nil {
		return 0, err
	}
	work := 0
	for _, l := range old {
		if l.Claimed > 0 {
			n, err := k.compensate(ctx, l, maxLanesPerBlock-work)
			if err != nil {
				return 0, err
			}
			if work += n; work == maxLanesPerBlock {
				return work, nil // the rest of its claims, and the lanes after it, come next
			}
		}
		if err := k.expireLane(ctx, l); err != nil {
			return 0, err
		}
		if work++; work == maxLanesPerBlock {
			return work, nil
		}
	}
	return work, nil
}

// expireLane forgets a lane and gives its org what it has left, which its lanes of the
// current epoch reserve if they lack it.
func (k *Keeper) expireLane(ctx context.Context, l types.Lane) error {
	if err := k.lanes.Remove(ctx, key(l.Epoch, l.Org, l.Lane)); err != nil {
		return err
	}
	left := l.Left()
	if left == 0 {
		return nil
	}
	if err := k.credits.Release(ctx, l.Org, left); err != nil {
		return err
	}
	return k.Hooks().AfterFunded(ctx, l.Org)
}

// before is the range of rows of epochs before one.
func before(epoch uint32) *collections.Range[[]byte] {
	return new(collections.Range[[]byte]).EndExclusive(key(epoch))
}

// prefixRange is the range of rows that begin with a prefix of whole numbers.
func prefixRange(prefix []byte) *collections.Range[[]byte] {
	end := slices.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			break
		}
	}
	return new(collections.Range[[]byte]).StartInclusive(prefix).EndExclusive(end)
}

// reserveSome lets the next lanes reserve for the epoch of p.
func (k *Keeper) reserveSome(ctx context.Context, p types.Progress) error {
	var next []routing.Signer
	err := k.routing.IterateSigners(ctx, p.Org, p.Lane, func(s routing.Signer) (bool, error) {
		next = append(next, s)
		return len(next) == maxLanesPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, s := range next {
		if err := k.reserve(ctx, s, p.Epoch); err != nil {
			return err
		}
		p.Org, p.Lane = s.Org, s.Lane
	}
	if len(next) < maxLanesPerBlock {
		p = types.Progress{Epoch: p.Epoch}
	}
	return k.progress.Set(ctx, p)
}

// reserve fills a lane's reservation up to its allowance, as far as the org's
// free escrow goes.
func (k *Keeper) reserve(ctx context.Context, s routing.Signer, epoch uint32) error {
	l, err := k.lane(ctx, epoch, s.Org, s.Lane)
	if err != nil {
		return err
	}
	if s.Revoked || l.Reserved >= s.Allowance {
		return nil
	}
	e, err := k.credits.Escrow(ctx, s.Org)
	if err != nil {
		return err
	}
	more := min(s.Allowance-l.Reserved, e.Free())
	if more == 0 {
		return nil
	}
	if err := k.credits.Reserve(ctx, s.Org, more); err != nil {
		return err
	}
	l.Reserved += more
	if err := k.setLane(ctx, l); err != nil {
		return err
	}
	return emit(ctx, &types.EventLaneReserved{Epoch: epoch, Org: s.Org, Lane: s.Lane, Reserved: l.Reserved})
}

// Hooks follow escrows and lanes.
type Hooks struct{ k *Keeper }

// Hooks returns what the credits and routing modules call.
func (k *Keeper) Hooks() Hooks { return Hooks{k} }

// AfterFunded lets the org's lanes reserve what they lack in this epoch.
func (h Hooks) AfterFunded(ctx context.Context, org uint32) error {
	signers, err := h.k.routing.OrgSigners(ctx, org)
	if err != nil {
		return err
	}
	for _, s := range signers {
		if err := h.AfterSignerAuthorized(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// AfterSignerAuthorized lets a lane reserve for this epoch.
func (h Hooks) AfterSignerAuthorized(ctx context.Context, s routing.Signer) error {
	return h.k.reserve(ctx, s, h.k.rewards.CurrentEpoch(ctx))
}

// forgetRows drops rows that no voucher can ask for any more.
func (k *Keeper) forgetRows(ctx sdk.Context) error {
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	first, err := k.firstOpen(ctx, p, k.rewards.CurrentEpoch(ctx))
	if err != nil {
		return err
	}
	var old [][]byte
	err = k.settled.Walk(ctx, before(first), func(row []byte, _ types.Settled) (bool, error) {
		old = append(old, row)
		return len(old) == maxRowsPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, row := range old {
		if err := k.settled.Remove(ctx, row); err != nil {
			return err
		}
	}
	return nil
}
