package twin

import (
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/poc/geo"
)

// must is the value of a query that works.
func must[T any](w *world) func(T, error) T {
	return func(v T, err error) T {
		w.rt.Helper()
		if err != nil {
			w.rt.Fatal(err)
		}
		return v
	}
}

// view shows of the modules what the model shows of itself.
func (w *world) view() View {
	ctx := w.Ctx
	v := View{
		Epoch: w.Chain.Rewards.CurrentEpoch(ctx), HXW: map[Account]uint64{}, Supply: w.Supply(), Credits: map[Account]Balance{},
		Lanes: map[LaneID]Lane{}, Owed: map[Account]uint64{}, Demand: map[uint64]uint64{},
	}
	var err error
	if v.Mint, v.Value, err = w.Price.Price(ctx); err != nil {
		w.rt.Fatal(err)
	}
	for _, a := range holders() {
		if spark := w.Spark(address(a)); spark > 0 {
			v.HXW[a] = spark
		}
	}
	for a := Account(1); a <= users; a++ {
		if b := must[credits.Balance](w)(w.Chain.Credits.Balance(ctx, address(a))); b != (credits.Balance{}) {
			v.Credits[a] = Balance{b.Credits, b.Basis}
		}
		if r := must[*rewards.QueryOwedToResponse](w)(w.rewardsQ.OwedTo(ctx, &rewards.QueryOwedToRequest{Owner: name(a)})); r.Spark > 0 {
			v.Owed[a] = r.Spark
		}
	}
	for org := uint32(1); ; org++ {
		o, err := w.Chain.Routing.Org(ctx, org)
		if errors.Is(err, routing.ErrOrg) {
			break
		}
		v.Orgs = append(v.Orgs, w.orgView(ctx, must[routing.Org](w)(o, err), v.Epoch))
	}
	for org, o := range v.Orgs {
		for lane := range o.Signers {
			w.viewLanes(ctx, LaneID{v.Epoch, uint32(org) + 1, uint32(lane) + 1}, v.Lanes)
		}
	}
	orders := must[*credits.QueryOrdersResponse](w)(w.creditsQ.Orders(ctx, &credits.QueryOrdersRequest{}))
	for _, o := range orders.Orders {
		v.Orders = append(v.Orders, OrderView{o.Number, Order{
			From: w.accountOf(o.Sender), To: w.accountOf(o.To), Org: o.Org, Burn: o.Burn, DC: o.Credits, Deposit: o.Deposit, Epoch: o.Epoch,
		}})
	}
	for index := range uint32(len(w.devices)) {
		v.Hotspots = append(v.Hotspots, w.hotspotView(ctx, index+1))
	}
	for cell := range w.e.cells {
		r, err := w.rewardsQ.Cell(ctx, &rewards.QueryCellRequest{Cell: geo.Cell(cell).String()})
		if err == nil {
			v.Demand[cell] = r.Cell.Balance + r.Cell.Inflow
		}
	}
	w.viewTotals(ctx, &v)
	return v
}

func (w *world) orgView(ctx sdk.Context, o routing.Org, epoch uint32) OrgView {
	q := must[*credits.QueryEscrowResponse](w)(w.creditsQ.Escrow(ctx, &credits.QueryEscrowRequest{Org: o.Id}))
	u := must[*credits.QueryTopUpResponse](w)(w.creditsQ.TopUp(ctx, &credits.QueryTopUpRequest{Org: o.Id}))
	v := OrgView{
		Owner: w.accountOf(o.Owner), OfferedTo: w.accountOf(o.OfferedTo), Closed: o.Closed, Suspended: q.Suspended,
		Escrow: Balance{q.Escrow.Balance.Credits, q.Escrow.Balance.Basis}, Reserved: q.Escrow.Reserved,
		Threshold: u.TopUp.Threshold, Target: u.TopUp.Target, MaxSpark: u.TopUp.MaxSpark, Due: u.Due,
	}
	if q.Withdrawal != nil {
		v.Withdrawal = Balance{q.Withdrawal.Balance.Credits, q.Withdrawal.Balance.Basis}
	}
	if u.TopUp.Epoch == epoch {
		v.SpentThis = u.TopUp.Spent
	}
	for lane := range o.Lanes {
		s, _ := w.Chain.Routing.Signer(ctx, o.Id, lane+1)
		v.Signers = append(v.Signers, Signer{
			Payer: s.Kind == routing.SIGNER_KIND_PAYER, Allowance: s.Allowance, Bond: s.Bond, Payout: w.accountOf(s.Payout),
			Revoked: s.Revoked, RevokedEpoch: s.RevokedEpoch, BondUntilMs: s.BondUntilMs,
		})
	}
	return v
}

// viewLanes shows a lane in an epoch and in the one before it.
func (w *world) viewLanes(ctx sdk.Context, id LaneID, into map[LaneID]Lane) {
	for range 2 {
		if id.Epoch == 0 {
			return
		}
		q := settlement.QueryLaneRequest{Org: id.Org, Lane: id.Lane, Epoch: id.Epoch}
		l := must[*settlement.QueryLaneResponse](w)(w.settlementQ.Lane(ctx, &q)).Lane
		v := Lane{
			Reserved: l.Reserved, Settled: l.Settled, Fees: l.Fees, Issued: l.Issued, Seq: l.Seq, Cum: l.Cum, Pool: l.Pool, Claimed: l.Claimed,
		}
		if v != (Lane{}) {
			into[id] = v
		}
		id.Epoch--
	}
}

func (w *world) hotspotView(ctx sdk.Context, index uint32) HotspotView {
	h, err := w.Chain.Hotspot.Hotspot(ctx, index)
	if err != nil {
		w.rt.Fatal(err)
	}
	o := must[*rewards.QueryOwedResponse](w)(w.rewardsQ.Owed(ctx, &rewards.QueryOwedRequest{Hotspot: index}))
	v := HotspotView{
		Owner: w.accountOf(h.Owner), Retired: h.Retired(), Basis: h.BondBasis, Life: o.Home.LifetimeBase, Payout: w.partsOf(h.Payout),
		Accrued: o.Accrued, Kept: o.Escrow, Points: o.PointsCurrent + o.PointsUnswept, Home: o.Home.Cell, Old: o.Home.OldCell,
	}
	if h.Location != nil {
		v.At = Place{h.Location.Cell, uint64(h.LedgerCell())}
	}
	return v
}

func (w *world) viewTotals(ctx sdk.Context, v *View) {
	t := must[rewards.Totals](w)(w.Chain.Rewards.Totals(ctx))
	v.Totals = Totals{
		Minted: t.Minted, Claimed: t.Claimed, Splits: t.Splits, Demand: t.Demand, Lapsed: t.Lapsed,
		NotEmitted: t.NotEmitted, Unshared: t.Unshared, Pointless: t.Pointless, StayedBurned: t.StayedBurned,
		Forfeited: t.Forfeited, Scheduled: t.Scheduled, Backing: t.Backing, Reminted: t.Reminted,
		Compensated: must[settlement.Totals](w)(w.Chain.Settlement.Totals(ctx)).Compensated,
	}
	c := must[credits.Totals](w)(w.Chain.Credits.Totals(ctx))
	v.BasisUsed, v.SparkBurned = c.BasisUsed, c.BurnedSpark
}

// places are where hotspots stand: two in one cell, and two in cells of their own.
func places() (all []Place) {
	for _, n := range placeNumbers {
		l := fixture.Place(n)
		all = append(all, Place{l.Cell, uint64(geo.Cell(l.Cell).Parent(6))})
	}
	return all
}

var placeNumbers = []int32{0, 3, 100, 200}
