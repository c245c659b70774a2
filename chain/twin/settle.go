package twin

// Voucher is what a lane says it owes a hotspot in an epoch.
type Voucher struct {
	Org, Lane, Hotspot, Epoch uint32
	Micro                     bool // the unit is micro-DC
	Cum, Seq, Issued          uint64
	Fault                     Fault
}

// Fault is what is wrong with a voucher whatever the state.
type Fault int

// Faults.
const (
	Sound Fault = iota
	Malformed
	OtherChain
	Unsigned
)

// Reason says why a voucher is refused, as the module names it.
type Reason string

// Reasons.
const (
	Settled         Reason = ""
	BadLayout       Reason = "REASON_MALFORMED"
	WrongChain      Reason = "REASON_WRONG_CHAIN"
	UnknownLane     Reason = "REASON_UNKNOWN_LANE"
	Revoked         Reason = "REASON_REVOKED"
	BadEpoch        Reason = "REASON_BAD_EPOCH"
	UnknownHotspot  Reason = "REASON_UNKNOWN_HOTSPOT"
	NotHigher       Reason = "REASON_NOT_HIGHER"
	StepTooSmall    Reason = "REASON_STEP_TOO_SMALL"
	OverAllowance   Reason = "REASON_OVER_ALLOWANCE"
	BadSignature    Reason = "REASON_BAD_SIGNATURE"
	NoEscrow        Reason = "REASON_NO_ESCROW"
	UnsupportedUnit Reason = "REASON_UNSUPPORTED_UNIT"
	WrongClass      Reason = "REASON_WRONG_CLASS"
	Claimed         Reason = "REASON_CLAIMED"
)

func (v Voucher) key() laneKey { return laneKey{v.Epoch, signerKey{v.Org, v.Lane}} }
func (v Voucher) row() rowKey  { return rowKey{v.key(), v.Hotspot} }

// dc is an amount in the voucher's unit in whole DC.
func (v Voucher) dc(amount uint64) uint64 {
	if v.Micro {
		return amount / 1_000_000
	}
	return amount
}

// step is how many DC the voucher moves.
func (e *Economy) step(v Voucher) uint64 { return v.dc(v.Cum) - v.dc(e.rows[v.row()].cum) }

// Settle settles vouchers, each by itself, and says what became of each.
func (e *Economy) Settle(sender Account, all []Voucher) ([]Reason, error) {
	if len(all) == 0 || len(all) > e.Params.Settlement.MaxItems {
		return nil, SettlementItems
	}
	reasons := make([]Reason, len(all))
	for i, v := range all {
		reasons[i] = e.settle(sender, v)
	}
	return reasons, nil
}

// judge says why a voucher of nobody knows whom cannot be one of an open lane.
func (e *Economy) judge(v Voucher) Reason {
	_, known := e.signers[signerKey{v.Org, v.Lane}]
	switch {
	case v.Fault == Malformed || v.Cum > v.Issued:
		return BadLayout
	case v.Fault == OtherChain:
		return WrongChain
	case v.Epoch > e.epoch || v.Epoch < e.firstOpen():
		return BadEpoch
	case !known:
		return UnknownLane
	}
	return Settled
}

func (e *Economy) inspect(v Voucher) Reason {
	if reason := e.judge(v); reason != Settled {
		return reason
	}
	p := e.Params.Settlement
	s, l, r := e.signers[signerKey{v.Org, v.Lane}], e.lanes[v.key()], e.rows[v.row()]
	h, known := e.hotspots[v.Hotspot]
	switch {
	case s.Revoked && v.Epoch > s.RevokedEpoch:
		return Revoked
	case s.Payer != v.Micro:
		return UnsupportedUnit
	case !known:
		return UnknownHotspot
	case (h.Class == WiFi) != v.Micro:
		return WrongClass
	case v.Cum <= r.cum:
		return NotHigher
	}
	step := e.step(v)
	switch {
	case step == 0 || step < p.MinStep && (v.Epoch == e.epoch || r.final):
		return StepTooSmall
	case l.Reserved == 0:
		return NoEscrow
	case l.left() < step+p.ItemFee:
		return OverAllowance
	}
	return Settled
}

func (e *Economy) settle(sender Account, v Voucher) Reason {
	reason := e.inspect(v)
	claims := e.lanes[v.key()].Pool > 0 && (reason == OverAllowance || reason == NoEscrow)
	switch {
	case reason != Settled && !claims:
		return reason
	case v.Fault == Unsigned:
		return BadSignature
	case claims:
		e.claimBond(v)
		return Claimed
	}
	p, step := e.Params.Settlement, e.step(v)
	basis := e.useEscrow(v.Org, step, true)
	e.stayBurned(e.useEscrow(v.Org, p.ItemFee, false))
	e.record(v, step)
	_, price := e.Prices()
	e.pay(v, basis, min(basis, value(step, price)))
	e.punish(sender, v, step)
	return Settled
}

// record raises the row and the counters of the lane.
func (e *Economy) record(v Voucher, step uint64) {
	r, l, p := e.rows[v.row()], e.lanes[v.key()], e.Params.Settlement
	l.Settled, l.Fees = l.Settled+step, l.Fees+p.ItemFee
	l.Issued, l.Seq, l.Cum = max(l.Issued, v.Issued), max(l.Seq, v.Seq), l.Cum+v.Cum-r.cum
	if claimed := e.claims[v.row()]; claimed > 0 { // settled after all
		paid := min(claimed, step)
		l.Claimed -= paid
		if e.claims[v.row()] -= paid; claimed == paid {
			delete(e.claims, v.row())
		}
	}
	e.rows[v.row()] = row{v.Cum, r.final || step < p.MinStep}
	e.lanes[v.key()] = l
}

// pay shares out the base; what is not paid of the basis stays burned.
func (e *Economy) pay(v Voucher, basis, base uint64) {
	p, s, h := e.Params.Settlement, e.signers[signerKey{v.Org, v.Lane}], e.hotspots[v.Hotspot]
	carrier := part(base, bps-p.RouterBps-p.DemandBps-p.BurnBps, bps)
	router, cell := part(base, p.RouterBps, bps), part(base, p.DemandBps, bps)
	if h.At.Cell == 0 || h.Class == WiFi {
		cell = 0
	}
	e.Totals.Backing += basis
	if cell > 0 {
		e.openCell(h.At.Cell)
		c := e.cells[h.At.Cell]
		c.Inflow += cell
		e.cells[h.At.Cell] = c
		e.Totals.Demand += cell
		e.Totals.Reminted += cell
	}
	e.accrue(v.Hotspot, carrier)
	e.mint(s.Payout, router)
	e.Totals.Splits += router
	e.Totals.Reminted += router
	e.stayBurned(basis - carrier - router - cell)
}

// punish takes from the bond of a lane what somebody else had to settle for it.
func (e *Economy) punish(sender Account, v Voucher, step uint64) {
	p, at := e.Params.Settlement, signerKey{v.Org, v.Lane}
	late := e.NowMs >= e.startMs+int64(p.DutySeconds)*1000
	if v.Epoch+1 != e.epoch || sender == e.signers[at].Payout || !late {
		return
	}
	if step > max(part(v.dc(v.Cum), p.ShortfallBps, bps), p.ShortfallMin) {
		_, price := e.Prices()
		e.slash(at, 2*value(step, price), sender)
	}
}
