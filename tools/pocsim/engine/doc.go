// Package engine owns a chain without a chain: the registry, windows, draws,
// settlements, evidence, ramp and pay of proof-of-coverage, run by the same pure
// functions of poc that every validator runs, with the same parameters. What
// hotspots do when they are challenged comes from a [Player].
//
// It leaves out what does not touch pay: consensus, blocks of transactions,
// signatures (they are assumed sound: nobody signs for another's key), hash chains
// (likewise: a preimage that nobody published is not known), and the building of
// the next window while one runs.
package engine
