package keeper

import (
	"context"
	"encoding/binary"
	"maps"
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/reward"
)

// The points of a block are written once, as a journal, and added to the hot
// pages later, many blocks' together: a page is then written once for a batch of
// fold_blocks blocks instead of once for each (docs/adr/0007). Each block of the
// batch after adds one range of pages. Journals name slots, not hotspots, so that
// a move changes nothing of what was booked before it.

// foldBatches is how many times fold_blocks a batch may hold when blocks have piled
// up, after fold_blocks was made smaller.
const foldBatches = 4

// fold adds one range of pages of the present batch to the hot pages; it starts
// the next batch when enough blocks wait, and forgets journals that are added.
func (k *Keeper) fold(ctx sdk.Context) error {
	p, err := k.Params(ctx)
	if err != nil {
		return err
	}
	f, err := k.folded(ctx)
	if err != nil {
		return err
	}
	if !f.Active() {
		now := uint64(ctx.BlockHeight())
		if now < f.To+uint64(p.FoldBlocks) {
			return nil
		}
		f = types.Fold{From: f.To, To: min(now, f.To+foldBatches*uint64(p.FoldBlocks))}
		if f.Bounds, err = k.bounds(ctx, f, int(p.FoldBlocks)); err != nil {
			return err
		}
	}
	if f.Active() {
		if err := k.foldRange(ctx, &f); err != nil {
			return err
		}
		f.Step++
	}
	if !f.Active() {
		f.Bounds, f.Step = nil, 0
		if err := k.forgetJournals(ctx, f.From, f.To); err != nil {
			return err
		}
	}
	return k.set(ctx, []byte{types.PrefixFold}, f.Encode())
}

// folded returns how far the journals are added to the hot pages.
func (k *Keeper) folded(ctx context.Context) (types.Fold, error) {
	b, err := k.get(ctx, []byte{types.PrefixFold})
	if err != nil || b == nil {
		return types.Fold{}, err
	}
	return types.DecodeFold(b)
}

// isFolded tells whether all that was booked in a closed epoch is in the hot
// pages, so that it can be rated.
func (k *Keeper) isFolded(ctx context.Context, e types.Epoch) (bool, error) {
	f, err := k.folded(ctx)
	return e.ClosedHeight <= f.Before(), err
}

// bounds divides the pages that a batch touches into at most n ranges of the same
// number of pages.
func (k *Keeper) bounds(ctx context.Context, f types.Fold, n int) ([]types.PageID, error) {
	touched := map[types.PageID]struct{}{}
	err := k.walkJournals(ctx, f.From, f.To, types.PageID{}, types.PageID{}, func(_ uint32, id types.PageID, _ []types.SlotPoints) {
		touched[id] = struct{}{}
	})
	if err != nil {
		return nil, err
	}
	pages := slices.SortedFunc(maps.Keys(touched), types.PageID.Compare)
	n = min(n, len(pages))
	bounds := make([]types.PageID, 0, n)
	for i := range n {
		bounds = append(bounds, pages[i*len(pages)/n])
	}
	return bounds, nil
}

// foldRange adds the points of the present range of pages. A batch may hold the
// end of one epoch and the beginning of the next.
func (k *Keeper) foldRange(ctx context.Context, f *types.Fold) error {
	type page struct {
		id    types.PageID
		epoch uint32
	}
	sums := map[page]*[types.PageSlots]uint64{}
	from, to := f.Range()
	err := k.walkJournals(ctx, f.From, f.To, from, to, func(epoch uint32, id types.PageID, slots []types.SlotPoints) {
		at := page{id, epoch}
		if sums[at] == nil {
			sums[at] = new([types.PageSlots]uint64)
		}
		for _, s := range slots {
			sums[at][s.Slot] = reward.Add(sums[at][s.Slot], s.Points)
		}
	})
	if err != nil {
		return err
	}
	order := slices.SortedFunc(maps.Keys(sums), func(a, b page) int {
		if a.epoch != b.epoch {
			return int(a.epoch) - int(b.epoch)
		}
		return a.id.Compare(b.id)
	})
	for _, at := range order {
		h, err := k.hot(ctx, at.epoch, at.id.Cell, at.id.Page)
		if err != nil {
			return err
		}
		for slot, points := range sums[at] {
			h.Points[slot] = min(reward.Add(h.Points[slot], points), types.MaxPoints)
		}
		if err := k.set(ctx, types.HotKey(at.epoch, at.id.Cell, at.id.Page), h.Encode()); err != nil {
			return err
		}
	}
	return nil
}

// walkJournals calls fn for the pages of a range in the journals of heights from
// first to below last.
func (k *Keeper) walkJournals(ctx context.Context, first, last uint64, from, to types.PageID, fn func(uint32, types.PageID, []types.SlotPoints)) error {
	it, err := k.store.OpenKVStore(ctx).Iterator(types.JournalKey(first), types.JournalKey(last))
	if err != nil {
		return err
	}
	defer func() { _ = it.Close() }()
	for ; it.Valid(); it.Next() {
		value := it.Value()
		if len(value) < 4 {
			return types.ErrLayout.Wrap("journal")
		}
		epoch := binary.LittleEndian.Uint32(value)
		if _, err := types.WalkJournal(value, from, to, func(id types.PageID, slots []types.SlotPoints) error {
			fn(epoch, id, slots)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) forgetJournals(ctx context.Context, first, last uint64) error {
	var keys [][]byte
	it, err := k.store.OpenKVStore(ctx).Iterator(types.JournalKey(first), types.JournalKey(last))
	if err != nil {
		return err
	}
	for ; it.Valid(); it.Next() {
		keys = append(keys, slices.Clone(it.Key()))
	}
	if err := it.Close(); err != nil {
		return err
	}
	for _, key := range keys {
		if err := k.del(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// waiting returns the points of a cell's slots in an epoch that are in journals
// only.
func (k *Keeper) waiting(ctx context.Context, epoch uint32, cell uint64) (map[types.Place]uint64, error) {
	f, err := k.folded(ctx)
	if err != nil {
		return nil, err
	}
	points := map[types.Place]uint64{}
	count := func(e uint32, id types.PageID, slots []types.SlotPoints) {
		for _, s := range slots {
			if at := (types.Place{Cell: id.Cell, Page: id.Page, Slot: s.Slot}); e == epoch {
				points[at] = reward.Add(points[at], s.Points)
			}
		}
	}
	first, end := types.PageID{Cell: cell}, types.PageID{Cell: cell + 1}
	if f.Active() {
		from := first
		if next, _ := f.Range(); next.Compare(from) > 0 && f.Step > 0 {
			from = next // the ranges before are in the pages
		}
		if err := k.walkJournals(ctx, f.From, f.To, from, end, count); err != nil {
			return nil, err
		}
	}
	return points, k.walkJournals(ctx, f.To, ^uint64(0), first, end, count)
}

// exportJournals adds what is not in the pages of the cells yet.
func (k *Keeper) exportJournals(ctx context.Context, g *types.GenesisState) error {
	f, err := k.folded(ctx)
	if err != nil {
		return err
	}
	if f.To > 0 {
		g.Fold = f.Encode()
	}
	it, err := k.store.OpenKVStore(ctx).Iterator(types.JournalKey(0), []byte{types.PrefixJournal + 1})
	if err != nil {
		return err
	}
	defer func() { _ = it.Close() }()
	for ; it.Valid(); it.Next() {
		g.Booked = append(g.Booked, types.BookedBlock{
			Height: binary.BigEndian.Uint64(it.Key()[1:]), Journal: slices.Clone(it.Value()),
		})
	}
	return nil
}
