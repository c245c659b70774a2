package client

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/types/bech32"
	"github.com/cosmos/go-bip39"
)

// AddressPrefix is the bech32 human-readable part of an account.
const AddressPrefix = "hxw"

const (
	keySize      = 32
	keyFileKind  = "secp256k1"
	derivation   = "m/44'/118'/0'/0/0"
	mnemonicBits = 256
)

// Errors of keys.
var (
	// ErrKeyPermission: the file can be read by others than its owner.
	ErrKeyPermission = errors.New("key file is readable by others, run chmod 600 on it")
	// ErrKeyFormat: not an account key.
	ErrKeyFormat = errors.New("not an account key")
	// ErrMnemonic: not a BIP-39 sentence.
	ErrMnemonic = errors.New("not a BIP-39 sentence")
	// ErrAddress: not an account address of this chain.
	ErrAddress = errors.New("not an account address")
)

// Key is an account's private key. Printing it shows the address only.
type Key struct{ private secp256k1.PrivKey }

// NewKey returns the key of 32 secret bytes.
func NewKey(secret []byte) (*Key, error) {
	if len(secret) != keySize {
		return nil, fmt.Errorf("read account key: %w: %d bytes", ErrKeyFormat, len(secret))
	}
	return &Key{secp256k1.PrivKey{Key: append([]byte(nil), secret...)}}, nil
}

// GenerateKey makes a key and the 24 words from which wallets restore it.
func GenerateKey() (*Key, string, error) {
	entropy, err := bip39.NewEntropy(mnemonicBits)
	if err != nil {
		return nil, "", fmt.Errorf("make account key: %w", err)
	}
	words, err := bip39.NewMnemonic(entropy)
	if err != nil {
		return nil, "", fmt.Errorf("make account key: %w", err)
	}
	key, err := KeyFromMnemonic(words)
	return key, words, err
}

// KeyFromMnemonic restores the first account of a BIP-39 sentence, on the
// derivation path that Cosmos wallets use.
func KeyFromMnemonic(words string) (*Key, error) {
	if !bip39.IsMnemonicValid(words) {
		return nil, fmt.Errorf("restore account key: %w", ErrMnemonic)
	}
	secret, err := hd.Secp256k1.Derive()(words, "", derivation)
	if err != nil {
		return nil, fmt.Errorf("restore account key: %w", err)
	}
	return NewKey(secret)
}

type keyFile struct {
	Kind    string `json:"kind"`
	Address string `json:"address"`
	Secret  string `json:"secret"`
}

// LoadKey reads a key file. A missing file is os.ErrNotExist, one that others
// may read ErrKeyPermission, a damaged one ErrKeyFormat.
func LoadKey(path string) (*Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read account key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read %s: %w", path, ErrKeyPermission)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read account key: %w", err)
	}
	key, err := parseKey(raw)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return key, nil
}

func parseKey(raw []byte) (*Key, error) {
	var f keyFile
	if err := json.Unmarshal(raw, &f); err != nil || f.Kind != keyFileKind {
		return nil, ErrKeyFormat
	}
	secret, err := hex.DecodeString(f.Secret)
	if err != nil {
		return nil, ErrKeyFormat
	}
	key, err := NewKey(secret)
	if err != nil {
		return nil, err
	}
	if key.Address() != f.Address {
		return nil, fmt.Errorf("address does not belong to the secret: %w", ErrKeyFormat)
	}
	return key, nil
}

// Save writes the key to a new file of mode 0600. It never replaces a file.
func (k *Key) Save(path string) error {
	raw, err := json.MarshalIndent(keyFile{keyFileKind, k.Address(), hex.EncodeToString(k.private.Key)}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode account key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write account key: %w", err)
	}
	_, err = f.Write(append(raw, '\n'))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write account key: %w", err)
	}
	return nil
}

// Address returns the account's address, hxw1...
func (k *Key) Address() string {
	return FormatAddress(k.private.PubKey().Address())
}

// String returns the address, so that a key never ends up in a log.
func (k *Key) String() string { return k.Address() }

// GoString returns the address as well.
func (k *Key) GoString() string { return k.Address() }

// FormatAddress returns the bech32 form of an account's 20 or 32 bytes.
func FormatAddress(raw []byte) string {
	s, err := bech32.ConvertAndEncode(AddressPrefix, raw)
	if err != nil {
		panic(fmt.Sprintf("encode address of %d bytes: %v", len(raw), err)) // only for input of impossible size
	}
	return s
}

// ParseAddress returns the bytes of an account address.
func ParseAddress(s string) ([]byte, error) {
	prefix, raw, err := bech32.DecodeAndConvert(s)
	if err != nil || prefix != AddressPrefix || len(raw) == 0 {
		return nil, fmt.Errorf("%w: %q", ErrAddress, s)
	}
	return raw, nil
}
