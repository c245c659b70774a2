package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

// epochMemory is the memory limit of a process that measures an epoch. It is one
// node's until that is restarted and synchronised from: the SDK closes no tree, so
// the nodes that were closed keep their caches.
const epochMemory = 14 << 30

var errNoDirectory = errors.New("the ledgers need a directory with the state that fill makes")

// epochFile is where the figures of a ledger are kept until both are there.
func (o *options) epochFile(l million.Ledger) string {
	return filepath.Join(o.dir, fmt.Sprintf("epoch-%s.json", l))
}

// epoch measures one ledger and keeps its figures.
func (o *options) epoch(ctx context.Context, m *million.Options, l million.Ledger) error {
	if o.dir == "" {
		return errNoDirectory
	}
	app.TuneCollector(os.LookupEnv)
	if _, set := os.LookupEnv("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(epochMemory)
	}
	f, err := m.Epoch(ctx, l)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode figures: %w", err)
	}
	return os.WriteFile(o.epochFile(l), raw, 0o600)
}

// ledgers compares both ledgers, and measures first what was not measured yet.
func (o *options) ledgers(ctx context.Context) ([]bench.Row, error) {
	if o.dir == "" {
		return nil, errNoDirectory
	}
	var both [2]million.Figures
	for i, l := range []million.Ledger{million.Pages, million.Journal} {
		file := o.epochFile(l)
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			if err := o.process(ctx, string(l), ""); err != nil {
				return nil, err
			}
		}
		if err := readJSON(file, &both[i]); err != nil {
			return nil, fmt.Errorf("figures of %s: %w", l, err)
		}
	}
	rows, err := million.Ledgers(&both[0], &both[1])
	return rows, errors.Join(err, os.Remove(o.epochFile(million.Pages)), os.Remove(o.epochFile(million.Journal)))
}

func readJSON(file string, into any) error {
	raw, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
