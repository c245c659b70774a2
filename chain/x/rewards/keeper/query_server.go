package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/geo"
)

type queryServer struct{ k *Keeper }

// NewQueryServer returns the query handlers over k.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.Params(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

// Owed returns what a hotspot holds in its slots, and its points that are not
// rated yet. A claim rates those of the last epoch first.
func (s queryServer) Owed(ctx context.Context, q *types.QueryOwedRequest) (*types.QueryOwedResponse, error) {
	if _, err := s.k.hotspots.Hotspot(ctx, q.Hotspot); err != nil {
		return nil, err
	}
	r, err := s.k.residence(ctx, q.Hotspot)
	if err != nil {
		return nil, err
	}
	out := &types.QueryOwedResponse{Home: homeOf(q.Hotspot, r)}
	for _, at := range []types.Place{r.Home, r.Old} {
		if err := s.k.addOwed(ctx, q.Hotspot, at, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addOwed adds one slot of a hotspot to what it is owed.
func (k *Keeper) addOwed(ctx context.Context, index uint32, at types.Place, out *types.QueryOwedResponse) error {
	c, err := k.cold(ctx, at.Cell, at.Page)
	if err != nil || c.Slots[at.Slot].Hotspot != index {
		return err
	}
	out.Accrued += c.Slots[at.Slot].Accrued
	out.Escrow += c.Slots[at.Slot].Escrow
	a, ok, err := k.account(ctx, at.Cell)
	if err != nil || !ok {
		return err
	}
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	now, err := k.pointsAt(ctx, s.Epoch, at)
	if err != nil {
		return err
	}
	out.PointsCurrent += now
	if a.Swept >= s.Epoch-1 {
		return nil
	}
	last, err := k.pointsAt(ctx, s.Epoch-1, at)
	out.PointsUnswept += last
	return err
}

// pointsAt returns the points of a slot in an epoch, in its page or still in
// journals.
func (k *Keeper) pointsAt(ctx context.Context, epoch uint32, at types.Place) (uint64, error) {
	h, err := k.hot(ctx, epoch, at.Cell, at.Page)
	if err != nil {
		return 0, err
	}
	waiting, err := k.waiting(ctx, epoch, at.Cell)
	return h.Points[at.Slot] + waiting[at], err
}

// OwedTo returns what an account is owed beside the pay of its hotspots.
func (s queryServer) OwedTo(ctx context.Context, q *types.QueryOwedToRequest) (*types.QueryOwedToResponse, error) {
	owner, err := sdk.AccAddressFromBech32(q.Owner)
	if err != nil {
		return nil, types.ErrAddress.Wrapf("%q", q.Owner)
	}
	spark, err := s.k.owed(ctx, owner)
	return &types.QueryOwedToResponse{Spark: spark}, err
}

// CurrentEpoch returns the epoch that runs.
func (s queryServer) CurrentEpoch(ctx context.Context, _ *types.QueryCurrentEpochRequest) (*types.QueryCurrentEpochResponse, error) {
	st, err := s.k.state(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.k.Params(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.k.clock(ctx)
	return &types.QueryCurrentEpochResponse{
		Epoch: st.Epoch, EndsAt: c.Start + int64(p.EpochSeconds)*1000, Points: st.Points,
	}, err
}

// Epoch returns a closed epoch.
func (s queryServer) Epoch(ctx context.Context, q *types.QueryEpochRequest) (*types.QueryEpochResponse, error) {
	e, ok, err := s.k.epochRecord(ctx, q.Epoch)
	if err == nil && !ok {
		err = types.ErrEpoch.Wrapf("%d", q.Epoch)
	}
	return &types.QueryEpochResponse{Epoch: e}, err
}

// Cell returns a cell of the ledger with its slots, page by page.
func (s queryServer) Cell(ctx context.Context, q *types.QueryCellRequest) (*types.QueryCellResponse, error) {
	cell, err := geo.ParseCell(q.Cell)
	if err != nil || cell.Res() != 6 {
		return nil, types.ErrCell.Wrapf("%.20q", q.Cell)
	}
	a, ok, err := s.k.account(ctx, uint64(cell))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, types.ErrCell.Wrap(q.Cell)
	}
	slots, err := s.k.slots(ctx, uint64(cell), a.Pages)
	return &types.QueryCellResponse{Cell: cellOf(uint64(cell), a), Slots: slots}, err
}

// Totals returns the counters since genesis.
func (s queryServer) Totals(ctx context.Context, _ *types.QueryTotalsRequest) (*types.QueryTotalsResponse, error) {
	t, err := s.k.Totals(ctx)
	return &types.QueryTotalsResponse{Totals: t}, err
}

// slots returns all slots of a cell, empty ones too.
func (k *Keeper) slots(ctx context.Context, cell uint64, pages uint16) ([]types.Slot, error) {
	all := make([]types.Slot, 0, int(pages)*types.PageSlots)
	for page := range pages {
		c, err := k.cold(ctx, cell, page)
		if err != nil {
			return nil, err
		}
		all = append(all, c.Slots[:]...)
	}
	return all, nil
}

func cellOf(cell uint64, a types.Account) types.Cell {
	return types.Cell{
		Cell: cell, Pages: uint32(a.Pages), Swept: a.Swept, Balance: a.Balance,
		Inflow: a.Inflow, InflowEpoch: a.InflowEpoch,
	}
}

func homeOf(index uint32, r types.Residence) *types.Home {
	return &types.Home{
		Hotspot: index, Cell: r.Home.Cell, Page: uint32(r.Home.Page), Slot: uint32(r.Home.Slot),
		LifetimeBase: r.Lifetime, OldCell: r.Old.Cell, OldPage: uint32(r.Old.Page), OldSlot: uint32(r.Old.Slot),
		MovedEpoch: r.Moved,
	}
}
