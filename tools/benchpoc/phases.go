package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
	"github.com/hexwave/hexwave/tools/benchpoc/network"
)

type options struct {
	out, dir, profile, phase string
	hexwaved                 string
	rounds, hotspots, blocks int
	during                   time.Duration
	seed                     uint64
}

// main measures everything, or one phase. The phases are processes of their own:
// making the state takes more memory than the node that is measured, and what the
// load of a network costs is told by what its process used.
func (o *options) main(ctx context.Context) error {
	if o.phase != "" {
		rows, err := o.one(ctx)
		if err != nil || rows == nil {
			return err
		}
		return bench.Report(os.Stdout, o.out, rows)
	}
	rows, err := pure(o.seed, o.rounds, o.hotspots)
	if err != nil {
		return err
	}
	var phases []string
	if o.blocks > 0 {
		// The ledgers run on copies, the measurement changes the state.
		phases = append(phases, "fill", "ledgers", "measure")
	}
	if o.during > 0 {
		phases = append(phases, "network", "flood")
	}
	more, err := o.all(ctx, phases)
	if err != nil {
		return err
	}
	return bench.Report(os.Stdout, o.out, append(rows, more...))
}

// one runs one phase and returns its rows, none for one that only prepares.
func (o *options) one(ctx context.Context) ([]bench.Row, error) {
	m := million.Options{
		Seed: o.seed, Hotspots: o.hotspots, Blocks: o.blocks, Backend: "goleveldb", Dir: o.dir, Log: os.Stderr, Profile: o.profile,
	}
	switch o.phase {
	case "fill":
		return nil, m.Fill()
	case "measure":
		app.TuneCollector(os.LookupEnv) // as hexwaved does
		return m.Measure()
	case "ledgers":
		return o.ledgers(ctx)
	case string(million.Pages), string(million.Journal):
		return nil, o.epoch(ctx, &m, million.Ledger(o.phase))
	}
	dir, err := os.MkdirTemp(o.dir, "network")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	n := network.Options{Seed: o.seed, For: o.during, Hexwaved: o.hexwaved, Dir: dir, Log: os.Stderr, Profile: o.profile}
	switch o.phase {
	case "network":
		return n.Load(ctx)
	case "flood":
		return n.Flood(ctx)
	}
	return nil, fmt.Errorf("no phase is called %q", o.phase)
}

// all runs phases one after the other and returns their rows.
func (o *options) all(ctx context.Context, phases []string) ([]bench.Row, error) {
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "benchpoc")
		if err != nil {
			return nil, err
		}
		o.dir = dir
		defer func() { _ = os.RemoveAll(dir) }()
	}
	out := filepath.Join(o.dir, "rows.json")
	var all []bench.Row
	for _, phase := range phases {
		if err := o.process(ctx, phase, out); err != nil {
			return nil, err
		}
		if phase == "fill" {
			continue
		}
		var rows []bench.Row
		if err := readJSON(out, &rows); err != nil {
			return nil, fmt.Errorf("rows of %s: %w", phase, err)
		}
		all = append(all, rows...)
	}
	return all, nil
}

// process runs a phase as a process of its own, which writes its rows to a file.
func (o *options) process(ctx context.Context, phase, out string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "-phase", phase, "-dir", o.dir, "-o", out, "-cpuprofile", o.profile,
		"-hotspots", strconv.Itoa(o.hotspots), "-blocks", strconv.Itoa(o.blocks), "-seed", strconv.FormatUint(o.seed, 10),
		"-for", o.during.String(), "-hexwaved", o.hexwaved)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", phase, err)
	}
	return nil
}
