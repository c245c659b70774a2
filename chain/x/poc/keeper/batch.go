package keeper

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// bounds are what the parameters allow of a batch.
func bounds(p *types.Params) lane.Bounds {
	return lane.Bounds{
		Kinds: []wire.BatchKind{wire.BatchReports, wire.BatchReveals}, Items: p.MaxBatchItems,
		LaneBytes: uint64(p.LaneBytesPerBlock), RelayBytes: uint64(p.RelayBytesPerBlock),
	}
}

// CheckBatch decides whether a batch may enter a block: the lane's checks of its
// header first, then each item's own, and all item signatures together at the end. On
// success the nonce is used up.
func (k *Keeper) CheckBatch(ctx sdk.Context, msg sdk.Msg) error {
	m, ok := msg.(*types.MsgSubmitReports)
	if !ok {
		return errorsmod.Wrapf(sdkerrors.ErrInvalidType, "%T", msg)
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	b, err := k.batches.Open(ctx, bounds(&p), m.Batch, m.Items, m.Relay)
	if err != nil {
		return err
	}
	at := lane.TargetHeight(ctx)
	if ctx.IsReCheckTx() {
		err = k.stillUseful(ctx, &b, m.Items, at)
	} else {
		err = k.checkItems(ctx, &b, m.Items, at)
	}
	if err != nil {
		return err
	}
	return k.batches.Use(ctx, &b)
}
