package client

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.json")
	key, words, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := key.Save(path); !errors.Is(err, os.ErrExist) {
		t.Fatalf("second save gave %v", err)
	}
	loaded, err := LoadKey(path)
	if err != nil || loaded.Address() != key.Address() {
		t.Fatalf("loaded %v: %v", loaded, err)
	}
	restored, err := KeyFromMnemonic(words)
	if err != nil || restored.Address() != key.Address() {
		t.Fatalf("restored %v: %v", restored, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(path); !errors.Is(err, ErrKeyPermission) {
		t.Fatalf("open file gave %v", err)
	}
}

func TestKeyIsNeverPrinted(t *testing.T) {
	key, err := NewKey([]byte(strings.Repeat("k", keySize)))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, key); got != key.Address() {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

// The address of the BIP-39 test sentence on the Cosmos path, as any wallet
// shows it with this prefix.
func TestKnownMnemonic(t *testing.T) {
	const words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
	key, err := KeyFromMnemonic(words)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := ParseAddress(key.Address())
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", raw); got != "28ff5c6d57d8cfd492b6fb42614536ed648e01fd" {
		t.Fatalf("address %s", got)
	}
	if _, err := KeyFromMnemonic("abandon abandon"); !errors.Is(err, ErrMnemonic) {
		t.Fatalf("bad sentence gave %v", err)
	}
}

func TestAddressRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "address")
		back, err := ParseAddress(FormatAddress(raw))
		if err != nil || string(back) != string(raw) {
			t.Fatalf("%x became %x: %v", raw, back, err)
		}
	})
	for _, bad := range []string{"", "hxw1", "cosmos1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9", "hxw1qqqq"} {
		if _, err := ParseAddress(bad); !errors.Is(err, ErrAddress) {
			t.Errorf("%q gave %v", bad, err)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte(`{"kind":"secp256k1","address":"","secret":"00"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if key, err := parseKey(raw); (key == nil) == (err == nil) {
			t.Fatalf("key %v with error %v", key, err)
		}
	})
}
