package pricesource

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// places is how many decimal places a price keeps: 1e-8 USD.
const places = 8

// maxText bounds a number's text: no price needs more.
const maxText = 64

// ParseDecimal reads a positive decimal number, such as 0.27, 12 or 2.7e-1, as a
// multiple of 1e-8. Places behind the eighth are cut off. It returns ErrDecimal for
// anything else and ErrRange for a result of 0 or above 64 bits. It uses no floating
// point: 0.29 is 29,000,000, not 28,999,999.
func ParseDecimal(text string) (uint64, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxText {
		return 0, fmt.Errorf("%w: %d characters", ErrDecimal, len(text))
	}
	mantissa, exponent := text, 0
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		var err error
		if exponent, err = strconv.Atoi(text[at+1:]); err != nil || exponent < -maxText || exponent > maxText {
			return 0, fmt.Errorf("%w: exponent of %q", ErrDecimal, text)
		}
		mantissa = text[:at]
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	if whole == "" || point && fraction == "" || !digits(whole) || !digits(fraction) {
		return 0, fmt.Errorf("%w: %q", ErrDecimal, text)
	}
	return scale(whole+fraction, places+exponent-len(fraction), text)
}

func digits(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// scale returns the digits times ten to the power of shift, cut off.
func scale(number string, shift int, text string) (uint64, error) {
	if shift < 0 {
		number = number[:max(0, len(number)+shift)]
		shift = 0
	}
	value := uint64(0)
	for i := range len(number) + shift {
		digit := uint64(0)
		if i < len(number) {
			digit = uint64(number[i] - '0')
		}
		over, times := bits.Mul64(value, 10)
		if over != 0 || times > math.MaxUint64-digit {
			return 0, fmt.Errorf("%w: %q", ErrRange, text)
		}
		value = times + digit
	}
	if value == 0 {
		return 0, fmt.Errorf("%w: %q", ErrRange, text)
	}
	return value, nil
}
