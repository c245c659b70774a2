package reward

import (
	"math"
	"math/bits"
)

// bpsOne is one in basis points, permilleOne in thousandths.
const (
	bpsOne      = 10_000
	permilleOne = 1_000
)

// MulDiv returns floor(a*b/c) with a 128-bit product. It returns 0 for c = 0,
// because nothing is shared among nobody, and the largest uint64 when the
// quotient does not fit.
func MulDiv(a, b, c uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	switch {
	case c == 0:
		return 0
	case hi >= c:
		return math.MaxUint64
	}
	q, _ := bits.Div64(hi, lo, c)
	return q
}

// MulDivUp returns ceil(a*b/c) with the conventions of [MulDiv].
func MulDivUp(a, b, c uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	switch {
	case c == 0:
		return 0
	case hi >= c:
		return math.MaxUint64
	}
	q, r := bits.Div64(hi, lo, c)
	if r != 0 && q != math.MaxUint64 {
		q++
	}
	return q
}

// Add returns a+b, or the largest uint64 when the sum does not fit.
func Add(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return sum
}

// Sub returns a-b, or 0 when b is larger.
func Sub(a, b uint64) uint64 {
	if b > a {
		return 0
	}
	return a - b
}
