package geo

// pi60 is floor(pi * 2^60).
const pi60 = 3_622_009_729_038_561_421

// sinCos returns the Q60 sine and cosine of an angle; their squares sum to one
// within 4 units of 2^-60.
//
// The angle is reduced to a quarter turn q and a remainder of at most 45
// degrees, whose Taylor series of ten terms is summed by Horner's rule with
// every quotient rounded to nearest. The order of operations is normative.
func sinCos(angle E7) (sin, cos int64) {
	const quarter = 90 * degree
	shifted := int64(angle) + quarter/2
	q := shifted / quarter
	if shifted%quarter < 0 {
		q--
	}
	rest := int64(angle) - q*quarter

	x := mulDivRound(rest, pi60, 180*degree)
	y := mulQ60(x, x)
	var s, c int64
	for k := int64(10); k >= 1; k-- {
		s = divRound(mulQ60(y, q60-s), 2*k*(2*k+1))
		c = divRound(mulQ60(y, q60-c), (2*k-1)*2*k)
	}
	s, c = mulQ60(x, q60-s), q60-c

	switch q & 3 {
	case 0:
		return s, c
	case 1:
		return c, -s
	case 2:
		return -s, -c
	default:
		return -c, s
	}
}

// divRound returns a/d to nearest, halves up, for a >= 0 and d > 0.
func divRound(a, d int64) int64 {
	return (a + d/2) / d
}
