package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// maxPage bounds the hotspots of one page.
const maxPage = 1_000

type queryServer struct{ k *Keeper }

// NewQueryServer returns the query handlers over k.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

// Hotspot returns one hotspot by index.
func (s queryServer) Hotspot(ctx context.Context, r *types.QueryHotspotRequest) (*types.QueryHotspotResponse, error) {
	h, err := s.k.Hotspot(ctx, r.Hotspot)
	return &types.QueryHotspotResponse{Hotspot: h}, err
}

// HotspotByKey returns one hotspot by id, hotspot1... .
func (s queryServer) HotspotByKey(ctx context.Context, r *types.QueryHotspotByKeyRequest) (*types.QueryHotspotResponse, error) {
	key, err := wire.DecodeHotspotID(r.Id)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrUnknown, err.Error())
	}
	h, err := s.k.HotspotByKey(ctx, key)
	return &types.QueryHotspotResponse{Hotspot: h}, err
}

// Offer returns a hotspot's transfer offer, and whether it can be accepted now.
func (s queryServer) Offer(ctx context.Context, r *types.QueryOfferRequest) (*types.QueryOfferResponse, error) {
	h, err := s.k.Hotspot(ctx, r.Hotspot)
	if err != nil {
		return nil, err
	}
	o, err := s.k.offer(ctx, r.Hotspot)
	if err != nil {
		return nil, err
	}
	return &types.QueryOfferResponse{Offer: o, Stands: o.Check(h, o.To, height(ctx)) == nil}, nil
}

// Hotspots returns all hotspots, or those of one owner, page by page.
func (s queryServer) Hotspots(ctx context.Context, r *types.QueryHotspotsRequest) (*types.QueryHotspotsResponse, error) {
	if r.Pagination != nil && r.Pagination.Limit > maxPage {
		r.Pagination.Limit = maxPage
	}
	if r.Owner == "" {
		all, page, err := query.CollectionPaginate(ctx, s.k.hotspots, r.Pagination,
			func(_ uint32, h types.Hotspot) (types.Hotspot, error) { return h, nil })
		return &types.QueryHotspotsResponse{Hotspots: all, Pagination: page}, err
	}
	owner, err := account(r.Owner)
	if err != nil {
		return nil, err
	}
	own, page, err := query.CollectionPaginate(ctx, s.k.byOwner, r.Pagination,
		func(key collections.Pair[[]byte, uint32], _ collections.NoValue) (types.Hotspot, error) {
			return s.k.Hotspot(ctx, key.K2())
		}, query.WithCollectionPaginationPairPrefix[[]byte, uint32](owner))
	return &types.QueryHotspotsResponse{Hotspots: own, Pagination: page}, err
}
