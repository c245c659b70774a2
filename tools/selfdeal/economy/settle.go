package economy

// Refusal is why an item is not settled.
type Refusal int

// The refusals, in the order in which they are looked for.
const (
	Settled Refusal = iota
	WrongClass
	StepTooSmall
	NoEscrow
	OverAllowance
	Unbacked
)

// Item is a settlement: how many credits a lane of an org moves for a station.
type Item struct {
	Org, Lane, Station int
	Late               bool // out of the reservation of the epoch before
	Step               uint64
}

// Settle settles an item: its credits and the fee are burned, and the base is split.
func (w *World) Settle(it Item) Refusal {
	o := &w.orgs[it.Org]
	l, s, r := &o.lanes[it.Lane], &w.stations[it.Station], w.reservation(it)
	switch {
	case l.payer != (s.class == WiFi):
		return WrongClass
	case it.Step < w.p.MinStep:
		return StepTooSmall
	case r.reserved == 0:
		return NoEscrow
	case r.left() < w.p.ItemFee || r.left()-w.p.ItemFee < it.Step:
		return OverAllowance
	}
	taken, _ := o.escrow.take(it.Step)
	base := w.base(taken)
	hotspot := part(base, bps-min(bps, w.hotspotFee()), bps)
	router, demand := part(base, w.p.RouterBps, bps), part(base, w.p.DemandBps, bps)
	if s.cell == Nowhere || s.class == WiFi && !w.p.off(WiFiBurned) {
		demand = 0
	}
	minted := hotspot + router + demand
	if !w.p.off(Backing) && w.reminted+minted > w.backing+taken.Basis {
		return Unbacked
	}
	basis := o.use(it.Step)
	fee := uint64(0)
	if w.p.ItemFee > 0 {
		fee = o.use(w.p.ItemFee)
	}
	r.gone += it.Step + w.p.ItemFee
	w.backing, w.reminted = w.backing+basis, w.reminted+minted
	w.burned += fee + basis - min(basis, minted)
	if w.p.off(NetEmission) {
		w.burned += min(basis, minted)
	}
	payer := &w.flow[w.accounts[o.account].side]
	payer.Used, payer.Fees, payer.Items = payer.Used+basis, payer.Fees+fee, payer.Items+1
	w.flow[s.side].Data += hotspot
	w.flow[l.router].Router += router
	s.pay += hotspot
	w.credit(s.cell, demand, it.Step)
	return Settled
}

// reservation is out of which an item is paid.
func (w *World) reservation(it Item) *reservation {
	l := &w.orgs[it.Org].lanes[it.Lane]
	if it.Late {
		return &l.last
	}
	return &l.now
}

// Left returns the largest step that an item could move, in DC.
func (w *World) Left(it Item) uint64 {
	left := w.reservation(it).left()
	return left - min(left, w.p.ItemFee)
}

// base is what of credits that are used may be minted again at all.
func (w *World) base(taken Balance) uint64 {
	value := part(taken.DC, perPrice, w.oracle.valuePrice(&w.p))
	if w.p.off(Basis) {
		return value
	}
	return min(taken.Basis, value)
}

// hotspotFee is what is kept back of the pay of a station, in basis points.
func (w *World) hotspotFee() uint64 {
	if w.p.off(OneBudget) {
		return w.p.RouterBps
	}
	return w.p.RouterBps + w.p.DemandBps + w.p.BurnBps
}

// credit adds to the demand account of a cell.
func (w *World) credit(at int, demand, use uint64) {
	if demand == 0 {
		return
	}
	w.cells[at].use += use
	if w.p.off(OwnCell) {
		w.network.inflow += demand
		return
	}
	w.cells[at].inflow += demand
}
