package twin

import "cmp"

// View is what of an economy can be seen, and what a twin of it must show as well.
type View struct {
	Epoch       uint32
	Mint, Value uint64 // prices
	HXW         map[Account]uint64
	Supply      uint64
	Credits     map[Account]Balance
	Orgs        []OrgView
	Orders      []OrderView
	Lanes       map[LaneID]Lane
	Hotspots    []HotspotView
	Owed        map[Account]uint64
	Demand      map[uint64]uint64 // spark, by cell
	Totals      Totals
	BasisUsed   uint64
	SparkBurned uint64
}

// OrgView is an org with its lanes.
type OrgView struct {
	Owner, OfferedTo    Account
	Closed, Suspended   bool
	Escrow, Withdrawal  Balance
	Reserved            uint64
	Threshold, Target   uint64
	MaxSpark, SpentThis uint64 // in this epoch
	Due                 bool
	Signers             []Signer
}

// OrderView is an order with its number.
type OrderView struct {
	Number uint64
	Order
}

// LaneID names a lane in an epoch.
type LaneID struct{ Epoch, Org, Lane uint32 }

// HotspotView is a hotspot with what it is owed.
type HotspotView struct {
	Owner         Account
	Retired       bool
	Basis, Life   uint64
	At            Place
	Payout        []Part
	Accrued, Kept uint64
	Points        uint64 // not rated
	Home, Old     uint64
}

// View shows everything.
func (e *Economy) View() View {
	v := View{
		Epoch: e.epoch, Totals: e.Totals, BasisUsed: e.basisUsed, SparkBurned: e.sparkBurned,
		HXW: map[Account]uint64{}, Credits: map[Account]Balance{}, Lanes: map[LaneID]Lane{},
		Owed: map[Account]uint64{}, Demand: map[uint64]uint64{},
	}
	v.Mint, v.Value = e.Prices()
	for a, spark := range e.hxw {
		v.Supply += spark
		if spark > 0 {
			v.HXW[a] = spark
		}
	}
	for a, b := range e.balances {
		if b != (Balance{}) {
			v.Credits[a] = b
		}
	}
	for org := range uint32(len(e.orgs)) {
		v.Orgs = append(v.Orgs, e.orgView(org+1))
	}
	for _, number := range sorted(e.orders, cmp.Compare[uint64]) {
		v.Orders = append(v.Orders, OrderView{number, e.orders[number]})
	}
	for key, l := range e.lanes {
		if key.epoch+1 >= e.epoch {
			v.Lanes[LaneID{key.epoch, key.org, key.lane}] = l
		}
	}
	for index := range uint32(len(e.hotspots)) {
		v.Hotspots = append(v.Hotspots, e.hotspotView(index+1))
	}
	for a, spark := range e.owed {
		if spark > 0 {
			v.Owed[a] = spark
		}
	}
	for cell, c := range e.cells {
		v.Demand[cell] = c.Balance + c.Inflow
	}
	return v
}

func (e *Economy) orgView(org uint32) OrgView {
	o := e.orgs[org]
	u := o.TopUp
	v := OrgView{
		Owner: o.Owner, OfferedTo: o.OfferedTo, Closed: o.Closed, Suspended: o.Escrow.DC < e.Params.Credits.SuspendBelow,
		Escrow: o.Escrow, Withdrawal: o.Withdrawal, Reserved: o.Reserved,
		Threshold: u.Threshold, Target: u.Target, MaxSpark: u.MaxSpark, Due: u.Due,
	}
	if u.Epoch == e.epoch {
		v.SpentThis = u.Spent
	}
	for _, at := range e.signersOf(org) {
		v.Signers = append(v.Signers, e.signers[at])
	}
	return v
}

func (e *Economy) hotspotView(index uint32) HotspotView {
	h := e.hotspots[index]
	v := HotspotView{
		Owner: h.Owner, Retired: h.Retired, Basis: h.Basis, Life: h.Life, At: h.At, Payout: h.Payout, Home: h.home, Old: h.old,
	}
	for _, at := range e.slotsOf(index) {
		s := e.slots[at]
		v.Accrued, v.Kept = v.Accrued+s.Accrued, v.Kept+s.Kept
		v.Points += e.points[pointKey{e.epoch, at}]
		if e.cells[at.cell].Rated < e.epoch-1 {
			v.Points += e.points[pointKey{e.epoch - 1, at}]
		}
	}
	return v
}
