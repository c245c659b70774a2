package million

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cosmos/cosmos-sdk/store/v2/snapshots"

	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
)

// run is one whole epoch with one of the ledgers.
type run struct {
	o       *Options
	node    *Node
	world   *World
	traffic *Load
	moves   *moves
	dir     string

	snapshots *snapshots.Store // of a node that was restarted

	Figures
}

// prepare sets the parameters and gives owners what moving costs.
func (r *run) prepare(fold uint32) error {
	if now := r.node.App.Keepers.Rewards.CurrentEpoch(r.node.context()); now != 1 {
		return fmt.Errorf("the state in %s is in epoch %d: blocks were measured on it, fill another", r.o.Dir, now)
	}
	if err := r.node.modernise(); err != nil {
		return err
	}
	p := rewards.DefaultParams()
	p.FoldBlocks = fold
	if err := r.node.setRewards(p); err != nil {
		return err
	}
	return r.moves.fund(r.node)
}

// block runs one block under load.
func (r *run) block(ctx context.Context) (Cost, error) {
	if err := ctx.Err(); err != nil {
		return Cost{}, err
	}
	return r.o.block(r.node, r.traffic)
}

// warm runs blocks until as much is settled as is drawn, the journal has been folded
// once, whichever the ledger is, and the versions that filling made are pruned.
func (r *run) warm(ctx context.Context) error {
	for range settled + r.o.fold() {
		if _, err := r.block(ctx); err != nil {
			return err
		}
	}
	return nil
}

// epoch runs the blocks that are measured, and moves hotspots before each.
func (r *run) epoch(ctx context.Context) error {
	r.node.DB.Reset()
	r.First = r.node.height + 1
	for range r.o.Blocks {
		if err := r.moves.step(r.node); err != nil {
			return err
		}
		c, err := r.block(ctx)
		if err != nil {
			return err
		}
		r.Blocks = append(r.Blocks, c)
	}
	r.Move = r.moves.each()
	for _, p := range r.node.DB.Parts() {
		r.o.say("%-24s %8.1f kB %7.1f writes a block", p.Name, float64(p.Bytes)/1e3/float64(r.o.Blocks), float64(p.Writes)/float64(r.o.Blocks))
		if strings.HasPrefix(p.Name, rewards.StoreKey+" ") {
			r.Points += p.Bytes
		}
	}
	return nil
}

// end ends the epoch and runs blocks until its points are in the pages.
func (r *run) end(ctx context.Context) error {
	p, err := r.node.App.Keepers.Rewards.Params(r.node.context())
	if err != nil {
		return err
	}
	r.node.start = r.node.start.Add(time.Duration(p.EpochSeconds) * time.Second)
	for range bookingAtMost(p.FoldBlocks) {
		c, err := r.block(ctx)
		if err != nil {
			return err
		}
		r.Booking = append(r.Booking, c)
		if booked, err := r.node.booked(1); err != nil || booked {
			return err
		}
	}
	return fmt.Errorf("the points of the epoch are not in the pages after %d blocks", len(r.Booking))
}

// bookingAtMost is how many blocks it takes at most from the end of an epoch until
// its points are in the pages.
func bookingAtMost(fold uint32) int { return int(2*fold + 2) }
