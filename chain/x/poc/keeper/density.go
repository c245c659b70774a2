package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
)

// densityResolution is that of the finest cells of the density map.
const densityResolution = 11

// densityStore is the density map in the store. Its reads within a block are
// remembered by the store's own cache.
type densityStore struct{ k *Keeper }

var _ score.DensityStore = densityStore{}

// Counts returns the counts of a cell.
func (d densityStore) Counts(ctx context.Context, c geo.Cell) (score.Counts, error) {
	b, err := getOr(ctx, d.k.density, uint64(c))
	if err != nil || b == nil {
		return score.Counts{}, err
	}
	return types.ParseDensity(b)
}

// SetCounts stores the counts of a cell.
func (d densityStore) SetCounts(ctx context.Context, c geo.Cell, n score.Counts) error {
	if n == (score.Counts{}) {
		return d.k.density.Remove(ctx, uint64(c))
	}
	return d.k.density.Set(ctx, uint64(c), types.EncodeDensity(n))
}

// countDensity has the density map count a hotspot in a cell of resolution 11, or
// nowhere, and tells whether that changed something.
func (k *Keeper) countDensity(ctx context.Context, r *types.SiteRecord, cell geo.Cell) (bool, error) {
	was := geo.Cell(r.Dense)
	if was == cell {
		return false, nil
	}
	d := densityStore{k}
	if was != 0 {
		if err := score.RemoveDensity(ctx, d, was); err != nil {
			return false, err
		}
	}
	if cell != 0 {
		if err := score.AddDensity(ctx, d, cell); err != nil {
			return false, err
		}
	}
	r.Dense = uint64(cell)
	return true, nil
}
