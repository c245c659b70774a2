package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
)

// IterateAfter calls fn for the hotspots with an index above after, in ascending
// order, until fn returns true or an error. It lets a caller walk the registry
// in pieces.
func (k *Keeper) IterateAfter(ctx context.Context, after uint32, fn func(types.Hotspot) (stop bool, err error)) error {
	above := new(collections.Range[uint32]).StartExclusive(after)
	return k.hotspots.Walk(ctx, above, func(_ uint32, h types.Hotspot) (bool, error) { return fn(h) })
}
