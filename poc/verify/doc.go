// Package verify owns the rules that decide whether a beacon was proven and
// whether a witness report of it counts. The rules are one ordered table of
// named integer checks; the first that fails gives the verdict.
//
// A report is judged twice. At inclusion everything is checked that the chain's
// state at the draw decides, the signature last. At settlement, when the
// preimage is public, the frame and the physics are checked. The package also
// verifies signatures, in batches, naming exactly the bad ones.
//
// Everything is a pure function of its inputs: no clock, no state, no floating
// point, no logarithm. The package never decides who is drawn and never counts
// points; those are packages challenge and score.
package verify
