package wire

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// PreimageSize is the length of an element of a hotspot's hash chain in bytes.
const PreimageSize = 20

// Preimage is an element of a hotspot's hash chain. Element n, the anchor, is
// registered on chain; each challenge asks for the next lower one.
type Preimage [PreimageSize]byte

// BeaconSize is the length of a beacon frame in bytes.
const BeaconSize = 1 + 4 + PreimageSize

// beaconMHDR opens a beacon: LoRaWAN MType 7 (proprietary), major version 0
// (LoRaWAN 1.0.4 §4.2), so that no network server takes it for its own.
const beaconMHDR = 0xE0

// Beacon is the frame that answers a challenge, as it is on the air: explicit
// header, CRC on, IQ not inverted, sync word 0x34.
type Beacon [BeaconSize]byte

// NewBeacon returns the frame for a challenge: only the low 32 bits of its id
// go on the air.
func NewBeacon(challenge uint64, a Preimage) Beacon {
	var f Beacon
	f[0] = beaconMHDR
	binary.BigEndian.PutUint32(f[1:5], uint32(challenge))
	copy(f[5:], a[:])
	return f
}

// ParseBeacon reads a PHY payload that may be a beacon.
func ParseBeacon(payload []byte) (Beacon, error) {
	if len(payload) != BeaconSize {
		return Beacon{}, fmt.Errorf("beacon: %w: have %d bytes, want %d", ErrSize, len(payload), BeaconSize)
	}
	if payload[0] != beaconMHDR {
		return Beacon{}, fmt.Errorf("beacon: %w", ErrTag)
	}
	return Beacon(payload), nil
}

// ShortID returns the low 32 bits of the challenge id.
func (f Beacon) ShortID() uint32 { return binary.BigEndian.Uint32(f[1:5]) }

// Preimage returns the chain element in the frame.
func (f Beacon) Preimage() Preimage { return Preimage(f[5:]) }

// WitnessTag is a witness's proof that it knew the frame before the frame was
// public: worthless to any other key, so copying it gains nothing.
type WitnessTag [16]byte

// Tag returns the witness tag of frame f for witness key k:
// trunc16(SHA-256("HXT1" | chain | frame | key)).
func Tag(chain ChainHash, f Beacon, k PubKey) WitnessTag {
	// Without a writer, which would be on the heap: each report costs one of these.
	var room [4 + 8 + BeaconSize + KeySize]byte
	b := append(room[:0], tagWitness[:]...)
	b = append(append(b, chain[:]...), f[:]...)
	sum := sha256.Sum256(append(append(b, byte(k.Alg)), k.data[:]...))
	return WitnessTag(sum[:16])
}

// NextPreimage returns element j+1 of the hash chain of key k, given element j:
// trunc20(SHA-256("HWC1" | chain | key | u32 j | a_j)).
func NextPreimage(chain ChainHash, k PubKey, j uint32, a Preimage) Preimage {
	var room [4 + 8 + KeySize + 4 + PreimageSize]byte
	b := append(append(room[:0], tagChainStep[:]...), chain[:]...)
	b = append(append(b, byte(k.Alg)), k.data[:]...)
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint32(b, j), a[:]...))
	return Preimage(sum[:PreimageSize])
}

// WalkPreimage applies NextPreimage from element from up to element to. The
// caller bounds to-from: the walk costs one SHA-256 a step.
func WalkPreimage(chain ChainHash, k PubKey, from, to uint32, a Preimage) Preimage {
	for j := from; j < to; j++ {
		a = NextPreimage(chain, k, j, a)
	}
	return a
}
