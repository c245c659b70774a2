package economy

import (
	"math"
	"math/bits"
)

// part returns floor(a*b/c): 0 for c = 0, at most the largest uint64.
func part(a, b, c uint64) uint64 {
	if c == 0 {
		return 0
	}
	hi, lo := bits.Mul64(a, b)
	if hi >= c {
		return math.MaxUint64
	}
	q, _ := bits.Div64(hi, lo, c)
	return q
}

// partUp returns ceil(a*b/c).
func partUp(a, b, c uint64) uint64 {
	q := part(a, b, c)
	if hi, lo := bits.Mul64(a, b); c != 0 && q != math.MaxUint64 {
		if h, l := bits.Mul64(q, c); h != hi || l != lo {
			q++
		}
	}
	return q
}

// bps is the unit of shares of rules, permille that of a coalition's.
const (
	bps      = 10_000
	permille = 1_000
)

// perPrice makes spark at a price (1e-8 US$ for 1e8 spark) into credits (1e-5 US$):
// credits = spark * price / perPrice.
const perPrice = 100_000_000_000

// HXW is how many spark one HXW has.
const HXW = 100_000_000
