package million

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
)

const (
	// sweepMeasured is how many blocks of a sweep are measured at most. A sweep may
	// take half an epoch of blocks that are all alike.
	sweepMeasured = 120
	// hurriedCells is how many cells a block rates when a sweep is cut short.
	hurriedCells = 2_000
	// sampled is how many hotspots claim.
	sampled = 1_000
)

// sweep has the cursor rate all cells, with claims before and after.
func (r *run) sweep(ctx context.Context) (err error) {
	sample := r.sample()
	if r.Before, _, err = r.claim(sample); err != nil {
		return err
	}
	left, err := r.node.cellsLeft()
	for ; err == nil && left > 0 && len(r.Swept) < sweepMeasured; left, err = r.node.cellsLeft() {
		c, err := r.block(ctx)
		if err != nil {
			return err
		}
		r.Swept = append(r.Swept, c)
	}
	if err != nil {
		return err
	}
	if err := r.hurry(ctx, left); err != nil {
		return err
	}
	if err := r.level(ctx); err != nil {
		return err
	}
	if r.After, r.Paid, err = r.claim(sample); err != nil {
		return err
	}
	r.Totals, err = r.node.App.Keepers.Rewards.Totals(r.node.context())
	return err
}

// hurry rates the cells that are left in large steps, which changes no amount, and
// counts the blocks that they would have taken.
func (r *run) hurry(ctx context.Context, left int) error {
	clock, err := rewards.DecodeClock(r.node.rewards([]byte{rewards.PrefixClock}))
	if err != nil {
		return err
	}
	p, err := r.node.App.Keepers.Rewards.Params(r.node.context())
	if err != nil {
		return err
	}
	each := p.SweepCells(clock.Cells)
	r.Sweeps = len(r.Swept) + (left+each-1)/each
	r.o.say("swept %d blocks of %d cells, %d of %d cells left", len(r.Swept), each, left, clock.Cells)
	p.SweepCellsPerBlock = hurriedCells
	if err := r.node.setRewards(p); err != nil {
		return err
	}
	// One block more than the cells need finds nothing and ends the sweep.
	for range left/hurriedCells + 2 {
		if left == 0 {
			return nil
		}
		if _, err := r.block(ctx); err != nil {
			return err
		}
		if left, err = r.node.cellsLeft(); err != nil {
			return err
		}
	}
	if left > 0 {
		return fmt.Errorf("%d cells are not rated at height %d", left, r.node.height)
	}
	return nil
}

// level runs the blocks that the other ledger waits for its points, so that both are
// compared at one height: hotspots that mature meanwhile can claim more.
func (r *run) level(ctx context.Context) error {
	for range bookingAtMost(r.o.fold()) - len(r.Booking) {
		if _, err := r.block(ctx); err != nil {
			return err
		}
	}
	r.Load, r.Height = r.traffic.Sent, r.node.height
	return nil
}

// sample returns the hotspots that claim: some that moved, and others.
func (r *run) sample() []uint32 {
	draw := rand.New(rand.NewPCG(r.o.Seed, 3))
	var all []uint32
	for _, m := range r.moves.all[:min(r.moves.next, sampled/10)] {
		all = append(all, m.Hotspot)
	}
	for len(all) < sampled {
		all = append(all, uint32(1+draw.IntN(r.o.Hotspots)))
	}
	return all
}

// Claims are what claims took, by the size of the hotspot's cell.
type Claims struct{ Small, Large Mean }

// Mean is the mean of some times.
type Mean struct {
	Sum time.Duration
	N   int
}

func (m *Mean) add(d time.Duration) { m.Sum, m.N = m.Sum+d, m.N+1 }

func (m *Mean) ms() float64 { return ms(m.Sum) / float64(max(m.N, 1)) }

// claim has each hotspot of a sample claim on the same state, so that each finds its
// cell as it is, and returns what each was paid. The state keeps nothing of it.
func (r *run) claim(sample []uint32) (costs Claims, paid []uint64, err error) {
	server := rewardskeeper.NewMsgServer(r.node.App.Keepers.Rewards)
	sizes := r.world.cellSizes()
	for _, index := range sample {
		ctx, _ := r.node.context().CacheContext()
		began := time.Now()
		res, err := server.Claim(ctx, &rewards.MsgClaim{Hotspots: []uint32{index}})
		if err != nil {
			return costs, nil, fmt.Errorf("claim of hotspot %d: %w", index, err)
		}
		took := time.Since(began)
		if sizes[r.world.ledgerCell(index)] <= rewards.PageSlots {
			costs.Small.add(took)
		} else {
			costs.Large.add(took)
		}
		paid = append(paid, res.Paid)
	}
	return costs, paid, nil
}
