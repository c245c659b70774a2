// Package limits owns the bounds that no parameter may exceed: how much one
// challenge, one batch and one block of proof-of-coverage may hold. Parameters
// are checked against them when they are set, so that no vote can make a block
// too heavy to execute. It holds constants only.
package limits

// Bounds of one challenge.
const (
	// MaxWitnesses is the length of the pay tables: more are never kept.
	MaxWitnesses = 14
	// MaxReports is how many reports one challenge stores. Sortition admits 96
	// on average, so an honest report never meets it.
	MaxReports = 256
	// MaxWalk is the longest walk along a hash chain, in SHA-256 steps.
	MaxWalk = 256
	// MaxStretch is the longest window of a dense zone, in windows, and so the
	// largest factor on a point.
	MaxStretch = 64
	// MaxDistance is the largest distance in metres that a parameter may
	// allow; squares of millimetres up to it fit 64 bits.
	MaxDistance = 1_000_000
)

// MaxProbes is how many hotspots one settlement looks at for silence.
const MaxProbes = 16

// Bounds of a block.
const (
	// MaxDraws is how many challenges one block may open.
	MaxDraws = 4_096
	// MaxSettlements is how many challenges one block settles. It exceeds
	// MaxDraws so that a change of parameters leaves no lasting backlog.
	MaxSettlements = 2 * MaxDraws
	// MaxFreeze is how many registry entries one block looks at for the next
	// window.
	MaxFreeze = 1_024
	// MaxPrunes is how many settled challenges one block forgets.
	MaxPrunes = MaxSettlements
	// MaxPlaces is slots times channels of a block: a zone's places are the
	// bits of one word.
	MaxPlaces = 64
	// MaxPairTries is how many hotspots are looked at to find the second of a
	// pair.
	MaxPairTries = 16
)

// Bounds of a batch of the free lane.
const (
	// MaxBatchItems is how many items a batch header may speak for.
	MaxBatchItems = 1_024
	// MaxBatchLife is how many blocks ahead a batch may be valid.
	MaxBatchLife = 10
	// ProofBlocks is for how many blocks after a batch expired it can be proven bad.
	ProofBlocks = 600
	// VerifiedItems is how many signatures found good a node remembers: those of a full
	// pool and of the blocks on their way, several times.
	VerifiedItems = 65_536
)

// RandomnessKept is how many past values of R_h are kept: longer than any
// challenge lives.
const RandomnessKept = 1_024

// PointUnit is one coverage unit: points are counted in 1e-8 of it.
const PointUnit = 100_000_000

// BadTagPenalty is what a false tag costs the witness, in points: a hundredth
// of the five units that one fully witnessed beacon earns for all.
const BadTagPenalty = 5 * PointUnit / 100
