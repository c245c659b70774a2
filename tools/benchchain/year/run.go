// Package year runs a year of the chain with epochs of a few blocks: coverage,
// vouchers, claims, moves, credits and orgs as in a town that lives, and the same number
// of hotspots all the time. It measures what is left of it in the state after each
// month, and what of it is on disk. It owns that load and the rows.
package year

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchchain/node"
	"github.com/hexwave/hexwave/tools/benchchain/town"
)

// Options say what to run.
type Options struct {
	Hotspots, Orgs int
	Months         int // of 30 epochs, at least 2
	Epochs         int // a month; 30 but in tests
	MillionBytes   float64
	Dir            string
	Log            io.Writer
}

const (
	blocksAnEpoch = 12
	keep          = 100
	blockTime     = 24 * time.Hour / blocksAnEpoch
	escrow        = 200_000 // DC of an org
	allowance     = 50_000
)

// month is what the chain was at its end.
type month struct {
	state node.State
	files int64
}

type run struct {
	o    Options
	node *node.Node
	town *town.Town

	beacons *beacons
	lanes   []lane
	carried uint32 // hotspot that carries next
	claimed uint32 // hotspot whose pay was claimed last
	months  []month

	settled uint64 // vouchers sent
	blocks  int
	written int64
	events  int64 // bytes of those of proof-of-coverage

	held, live int64 // bytes of the database with old versions, and nearly without
}

// Measure runs the year on a new chain in o.Dir.
func Measure(ctx context.Context, o Options) (rows []bench.Row, err error) {
	r := &run{o: o}
	if r.town, err = town.New(o.Hotspots, o.Orgs); err != nil {
		return nil, err
	}
	if r.node, err = node.New(node.Options{Dir: o.Dir, BlockTime: blockTime, Keep: keep, Accounts: r.town.Funds()}); err != nil {
		return nil, err
	}
	k := &r.node.App.Keepers
	if err := accelerate(r.node.Context(), k); err != nil {
		return nil, err
	}
	if err := r.town.Fill(r.node.Context(), k, town.Funding{Escrow: escrow, Allowance: allowance, TopUp: true}); err != nil {
		return nil, err
	}
	r.beacons, r.lanes = newBeacons(r.town), make([]lane, o.Orgs)
	for m := range o.Months {
		for range o.Epochs {
			if err := r.epoch(ctx); err != nil {
				return nil, fmt.Errorf("month %d, height %d: %w", m+1, r.node.Height(), err)
			}
		}
		if err := r.endMonth(m + 1); err != nil {
			return nil, err
		}
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := r.prune(ctx); err != nil {
		return nil, err
	}
	r.tell()
	rows = r.rows()
	return rows, r.node.Close()
}

// epoch runs the blocks of one epoch.
func (r *run) epoch(ctx context.Context) error {
	for b := range blocksAnEpoch {
		if err := r.block(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) block(ctx context.Context, b int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	txs, err := r.beacons.batches(r)
	if err != nil {
		return err
	}
	more, err := r.vouchers(b)
	if err != nil {
		return err
	}
	txs = append(txs, more...)
	if b == errandBlock {
		if more, err = r.errands(); err != nil {
			return err
		}
		txs = append(txs, more...)
	}
	d, err := r.node.Block(txs)
	if err != nil {
		return err
	}
	r.blocks++
	r.written += d.Written
	return r.beacons.hear(r, d.Events)
}

// endMonth counts the state.
func (r *run) endMonth(number int) (err error) {
	var m month
	if m.state, err = r.node.State(); err != nil {
		return err
	}
	if m.files, err = node.Files(r.o.Dir); err != nil {
		return err
	}
	r.months = append(r.months, m)
	keys, bytes := m.state.Sum()
	_, _ = fmt.Fprintf(r.o.Log, "month %2d: height %6d, %8d records, %8.3f MB, files %7.1f MB\n",
		number, r.node.Height(), keys, float64(bytes)/1e6, float64(m.files)/1e6)
	return nil
}

var errLoad = errors.New("the load did not do what it should")

// check returns an error unless the year was one: everything settled, coverage was paid
// and claimed.
func (r *run) check() error {
	k := &r.node.App.Keepers
	ctx := r.node.Context()
	settlement, err := k.Settlement.Totals(ctx)
	if err != nil {
		return err
	}
	rewards, err := k.Rewards.Totals(ctx)
	if err != nil {
		return err
	}
	epochs := uint32(r.o.Months * r.o.Epochs)
	switch now := k.Rewards.CurrentEpoch(ctx); {
	case settlement.Items != r.settled:
		return fmt.Errorf("%w: %d of %d vouchers settled", errLoad, settlement.Items, r.settled)
	case now < epochs:
		return fmt.Errorf("%w: in epoch %d after %d days", errLoad, now, epochs)
	case rewards.Claimed == 0 || r.beacons.reports == 0:
		return fmt.Errorf("%w: %d spark claimed, %d reports", errLoad, rewards.Claimed, r.beacons.reports)
	}
	_, _ = fmt.Fprintf(r.o.Log, "%d beacons, %d reports, %d vouchers, %+v\n", r.beacons.beacons, r.beacons.reports, r.settled, rewards)
	return nil
}

// fewVersions is how many old versions are left when the database is measured once more.
const fewVersions = 2

// prune measures the database with its old versions and after most are deleted.
func (r *run) prune(ctx context.Context) (err error) {
	for r.node.Height()%10 != 5 { // half way between two prunings, and those run aside
		if err := r.block(ctx, 0); err != nil {
			return err
		}
	}
	if r.held, err = r.node.Held(); err != nil {
		return err
	}
	r.node.Prune(fewVersions)
	for range 30 {
		if err := r.block(ctx, 0); err != nil {
			return err
		}
	}
	r.live, err = r.node.Held()
	return err
}
