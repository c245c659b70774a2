package feed

import (
	"math"
	"math/bits"
)

// hour in the unit of the clamp: seconds times 1/10,000.
const hour = 3_600 * Bps

// Allowed is how far a price may move in a number of seconds when it may move by
// bps/10,000 of itself an hour. It is rounded down and ends at the largest number.
func Allowed(price, seconds, bps uint64) uint64 {
	over, factor := bits.Mul64(seconds, bps)
	if over > 0 {
		return math.MaxUint64
	}
	hi, lo := bits.Mul64(price, factor)
	if hi >= hour {
		return math.MaxUint64
	}
	moved, _ := bits.Div64(hi, lo, hour)
	return moved
}

// Clamp returns the price nearest to median that is at most allowed away from
// price.
func Clamp(price, median, allowed uint64) uint64 {
	switch {
	case median > price && median-price > allowed:
		return price + allowed
	case median < price && price-median > allowed:
		return price - allowed
	default:
		return median
	}
}
