package keeper

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

var _ lane.Checker = (*Keeper)(nil)

// CheckBatch decides whether a MsgSettle may travel in the fee-free lane: its
// header is signed by a bonded relay and new, and every one of its items would
// pay as the state is now. The header comes first, its signature before the
// items, the items' signatures last and together. It marks the batch as used.
func (k *Keeper) CheckBatch(ctx sdk.Context, msg sdk.Msg) error {
	m, ok := msg.(*types.MsgSettle)
	if !ok {
		return errorsmod.Wrapf(types.ErrBatch, "message %T", msg)
	}
	s, err := k.setting(ctx)
	if err != nil {
		return err
	}
	t, err := checkHeader(ctx, s, m)
	if err != nil {
		return err
	}
	signer, ok := k.routing.Signer(ctx, t.Org, uint32(t.Lane))
	if !ok || signer.Revoked {
		return errorsmod.Wrapf(types.ErrRelay, "lane %d of org %d", t.Lane, t.Org)
	}
	if m.Sender != signer.Payout {
		return errorsmod.Wrap(types.ErrSender, m.Sender)
	}
	mark := nonceKey(types.Nonce{ValidUntil: t.ValidUntil, Org: t.Org, Lane: uint32(t.Lane), Nonce: t.Nonce})
	if used, err := k.nonces.Has(ctx, mark); err != nil || used {
		return errorsmod.Wrapf(types.ErrNonce, "%d", t.Nonce)
	}
	relay, err := routing.ParseKey(signer.Key)
	if err != nil {
		return err
	}
	if !t.Matches(m.Items) {
		return errorsmod.Wrap(types.ErrBatch, "header is for other items")
	}
	if !verify.Signature(verify.Signed{Key: relay, Body: m.Batch[:wire.BatchBodySize], Sig: &t.Signature}) {
		return types.ErrSignature
	}
	if err := lane.Spend(ctx, fmt.Sprintf("%d/%d", t.Org, t.Lane), int(t.Count)); err != nil {
		return err
	}
	if err := k.nonces.Set(ctx, mark); err != nil {
		return err
	}
	return k.checkItems(ctx, s, m.Items)
}

// checkHeader reads a batch header and checks it against its message, without
// state and without signature.
func checkHeader(ctx sdk.Context, s setting, m *types.MsgSettle) (*wire.Batch, error) {
	t, err := wire.ParseBatch(m.Batch)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrBatch, err.Error())
	}
	height := uint64(ctx.BlockHeight())
	switch {
	case t.Kind != wire.BatchVouchers:
		return nil, errorsmod.Wrapf(types.ErrBatch, "kind %d", t.Kind)
	case t.Chain != s.chain:
		return nil, types.ErrWrongChain
	case uint32(t.Count) > s.params.MaxItems || len(m.Items) != int(t.Count)*wire.VoucherSize:
		return nil, errorsmod.Wrapf(types.ErrItems, "%d items of %d bytes in all", t.Count, len(m.Items))
	case t.ValidUntil < height || t.ValidUntil-height > types.MaxBatchBlocks:
		return nil, errorsmod.Wrapf(types.ErrBatchTime, "valid until %d, now %d", t.ValidUntil, height)
	}
	return &t, nil
}

// checkItems returns ErrItem unless every item would pay.
func (k *Keeper) checkItems(ctx sdk.Context, s setting, items []byte) error {
	n := len(items) / wire.VoucherSize
	seen := make(map[string]bool, n)
	signed := make([]verify.Signed, n)
	for i := range n {
		raw := items[i*wire.VoucherSize : (i+1)*wire.VoucherSize]
		it, reason, err := k.inspect(ctx, s, raw)
		if err != nil {
			return err
		}
		if reason != 0 {
			return errorsmod.Wrapf(types.ErrItem, "item %d: %s", i, reason)
		}
		row := string(key(it.Epoch, it.Org, uint32(it.Lane), it.Hotspot))
		if seen[row] {
			return errorsmod.Wrapf(types.ErrItem, "item %d: hotspot %d twice", i, it.Hotspot)
		}
		seen[row], signed[i] = true, it.signed
	}
	if ctx.IsReCheckTx() {
		return nil
	}
	bad, any := verify.NewVerifier().Bad(signed)
	for i := range bad {
		if any && bad[i] {
			return errorsmod.Wrapf(types.ErrItem, "item %d: %s", i, types.REASON_BAD_SIGNATURE)
		}
	}
	return nil
}
