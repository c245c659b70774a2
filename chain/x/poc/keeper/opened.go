package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
)

// unsettled is, for each hotspot, the newest of its challenges that are not
// settled. The lists of at most settle_blocks heights hold them all, so a block
// reads a few values instead of a mark on each hotspot's record.
type unsettled map[uint32]types.Opened

// unsettled returns the challenges that are not settled.
func (k *Keeper) unsettled(ctx context.Context) (unsettled, error) {
	all := unsettled{}
	err := k.due.Walk(ctx, nil, func(_ uint64, list []byte) (bool, error) {
		opened, err := types.ParseOpened(list)
		for _, o := range opened {
			all.add(o)
		}
		return false, err
	})
	return all, err
}

func (u unsettled) add(o types.Opened) {
	if o.ID > u[o.Hotspot].ID {
		u[o.Hotspot] = o
	}
}

// progressOf returns how far a hotspot's hash chain is used, open challenges
// included.
func (u unsettled) progressOf(ctx context.Context, k *Keeper, hotspot uint32) (types.Progress, error) {
	g, err := getOr(ctx, k.progress, hotspot)
	if o, ok := u[hotspot]; ok {
		g.NextIndex = min(g.NextIndex, o.Index)
	}
	return g, err
}

// open adds challenges to the lists of their settlement heights, in order.
func (k *Keeper) open(ctx context.Context, settle uint64, opened []types.Opened) error {
	if len(opened) == 0 {
		return nil
	}
	list, err := getOr(ctx, k.due, settle)
	if err != nil {
		return err
	}
	for i := range opened {
		list = opened[i].AppendTo(list)
	}
	return k.due.Set(ctx, settle, list)
}

// roster kinds, times two plus the window's parity.
const (
	rosterMembers = 0 // frozen
	rosterLeft    = 2 // not drawn yet
)

func rosterKey(kind uint32, window uint64) uint32 { return kind + uint32(window&1) }

// rosterPages are the pages of one roster in the store.
type rosterPages struct {
	k  *Keeper
	id uint32
}

// Page returns a page, empty when it was never stored.
func (r rosterPages) Page(ctx context.Context, n uint32) (p challenge.Page, err error) {
	b, err := getOr(ctx, r.k.rosters, collections.Join(r.id, n))
	if err != nil || b == nil {
		return p, err
	}
	return types.ParsePage(b)
}

// SetPage stores a page.
func (r rosterPages) SetPage(ctx context.Context, n uint32, p *challenge.Page) error {
	return r.k.rosters.Set(ctx, collections.Join(r.id, n), types.EncodePage(p))
}

// roster returns a roster of a window; an empty one when fresh.
func (k *Keeper) roster(ctx context.Context, kind uint32, window uint64) (*storedRoster, error) {
	id := rosterKey(kind, window)
	b, err := getOr(ctx, k.sizes, id)
	if err != nil {
		return nil, err
	}
	counts, err := types.ParseCounts(b)
	return &storedRoster{challenge.NewRoster(rosterPages{k, id}, counts), k, id}, err
}

// storedRoster is a roster with its place in the store.
type storedRoster struct {
	*challenge.Roster
	k  *Keeper
	id uint32
}

// store writes what changed of a roster.
func (r *storedRoster) store(ctx context.Context) error {
	if err := r.Store(ctx); err != nil {
		return err
	}
	return r.k.sizes.Set(ctx, r.id, types.EncodeCounts(r.Counts()))
}

// clearRoster empties a roster of a window, to be filled for a later one.
func (k *Keeper) clearRoster(ctx context.Context, kind uint32, window uint64) error {
	id := rosterKey(kind, window)
	if err := k.rosters.Clear(ctx, collections.NewPrefixedPairRange[uint32, uint32](id)); err != nil {
		return err
	}
	return k.sizes.Remove(ctx, id)
}
