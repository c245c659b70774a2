package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
)

// maxOpen bounds the challenges of one answer.
const maxOpen = 1_000

type queryServer struct{ k *Keeper }

// NewQueryServer returns the query handlers over k.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

// Challenge returns a challenge with its reports.
func (s queryServer) Challenge(ctx context.Context, r *types.QueryChallengeRequest) (*types.QueryChallengeResponse, error) {
	record, err := s.k.record(ctx, r.Challenge)
	return &types.QueryChallengeResponse{Record: record}, err
}

// record returns a challenge with its reports, from state while it is not
// settled and from the node's history after that, or ErrUnknown.
func (k *Keeper) record(ctx context.Context, id uint64) (types.ChallengeRecord, error) {
	record, err := k.openRecord(ctx, id)
	if !errors.Is(err, collections.ErrNotFound) {
		return record, err
	}
	if k.history == nil {
		return record, types.ErrUnknown.Wrapf("%d is not open, and this node keeps no history", id)
	}
	record, ok, err := k.history.Record(id)
	if err == nil && !ok {
		err = types.ErrUnknown.Wrapf("%d is not open, nor in the history of this node", id)
	}
	return record, err
}

// OpenChallenges lists challenges that are not settled, by id.
func (s queryServer) OpenChallenges(ctx context.Context, r *types.QueryOpenChallengesRequest) (*types.QueryOpenChallengesResponse, error) {
	most := int(min(r.Limit, maxOpen))
	if most == 0 {
		most = maxOpen
	}
	res := &types.QueryOpenChallengesResponse{Height: height(ctx)}
	after := new(collections.Range[uint64]).StartExclusive(r.After)
	err := s.k.challenges.Walk(ctx, after, func(_ uint64, record types.ChallengeRecord) (bool, error) {
		res.Challenges = append(res.Challenges, types.OpenChallenge{Challenge: record.Challenge, Near: record.Near, Far: record.Far})
		return len(res.Challenges) >= most, nil
	})
	return res, err
}

// Progress returns how far a hotspot's hash chain is used, and its record.
func (s queryServer) Progress(ctx context.Context, r *types.QueryProgressRequest) (*types.QueryProgressResponse, error) {
	open, err := s.k.unsettled(ctx)
	if err != nil {
		return nil, err
	}
	g, err := open.progressOf(ctx, s.k, r.Hotspot)
	g.Hotspot = r.Hotspot
	return &types.QueryProgressResponse{Progress: g}, err
}

// Randomness returns the newest R.
func (s queryServer) Randomness(ctx context.Context, _ *types.QueryRandomnessRequest) (*types.QueryRandomnessResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	r := s.k.Randomness(sdkCtx)
	return &types.QueryRandomnessResponse{Height: height(ctx), Randomness: r[:]}, nil
}

// Totals returns the counters since genesis.
func (s queryServer) Totals(ctx context.Context, _ *types.QueryTotalsRequest) (*types.QueryTotalsResponse, error) {
	t, err := itemOr(ctx, s.k.totals)
	return &types.QueryTotalsResponse{Totals: t}, err
}

// Explain shows each check of a challenge and of each report on it.
func (s queryServer) Explain(ctx context.Context, r *types.QueryExplainRequest) (*types.QueryExplainResponse, error) {
	record, err := s.k.record(ctx, r.Challenge)
	if err != nil {
		return nil, err
	}
	l, err := s.k.settlingOf(ctx, record)
	if err != nil {
		return nil, err
	}
	return &types.QueryExplainResponse{
		Record: record, Beacon: l.explainBeacon(), Witnesses: l.explainWitnesses(),
	}, nil
}
