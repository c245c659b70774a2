package keeper

import (
	"context"

	"cosmossdk.io/collections"
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
		return nil, errorsmod.Wrap(types.ErrBatchFormat, err.Error())
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
	v, err := j.includeReport(ctx, &r, raw)
	if err == nil && v == wire.Accepted {
		totals.Reports++
	}
	return v, err
}

func (j *judge) includeReport(ctx context.Context, r *wire.Report, raw []byte) (wire.Verdict, error) {
	v, _, err := j.report(ctx, r)
	if err != nil || v != wire.Accepted {
		return v, err
	}
	k := j.k
	site, _, err := k.witness(ctx, r.Witness, j.record.Window)
	if err != nil {
		return v, err
	}
	stored := types.StoredReport{Report: raw, Height: height(ctx), Site: site}
	if err := k.reports.Set(ctx, collections.Join(r.Challenge, r.Witness), stored); err != nil {
		return v, err
	}
	n, err := getOr(ctx, k.counts, r.Challenge)
	if err != nil {
		return v, err
	}
	return v, k.counts.Set(ctx, r.Challenge, n+1)
}

func (j *judge) includeReveal(ctx context.Context, r *wire.Reveal) (wire.Verdict, error) {
	v, err := j.reveal(ctx, r)
	if err != nil || v != wire.Accepted {
		return v, err
	}
	k := j.k
	j.record.Preimage, j.record.RevealedAt = r.Preimage[:], height(ctx)
	if err := k.challenges.Set(ctx, r.Challenge, j.record); err != nil {
		return v, err
	}
	g, err := k.progress.Get(ctx, j.wire.Hotspot)
	if err != nil {
		return v, err
	}
	if leadsTo(&j.wire, r.Preimage, &g, j.params.MaxWalk) {
		g.Known, g.KnownIndex = r.Preimage[:], j.wire.Index
		if err := k.progress.Set(ctx, j.wire.Hotspot, g); err != nil {
			return v, err
		}
	}
	return v, sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventRevealed{
		Id: r.Challenge, Preimage: r.Preimage[:],
	})
}

// leadsTo tells whether a revealed element is a newer one of the chain that g
// knows. It is not when the hotspot has another anchor since, or when a later
// challenge was revealed before this one.
func leadsTo(c *wire.Challenge, a wire.Preimage, g *types.Progress, maxWalk uint32) bool {
	if g.KnownIndex <= c.Index || g.KnownIndex-c.Index > maxWalk || len(g.Known) != wire.PreimageSize {
		return false
	}
	return wire.WalkPreimage(c.Chain, c.Key, c.Index, g.KnownIndex, a) == wire.Preimage(g.Known)
}
