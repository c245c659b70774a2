package million

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cosmos/cosmos-sdk/baseapp"
	pruningtypes "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"

	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/internal/bench"
)

// A node of this phase keeps fewer old versions than hexwaved does, so that an epoch
// of a few hundred blocks prunes most of the time.
const (
	kept      = 100
	pruneEach = 10
)

func pruned() func(*baseapp.BaseApp) {
	return baseapp.SetPruning(pruningtypes.NewCustomPruningOptions(kept, pruneEach))
}

// Ledgers runs the same epoch twice, each time on a copy of the state in Dir: with
// points that go into the pages in the next block, and with those of fold_blocks
// blocks together. It returns what both took, and an error when they pay different
// amounts.
func (o *Options) Ledgers(ctx context.Context) ([]bench.Row, error) {
	if o.Blocks < 1 {
		return nil, errors.New("an epoch has at least one block")
	}
	world, err := o.world()
	if err != nil {
		return nil, err
	}
	pages, err := o.wholeEpoch(ctx, world, "pages", 1)
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	journal, err := o.wholeEpoch(ctx, world, "journal", o.fold())
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if err := same(pages, journal); err != nil {
		return nil, err
	}
	return ledgerRows(pages, journal), nil
}

func (o *Options) fold() uint32 {
	if o.Fold != 0 {
		return o.Fold
	}
	return rewards.DefaultParams().FoldBlocks
}

// wholeEpoch runs one epoch on a copy of the state, and what comes after it.
func (o *Options) wholeEpoch(ctx context.Context, world *World, name string, fold uint32) (_ *figures, err error) {
	dir, err := os.MkdirTemp(o.Dir, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(filepath.Join(o.Dir, "data"))); err != nil {
		return nil, fmt.Errorf("copy state: %w", err)
	}
	node, err := o.open(dir, pruned())
	if err != nil {
		return nil, err
	}
	r := &run{o: o, node: node, world: world, traffic: NewLoad(world), moves: newMoves(world, o.Blocks*movesABlock), dir: dir}
	defer func() { err = errors.Join(err, r.node.App.Close()) }()
	o.say("%s: fold_blocks %d", name, fold)
	if err := r.prepare(fold); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{r.warm, r.epoch, r.end, r.sweep, r.restart, r.stateSync} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return &r.figures, nil
}
