package feed

// Rules are the numbers of governance that an acceptance needs.
type Rules struct {
	// Window is the length of the time-weighted mean in seconds.
	Window uint64
	// ClampBps is the largest move per hour in 1/10,000.
	ClampBps uint64
}

// Newest is what the newest median led to. Time 0 is no median yet.
type Newest struct {
	Time uint64
	// Price is the accepted price, Median what was reported, TWAP the mean of the
	// window that ends at Time.
	Price, Median, TWAP uint64
	// Since is from when the next clamp counts: Time, or earlier when the time
	// since then was too short for a step of one unit.
	Since uint64
}

// Accept takes a median at a time: clamped against the price before, if there is
// one, it becomes the newest sample. It returns the new ring and what is newest.
func Accept(ring []Sample, last Newest, now, median uint64, r Rules) ([]Sample, Newest) {
	next := Newest{Time: now, Price: median, Median: median, Since: now}
	if last.Time != 0 {
		allowed := Allowed(last.Price, now-min(now, last.Since), r.ClampBps)
		next.Price = Clamp(last.Price, median, allowed)
		if next.Price == last.Price && median != last.Price {
			next.Since = last.Since
		}
	}
	ring = Push(ring, Sample{Time: now, Price: next.Price}, r.Window)
	next.TWAP = TWAP(ring, r.Window)
	return ring, next
}

// Prices returns at which price credits are minted and at which they are valued.
// The unclamped median counts for minting only, where low is the safe side.
func (n Newest) Prices() (mint, value uint64) {
	return min(n.TWAP, n.Price, n.Median), max(n.TWAP, n.Price)
}

// Stale tells whether the newest sample is older than a number of seconds.
func (n Newest) Stale(now, seconds uint64) bool {
	return n.Time == 0 || now > n.Time && now-n.Time > seconds
}
