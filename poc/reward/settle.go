package reward

// Fee is what is kept back of the pay for carried data, in basis points.
type Fee struct {
	Router uint32 // to the lane's payout account
	Demand uint32 // to the account of the cell that carried it
	Burned uint32 // stays burned
}

// Total returns the whole fee f in basis points.
func (f Fee) Total() uint64 { return uint64(f.Router) + uint64(f.Demand) + uint64(f.Burned) }

// Valid tells whether the fee is at most the whole and at least a fifth of it
// stays burned, without which buying from oneself could break even.
func (f Fee) Valid() bool {
	return f.Total() <= bpsOne && 5*uint64(f.Burned) >= f.Total()
}

// SplitBase divides the spark that a settlement may mint back. The four parts
// add up to base, and all rounding goes to burned. An invalid fee burns it all.
func SplitBase(base uint64, f Fee) (hotspot, router, demand, burned uint64) {
	if !f.Valid() {
		return 0, 0, 0, base
	}
	hotspot = MulDiv(base, bpsOne-f.Total(), bpsOne)
	router = MulDiv(base, uint64(f.Router), bpsOne)
	demand = MulDiv(base, uint64(f.Demand), bpsOne)
	return hotspot, router, demand, base - hotspot - router - demand
}

// TakeBasis returns the cost basis, in spark, that leaves with take of the dc
// credits of a balance whose basis is given: pro rata, rounded down, and all of
// it with the last credit. Take above dc counts as dc.
func TakeBasis(dc, basis, take uint64) uint64 {
	if take >= dc {
		return basis
	}
	return MulDiv(basis, take, dc)
}

// DemandShare returns the spark that a cell pays from its demand balance in one
// epoch: one fraction-th. Fraction 0 pays nothing.
func DemandShare(balance uint64, fraction uint32) uint64 {
	if fraction == 0 {
		return 0
	}
	return balance / uint64(fraction)
}
