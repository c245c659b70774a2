package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// gasPerFault is what judging an accusation costs beside its bytes: two
// signatures and a hash-chain walk.
const gasPerFault = 50_000

// BadBatch takes part of a relay's bond for a batch that it signed though it could
// see that an item was bad. What a relay cannot know costs it nothing: a report that
// is late, doubled or has a false tag.
func (s msgServer) BadBatch(ctx context.Context, m *types.MsgBadBatch) (*types.MsgBadBatchResponse, error) {
	prover, err := sdk.AccAddressFromBech32(m.Prover)
	if err != nil {
		return nil, errorsmod.Wrapf(lane.ErrProver, "%q", m.Prover)
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	b, err := s.k.batches.Accused(sdk.UnwrapSDKContext(ctx), bounds(&p), m.Batch, m.Items, m.Item)
	if err != nil {
		return nil, err
	}
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(gasPerFault, "judge a bad batch")
	size := b.Kind.ItemSize()
	v, err := s.k.fault(ctx, b.Kind, m.Items[size*int(m.Item):size*int(m.Item+1)])
	if err != nil {
		return nil, err
	}
	if v == wire.Accepted {
		return nil, errorsmod.Wrapf(lane.ErrNoFault, "item %d", m.Item)
	}
	if err := s.k.batches.Convict(ctx, b, m.Batch); err != nil {
		return nil, err
	}
	taken, err := s.k.routing.Slash(ctx, b.Org, uint32(b.Lane), p.BadBatchSpark, prover)
	return &types.MsgBadBatchResponse{Taken: taken, Verdict: uint32(v)}, err
}

// fault returns what is wrong with an item that the state at the draw decides, or
// wire.Accepted.
func (k *Keeper) fault(ctx context.Context, kind wire.BatchKind, raw []byte) (wire.Verdict, error) {
	if kind == wire.BatchReveals {
		return k.revealFault(ctx, raw)
	}
	r, err := wire.ParseReport(raw)
	if err != nil {
		return wire.Malformed, nil
	}
	if r.Chain != chainHash(ctx) {
		return wire.WrongChain, nil
	}
	j := k.judge(0)
	if open, err := j.load(ctx, r.Challenge); err != nil || !open {
		return wire.Accepted, err // settled, or never drawn: nothing to judge by
	}
	// As at the first moment a report may be in, before any other.
	j.height, j.heard = j.wire.Drawn+1, nil
	v, c, err := j.report(ctx, &r)
	if err != nil || v != wire.Accepted {
		return v, err
	}
	if !verify.Signature(verify.Signed{Key: c.Witness.Key, Body: raw[:wire.ReportBodySize], Sig: &r.Signature}) {
		return wire.BadSignature, nil
	}
	return wire.Accepted, nil
}

func (k *Keeper) revealFault(ctx context.Context, raw []byte) (wire.Verdict, error) {
	r, err := wire.ParseReveal(raw)
	if err != nil {
		return wire.Malformed, nil
	}
	if r.Chain != chainHash(ctx) {
		return wire.WrongChain, nil
	}
	j := k.judge(0)
	if open, err := j.load(ctx, r.Challenge); err != nil || !open {
		return wire.Accepted, err
	}
	if !verify.Preimage(&j.wire, r.Preimage) {
		return wire.BadPreimage, nil
	}
	return wire.Accepted, nil
}
