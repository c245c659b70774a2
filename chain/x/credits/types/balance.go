package types

import (
	"math"

	"github.com/hexwave/hexwave/poc/reward"
)

// Denom is the base unit of the token that is burned for credits.
const Denom = "spark"

// usdPerCredit relates units: a price in 1e-8 USD for 1e8 spark, and a credit of
// 1e-5 USD, make credits = spark * price / 1e11.
const usdPerCredit = 100_000_000_000

// Credits returns the data credits that burning spark gives at price (1e-8 USD
// per HXW), rounded down.
func Credits(spark, price uint64) uint64 { return reward.MulDiv(spark, price, usdPerCredit) }

// Cost returns the spark to burn for credits at price, rounded up. A price of 0
// makes credits priceless: the result is the largest uint64.
func Cost(credits, price uint64) uint64 {
	if price == 0 {
		return math.MaxUint64
	}
	return reward.MulDivUp(credits, usdPerCredit, price)
}

// Value returns what credits are worth in spark at price, rounded down.
func Value(credits, price uint64) uint64 { return reward.MulDiv(credits, usdPerCredit, price) }

// Take splits dc credits off b with their share of the basis: rounded down, the
// last credit takes the rest. It returns false, and b as it was, when b has
// fewer.
func (b Balance) Take(dc uint64) (rest, taken Balance, ok bool) {
	if dc > b.Credits {
		return b, Balance{}, false
	}
	taken = Balance{Credits: dc, Basis: reward.TakeBasis(b.Credits, b.Basis, dc)}
	if dc == 0 {
		taken.Basis = 0
	}
	return Balance{Credits: b.Credits - dc, Basis: b.Basis - taken.Basis}, taken, true
}

// Add returns the sum of two balances, or false when it does not fit.
func (b Balance) Add(x Balance) (Balance, bool) {
	s := Balance{Credits: b.Credits + x.Credits, Basis: b.Basis + x.Basis}
	return s, s.Credits >= b.Credits && s.Basis >= b.Basis
}

// Free returns the credits of the escrow that no lane has reserved.
func (e Escrow) Free() uint64 { return reward.Sub(e.Balance.Credits, e.Reserved) }
