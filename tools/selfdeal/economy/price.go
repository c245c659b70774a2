package economy

// sample is an accepted price and since when it is the newest.
type sample struct{ at, price uint64 }

// oracle is the price of HXW in 1e-8 US$, taken from medians.
type oracle struct {
	ring          []sample
	price, median uint64
	twap          uint64
	since         uint64 // from when the next clamp counts
}

// quote takes a median at a time in Unix seconds. Medians come in the order of time.
func (o *oracle) quote(now, median uint64, p *Params) {
	price, since := median, now
	if len(o.ring) > 0 {
		most := part(o.price, (now-o.since)*p.ClampBpsPerHour, 3_600*bps)
		price = min(max(median, o.price-min(o.price, most)), o.price+most)
		if price == o.price && median != price {
			since = o.since
		}
	}
	o.price, o.median, o.since = price, median, since
	o.push(sample{now, price}, p.WindowSeconds)
	o.twap = o.mean(p.WindowSeconds)
}

func (o *oracle) push(s sample, window uint64) {
	if n := len(o.ring); n > 0 && o.ring[n-1].at == s.at {
		o.ring = o.ring[:n-1]
	}
	o.ring = append(o.ring, s)
	begins := s.at - min(s.at, window)
	drop := 0
	for drop+1 < len(o.ring) && o.ring[drop+1].at <= begins {
		drop++
	}
	o.ring = o.ring[drop:]
}

// mean is the time-weighted mean of the window that ends with the newest sample.
func (o *oracle) mean(window uint64) uint64 {
	newest := o.ring[len(o.ring)-1]
	begins := newest.at - min(newest.at, window)
	var sum, span uint64
	for i, s := range o.ring[:len(o.ring)-1] {
		if from, to := max(s.at, begins), o.ring[i+1].at; to > from {
			sum, span = sum+s.price*(to-from), span+to-from
		}
	}
	if span == 0 {
		return newest.price
	}
	return sum / span
}

// mintPrice is at which credits are bought, 0 when the price is stale.
func (o *oracle) mintPrice(now uint64, p *Params) uint64 {
	switch {
	case len(o.ring) == 0 || now-o.ring[len(o.ring)-1].at > p.StaleSeconds:
		return 0
	case p.off(LowHigh):
		return o.twap
	}
	return min(o.twap, o.price, o.median)
}

// valuePrice is at which they are valued.
func (o *oracle) valuePrice(p *Params) uint64 {
	if p.off(LowHigh) {
		return o.twap
	}
	return max(o.twap, o.price)
}
