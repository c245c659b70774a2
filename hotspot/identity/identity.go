// Package identity owns a hotspot's two secrets: the key that is its identity,
// and the seed of the hash chain with which it answers challenges. It creates,
// loads and uses them; it never prints or transmits them.
package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
)

// ChainLength is the number of challenges that a new anchor can answer: eleven
// years at four a day.
const ChainLength = 16_384

// Identity is a hotspot's key and hash chain.
type Identity struct {
	key  ed25519.PrivateKey
	pub  wire.PubKey
	seed [32]byte
}

// file is the key file: JSON, mode 0600.
type file struct {
	Version   int    `json:"version"`
	Algorithm string `json:"algorithm"`
	Key       string `json:"key"`        // hex of the Ed25519 seed
	ChainSeed string `json:"chain_seed"` // hex, 32 bytes
	Hotspot   string `json:"hotspot"`    // id, for people; derived from key
}

// FromSeeds builds an identity from given secrets.
func FromSeeds(key, chain [32]byte) (*Identity, error) {
	priv := ed25519.NewKeyFromSeed(key[:])
	pub, err := wire.Ed25519Key(priv.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return &Identity{key: priv, pub: pub, seed: chain}, nil
}

// Create makes an identity from the system's randomness and writes it to path,
// which must not exist.
func Create(path string) (*Identity, error) {
	var key, chain [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	if _, err := rand.Read(chain[:]); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	id, err := FromSeeds(key, chain)
	if err != nil {
		return nil, err
	}
	return id, id.save(path)
}

func (i *Identity) save(path string) error {
	raw, err := json.MarshalIndent(file{
		Version: 1, Algorithm: "ed25519", Key: hex.EncodeToString(i.key.Seed()),
		ChainSeed: hex.EncodeToString(i.seed[:]), Hotspot: i.pub.String(),
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode key file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make key folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	if err != nil {
		return fmt.Errorf("create key file: %w", err)
	}
	_, err = f.Write(append(raw, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	return nil
}

// Load reads an identity from path.
func Load(path string) (*Identity, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("look at key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrPermissions)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	var f file
	if err := json.Unmarshal(raw, &f); err != nil || f.Version != 1 || f.Algorithm != "ed25519" {
		return nil, fmt.Errorf("%s: %w", path, ErrFormat)
	}
	key, err1 := hex.DecodeString(f.Key)
	chain, err2 := hex.DecodeString(f.ChainSeed)
	if err1 != nil || err2 != nil || len(key) != 32 || len(chain) != 32 {
		return nil, fmt.Errorf("%s: %w", path, ErrFormat)
	}
	return FromSeeds([32]byte(key), [32]byte(chain))
}

// PubKey returns the public key.
func (i *Identity) PubKey() wire.PubKey { return i.pub }

// Sign signs the body of a wire object.
func (i *Identity) Sign(body []byte) wire.Signature {
	return wire.Signature(ed25519.Sign(i.key, body))
}

// TLSKey returns the key that proves this identity in a TLS handshake.
func (i *Identity) TLSKey() ed25519.PrivateKey { return i.key }

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
