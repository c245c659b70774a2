package reward

import "math/bits"

// MicroPerCredit is how many micro-DC one data credit is.
const MicroPerCredit = 1_000_000

// priceBytes is how many bytes a Wi-Fi price is for.
const priceBytes = 1_000_000

// MicroCredits is the price of Wi-Fi traffic in micro-DC. Price is in micro-DC
// per 1,000,000 bytes; rest is what earlier traffic of the same account was short
// of a micro-DC, in 10^-6 micro-DC, below 1,000,000, and the new one is returned.
// So the parts of an account add up to the floor of its whole, however it is
// split. ok is false when the amount exceeds 64 bits.
func MicroCredits(bytes uint64, price, rest uint32) (micro uint64, newRest uint32, ok bool) {
	hi, lo := bits.Mul64(bytes, uint64(price))
	lo, carry := bits.Add64(lo, uint64(rest), 0)
	if hi += carry; hi >= priceBytes {
		return 0, rest, false
	}
	micro, left := bits.Div64(hi, lo, priceBytes)
	return micro, uint32(left), true
}
