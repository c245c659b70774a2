// Package chance draws every random choice of the simulator as a pure
// function of a seed and the names of what is being chosen. It keeps no
// state, so no draw depends on the order of others.
package chance

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// Seed is the root of all draws of one run.
type Seed uint64

// Bytes returns 32 bytes for a purpose, the names involved and a counter.
func (s Seed) Bytes(purpose string, n uint64, names ...string) [32]byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 128), uint64(s))
	b = binary.BigEndian.AppendUint64(b, n)
	for _, part := range append([]string{purpose}, names...) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// Uint64 returns a uniform number.
func (s Seed) Uint64(purpose string, n uint64, names ...string) uint64 {
	b := s.Bytes(purpose, n, names...)
	return binary.BigEndian.Uint64(b[:])
}

// Float returns a uniform number in [0, 1).
func (s Seed) Float(purpose string, n uint64, names ...string) float64 {
	return float64(s.Uint64(purpose, n, names...)>>11) / (1 << 53)
}

// Normal returns a draw of the standard normal distribution, cut at ±3.5.
func (s Seed) Normal(purpose string, n uint64, names ...string) float64 {
	b := s.Bytes(purpose, n, names...)
	u := (float64(binary.BigEndian.Uint64(b[:])>>11) + 1) / (1 << 53)
	v := float64(binary.BigEndian.Uint64(b[8:])>>11) / (1 << 53)
	z := math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
	return max(-3.5, min(3.5, z))
}
