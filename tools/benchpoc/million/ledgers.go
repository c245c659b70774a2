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

// Ledger is one of the two ways to book points.
type Ledger string

// The ledgers: points that go into the pages of the cells in the next block, and
// those of fold_blocks blocks together.
const (
	Pages   Ledger = "pages"
	Journal Ledger = "journal"
)

// Epoch runs a whole epoch with a ledger on a copy of the state in Dir. It needs a
// process of its own: the trees of a node that was closed stay in memory.
func (o *Options) Epoch(ctx context.Context, l Ledger) (*Figures, error) {
	if o.Blocks < 1 {
		return nil, errors.New("an epoch has at least one block")
	}
	world, err := o.world()
	if err != nil {
		return nil, err
	}
	fold := uint32(1)
	if l == Journal {
		fold = o.fold()
	}
	f, err := o.wholeEpoch(ctx, world, l, fold)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l, err)
	}
	return f, nil
}

// Ledgers puts the same epoch of both ledgers side by side. It returns an error when
// they pay different amounts.
func Ledgers(pages, journal *Figures) ([]bench.Row, error) {
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
func (o *Options) wholeEpoch(ctx context.Context, world *World, name Ledger, fold uint32) (_ *Figures, err error) {
	dir, err := os.MkdirTemp(o.Dir, string(name))
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
	return &r.Figures, nil
}
