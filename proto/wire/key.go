package wire

import (
	"crypto/ed25519"
	"fmt"
)

// KeyAlg is the signature algorithm of a device key.
type KeyAlg uint8

// Key algorithms. P-256 is for secure elements that offer nothing else.
const (
	KeyEd25519 KeyAlg = 1
	KeyP256    KeyAlg = 2
)

// KeySize is the encoded length of a PubKey: algorithm, then 33 bytes.
const KeySize = 34

// PubKey is a device public key: hotspot, relay or lane signer. The value is
// comparable and may be a map key. Ed25519 keys use the first 32 of the 33
// bytes and leave the last one zero; P-256 keys are compressed points (SEC 1).
// The zero PubKey is no key.
type PubKey struct {
	Alg  KeyAlg
	data [33]byte
}

// Ed25519Key returns the PubKey of an Ed25519 public key of 32 bytes.
func Ed25519Key(pub ed25519.PublicKey) (PubKey, error) {
	if len(pub) != ed25519.PublicKeySize {
		return PubKey{}, fmt.Errorf("ed25519 key: %w: have %d bytes, want 32", ErrSize, len(pub))
	}
	k := PubKey{Alg: KeyEd25519}
	copy(k.data[:], pub)
	return k, nil
}

// P256Key returns the PubKey of a compressed P-256 point of 33 bytes. Whether
// the point is on the curve is for the verifier to find out.
func P256Key(point []byte) (PubKey, error) {
	if len(point) != 33 || (point[0] != 2 && point[0] != 3) {
		return PubKey{}, fmt.Errorf("p256 key: %w: want 33 bytes beginning 02 or 03", ErrValue)
	}
	k := PubKey{Alg: KeyP256}
	copy(k.data[:], point)
	return k, nil
}

// ParsePubKey reads the 34-byte encoding.
func ParsePubKey(b []byte) (PubKey, error) {
	if len(b) != KeySize {
		return PubKey{}, fmt.Errorf("public key: %w: have %d bytes, want %d", ErrSize, len(b), KeySize)
	}
	switch KeyAlg(b[0]) {
	case KeyEd25519:
		if b[33] != 0 {
			return PubKey{}, fmt.Errorf("ed25519 key padding: %w", ErrValue)
		}
		return Ed25519Key(b[1:33])
	case KeyP256:
		return P256Key(b[1:34])
	}
	return PubKey{}, fmt.Errorf("key algorithm %d: %w", b[0], ErrValue)
}

// IsZero reports whether k is no key.
func (k PubKey) IsZero() bool { return k == PubKey{} }

// Raw returns the key in its algorithm's own encoding: 32 bytes for Ed25519, 33
// for P-256, none for the zero key.
func (k PubKey) Raw() []byte { return k.AppendRaw(nil) }

// AppendRaw appends what Raw returns.
func (k PubKey) AppendRaw(b []byte) []byte {
	switch k.Alg {
	case KeyEd25519:
		return append(b, k.data[:32]...)
	case KeyP256:
		return append(b, k.data[:]...)
	}
	return b
}

// AppendTo appends the 34-byte encoding.
func (k PubKey) AppendTo(b []byte) []byte {
	b = append(b, byte(k.Alg))
	return append(b, k.data[:]...)
}

// Bytes returns the 34-byte encoding.
func (k PubKey) Bytes() []byte { return k.AppendTo(make([]byte, 0, KeySize)) }

// String returns the bech32 form, hotspot1..., which is also what the CLI and
// the logs print.
func (k PubKey) String() string { return EncodeHotspotID(k) }
