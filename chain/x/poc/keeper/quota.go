package keeper

import (
	"context"
	"encoding/binary"
)

// What one hotspot put into one block is counted in a store that ends with the
// block: nothing of it is in the state, and a count a report costs no disk.

func quotaKey(height uint64, hotspot uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, height), hotspot)
}

// spent returns how many reports of a hotspot are in the block of a height.
func (k *Keeper) spent(ctx context.Context, height uint64, hotspot uint32) (uint32, error) {
	b, err := k.transient.OpenTransientStore(ctx).Get(quotaKey(height, hotspot))
	if err != nil || len(b) != 4 {
		return 0, err
	}
	return binary.BigEndian.Uint32(b), nil
}

// spend counts one more.
func (k *Keeper) spend(ctx context.Context, height uint64, hotspot uint32) error {
	n, err := k.spent(ctx, height, hotspot)
	if err != nil {
		return err
	}
	return k.transient.OpenTransientStore(ctx).Set(quotaKey(height, hotspot), binary.BigEndian.AppendUint32(nil, n+1))
}
