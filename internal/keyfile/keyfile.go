// Package keyfile keeps an Ed25519 private key in a file: PKCS #8 in PEM
// (RFC 5958, RFC 7468), mode 0600, readable by any tool that knows those. It
// owns the refusal of files that others can read, and never overwrites one.
package keyfile

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hexwave/hexwave/proto/wire"
)

// Errors of a key file.
var (
	// ErrMissing: there is no such file.
	ErrMissing = errors.New("key file does not exist")
	// ErrExists: the file is there and is left as it is.
	ErrExists = errors.New("key file exists already and is never overwritten")
	// ErrOpen: group or others may read or write the file.
	ErrOpen = errors.New("key file must be readable by its owner only")
	// ErrFormat: not a PEM file with one Ed25519 private key.
	ErrFormat = errors.New("not an Ed25519 key file")
)

const (
	blockType = "PRIVATE KEY"
	maxFile   = 4096 // bytes
)

// Create makes a new key and stores it. Errors: ErrExists.
func Create(path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return key, Store(path, key)
}

// Store writes a key to a new file. Errors: ErrExists.
func Store(path string, key ed25519.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %s", ErrExists, path)
	}
	if err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	err = pem.Encode(f, &pem.Block{Type: blockType, Bytes: der})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	return nil
}

// Load reads a key. Errors: ErrMissing, ErrOpen, ErrFormat.
func Load(path string) (ed25519.PrivateKey, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrMissing, path)
	}
	if err != nil {
		return nil, fmt.Errorf("load key: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("load key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s has mode %04o; chmod 600 it", ErrOpen, path, info.Mode().Perm())
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("load key: %w", err)
	}
	key, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, path)
	}
	return key, nil
}

// Parse reads the bytes of a key file. Errors: ErrFormat.
func Parse(data []byte) (ed25519.PrivateKey, error) {
	block, rest := pem.Decode(data)
	if len(data) > maxFile || block == nil || block.Type != blockType || len(rest) != 0 {
		return nil, ErrFormat
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, ErrFormat
	}
	key, ok := k.(ed25519.PrivateKey)
	if !ok {
		return nil, ErrFormat
	}
	return key, nil
}

// Public returns the public key in the form in which the chain knows it.
func Public(key ed25519.PrivateKey) wire.PubKey {
	k, err := wire.Ed25519Key(key.Public().(ed25519.PublicKey))
	if err != nil {
		panic("keyfile: an Ed25519 private key has an Ed25519 public key")
	}
	return k
}
