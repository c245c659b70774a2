// Package vrf owns a validator's randomness key: making it, keeping it in a
// file only the node can read, proving with it and checking the proofs of
// others (ECVRF-EDWARDS25519-SHA512-ELL2, RFC 9381). It never decides which key
// counts on chain.
package vrf

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519/extra/ecvrf"
)

// Files of the node's config directory.
const (
	// FileName holds the node's key.
	FileName = "vrf_key.json"
	// NextFileName holds the key that follows it while a rotation is under way:
	// until its epoch the old key must still prove.
	NextFileName = "vrf_key.next.json"
)

// suite names the algorithm inside the file, so that another one can follow.
const suite = "ECVRF-EDWARDS25519-SHA512-ELL2"

// Errors of Load and Create.
var (
	// ErrPermission: the file can be read by others than its owner.
	ErrPermission = errors.New("key file is readable by others, run chmod 600 on it")
	// ErrFormat: the file is not a key of the known suite.
	ErrFormat = errors.New("not a randomness key file")
	// ErrExists: Create found a key; it never replaces one.
	ErrExists = errors.New("randomness key already exists")
)

// Key is a randomness key pair.
type Key struct{ private ed25519.PrivateKey }

type keyFile struct {
	Suite  string `json:"suite"`
	Public string `json:"public"`
	Seed   string `json:"seed"`
}

// Path returns where the key of a node with this home directory lies.
func Path(home string) string { return filepath.Join(home, "config", FileName) }

// NextPath returns where the key of a coming epoch lies.
func NextPath(home string) string { return filepath.Join(home, "config", NextFileName) }

// LoadAll reads the keys of a home, the present one first. Missing files are
// left out; any other fault of a file is an error as from Load.
func LoadAll(home string) ([]*Key, error) {
	var keys []*Key
	for _, path := range []string{Path(home), NextPath(home)} {
		key, err := Load(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// Generate makes a key from the system's randomness.
func Generate() (*Key, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make randomness key: %w", err)
	}
	return &Key{private}, nil
}

// FromSeed returns the key of a 32-byte seed.
func FromSeed(seed [32]byte) *Key { return &Key{ed25519.NewKeyFromSeed(seed[:])} }

// Create makes a key and writes it to path with mode 0600. It returns ErrExists
// when there is a file already.
func Create(path string) (*Key, error) {
	key, err := Generate()
	if err != nil {
		return nil, err
	}
	raw, err := json.MarshalIndent(keyFile{
		Suite:  suite,
		Public: hex.EncodeToString(key.Public()),
		Seed:   hex.EncodeToString(key.private.Seed()),
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode randomness key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("create %s: %w", path, ErrExists)
	}
	if err != nil {
		return nil, fmt.Errorf("create randomness key: %w", err)
	}
	_, err = f.Write(append(raw, '\n'))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("write randomness key: %w", err)
	}
	return key, nil
}

// Load reads the key at path. A missing file is os.ErrNotExist, one that others
// may read ErrPermission, a damaged one ErrFormat.
func Load(path string) (*Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read randomness key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read %s: %w", path, ErrPermission)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read randomness key: %w", err)
	}
	key, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return key, nil
}

func parse(raw []byte) (*Key, error) {
	var f keyFile
	if err := json.Unmarshal(raw, &f); err != nil || f.Suite != suite {
		return nil, ErrFormat
	}
	seed, err := hex.DecodeString(f.Seed)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, ErrFormat
	}
	key := FromSeed([32]byte(seed))
	if public, err := hex.DecodeString(f.Public); err != nil || !bytes.Equal(public, key.Public()) {
		return nil, fmt.Errorf("public key does not belong to the seed: %w", ErrFormat)
	}
	return key, nil
}

// Public returns the 32-byte public key that is registered on chain.
func (k *Key) Public() []byte {
	return append([]byte(nil), k.private[ed25519.PrivateKeySize-ed25519.PublicKeySize:]...)
}

// Prove returns the 80-byte proof for alpha.
func (k *Key) Prove(alpha []byte) [ecvrf.ProofSize]byte {
	return [ecvrf.ProofSize]byte(ecvrf.Prove(k.private, alpha))
}

// Verify checks proof for alpha against a public key of 32 bytes and returns
// the 64-byte output. Small-order and non-canonical keys never verify.
func Verify(public []byte, proof [ecvrf.ProofSize]byte, alpha []byte) ([]byte, bool) {
	if len(public) != ed25519.PublicKeySize {
		return nil, false
	}
	ok, beta := ecvrf.Verify(public, proof[:], alpha)
	return beta, ok
}

// Output returns the output of a proof that was verified before.
func Output(proof [ecvrf.ProofSize]byte) ([]byte, error) {
	beta, err := ecvrf.ProofToHash(proof[:])
	if err != nil {
		return nil, fmt.Errorf("read randomness proof: %w", err)
	}
	return beta, nil
}
