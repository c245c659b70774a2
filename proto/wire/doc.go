// Package wire owns the byte layout of everything in Hexwave that is signed,
// hashed, or sent over the air, and the closed lists of reasons with which it
// is refused. The layouts are fixed-size, big-endian and versioned by a
// four-byte domain tag; docs/spec/wire.md is the same text for a second
// implementation, with vectors.
//
// Three rules hold for every layout:
//
//   - A signed object is body || signature (64 bytes; a [Rotation] has two). The body begins with its
//     domain tag and, but for on-air frames, the [ChainHash], so bytes signed
//     for one purpose or chain mean nothing for another.
//   - Signatures are checked over the bytes received, never over bytes encoded
//     again. Parse functions therefore accept exactly one encoding: a value
//     that parses is reproduced bit for bit by its Append method.
//   - A layout never changes. A new version gets a new tag.
//
// The package verifies layout only. It never checks a signature, a balance, a
// time or a place, holds no state, and imports nothing but the standard library.
package wire
