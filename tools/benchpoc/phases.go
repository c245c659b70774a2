package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

type options struct {
	out, dir, profile, phase string
	rounds, hotspots, blocks int
	seed                     uint64
}

// main measures everything, or one phase of the node. The phases are processes of
// their own: making the state takes more memory than the node that is measured.
func (o *options) main() error {
	m := million.Options{
		Seed: o.seed, Hotspots: o.hotspots, Blocks: o.blocks, Backend: "goleveldb", Dir: o.dir, Log: os.Stderr, Profile: o.profile,
	}
	switch o.phase {
	case "fill":
		return m.Fill()
	case "measure":
		rows, err := m.Measure()
		if err != nil {
			return err
		}
		return bench.Report(os.Stderr, o.out, rows)
	}
	rows, err := pure(o.seed, o.rounds, o.hotspots)
	if err != nil {
		return err
	}
	if o.blocks > 0 {
		more, err := o.node(context.Background())
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	return bench.Report(os.Stdout, o.out, rows)
}

// node runs the two phases of the node and returns the rows of the second.
func (o *options) node(ctx context.Context) ([]bench.Row, error) {
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "benchpoc")
		if err != nil {
			return nil, err
		}
		o.dir = dir
		defer func() { _ = os.RemoveAll(dir) }()
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	out := filepath.Join(o.dir, "rows.json")
	for _, phase := range []string{"fill", "measure"} {
		cmd := exec.CommandContext(ctx, self, "-phase", phase, "-dir", o.dir, "-o", out, "-cpuprofile", o.profile,
			"-hotspots", strconv.Itoa(o.hotspots), "-blocks", strconv.Itoa(o.blocks), "-seed", strconv.FormatUint(o.seed, 10))
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w", phase, err)
		}
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	var rows []bench.Row
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, fmt.Errorf("read rows of the node: %w", err)
	}
	return rows, nil
}
