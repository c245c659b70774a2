package vrf

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

func TestProofsVerifyUnderTheirKeyOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := FromSeed([32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed")))
		other := FromSeed([32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "other")))
		alpha := rapid.SliceOf(rapid.Byte()).Draw(t, "alpha")
		proof := key.Prove(alpha)
		beta, ok := Verify(key.Public(), proof, alpha)
		if !ok || len(beta) != 64 {
			t.Fatal("own proof does not verify")
		}
		out, err := Output(proof)
		if err != nil || !bytes.Equal(out, beta) {
			t.Fatalf("output %x, verified %x: %v", out, beta, err)
		}
		if _, ok := Verify(key.Public(), proof, append(alpha, 0)); ok {
			t.Fatal("proof verifies for other input")
		}
		if _, ok := Verify(other.Public(), proof, alpha); ok && !bytes.Equal(other.Public(), key.Public()) {
			t.Fatal("proof verifies under another key")
		}
	})
}

func TestSmallOrderKeyNeverVerifies(t *testing.T) {
	proof := FromSeed([32]byte{1}).Prove(nil)
	small := append([]byte{1}, make([]byte, 31)...)
	if _, ok := Verify(small, proof, nil); ok {
		t.Fatal("the identity point is taken for a key")
	}
	if _, ok := Verify(nil, proof, nil); ok {
		t.Fatal("an empty key is taken for a key")
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	if _, err := Load(path); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("missing file gave %v", err)
	}
	key, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(path)
	if err != nil || !bytes.Equal(again.Public(), key.Public()) {
		t.Fatalf("loaded another key: %v", err)
	}
	if _, err := Create(path); !errors.Is(err, ErrExists) {
		t.Fatalf("second create gave %v", err)
	}
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "config"), 0o700); err != nil {
		t.Fatal(err)
	}
	for want, at := range []string{"", NextPath(home), Path(home)} {
		if at != "" {
			if _, err := Create(at); err != nil {
				t.Fatal(err)
			}
		}
		if keys, err := LoadAll(home); err != nil || len(keys) != want {
			t.Fatalf("%d keys, want %d: %v", len(keys), want, err)
		}
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); !errors.Is(err, ErrPermission) {
		t.Fatalf("open file gave %v", err)
	}
}

func TestDamagedKeyFileIsRefused(t *testing.T) {
	good := FromSeed([32]byte{7})
	for name, text := range map[string]string{
		"not JSON":     `{`,
		"other suite":  `{"suite":"x","public":"","seed":""}`,
		"short seed":   `{"suite":"` + suite + `","public":"","seed":"00"}`,
		"wrong public": `{"suite":"` + suite + `","public":"00","seed":"` + hexOf(good.private.Seed()) + `"}`,
	} {
		if _, err := parse([]byte(text)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s gave %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"suite":"` + suite + `","public":"","seed":""}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if key, err := parse(raw); (key == nil) == (err == nil) {
			t.Fatalf("key %v with error %v", key, err)
		}
	})
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out []byte
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}
