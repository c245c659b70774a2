package feed

import (
	"cmp"
	"math/bits"
	"slices"
)

// Report is a price and the weight behind it.
type Report struct {
	Price, Weight uint64
}

// Median returns the smallest price at which at least half of the weight lies at
// or below it. It is false when no report has weight. The sum of all weights must
// fit 63 bits, as the voting power of a height does; the order does not matter.
func Median(reports []Report) (uint64, bool) {
	sorted := slices.Clone(reports)
	slices.SortFunc(sorted, func(a, b Report) int { return cmp.Compare(a.Price, b.Price) })
	total := Weight(sorted)
	if total == 0 {
		return 0, false
	}
	upTo := uint64(0)
	for _, r := range sorted {
		upTo += r.Weight
		if 2*upTo >= total {
			return r.Price, true
		}
	}
	return 0, false
}

// Weight is the sum of the weights of reports.
func Weight(reports []Report) uint64 {
	total := uint64(0)
	for _, r := range reports {
		total += r.Weight
	}
	return total
}

// Bps is the unit of shares: 10,000 are the whole.
const Bps = 10_000

// Reaches tells whether part is at least bps/10,000 of total, exactly. Nothing
// reaches a share of nothing.
func Reaches(part, total, bps uint64) bool {
	if total == 0 {
		return false
	}
	haveHi, haveLo := bits.Mul64(part, Bps)
	wantHi, wantLo := bits.Mul64(total, bps)
	return haveHi > wantHi || haveHi == wantHi && haveLo >= wantLo
}

// Share is part of total in 1/10,000, rounded down and at most 10,000.
func Share(part, total uint64) uint32 {
	if part >= total {
		if total == 0 {
			return 0
		}
		return Bps
	}
	hi, lo := bits.Mul64(part, Bps)
	share, _ := bits.Div64(hi, lo, total)
	return uint32(share)
}
