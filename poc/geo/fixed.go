package geo

import "math/bits"

// q60 is one in Q60: a number x is held as the integer x * 2^60.
const q60 = 1 << 60

// vec is a vector of Q60 numbers.
type vec [3]int64

// wide is a signed 128-bit integer in two's complement.
type wide struct {
	hi int64
	lo uint64
}

// mulWide returns a*b exactly.
func mulWide(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return wide{int64(hi) - (a>>63)&b - (b>>63)&a, lo}
}

func (w wide) add(x wide) wide {
	lo, carry := bits.Add64(w.lo, x.lo, 0)
	return wide{w.hi + x.hi + int64(carry), lo}
}

func (w wide) less(x wide) bool {
	return w.hi < x.hi || w.hi == x.hi && w.lo < x.lo
}

// shiftDown returns floor(w / 2^n) for n in [1, 63]; the result must fit.
func (w wide) shiftDown(n uint) int64 {
	return int64(uint64(w.hi)<<(64-n) | w.lo>>n)
}

// dot returns the Q120 scalar product of two Q60 vectors.
func dot(a, b *vec) wide {
	return mulWide(a[0], b[0]).add(mulWide(a[1], b[1])).add(mulWide(a[2], b[2]))
}

// mulQ60 returns floor((a*b + 2^59) / 2^60).
func mulQ60(a, b int64) int64 {
	return mulWide(a, b).add(wide{lo: q60 / 2}).shiftDown(60)
}

// mulDivRound returns a*b/d to nearest, halves away from zero. b and d are
// positive and the result must fit.
func mulDivRound(a, b, d int64) int64 {
	hi, lo := bits.Mul64(magnitude(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(d)/2, 0)
	n, _ := bits.Div64(hi+carry, lo, uint64(d))
	if a < 0 {
		return -int64(n)
	}
	return int64(n)
}

// quoQ60 returns num/den of a Q120 by a positive Q60 number, as Q60 truncated
// towards zero. |num/den| must be below 8.
func quoQ60(num wide, den int64) int64 {
	hi, lo := uint64(num.hi), num.lo
	if num.hi < 0 {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	n, _ := bits.Div64(hi, lo, uint64(den))
	if num.hi < 0 {
		return -int64(n)
	}
	return int64(n)
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}
