package types

import "github.com/hexwave/hexwave/chain/x/price/feed"

// Pure returns the ring as the pure rules take it.
func (r Ring) Pure() []feed.Sample {
	out := make([]feed.Sample, len(r.Samples))
	for i, s := range r.Samples {
		out[i] = feed.Sample{Time: s.Time, Price: s.Price}
	}
	return out
}

// RingOf returns samples as they are stored.
func RingOf(samples []feed.Sample) Ring {
	out := Ring{Samples: make([]Sample, len(samples))}
	for i, s := range samples {
		out.Samples[i] = Sample{Time: s.Time, Price: s.Price}
	}
	return out
}

// Pure returns what is newest as the pure rules take it.
func (l Latest) Pure() feed.Newest {
	return feed.Newest{Time: l.Time, Price: l.Price, Median: l.Median, TWAP: l.Twap, Since: l.Since}
}
