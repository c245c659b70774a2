// Package rates measures what the chain does in a second: vouchers settled through the
// fee-free lane, transfers and claims, each beside bare bank sends that run by turns
// with it, so that a busy machine slows both. It owns the load and the rows.
package rates

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cosmos/gogoproto/proto"

	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchchain/node"
	"github.com/hexwave/hexwave/tools/benchchain/town"
)

// Options say how much to run.
type Options struct {
	Hotspots, Orgs int
	Items          int // vouchers settled for the first time in an epoch; a fifth of each other kind
	Sends          int // in a block of bare sends
	Dir            string
	Log            io.Writer
}

// What the node and its orgs start with.
const (
	blockTime = 6 * time.Second
	keep      = 100
	allowance = 20_000_000
	step      = 1_000 // DC of a voucher above the one before: the least that settles
)

// run is one measurement.
type run struct {
	o    Options
	node *node.Node
	town *town.Town

	vouchers *vouchers
	sender   int // account of the next send

	empty, sends        tally
	first, higher, past tally
	single, batched     tally
}

// Measure runs everything on a new chain in o.Dir.
func Measure(ctx context.Context, o Options) (rows []bench.Row, err error) {
	r := &run{o: o}
	if r.town, err = town.New(o.Hotspots, o.Orgs); err != nil {
		return nil, err
	}
	if r.node, err = node.New(node.Options{Dir: o.Dir, BlockTime: blockTime, Keep: keep, Accounts: r.town.Funds()}); err != nil {
		return nil, err
	}
	if err := r.town.Fill(r.node.Context(), &r.node.App.Keepers, town.Funding{Escrow: 3 * allowance, Allowance: allowance}); err != nil {
		return nil, err
	}
	r.vouchers = newVouchers(r.town, o.Items)
	for _, phase := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"warm up", r.warm},
		{"first vouchers of an epoch", func(ctx context.Context) error { return r.settle(ctx, &r.first, 1, o.Items) }},
		{"higher vouchers", func(ctx context.Context) error { return r.settle(ctx, &r.higher, 1, o.Items/5) }},
		{"next epoch", r.nextEpoch},
		{"vouchers of the epoch before", func(ctx context.Context) error { return r.settle(ctx, &r.past, 1, o.Items/5) }},
		{"claims", r.claim},
	} {
		began := time.Now()
		if err := phase.run(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", phase.name, err)
		}
		_, _ = fmt.Fprintf(o.Log, "%-30s %6.1f s\n", phase.name, time.Since(began).Seconds())
	}
	if rows, err = r.rows(); err != nil {
		return nil, err
	}
	return rows, r.node.Close()
}

// block runs one block and counts it.
func (r *run) block(ctx context.Context, t *tally, txs [][]byte, items int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d, err := r.node.Block(txs)
	if err != nil {
		return err
	}
	t.add(&d.Cost, items)
	return nil
}

const (
	// warmBlocks are not measured: trees and pool are made in them.
	warmBlocks = 10
	// freezeAtMost is for how many blocks the chain may look at the registry before it
	// draws the first challenges.
	freezeAtMost = 1_000
)

var errDraw = errors.New("no challenge was drawn")

// warm waits until coverage is at its even pace, and measures the empty block.
func (r *run) warm(ctx context.Context) error {
	drawn := false
	for n := 0; n < freezeAtMost && !drawn; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		d, err := r.node.Block(nil)
		if err != nil {
			return err
		}
		for _, e := range d.Events {
			drawn = drawn || e.Type == proto.MessageName(&poc.EventChallenge{})
		}
	}
	if !drawn {
		return fmt.Errorf("%w in %d blocks", errDraw, freezeAtMost)
	}
	for range warmBlocks {
		if err := r.send(ctx, new(tally)); err != nil {
			return err
		}
	}
	for range warmBlocks {
		if err := r.block(ctx, &r.empty, nil, 0); err != nil {
			return err
		}
	}
	return nil
}

// nextEpoch ends the epoch and waits until all lanes have reserved for the next.
func (r *run) nextEpoch(ctx context.Context) error {
	k := &r.node.App.Keepers
	p, err := k.Rewards.Params(r.node.Context())
	if err != nil {
		return err
	}
	before := k.Rewards.CurrentEpoch(r.node.Context())
	r.node.Advance(time.Duration(p.EpochSeconds) * time.Second)
	for range 3 + r.o.Orgs/100 {
		if err := r.block(ctx, new(tally), nil, 0); err != nil {
			return err
		}
	}
	if now := k.Rewards.CurrentEpoch(r.node.Context()); now != before+1 {
		return fmt.Errorf("in epoch %d, want %d", now, before+1)
	}
	return nil
}
