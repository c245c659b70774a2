package keeper

import (
	"context"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// maxPage bounds the orgs of one page, each of which may have many parts.
const maxPage = 100

type queryServer struct{ k *Keeper }

// NewQueryServer returns the query handlers over k.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

// Org returns one org with all its parts.
func (s queryServer) Org(ctx context.Context, r *types.QueryOrgRequest) (*types.QueryOrgResponse, error) {
	o, err := s.k.Org(ctx, r.Org)
	if err != nil {
		return nil, err
	}
	d, err := s.k.detail(ctx, o)
	return &types.QueryOrgResponse{Org: d}, err
}

// Orgs returns orgs page by page, at most 100 at once.
func (s queryServer) Orgs(ctx context.Context, r *types.QueryOrgsRequest) (*types.QueryOrgsResponse, error) {
	if r.Pagination != nil && r.Pagination.Limit > maxPage {
		r.Pagination.Limit = maxPage
	}
	orgs, page, err := query.CollectionPaginate(ctx, s.k.orgs, r.Pagination,
		func(_ uint32, o types.Org) (types.OrgDetail, error) { return s.k.detail(ctx, o) })
	return &types.QueryOrgsResponse{Orgs: orgs, Pagination: page}, err
}

func (k *Keeper) detail(ctx context.Context, o types.Org) (types.OrgDetail, error) {
	d := types.OrgDetail{Org: o}
	var err error
	if d.Ranges, err = k.rangesOf(ctx, o.Id); err != nil {
		return d, err
	}
	if d.JoinEuis, err = k.joinEUIsOf(ctx, o.Id); err != nil {
		return d, err
	}
	if d.Realms, err = k.realmsOf(ctx, o.Id); err != nil {
		return d, err
	}
	d.Signers, err = k.OrgSigners(ctx, o.Id)
	return d, err
}
