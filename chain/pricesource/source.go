package pricesource

import (
	"context"
	"errors"
	"time"
)

// Quote is a price and where it comes from.
type Quote struct {
	// Price is in 1e-8 USD per HXW, at least 1.
	Price uint64
	// Time is when it was learned.
	Time time.Time
	// Sources is how many sources the price is the median of.
	Sources int
}

// Source is one place that knows the price.
type Source interface {
	// Quote asks for the price now. It returns before the context ends.
	Quote(ctx context.Context) (Quote, error)
}

// Errors of sources.
var (
	// ErrDecimal is returned for text that is no positive decimal number.
	ErrDecimal = errors.New("not a decimal number")
	// ErrRange is returned for a number below 1e-8 or above what 64 bits hold.
	ErrRange = errors.New("price out of range")
	// ErrAnswer is returned when a source gives something without a price in it.
	ErrAnswer = errors.New("no price in the answer")
	// ErrTooLong is returned when a source gives more than 64 KiB.
	ErrTooLong = errors.New("answer is too long")
	// ErrSpec is returned for the description of a source that cannot be used.
	ErrSpec = errors.New("price source is not usable")
)

// maxAnswer bounds what is read of one source.
const maxAnswer = 64 << 10
