package keeper

import (
	"context"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/proto/wire"
)

// settleDue settles the challenges whose time has come, in order of their ids,
// books their points together, and hands them to the node's history.
func (k *Keeper) settleDue(ctx sdk.Context) error {
	due, err := k.takeDue(ctx)
	if err != nil {
		return err
	}
	b := settlement{k: k}
	if len(due) > 0 {
		if err := b.settleAll(ctx, due); err != nil {
			return err
		}
	}
	if k.history != nil {
		if err := k.history.Keep(height(ctx), b.settled); err != nil {
			// The node's own memory; the chain goes on without it.
			ctx.Logger().Error("keep history", "error", err.Error())
		}
	}
	return nil
}

// settleAll settles challenges and stores what comes of all of them together.
func (b *settlement) settleAll(ctx sdk.Context, due []types.Opened) (err error) {
	k := b.k
	if b.totals, err = itemOr(ctx, k.totals); err != nil {
		return err
	}
	b.sends = make(map[uint32]bool, len(due))
	for _, o := range due {
		b.sends[o.Hotspot] = true
	}
	for _, o := range due {
		if err := b.settle(ctx, o); err != nil {
			return err
		}
	}
	if err := k.totals.Set(ctx, b.totals); err != nil {
		return err
	}
	return k.rewards.Book(ctx, b.bookings)
}

