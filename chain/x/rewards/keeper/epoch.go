package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/step"
	"github.com/hexwave/hexwave/poc/reward"
)

// BeginBlock adds journals to the cells, closes at most one epoch, and only when the
// one before is rated in every cell, then rates some more cells. Epochs that went by
// while the chain stood still are closed one a block, none is lost; neither is one
// whose closing fails, which the next block tries again.
func (k *Keeper) BeginBlock(ctx sdk.Context) {
	step.Run(ctx, types.ModuleName, "fold", k.fold)
	step.Run(ctx, types.ModuleName, "close", k.closeDue)
	step.Run(ctx, types.ModuleName, "sweep", k.sweepSome)
}

// closeDue closes the current epoch when its time is over. The first block of a chain
// starts the clock.
func (k *Keeper) closeDue(ctx sdk.Context) error {
	p, err := k.Params(ctx)
	if err != nil {
		return err
	}
	c, err := k.clock(ctx)
	if err != nil {
		return err
	}
	now := ctx.BlockTime().UnixMilli()
	if c.Start == 0 {
		c.Start = now
		return k.set(ctx, []byte{types.PrefixClock}, c.Encode())
	}
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	if now < c.Start+int64(p.EpochSeconds)*1000 || s.SweepCell != types.NothingLeft {
		return nil
	}
	return k.closeEpoch(ctx, p, s, c)
}

// closeEpoch ends the current epoch: it fixes what its points are worth and
// mints the validators' and the community's part. The work does not grow with
// the number of hotspots.
func (k *Keeper) closeEpoch(ctx context.Context, p types.Params, s types.State, c types.Clock) error {
	mean, err := k.meanPoints(ctx, s.Epoch)
	if err != nil {
		return err
	}
	index := uint64(s.Epoch - 1)
	e := types.Epoch{
		Number:                   s.Epoch,
		ClosedHeight:             uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()),
		TotalPoints:              s.Points,
		LifetimeMultiplePermille: p.LifetimeMultiplePermille,
		DemandFraction:           p.DemandFraction,
		RampBps:                  p.RampBps,
	}
	e.Reemitted, c.ReemitPool = reward.Reemit(c.ReemitPool, c.Burned, p.ReemitCap, p.ReemitSmoothing)
	scheduled, err := k.scheduled(ctx, p, index)
	if err != nil {
		return err
	}
	e.Emission = scheduled + e.Reemitted
	var work uint64
	e.Validators, e.Community, work = reward.Split(e.Emission, p.Shares())
	e.BasePool = reward.BasePool(work, p.BaseShareBps, p.EpochsPerYear, index)
	rate := reward.Rate(e.BasePool, e.TotalPoints, mean, p.Caps())
	e.RateOver, e.RateLimit = rate.Over, rate.Limit
	if err := k.storeEpoch(ctx, e); err != nil {
		return err
	}
	if err := k.paySplits(ctx, e.Validators, e.Community); err != nil {
		return err
	}
	s.Epoch, s.Points, s.SweepCell = s.Epoch+1, 0, 0
	unshared, pointless := work-e.BasePool, uint64(0)
	if e.TotalPoints == 0 {
		pointless, s.SweepCell = e.BasePool, types.NothingLeft
	}
	err = k.count(ctx, func(t *types.Totals) {
		t.Scheduled += scheduled
		t.NotEmitted += unshared + pointless
		t.Unshared, t.Pointless = t.Unshared+unshared, t.Pointless+pointless
	})
	if err != nil {
		return err
	}
	if err := k.setState(ctx, s); err != nil {
		return err
	}
	c.Start, c.Burned = c.Start+int64(p.EpochSeconds)*1000, 0
	if err := k.set(ctx, []byte{types.PrefixClock}, c.Encode()); err != nil {
		return err
	}
	return emit(ctx, &types.EventEpochClosed{Epoch: e})
}

// scheduled returns what an epoch emits by the schedule, as far as premine and all
// epochs before leave room for it.
func (k *Keeper) scheduled(ctx context.Context, p types.Params, index uint64) (uint64, error) {
	t, err := k.counters(ctx)
	room := reward.Sub(reward.Sub(p.MaxSupply, t.Premine), t.Scheduled)
	return min(reward.Emission(p.Schedule(), index), room), err
}

// meanPoints returns the mean of the points of up to MeanEpochs epochs before
// epoch, 0 when there was none.
func (k *Keeper) meanPoints(ctx context.Context, epoch uint32) (uint64, error) {
	var sum, n uint64
	for back := uint32(1); back <= types.MeanEpochs && back < epoch; back++ {
		b, err := k.get(ctx, types.NumberKey(types.PrefixRow, epoch-back))
		if err != nil {
			return 0, err
		}
		if b == nil {
			break
		}
		row, err := types.DecodeRow(b)
		if err != nil {
			return 0, err
		}
		sum, n = reward.Add(sum, row.TotalPoints), n+1
	}
	if n == 0 {
		return 0, nil
	}
	return sum / n, nil
}

// storeEpoch stores a closed epoch and forgets the one that is too old to be
// asked for.
func (k *Keeper) storeEpoch(ctx context.Context, e types.Epoch) error {
	row := types.Row{BasePool: e.BasePool, TotalPoints: e.TotalPoints, ClosedHeight: e.ClosedHeight}
	if err := k.set(ctx, types.NumberKey(types.PrefixRow, e.Number), row.Encode()); err != nil {
		return err
	}
	if err := k.setProto(ctx, types.NumberKey(types.PrefixTerms, e.Number), &e); err != nil {
		return err
	}
	if e.Number <= types.KeepEpochs {
		return nil
	}
	old := e.Number - types.KeepEpochs
	if err := k.del(ctx, types.NumberKey(types.PrefixRow, old)); err != nil {
		return err
	}
	return k.del(ctx, types.NumberKey(types.PrefixTerms, old))
}

// paySplits mints the validators' part and pays it by turns, with what is left over
// into the fee collector, and the community's part into its pool.
func (k *Keeper) paySplits(ctx context.Context, validators, community uint64) error {
	t, err := k.counters(ctx)
	if err != nil {
		return err
	}
	t.Splits += validators + community
	if err := k.mint(ctx, &t, validators+community); err != nil {
		return err
	}
	if err := k.setProto(ctx, []byte{types.PrefixTotals}, &t); err != nil {
		return err
	}
	paid, err := k.payTurns(ctx, validators)
	if err != nil {
		return err
	}
	if rest := validators - paid; rest > 0 {
		if err := k.bank.SendCoinsFromModuleToModule(ctx, types.ModuleName, authtypes.FeeCollectorName, coins(rest)); err != nil {
			return err
		}
	}
	if community > 0 {
		if err := k.community.FundCommunityPool(ctx, coins(community), k.address); err != nil {
			return err
		}
	}
	return nil
}
