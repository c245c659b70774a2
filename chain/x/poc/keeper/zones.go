package keeper

import (
	"context"

	"github.com/hexwave/hexwave/poc/geo"
)

// farRes is the resolution of the counts of the far stratum: a cell of
// resolution 3 and its ring reach at least 100 km from any point of the cell.
const farRes = 3

// zoneReader reads how many active hotspots stand around a place in one window.
// It lives for one block, so it may remember what it read.
type zoneReader struct {
	k      *Keeper
	window uint64
	sums   map[geo.Cell]uint32
}

func (k *Keeper) zoneReader(window uint64) *zoneReader {
	return &zoneReader{k: k, window: window, sums: make(map[geo.Cell]uint32)}
}

// near returns the hotspots in a zone and its ring.
func (z *zoneReader) near(ctx context.Context, zone geo.Cell) (uint32, error) {
	return z.sum(ctx, zone)
}

// far returns the hotspots within reach of a zone that are not near.
func (z *zoneReader) far(ctx context.Context, zone geo.Cell) (uint32, error) {
	near, err := z.sum(ctx, zone)
	if err != nil {
		return 0, err
	}
	all, err := z.sum(ctx, zone.Parent(farRes))
	return all - min(near, all), err
}

// sum returns the hotspots in a cell and its ring.
func (z *zoneReader) sum(ctx context.Context, cell geo.Cell) (uint32, error) {
	if n, ok := z.sums[cell]; ok {
		return n, nil
	}
	disk, err := geo.Disk(cell, 1)
	if err != nil {
		return 0, err
	}
	var n uint32
	for _, c := range disk {
		count, err := getOr(ctx, z.k.zones, uint64(c))
		if err != nil {
			return 0, err
		}
		n += count.Of(z.window)
	}
	z.sums[cell] = n
	return n, nil
}
