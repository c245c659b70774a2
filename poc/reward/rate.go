package reward

// Caps bound what coverage points earn.
type Caps struct {
	// PointShare, in basis points of the mean points of recent epochs: a point
	// earns at most pool / (PointShare of the mean). 0 switches it off.
	PointShare uint64
	// Hotspot is the most one hotspot earns in an epoch, in thousandths of the
	// pool. 0 switches it off.
	Hotspot uint32
}

// PointRate is what one epoch pays for coverage points. The zero PointRate pays
// nothing.
type PointRate struct {
	Pool  uint64 // spark
	Over  uint64 // points among which the pool is shared, 1e-8 units
	Limit uint64 // most spark to one hotspot
}

// Rate returns the rate of an epoch in which points were made altogether, mean
// being the mean of recent epochs (0 when there was none). A quiet epoch does
// not make the few points in it dear: what finds no taker is never minted.
func Rate(pool, points, mean uint64, c Caps) PointRate {
	r := PointRate{Pool: pool, Over: points, Limit: pool}
	if c.PointShare > 0 {
		r.Over = max(points, MulDiv(mean, c.PointShare, bpsOne))
	}
	if c.Hotspot > 0 {
		r.Limit = MulDiv(pool, uint64(min(c.Hotspot, permilleOne)), permilleOne)
	}
	return r
}

// Pay returns the base pay in spark of one hotspot that made points, of which
// left may still be paid over its life.
func (r PointRate) Pay(points, left uint64) uint64 {
	return min(MulDiv(r.Pool, points, r.Over), r.Limit, left)
}

// LifetimeLeft returns how much base pay in spark a hotspot may still earn: the
// value burned to register it, times permille/1000, less what it was paid. A
// multiple of 0 removes the limit.
func LifetimeLeft(burned uint64, permille uint32, paid uint64) uint64 {
	if permille == 0 {
		return ^uint64(0)
	}
	return Sub(MulDiv(burned, uint64(permille), permilleOne), paid)
}
