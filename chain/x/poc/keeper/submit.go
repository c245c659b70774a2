package keeper

import (
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// SubmitReports includes the items of a batch that CheckBatch let in, each by
// itself: a refused item costs the others nothing.
func (s msgServer) SubmitReports(ctx context.Context, m *types.MsgSubmitReports) (*types.MsgSubmitReportsResponse, error) {
	if err := lane.RequireAdmitted(ctx); err != nil {
		return nil, err
	}
	b, err := wire.ParseBatch(m.Batch)
	if err != nil {
		return nil, errorsmod.Wrap(lane.ErrFormat, err.Error())
	}
	// The lane's gas grows with bytes and says nothing about this work, which the
	// number of items bounds.
	ctx = sdk.UnwrapSDKContext(ctx).WithGasMeter(storetypes.NewInfiniteGasMeter())
	totals, err := itemOr(ctx, s.k.totals)
	if err != nil {
		return nil, err
	}
	j := s.k.judge(height(ctx))
	res := &types.MsgSubmitReportsResponse{}
	for i, raw := range split(m.Items, b.Kind.ItemSize()) {
		v, err := j.include(ctx, b.Kind, raw, &totals)
		if err != nil {
			return nil, err
		}
		if v == wire.Accepted {
			res.Accepted++
			continue
		}
		res.Refused = append(res.Refused, &types.ItemVerdict{Item: uint32(i), Verdict: uint32(v)})
		if b.Kind == wire.BatchReports {
			totals.Refuse(v)
		}
	}
	return res, s.k.totals.Set(ctx, totals)
}

// include stores one item if it is accepted. Signatures of reports were checked
// with the batch, in this very state.
func (j *judge) include(ctx context.Context, kind wire.BatchKind, raw []byte, totals *types.Totals) (wire.Verdict, error) {
	if kind == wire.BatchReveals {
		r, err := wire.ParseReveal(raw)
		if err != nil {
			return wire.Malformed, nil
		}
		return j.includeReveal(ctx, &r)
	}
	r, err := wire.ParseReport(raw)
	if err != nil {
		return wire.Malformed, nil
	}
	v, err := j.includeReport(ctx, &r)
	if err == nil && v == wire.Accepted {
		totals.Reports++
	}
	return v, err
}

func (j *judge) includeReport(ctx context.Context, r *wire.Report) (wire.Verdict, error) {
	v, _, err := j.report(ctx, r)
	if err != nil || v != wire.Accepted {
		return v, err
	}
	heard := types.HeardOf(r, uint8(height(ctx)-j.wire.Drawn))
	j.heard = heard.AppendTo(slices.Clip(j.heard))
	if err := j.k.heard.Set(ctx, r.Challenge, j.heard); err != nil {
		return v, err
	}
	return v, j.k.spend(ctx, j.height, r.Witness)
}

func (j *judge) includeReveal(ctx context.Context, r *wire.Reveal) (wire.Verdict, error) {
	v, err := j.reveal(ctx, r)
	if err != nil || v != wire.Accepted {
		return v, err
	}
	known := types.Revealed{Preimage: r.Preimage, Height: height(ctx)}
	if err := j.k.revealed.Set(ctx, r.Challenge, known.Encode()); err != nil {
		return v, err
	}
	e := types.EventRevealed{Id: r.Challenge, Preimage: r.Preimage[:]}
	sdk.UnwrapSDKContext(ctx).EventManager().EmitEvent(e.Event())
	return v, nil
}
