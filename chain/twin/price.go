package twin

import (
	"maps"
	"slices"
)

// sample is a price, in 1e-8 US$, from a time in Unix seconds on.
type sample struct{ at, price uint64 }

// oracle is what is known of the price of HXW.
type oracle struct {
	samples      []sample // accepted prices, oldest first
	median, mean uint64   // the newest median, and the mean of the window that ends with it
	since        uint64   // from when the next clamp counts
	quotes       map[Account]sample
}

func (o oracle) clone() oracle {
	o.quotes = maps.Clone(o.quotes)
	o.samples = slices.Clone(o.samples)
	return o
}

// Prices returns what HXW is worth to buy credits, 0 while nobody knows, and what
// credits are paid out at.
func (e *Economy) Prices() (mint, value uint64) {
	p, o := e.Params.Price, e.oracle
	if !p.FromFeeders {
		return p.Fixed, p.Fixed
	}
	if len(o.samples) == 0 {
		return 0, p.Fixed
	}
	newest := o.samples[len(o.samples)-1]
	mint, value = min(o.mean, newest.price, o.median), max(o.mean, newest.price)
	if e.nowS()-newest.at > p.Stale {
		mint = 0
	}
	return mint, value
}

// SetPrice changes where the price comes from. What is known of it stays, but for the
// word of those who are no feeders any more.
func (e *Economy) SetPrice(p PriceParams) {
	for _, a := range e.Params.Price.Feeders {
		if !slices.Contains(p.Feeders, a) {
			delete(e.oracle.quotes, a)
		}
	}
	e.Params.Price = p
}

// SubmitPrice is the word of a feeder.
func (e *Economy) SubmitPrice(feeder Account, price uint64) error {
	p := e.Params.Price
	switch {
	case !p.FromFeeders:
		return PriceMode
	case !slices.Contains(p.Feeders, feeder):
		return PriceFeeder
	case price < p.Min || price > p.Max:
		return PriceRange
	}
	e.oracle.quotes[feeder] = sample{e.nowS(), price}
	var reports []uint64
	for _, a := range p.Feeders {
		q, ok := e.oracle.quotes[a]
		if ok && q.price >= p.Min && q.price <= p.Max && e.nowS()-q.at <= p.MaxAge {
			reports = append(reports, q.price)
		}
	}
	if 2*len(reports) > len(p.Feeders) {
		slices.Sort(reports)
		e.accept(reports[(len(reports)-1)/2])
	}
	return nil
}

// accept moves the price towards a median.
func (e *Economy) accept(median uint64) {
	o, now, p := &e.oracle, e.nowS(), e.Params.Price
	price, since := median, now
	if n := len(o.samples); n > 0 {
		was := o.samples[n-1].price
		allowed := part(was, (now-o.since)*p.ClampBps, 3_600*bps)
		price = max(min(median, was+allowed), less(was, allowed))
		if price == was && median != was {
			since = o.since // the time was too short for a step of one unit
		}
		if o.samples[n-1].at == now {
			o.samples = o.samples[:n-1]
		}
	}
	o.samples = append(o.samples, sample{now, price})
	o.median, o.since = median, since
	begins := less(now, p.Window)
	for len(o.samples) > 1 && o.samples[1].at <= begins {
		o.samples = o.samples[1:]
	}
	var sum, span uint64
	for i, s := range o.samples[:len(o.samples)-1] {
		seconds := o.samples[i+1].at - max(s.at, begins)
		sum, span = sum+s.price*seconds, span+seconds
	}
	o.mean = price
	if span > 0 {
		o.mean = sum / span
	}
}
