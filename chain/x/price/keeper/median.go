package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/price/feed"
	"github.com/hexwave/hexwave/chain/x/price/types"
)

// Ballot is what one validator of a height reported.
type Ballot struct {
	// Power is its voting power.
	Power uint64
	// Price is in 1e-8 USD, 0 when it reported none; Time is when its node learned
	// the price, in Unix seconds.
	Price, Time uint64
}

// VoteDue tells whether validators vote on the price at a height.
func (k *Keeper) VoteDue(ctx context.Context, height int64) (bool, error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return false, err
	}
	return p.Mode == types.MODE_VOTES && height > 0 && uint64(height)%p.VoteEveryBlocks == 0, nil
}

// Vote takes the median of the ballots of all validators of a height. It leaves the
// price as it is, with an event, when those that reported a price that counts have
// less than min_power_bps of the power. It fails only when the store does.
func (k *Keeper) Vote(ctx context.Context, ballots []Ballot) error {
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	at, total := now(ctx), uint64(0)
	var reports []feed.Report
	for _, b := range ballots {
		total += b.Power
		if p.Sane(b.Price) && max(at, b.Time)-min(at, b.Time) <= p.StaleSeconds {
			reports = append(reports, feed.Report{Price: b.Price, Weight: b.Power})
		}
	}
	return k.take(ctx, p, reports, total, feed.Reaches(feed.Weight(reports), total, uint64(p.MinPowerBps)))
}

// Hold tells in an event why a due median was not taken.
func (k *Keeper) Hold(ctx context.Context, reason string) error {
	return emit(ctx, &types.EventPriceHeld{Reason: reason})
}

// take accepts the median of reports when they are enough of a total weight.
func (k *Keeper) take(ctx context.Context, p types.Params, reports []feed.Report, total uint64, enough bool) error {
	share := feed.Share(feed.Weight(reports), total)
	median, ok := feed.Median(reports)
	if !ok || !enough {
		return emit(ctx, &types.EventPriceHeld{Reason: "too few reports", PowerBps: share, Reporters: uint32(len(reports))})
	}
	ring, err := orZero(k.ring.Get(ctx))
	if err != nil {
		return err
	}
	last, err := k.Latest(ctx)
	if err != nil {
		return err
	}
	samples, n := feed.Accept(ring.Pure(), last.Pure(), now(ctx), median, p.Rules())
	l := types.Latest{
		Time: n.Time, Price: n.Price, Median: n.Median, Twap: n.TWAP, Since: n.Since,
		PowerBps: share, Reporters: uint32(len(reports)),
	}
	if err := k.ring.Set(ctx, types.RingOf(samples)); err != nil {
		return err
	}
	if err := k.latest.Set(ctx, l); err != nil {
		return err
	}
	return emit(ctx, &types.EventPriceAccepted{
		Median: l.Median, Price: l.Price, Clamped: l.Price != l.Median, Twap: l.Twap,
		PowerBps: l.PowerBps, Reporters: l.Reporters,
	})
}
