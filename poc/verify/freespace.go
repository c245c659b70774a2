package verify

import "math/bits"

// Free-space loss without logarithms. With d in metres, f in hertz and c the
// speed of light, the loss is (4 pi d f / c)^2. A packet may not be received
// stronger than it was radiated, plus gains, less that loss:
//
//	d^2 f^2 <= 10^(X/100) * (c / 4 pi)^2,  X = eirp + gain - rssi in 0.1 dB
//
// With d in millimetres (c/4 pi)^2 becomes kc, and 10^(X/100) is split in
// 10^q * powers[r] / 2^64 where X = 100 q + r.

// Speed of light 299,792,458 m/s: kc = round((c / 4 pi)^2 * 10^6), 70 bits.
const (
	kcHi = 0x1e
	kcLo = 0xda736baa99c5b3ee
)

// maxDecades bounds |q|; 10^19 is the largest power of ten in a word. Losses
// outside -190..+190 dB are decided without arithmetic.
const maxDecades = 19

// word256 is an unsigned 256-bit integer, least significant word first.
type word256 [4]uint64

func (w word256) mul(m uint64) word256 {
	var out word256
	var carry uint64
	for i, v := range w {
		hi, lo := bits.Mul64(v, m)
		var c uint64
		out[i], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
	return out
}

func (w word256) add(x word256) word256 {
	var c uint64
	for i := range w {
		w[i], c = bits.Add64(w[i], x[i], c)
	}
	return w
}

func (w word256) lessOrEqual(x word256) bool {
	for i := len(w) - 1; i > 0; i-- {
		if w[i] != x[i] {
			return w[i] < x[i]
		}
	}
	return w[0] <= x[0]
}

// freeSpaceAllows tells whether a total of x, in 0.1 dB, is enough to overcome
// free-space loss over a squared distance of d2 mm^2 at freq Hz.
func freeSpaceAllows(d2 uint64, freq uint32, x int32) bool {
	q, r := floorDiv(x, 100)
	switch {
	case q > maxDecades:
		return true
	case q < -maxDecades:
		return d2 == 0 || freq == 0
	}
	hi, lo := bits.Mul64(d2, uint64(freq))
	loss := word256{0, lo, hi}.mul(uint64(freq)) // times 2^64 by its place
	p := powers[r]
	kc := word256{kcLo, kcHi}
	budget := kc.mul(p[1])
	if p[0] != 0 {
		upper := kc.mul(p[0])
		budget = budget.add(word256{0, upper[0], upper[1], upper[2]})
	}
	if q >= 0 {
		budget = budget.mul(powerOfTen(q))
	} else {
		loss = loss.mul(powerOfTen(-q))
	}
	return loss.lessOrEqual(budget)
}

// MaxRSSI returns the largest RSSI in 0.1 dBm that free space allows over d2
// mm^2 at freq Hz, for eirp in 0.1 dBm and the receiver's gain in 0.1 dBi with
// margin in 0.1 dB. It never exceeds 3,000 above the sum of the three.
func MaxRSSI(d2 uint64, freq uint32, eirp, gain, margin int32) int32 {
	// Smallest x that is allowed lies in (low, high].
	low, high := int32(-3_000), int32(3_000)
	for high-low > 1 {
		if mid := (low + high) / 2; freeSpaceAllows(d2, freq, mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return eirp + gain + margin - high
}

func powerOfTen(n int32) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

// floorDiv returns the quotient rounded towards minus infinity and the
// remainder, which is in [0, d).
func floorDiv(a, d int32) (q, r int32) {
	q, r = a/d, a%d
	if r < 0 {
		q, r = q-1, r+d
	}
	return q, r
}
