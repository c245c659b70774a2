// Command benchchain measures the economy on a whole node without consensus: what a
// voucher costs to settle and how much of a block settlement takes, transfers, claims
// and settlements beside bare bank sends, and what a year leaves in the state and on
// disk.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchchain/rates"
	"github.com/hexwave/hexwave/tools/benchchain/year"
)

// sendsABlock is how many bank sends a block of them holds: about as many as a block of
// vouchers takes time for.
const sendsABlock = 500

type options struct {
	out, dir, phase      string
	items                int
	hotspots, orgs       int
	residents, customers int
	months               int
	million              float64
}

func main() {
	var o options
	flag.StringVar(&o.out, "o", "", "`file` for the rows as JSON")
	flag.StringVar(&o.dir, "dir", "", "`directory` for the nodes' databases; temporary when empty")
	flag.StringVar(&o.phase, "phase", "", "`rates` or year: one part by itself")
	flag.IntVar(&o.items, "items", 100_000, "`number` of vouchers settled for the first time in their epoch")
	flag.IntVar(&o.hotspots, "hotspots", 20_000, "`number` of hotspots that carry them")
	flag.IntVar(&o.orgs, "orgs", 50, "`number` of orgs that pay for them")
	flag.IntVar(&o.residents, "year-hotspots", 2_000, "`number` of hotspots in the year")
	flag.IntVar(&o.customers, "year-orgs", 50, "`number` of orgs in the year")
	flag.IntVar(&o.months, "months", 12, "`number` of months of 30 epochs in the year")
	flag.Float64Var(&o.million, "million", 1.65, "`MB` of state that a block writes at a million hotspots, as make bench-poc measures it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.main(ctx, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchchain:", err)
		os.Exit(1)
	}
}

var (
	errPhase = errors.New("no such phase")
	errSize  = errors.New("at least 4 orgs, 2 months and 200 hotspots are needed")
)

// main runs the phases and reports.
func (o *options) main(ctx context.Context, table, log io.Writer) (err error) {
	if o.phase != "" && o.phase != "rates" && o.phase != "year" {
		return fmt.Errorf("%w: %q", errPhase, o.phase)
	}
	if o.orgs < 4 || o.customers < 4 || o.months < 2 || o.hotspots < 200 || o.residents < 25 {
		return errSize
	}
	app.TuneCollector(os.LookupEnv) // as hexwaved does
	dir, err := os.MkdirTemp(o.dir, "benchchain")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var rows []bench.Row
	if o.phase != "year" {
		more, err := rates.Measure(ctx, rates.Options{
			Hotspots: o.hotspots, Orgs: o.orgs, Items: o.items, Sends: sendsABlock, Dir: filepath.Join(dir, "rates"), Log: log,
		})
		if err != nil {
			return fmt.Errorf("rates: %w", err)
		}
		rows = append(rows, more...)
	}
	if o.phase != "rates" {
		more, err := year.Measure(ctx, year.Options{
			Hotspots: o.residents, Orgs: o.customers, Months: o.months, Epochs: 30,
			MillionBytes: o.million * 1e6, Dir: filepath.Join(dir, "year"), Log: log,
		})
		if err != nil {
			return fmt.Errorf("year: %w", err)
		}
		rows = append(rows, more...)
	}
	return bench.Report(table, o.out, rows)
}
