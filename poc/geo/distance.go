package geo

import (
	"math"
	"math/bits"
)

// D2 returns the squared straight-line (chord) distance in mm^2. It saturates
// at the largest uint64: beyond 4,294 km all distances are equal, far above
// any radio path.
//
// At 100 km the chord is 1.03 m shorter than the arc.
func D2(a, b ECEF) uint64 {
	var sum uint64
	for _, d := range [3]uint64{gap(a.X, b.X), gap(a.Y, b.Y), gap(a.Z, b.Z)} {
		hi, square := bits.Mul64(d, d)
		var carry uint64
		sum, carry = bits.Add64(sum, square, 0)
		if hi|carry != 0 {
			return math.MaxUint64
		}
	}
	return sum
}

// gap returns |a-b|, which fits for any two int64.
func gap(a, b int64) uint64 {
	if a < b {
		a, b = b, a
	}
	return uint64(a) - uint64(b)
}

// SquareMetres returns the threshold in mm^2 of a distance of m metres, to be
// compared with [D2]. It saturates like D2.
func SquareMetres(m uint32) uint64 {
	mm := uint64(m) * 1000
	hi, lo := bits.Mul64(mm, mm)
	if hi != 0 {
		return math.MaxUint64
	}
	return lo
}

// Metres returns the distance of a [D2], in whole metres rounded down.
func Metres(d2 uint64) uint32 {
	return sqrt(d2) / 1000
}

// sqrt returns floor(sqrt(n)), one result bit per step from the top.
func sqrt(n uint64) uint32 {
	var root uint64
	for bit := uint64(1) << 31; bit != 0; bit >>= 1 {
		if next := root | bit; next*next <= n {
			root = next
		}
	}
	return uint32(root)
}
