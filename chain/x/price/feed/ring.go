package feed

import "math/bits"

// MaxSamples bounds a ring: 17 hours of a sample a minute.
const MaxSamples = 1_024

// Sample is a price and when it became the newest one.
type Sample struct {
	Time, Price uint64
}

// Push returns the ring with s as its newest sample, in which no sample is left
// that ended before the window of that many seconds. A sample of the same second
// takes the place of the one before. The ring is ordered by time; a sample older
// than its newest is not taken.
func Push(ring []Sample, s Sample, window uint64) []Sample {
	out := append(make([]Sample, 0, len(ring)+1), ring...)
	if n := len(out); n > 0 && out[n-1].Time >= s.Time {
		if out[n-1].Time > s.Time {
			return out
		}
		out = out[:n-1]
	}
	out = append(out, s)
	begins := s.Time - min(s.Time, window)
	first := 0
	// The price that the window begins with is the newest one not after its begin.
	for first+1 < len(out) && out[first+1].Time <= begins {
		first++
	}
	return out[max(first, len(out)-MaxSamples):]
}

// TWAP is the mean price of the window of that many seconds that ends with the
// newest sample, each price weighing the seconds it was the newest, rounded down.
// A ring that begins later than the window counts from its oldest sample; a ring
// of one sample, or of one second, gives the newest price and an empty one 0.
func TWAP(ring []Sample, window uint64) uint64 {
	if len(ring) == 0 {
		return 0
	}
	newest := ring[len(ring)-1]
	begins := newest.Time - min(newest.Time, window)
	var hi, lo, span uint64
	for i, s := range ring[:len(ring)-1] {
		from, to := max(s.Time, begins), ring[i+1].Time
		if to <= from {
			continue
		}
		h, l := bits.Mul64(s.Price, to-from)
		var carry uint64
		lo, carry = bits.Add64(lo, l, 0)
		hi, _ = bits.Add64(hi, h, carry)
		span += to - from
	}
	if span == 0 {
		return newest.Price
	}
	mean, _ := bits.Div64(hi, lo, span) // a mean of 64-bit numbers: hi is below span
	return mean
}
