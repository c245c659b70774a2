package types

import "github.com/hexwave/hexwave/poc/reward"

// Terms returns the rate of base pay in a closed epoch.
func (e Epoch) Terms() reward.PointRate {
	return reward.PointRate{Pool: e.BasePool, Over: e.RateOver, Limit: e.RateLimit}
}

// AtOnce returns the part of pay that a hotspot that is not mature gets at once.
func AtOnce(spark uint64, bps uint32) uint64 {
	return reward.MulDiv(spark, uint64(min(bps, 10_000)), 10_000)
}

// Earner is one slot that made points in an epoch.
type Earner struct {
	Points uint64 // 1e-8 units
	Left   uint64 // spark of base pay that it may still get in its life
}

// RateCell returns what each earner of a cell gets in epoch e: base pay from the
// epoch's pool, and demand pay from the cell's balance by its own points. All
// divisions round down; what is lost stays where it was.
func RateCell(e Epoch, balance uint64, earners []Earner) (base, demand []uint64) {
	base, demand = make([]uint64, len(earners)), make([]uint64, len(earners))
	var points uint64
	for _, x := range earners {
		points += x.Points
	}
	pool, rate := reward.DemandShare(balance, e.DemandFraction), e.Terms()
	for i, x := range earners {
		base[i] = rate.Pay(x.Points, x.Left)
		demand[i] = reward.MulDiv(pool, x.Points, points)
	}
	return base, demand
}
