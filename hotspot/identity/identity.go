// Package identity owns a hotspot's two secrets: the key that is its identity,
// and the seed of the hash chain with which it answers challenges. It creates,
// loads and uses them; it never prints or transmits them.
package identity

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/hexwave/hexwave/proto/wire"
)

// Errors of loading and creating an identity.
var (
	// ErrExists is returned by Create when the file is already there: a key is
	// never overwritten.
	ErrExists = errors.New("key file exists already")
	// ErrMissing is returned by Load when there is no file.
	ErrMissing = errors.New("no key file")
	// ErrPermissions is returned by Load when others than the owner may read it.
	ErrPermissions = errors.New("key file is readable by others; chmod 600 it")
	// ErrFormat is returned by Load when the content is not a key file.
	ErrFormat = errors.New("not a hotspot key file")
	// ErrAlgorithm is returned for keys that no hotspot can have.
	ErrAlgorithm = errors.New("key is neither ed25519 nor p256")
)

// ChainLength is the number of challenges that a new anchor can answer: eleven
// years at four a day.
const ChainLength = 16_384

// Identity is a hotspot's key and hash chain.
type Identity struct {
	key  crypto.Signer
	pub  wire.PubKey
	seed [32]byte
}

// New returns the identity of a key, Ed25519 or P-256, and the seed of a chain. The
// key may be in a secure element: it is asked to sign, and for nothing else.
func New(key crypto.Signer, chain [32]byte) (*Identity, error) {
	pub, err := publicKey(key.Public())
	if err != nil {
		return nil, err
	}
	return &Identity{key: key, pub: pub, seed: chain}, nil
}

// FromSeeds builds an identity with an Ed25519 key from given secrets.
func FromSeeds(key, chain [32]byte) (*Identity, error) { return FromSecrets(Ed25519, key, chain) }

// FromSecrets builds an identity from what a key file holds.
func FromSecrets(algorithm Algorithm, key, chain [32]byte) (*Identity, error) {
	signer, err := algorithm.key(key)
	if err != nil {
		return nil, err
	}
	return New(signer, chain)
}

// Create makes an identity of an algorithm from the system's randomness and writes
// it to path, which must not exist.
func Create(path string, algorithm Algorithm) (*Identity, error) {
	var chain [32]byte
	if _, err := rand.Read(chain[:]); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	key, err := algorithm.newKey()
	if err != nil {
		return nil, err
	}
	id, err := New(key, chain)
	if err != nil {
		return nil, err
	}
	return id, id.save(path)
}

// PubKey returns the public key.
func (i *Identity) PubKey() wire.PubKey { return i.pub }

// TLSKey returns the key that proves this identity in a TLS handshake.
func (i *Identity) TLSKey() crypto.Signer { return i.key }

// Preimage returns element index of the hash chain on a chain. It costs one
// SHA-256 per index, at most ChainLength.
func (i *Identity) Preimage(chain wire.ChainHash, index uint32) wire.Preimage {
	h := sha256.New()
	h.Write([]byte("HWC0"))
	h.Write(chain[:])
	h.Write(i.pub.Bytes())
	h.Write(i.seed[:])
	first := wire.Preimage(h.Sum(nil)[:wire.PreimageSize])
	return wire.WalkPreimage(chain, i.pub, 0, index, first)
}

// Register returns the registration with which the device consents to belong to
// the account, until a height.
func (i *Identity) Register(chain wire.ChainHash, owner []byte, class wire.HotspotClass, validUntil uint64) wire.Registration {
	g := wire.Registration{
		Chain: chain, Owner: wire.OwnerHash(owner), Class: class, Key: i.pub,
		Anchor: i.Preimage(chain, ChainLength), AnchorIndex: ChainLength, ValidUntil: validUntil,
	}
	g.Signature = i.Sign(g.AppendBody(nil))
	return g
}
