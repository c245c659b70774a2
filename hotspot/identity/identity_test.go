package identity

import (
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hexwave/hexwave/proto/wire"
)

func TestCreateLoadRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "key.json")
	made, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	chain := wire.HashChainID("c")
	if got.PubKey() != made.PubKey() || got.Preimage(chain, 3) != made.Preimage(chain, 3) {
		t.Error("loaded identity differs from the created one")
	}
	if _, err := Create(path); !errors.Is(err, ErrExists) {
		t.Errorf("second create: %v, want ErrExists", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"missing":  {filepath.Join(dir, "none"), ErrMissing},
		"readable": {write("open", "{}", 0o644), ErrPermissions},
		"not json": {write("text", "hello", 0o600), ErrFormat},
		"version":  {write("v2", `{"version":2,"algorithm":"ed25519"}`, 0o600), ErrFormat},
		"short":    {write("short", `{"version":1,"algorithm":"ed25519","key":"00","chain_seed":"00"}`, 0o600), ErrFormat},
	} {
		if _, err := Load(c.path); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestChainAnswersItsAnchor(t *testing.T) {
	id, err := FromSeeds([32]byte{1}, [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	chain := wire.HashChainID("hexwave-dev-1")
	g := id.Register(chain, []byte("owner"), wire.ClassFullLoRa, 10)
	for _, back := range []uint32{1, 2, 100} {
		a := id.Preimage(chain, ChainLength-back)
		if wire.WalkPreimage(chain, id.PubKey(), ChainLength-back, ChainLength, a) != g.Anchor {
			t.Errorf("element %d below the anchor does not lead to it", back)
		}
	}
	if !ed25519.Verify(id.PubKey().Raw(), g.AppendBody(nil), g.Signature[:]) {
		t.Error("registration signature does not verify")
	}
	if id.Preimage(wire.HashChainID("other"), 1) == id.Preimage(chain, 1) {
		t.Error("two chains share a hash chain")
	}
}
