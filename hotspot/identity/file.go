package identity

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// file is the key file: JSON, mode 0600.
type file struct {
	Version   int       `json:"version"`
	Algorithm Algorithm `json:"algorithm"`
	Key       string    `json:"key"`        // hex: the seed of Ed25519, the number of P-256, 32 bytes
	ChainSeed string    `json:"chain_seed"` // hex, 32 bytes
	Hotspot   string    `json:"hotspot"`    // id, for people; derived from key
}

func (i *Identity) save(path string) error {
	algorithm, secret, err := secretOf(i.key)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(file{
		Version: 1, Algorithm: algorithm, Key: hex.EncodeToString(secret),
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
	if err := json.Unmarshal(raw, &f); err != nil || f.Version != 1 {
		return nil, fmt.Errorf("%s: %w", path, ErrFormat)
	}
	key, err1 := hex.DecodeString(f.Key)
	chain, err2 := hex.DecodeString(f.ChainSeed)
	if err1 != nil || err2 != nil || len(key) != 32 || len(chain) != 32 {
		return nil, fmt.Errorf("%s: %w", path, ErrFormat)
	}
	id, err := FromSecrets(f.Algorithm, [32]byte(key), [32]byte(chain))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return id, nil
}
