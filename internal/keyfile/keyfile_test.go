package keyfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hexwave/hexwave/internal/keyfile"
)

func TestCreateThenLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "key.pem")
	made, err := keyfile.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := keyfile.Load(path)
	if err != nil || !loaded.Equal(made) {
		t.Fatalf("loaded another key, or %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := keyfile.Create(path); !errors.Is(err, keyfile.ErrExists) {
		t.Errorf("second create: %v", err)
	}
	if keyfile.Public(made).IsZero() {
		t.Error("no public key")
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key.pem")
	if _, err := keyfile.Load(path); !errors.Is(err, keyfile.ErrMissing) {
		t.Errorf("missing: %v", err)
	}
	if _, err := keyfile.Create(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Load(path); !errors.Is(err, keyfile.ErrOpen) {
		t.Errorf("readable by the group: %v", err)
	}
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Load(other); !errors.Is(err, keyfile.ErrFormat) {
		t.Errorf("no key: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	path := filepath.Join(f.TempDir(), "key.pem")
	if _, err := keyfile.Create(path); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := keyfile.Parse(data)
		if err != nil {
			return
		}
		path := filepath.Join(t.TempDir(), "key.pem")
		if err := keyfile.Store(path, key); err != nil {
			t.Fatal(err)
		}
		if again, err := keyfile.Load(path); err != nil || !again.Equal(key) {
			t.Fatalf("a key that parses is not kept: %v", err)
		}
	})
}