// takeDue takes the lists of the heights that are due, as long as they are not
// more than a block settles.
func (k *Keeper) takeDue(ctx context.Context) ([]types.Opened, error) {
	var due []types.Opened
	var heights []uint64
	until := new(collections.Range[uint64]).EndInclusive(height(ctx))
	err := k.due.Walk(ctx, until, func(h uint64, list []byte) (bool, error) {
		opened, err := types.ParseOpened(list)
		if err != nil || len(due) > 0 && len(due)+len(opened) > limits.MaxSettlements {
			return true, err
		}
		due, heights = append(due, opened...), append(heights, h)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	for _, h := range heights {
		if err := k.due.Remove(ctx, h); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// settlement is what the challenges of one block come to.
type settlement struct {
	k        *Keeper
	totals   types.Totals
	bookings []rewardstypes.Booking
	settled  []types.ChallengeRecord
	sends    map[uint32]bool
	settler  challenge.Settler
}

// settle judges a challenge, changes the records of who took part, and removes
// it from the state. Judging only reads: when it fails, the challenge is void,
// pays nobody, and the chain goes on.
func (b *settlement) settle(ctx sdk.Context, o types.Opened) error {
	s, result, err := b.k.judged(ctx, o.ID, b.sends, &b.settler)
	if err != nil {
		ctx.Logger().Error("settle challenge", "challenge", o.ID, "error", err.Error())
		s, result = &settling{}, &challenge.Settlement{Status: challenge.Void, Beacon: challenge.Outcome{Verdict: wire.Void}}
		if s.record, err = getOr(ctx, b.k.challenges, o.ID); err != nil {
			return err
		}
		s.open.Challenge = wire.Challenge{ID: o.ID, Hotspot: o.Hotspot, Index: o.Index, Settle: height(ctx)}
	}
	if err := b.witnesses(ctx, s, result); err != nil {
		return err
	}
	if err := b.beaconer(ctx, s, result); err != nil {
		return err
	}
	s.finish(result)
	b.settled = append(b.settled, s.record)
	if err := b.k.removeChallenge(ctx, o.ID); err != nil {
		return err
	}
	if err := b.count(ctx, s, result); err != nil {
		return err
	}
	ctx.EventManager().EmitEvent(s.event(result).Event())
	return nil
}

func (k *Keeper) removeChallenge(ctx context.Context, id uint64) error {
	if err := k.challenges.Remove(ctx, id); err != nil {
		return err
	}
	if err := k.heard.Remove(ctx, id); err != nil {
		return err
	}
	return k.revealed.Remove(ctx, id)
}

// witnesses pays each report and holds a false tag against its witness.
func (b *settlement) witnesses(ctx context.Context, s *settling, result *challenge.Settlement) error {
	for i := range result.Reports {
		o, g := result.Reports[i], &s.standings[i]
		isFault := o.Verdict == wire.BadTag
		if isFault {
			g.Debt, g.Fault = g.Debt+challenge.Penalty(o.Verdict), s.open.Challenge.Settle
		}
		withheld := b.book(g, o.Points)
		if !isFault && !withheld {
			continue
		}
		if err := b.k.progress.Set(ctx, g.Hotspot, *g); err != nil {
			return err
		}
	}
	return nil
}

// beaconer pays the beacon and moves its hotspot along its hash chain: the index
// is used up, answered or not.
func (b *settlement) beaconer(ctx context.Context, s *settling, result *challenge.Settlement) error {
	c := &s.open.Challenge
	g, err := getOr(ctx, b.k.progress, c.Hotspot)
	if err != nil {
		return err
	}
	g.Hotspot, g.NextIndex = c.Hotspot, min(g.NextIndex, c.Index)
	g.Challenged++
	if s.open.Revealed && leadsTo(c, s.open.Preimage, &g, s.params.MaxWalk) {
		g.Known, g.KnownIndex = s.open.Preimage[:], c.Index
	}
	switch result.Status {
	case challenge.Settled:
		g.Answered, g.Misses = g.Answered+1, 0
		if err := b.heardBeacon(ctx, s, &g, result); err != nil {
			return err
		}
	case challenge.Missed:
		g.Misses++
	}
	b.book(&g, result.Beacon.Points)
	return b.k.progress.Set(ctx, c.Hotspot, g)
}

// heardBeacon keeps who heard a beacon.
func (b *settlement) heardBeacon(ctx context.Context, s *settling, g *types.Progress, result *challenge.Settlement) error {
	if !result.Heard() {
		return nil
	}
	g.LastBeacon = s.open.Challenge.Settle
	if result.Kept == 0 {
		return nil
	}
	if err := s.observe(g, result); err != nil || g.Mature == 0 {
		return err
	}
	// Said each time: a hotspot that slept has a new slot, which does not know.
	return b.k.rewards.Mature(ctx, g.Hotspot)
}

// book books points of a hotspot, less what it owes, and tells whether something
// was withheld.
func (b *settlement) book(g *types.Progress, points uint64) bool {
	withheld := min(g.Debt, points)
	g.Debt -= withheld
	if points > withheld {
		b.bookings = append(b.bookings, rewardstypes.Booking{Hotspot: g.Hotspot, Points: points - withheld})
	}
	return withheld > 0
}

// leadsTo tells whether a revealed element is a newer one of the chain that g
// knows. It is not when a later challenge was revealed before this one.
func leadsTo(c *wire.Challenge, a wire.Preimage, g *types.Progress, maxWalk uint32) bool {
	if g.KnownIndex <= c.Index || g.KnownIndex-c.Index > maxWalk || len(g.Known) != wire.PreimageSize {
		return false
	}
	return wire.WalkPreimage(c.Chain, c.Key, c.Index, g.KnownIndex, a) == wire.Preimage(g.Known)
}

// count brings the totals up to date, and the window of a void challenge.
func (b *settlement) count(ctx context.Context, s *settling, result *challenge.Settlement) error {
	totals := &b.totals
	totals.ReportsKept += uint64(result.Kept)
	for _, o := range result.Reports {
		if o.Verdict != wire.Accepted {
			totals.Refuse(o.Verdict)
		}
	}
	switch result.Status {
	case challenge.Settled:
		totals.Settled++
		if result.Kept == 0 {
			totals.Unheard++
		}
	case challenge.Missed:
		totals.Missed++
	case challenge.Void:
		totals.Void++
		return b.k.voided(ctx, &s.record)
	}
	return nil
}

// voided moves a challenge from drawn to void in the account of its window.
// Surprise challenges are in no account.
func (k *Keeper) voided(ctx context.Context, record *types.ChallengeRecord) error {
	if c, err := wire.ParseChallenge(record.Challenge); err != nil || c.Kind == wire.ChallengeSurprise {
		return nil
	}
	for _, item := range []collections.Item[types.Window]{k.window, k.lastWindow} {
		w, err := itemOr(ctx, item)
		if err != nil {
			return err
		}
		if w.Number == record.Window {
			return item.Set(ctx, types.FromAccount(w.Account().Voided()))
		}
	}
	return nil
}
