package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

var _ lane.Checker = (*Keeper)(nil)

// bounds are what the parameters allow of a batch.
func bounds(p *types.Params) lane.Bounds {
	return lane.Bounds{
		Kinds: []wire.BatchKind{wire.BatchVouchers}, Items: p.MaxItems,
		LaneBytes: uint64(p.LaneBytesPerBlock), RelayBytes: uint64(p.RelayBytesPerBlock),
	}
}

// CheckBatch decides whether a MsgSettle may travel in the fee-free lane: the lane's
// checks of its header first, then each voucher, and all their signatures together at
// the end. It marks the batch as used.
func (k *Keeper) CheckBatch(ctx sdk.Context, msg sdk.Msg) error {
	m, ok := msg.(*types.MsgSettle)
	if !ok {
		return errorsmod.Wrapf(sdkerrors.ErrInvalidType, "%T", msg)
	}
	s, err := k.setting(ctx, m.Sender)
	if err != nil {
		return err
	}
	b, err := k.batches.Open(ctx, bounds(&s.params), m.Batch, m.Items, m.Sender)
	if err != nil {
		return err
	}
	if err := k.checkItems(ctx, s, m.Items); err != nil {
		return err
	}
	return k.batches.Use(ctx, &b)
}

// checkItems returns ErrItem for what the relay could see: a voucher of another layout
// or chain, one that is not signed, two of one row. One that would not pay, because
// somebody settled more before or the reservation is used up, costs the others nothing;
// when none would pay the batch is refused.
func (k *Keeper) checkItems(ctx sdk.Context, s setting, items []byte) error {
	all := vouchers(items)
	seen := make(map[string]bool, len(all))
	var signed []verify.Signed
	var position []int
	paying, first := 0, types.REASON_UNSPECIFIED
	for i, raw := range all {
		it, reason, err := k.inspect(ctx, s, raw)
		if err != nil {
			return err
		}
		if reason == types.REASON_MALFORMED || reason == types.REASON_WRONG_CHAIN {
			return lane.ErrItem.Wrapf("item %d: %s", i, reason)
		}
		switch {
		case reason == 0:
			paying++
		case first == 0:
			first = reason
		}
		if it == nil {
			continue
		}
		row := string(key(it.Epoch, it.Org, uint32(it.Lane), it.Hotspot))
		if seen[row] {
			return lane.ErrItem.Wrapf("item %d: hotspot %d twice", i, it.Hotspot)
		}
		seen[row] = true
		signed, position = append(signed, it.signed), append(position, i)
	}
	if paying == 0 {
		return lane.ErrNothing.Wrapf("first of %d: %s", len(all), first)
	}
	if ctx.IsReCheckTx() {
		return nil // the bytes passed before
	}
	bad, any := verify.NewVerifier().Bad(signed)
	for i := range bad {
		if any && bad[i] {
			return lane.ErrItem.Wrapf("item %d: %s", position[i], types.REASON_BAD_SIGNATURE)
		}
	}
	return nil
}

// vouchers cuts items, the size of which was checked.
func vouchers(items []byte) [][]byte {
	all := make([][]byte, 0, len(items)/wire.VoucherSize)
	for ; len(items) >= wire.VoucherSize; items = items[wire.VoucherSize:] {
		all = append(all, items[:wire.VoucherSize:wire.VoucherSize])
	}
	return all
}

// gasPerFault is what judging an accusation costs beside its bytes: two signatures.
const gasPerFault = 50_000

// BadBatch takes part of a relay's bond for a batch that it signed though it could see
// that a voucher was bad.
func (s msgServer) BadBatch(ctx context.Context, m *types.MsgBadBatch) (*types.MsgBadBatchResponse, error) {
	prover, err := sdk.AccAddressFromBech32(m.Prover)
	if err != nil {
		return nil, lane.ErrProver.Wrapf("%q", m.Prover)
	}
	set, err := s.k.setting(ctx, m.Prover)
	if err != nil {
		return nil, err
	}
	b, err := s.k.batches.Accused(sdk.UnwrapSDKContext(ctx), bounds(&set.params), m.Batch, m.Items, m.Item)
	if err != nil {
		return nil, err
	}
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(gasPerFault, "judge a bad batch")
	reason, err := s.k.fault(ctx, set, vouchers(m.Items)[m.Item])
	if err != nil {
		return nil, err
	}
	if reason == 0 {
		return nil, lane.ErrNoFault.Wrapf("item %d", m.Item)
	}
	if err := s.k.batches.Convict(ctx, b, m.Batch); err != nil {
		return nil, err
	}
	taken, err := s.k.routing.Slash(ctx, b.Org, uint32(b.Lane), set.params.BadBatchSpark, prover)
	return &types.MsgBadBatchResponse{Taken: taken, Reason: reason}, err
}

// fault returns what is wrong with a voucher whatever the state, or 0.
func (k *Keeper) fault(ctx context.Context, s setting, raw []byte) (types.Reason, error) {
	it, reason, err := k.signedItem(ctx, s, raw)
	switch {
	case err != nil || reason == types.REASON_MALFORMED || reason == types.REASON_WRONG_CHAIN:
		return reason, err
	case reason != 0 || verify.Signature(it.signed):
		return 0, nil // of an epoch or a lane of which it cannot be told
	}
	return types.REASON_BAD_SIGNATURE, nil
}
