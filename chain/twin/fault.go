package twin

// ProveOverIssue shows by one or two vouchers that a lane promised more than it may.
func (e *Economy) ProveOverIssue(v Voucher, other *Voucher) error {
	if !e.isEvidence(v) {
		return SettlementEvidence
	}
	guilty := e.alone(v)
	if !guilty && other != nil {
		if !e.isEvidence(*other) || v.key() != other.key() {
			return SettlementEvidence
		}
		guilty = together(v, *other)
	}
	if !guilty {
		return SettlementNoFault
	}
	at := signerKey{v.Org, v.Lane}
	wasRevoked := e.signers[at].Revoked
	burned := e.confiscate(at)
	if burned == 0 && wasRevoked {
		return SettlementNoBond
	}
	l := e.lanes[v.key()]
	l.Pool += burned / 2
	e.lanes[v.key()] = l
	e.Totals.Backing += burned / 2
	return nil
}

func (e *Economy) isEvidence(v Voucher) bool { return e.judge(v) == Settled && v.Fault != Unsigned }

// alone tells whether a voucher says that more was issued than was reserved, or less
// than was settled before it was numbered.
func (e *Economy) alone(v Voucher) bool {
	l := e.lanes[v.key()]
	return v.dc(v.Issued) > l.Reserved || v.dc(v.Issued) == l.Reserved && v.Micro && v.Issued%1_000_000 > 0 ||
		v.Seq >= l.Seq && v.Issued < l.Cum
}

// together tells whether the later of two vouchers of a lane has a lower counter, or a
// lower total for one hotspot, or whether two have one number.
func together(a, b Voucher) bool {
	if a.Seq > b.Seq {
		a, b = b, a
	}
	if a.Seq == b.Seq {
		return a != b
	}
	return b.Issued < a.Issued || a.Hotspot == b.Hotspot && b.Cum < a.Cum
}

// claimBond notes what a voucher is worth that the reservation does not pay.
func (e *Economy) claimBond(v Voucher) {
	had, step := e.claims[v.row()], e.step(v)
	if step <= had {
		return
	}
	l := e.lanes[v.key()]
	l.Claimed += step - had
	e.lanes[v.key()] = l
	e.claims[v.row()] = step
}

// BadBatch shows that a relay signed a batch of one voucher that it could see was bad.
func (e *Economy) BadBatch(prover Account, batch uint64, org, lane uint32, v Voucher) error {
	at := signerKey{org, lane}
	reason := e.judge(v)
	switch {
	case e.proven[batch]:
		return LaneProven
	case e.signers[at].Bond == 0: // one that is not there has none
		return LaneRelay
	case reason != BadLayout && reason != WrongChain && (reason != Settled || v.Fault != Unsigned):
		return LaneNoFault
	}
	e.proven[batch] = true
	e.slash(at, e.Params.Settlement.BadBatch, prover)
	return nil
}
