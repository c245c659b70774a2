package twin

import (
	"math"
	"math/big"
)

// part returns x·n/d rounded down, 0 among nobody, and the largest number when the
// result does not fit.
func part(x, n, d uint64) uint64 { return quotient(x, n, d, 0) }

// partUp is part rounded up.
func partUp(x, n, d uint64) uint64 { return quotient(x, n, d, d-min(d, 1)) }

func quotient(x, n, d, more uint64) uint64 {
	if d == 0 {
		return 0
	}
	q := new(big.Int).Mul(big1(x), big1(n))
	q.Add(q, big1(more))
	q.Div(q, big1(d))
	if !q.IsUint64() {
		return math.MaxUint64
	}
	return q.Uint64()
}

func big1(x uint64) *big.Int { return new(big.Int).SetUint64(x) }

// less returns a-b, 0 when b is larger.
func less[N uint32 | uint64](a, b N) N { return a - min(a, b) }

const bps = 10_000

// Units: a price in 1e-8 US$ for 1e8 spark, and a credit of 1e-5 US$.
const perCredit = 100_000_000_000

// cost is what dc credits cost, or are worth when it is rounded down.
func cost(dc, price uint64) uint64  { return partUp(dc, perCredit, price) }
func value(dc, price uint64) uint64 { return part(dc, perCredit, price) }

// Balance is data credits and the HXW that was burned for them, in spark.
type Balance struct{ DC, Basis uint64 }

// take splits dc of the credits off; there are as many.
func (b Balance) take(dc uint64) (rest, taken Balance) {
	taken = Balance{dc, part(b.Basis, dc, b.DC)}
	return Balance{b.DC - dc, b.Basis - taken.Basis}, taken
}

func (b Balance) add(x Balance) Balance { return Balance{b.DC + x.DC, b.Basis + x.Basis} }
