package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// VRFProofSize is the length of an ECVRF-EDWARDS25519-SHA512-ELL2 proof in bytes
// (RFC 9381 §5.5).
const VRFProofSize = 80

// randomnessPrefix opens the first transaction of every block. A protobuf
// message cannot begin with a zero byte, so no user transaction collides.
var randomnessPrefix = []byte{0, 'H', 'X', 'I', 1}

// RandomnessTx is the first transaction of a block: the proposer's VRF proof,
// and behind it the vote extensions of the last height where a price is due.
type RandomnessTx struct {
	// Proof is the VRF proof, or nil when the proposer has no active key.
	Proof *[VRFProofSize]byte
	// Extensions is the marshalled extended commit, or empty.
	Extensions []byte
}

// AppendTo appends the encoding of t: prefix, version, u8 proof length (0 or
// 80), proof, u32 length of the extensions, extensions.
func (t *RandomnessTx) AppendTo(b []byte) []byte {
	b = append(b, randomnessPrefix...)
	if t.Proof == nil {
		b = append(b, 0)
	} else {
		b = append(b, VRFProofSize)
		b = append(b, t.Proof[:]...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(t.Extensions)))
	return append(b, t.Extensions...)
}

// IsRandomnessTx reports whether raw claims to be a RandomnessTx.
func IsRandomnessTx(raw []byte) bool {
	return bytes.HasPrefix(raw, randomnessPrefix[:4])
}

// ParseRandomnessTx reads a RandomnessTx.
func ParseRandomnessTx(raw []byte) (RandomnessTx, error) {
	var t RandomnessTx
	rest, ok := bytes.CutPrefix(raw, randomnessPrefix)
	if !ok {
		return t, fmt.Errorf("randomness tx: %w", ErrTag)
	}
	if len(rest) < 1+4 {
		return t, fmt.Errorf("randomness tx: %w", ErrSize)
	}
	n := int(rest[0])
	rest = rest[1:]
	if n != 0 && n != VRFProofSize {
		return t, fmt.Errorf("randomness tx: proof length %d: %w", n, ErrValue)
	}
	if len(rest) < n+4 {
		return t, fmt.Errorf("randomness tx: %w", ErrSize)
	}
	if n == VRFProofSize {
		proof := [VRFProofSize]byte(rest)
		t.Proof = &proof
	}
	rest = rest[n:]
	size := binary.BigEndian.Uint32(rest)
	if rest = rest[4:]; uint64(len(rest)) != uint64(size) {
		return t, fmt.Errorf("randomness tx: extensions: %w", ErrSize)
	}
	if size > 0 {
		t.Extensions = rest
	}
	return t, nil
}

// RandomnessAlpha returns the VRF input of a height: no round in it, so a
// second proposal of the same validator cannot draw again.
func RandomnessAlpha(chain ChainHash, height uint64, prev [32]byte) []byte {
	w := writer{make([]byte, 0, 4+8+8+32)}
	w.head(tagRandomness, chain)
	w.u64(height)
	w.bytes(prev[:])
	return w.b
}

// NextRandomness returns R_h = SHA-256("HXN1" | R_{h-1} | beta), beta being the
// VRF output of 64 bytes.
func NextRandomness(prev [32]byte, beta []byte) [32]byte {
	w := writer{make([]byte, 0, 4+32+64)}
	w.bytes(tagNextRandom[:])
	w.bytes(prev[:])
	w.bytes(beta)
	return sha256.Sum256(w.b)
}

// SkipRandomness returns R_h = SHA-256("HXS1" | R_{h-1} | u64 height) for a
// block whose proposer had no active key.
func SkipRandomness(prev [32]byte, height uint64) [32]byte {
	w := writer{make([]byte, 0, 4+32+8)}
	w.bytes(tagSkipRandom[:])
	w.bytes(prev[:])
	w.u64(height)
	return sha256.Sum256(w.b)
}

// Purpose separates the draws that are made from one R_h.
type Purpose uint8

// Purposes of a draw.
const (
	PurposeTarget   Purpose = 1 // which hotspot is challenged
	PurposePlace    Purpose = 2 // slot, channel and power of a challenge
	PurposeSurprise Purpose = 3 // who is surprised
	PurposeOrder    Purpose = 4 // order of witnesses at settlement
	PurposeProbe    Purpose = 5 // whose silence is looked at
)

// Draw returns 64 uniform bits for one purpose: the first 8 bytes of
// SHA-256("HXP1" | R | u8 purpose | u64 a | u64 b).
func Draw(r [32]byte, p Purpose, a, b uint64) uint64 {
	var in [4 + 32 + 1 + 8 + 8]byte // not a writer: draws are many, and it would be on the heap
	copy(in[:], tagPick[:])
	copy(in[4:], r[:])
	in[36] = uint8(p)
	binary.BigEndian.PutUint64(in[37:], a)
	binary.BigEndian.PutUint64(in[45:], b)
	sum := sha256.Sum256(in[:])
	return binary.BigEndian.Uint64(sum[:8])
}

// Sortition returns the 64 bits that decide whether a hotspot may report on a
// challenge: eligible when below the threshold of its stratum.
func Sortition(r [32]byte, challenge uint64, hotspot uint32) uint64 {
	var in [4 + 32 + 8 + 4]byte
	copy(in[:], tagSortition[:])
	copy(in[4:], r[:])
	binary.BigEndian.PutUint64(in[36:], challenge)
	binary.BigEndian.PutUint32(in[44:], hotspot)
	sum := sha256.Sum256(in[:])
	return binary.BigEndian.Uint64(sum[:8])
}
