package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// StoreOrg stores an org past the table, as no message does.
func (k *Keeper) StoreOrg(ctx context.Context, o types.Org) error { return k.orgs.Set(ctx, o.Id, o) }

// StoreParts stores bytes in place of the digests of an org's parts.
func (k *Keeper) StoreParts(ctx context.Context, org uint32, b []byte) error {
	return k.parts.Set(ctx, org, b)
}
