package reward

// Schedule is the emission before re-emission.
type Schedule struct {
	Initial       uint64 // spark an epoch in the first period
	HalvingEpochs uint32 // epochs in a period, at least 1
}

// InitialEmission returns what an epoch of the first period emits, so that premine and
// schedule together stay below supply: half of what is left for the schedule goes out in
// the first period, a quarter in the second, and so on.
func InitialEmission(supply, premine uint64, halvingEpochs uint32) uint64 {
	if halvingEpochs == 0 {
		return 0
	}
	return Sub(supply, premine) / 2 / uint64(halvingEpochs)
}

// Emission returns the scheduled spark of an epoch, counted from 0:
// Initial >> (epoch / HalvingEpochs).
func Emission(p Schedule, epoch uint64) uint64 {
	if p.HalvingEpochs == 0 {
		return 0
	}
	halvings := epoch / uint64(p.HalvingEpochs)
	if halvings > 63 {
		return 0
	}
	return p.Initial >> halvings
}

// Reemit credits burned spark to the re-emission pool and takes out the part
// that is minted again in this epoch: credit counts up to limit, and one
// smoothing-th of the pool goes out. What was burned above the limit stays
// burned. Smoothing 0 switches re-emission off.
//
// The caller passes only what really stayed burned: the basis used up less all
// that was minted back for it.
func Reemit(pool, credit, limit uint64, smoothing uint32) (reemitted, rest uint64) {
	if smoothing == 0 {
		return 0, pool
	}
	pool = Add(pool, min(credit, limit))
	reemitted = pool / uint64(smoothing)
	return reemitted, pool - reemitted
}

// Shares says who gets an epoch's emission, in basis points. Work gets the rest.
type Shares struct {
	Validators uint32
	Community  uint32
}

// Valid tells whether the shares leave something non-negative for work.
func (s Shares) Valid() bool {
	return s.Validators <= bpsOne && s.Community <= bpsOne-s.Validators
}

// Split divides an epoch's emission. The three parts add up to total. Invalid
// shares give everything to work.
func Split(total uint64, s Shares) (validators, community, work uint64) {
	if !s.Valid() {
		return 0, 0, total
	}
	validators = MulDiv(total, uint64(s.Validators), bpsOne)
	community = MulDiv(total, uint64(s.Community), bpsOne)
	return validators, community, total - validators - community
}

// BasePool returns the part of the work share that coverage points may earn:
// byYear[epoch/epochsPerYear] basis points of it, nothing after the last year.
func BasePool(work uint64, byYear []uint32, epochsPerYear uint32, epoch uint64) uint64 {
	if epochsPerYear == 0 {
		return 0
	}
	year := epoch / uint64(epochsPerYear)
	if year >= uint64(len(byYear)) {
		return 0
	}
	return MulDiv(work, uint64(min(byYear[year], bpsOne)), bpsOne)
}
