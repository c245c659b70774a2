package twin

import "cmp"

type laneKey struct {
	epoch uint32
	signerKey
}

func (k laneKey) compare(o laneKey) int {
	return cmp.Or(cmp.Compare(k.epoch, o.epoch), k.signerKey.compare(o.signerKey))
}

// Lane is what a lane has reserved and settled in an epoch.
type Lane struct {
	Reserved, Settled, Fees uint64 // DC
	Issued, Seq, Cum        uint64 // in the lane's unit
	Pool                    uint64 // spark for whom it leaves unpaid
	Claimed                 uint64 // DC
}

func (l Lane) left() uint64 { return l.Reserved - l.Settled - l.Fees }

type rowKey struct {
	laneKey
	hotspot uint32
}

type row struct {
	cum   uint64
	final bool
}

// reserve fills a lane's reservation up to its allowance.
func (e *Economy) reserve(at signerKey) {
	s, o := e.signers[at], e.orgs[at.org]
	key := laneKey{e.epoch, at}
	l := e.lanes[key]
	if s.Revoked || l.Reserved >= s.Allowance {
		return
	}
	more := min(s.Allowance-l.Reserved, o.Escrow.DC-o.Reserved)
	if more == 0 {
		return
	}
	l.Reserved += more
	o.Reserved += more
	e.lanes[key], e.orgs[at.org] = l, o
}

// reserveAll lets all lanes of an org reserve what they lack.
func (e *Economy) reserveAll(org uint32) {
	for _, at := range e.signersOf(org) {
		e.reserve(at)
	}
}

// turnLanes ends what is past its deadline and, in a new epoch, lets all lanes reserve.
func (e *Economy) turnLanes() {
	first := e.firstOpen()
	for _, key := range sorted(e.lanes, laneKey.compare) {
		if key.epoch >= first {
			break
		}
		e.compensate(key)
		o := e.orgs[key.org]
		o.Reserved -= e.lanes[key].left()
		e.orgs[key.org] = o
		delete(e.lanes, key)
		e.reserveAll(key.org)
	}
	for key := range e.rows {
		if key.epoch < first {
			delete(e.rows, key)
		}
	}
	if e.turned == e.epoch {
		return
	}
	e.turned = e.epoch
	for _, at := range sorted(e.signers, signerKey.compare) {
		e.reserve(at)
	}
}

// firstOpen is the first epoch of which vouchers settle: the one before the current, or
// an earlier one that ended only lately.
func (e *Economy) firstOpen() uint32 {
	first := max(e.epoch, 2) - 1
	for range 30 {
		c, ok := e.closed[first-1]
		if !ok || c.closedAt+e.Params.Settlement.OpenBlocks <= e.Height {
			break
		}
		first--
	}
	return first
}

// compensate pays the claims against a convicted lane out of its bond.
func (e *Economy) compensate(key laneKey) {
	l := e.lanes[key]
	_, price := e.Prices()
	for _, at := range sorted(e.claims, func(a, b rowKey) int {
		return cmp.Or(a.laneKey.compare(b.laneKey), cmp.Compare(a.hotspot, b.hotspot))
	}) {
		if at.laneKey != key {
			continue
		}
		dc := e.claims[at]
		delete(e.claims, at)
		spark := min(part(l.Pool, dc, l.Claimed), value(dc, price))
		e.accrue(at.hotspot, spark)
		e.Totals.Compensated += spark
	}
}
