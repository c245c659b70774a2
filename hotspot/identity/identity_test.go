package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

func TestCreateLoadRoundTrip(t *testing.T) {
	for _, algorithm := range []Algorithm{Ed25519, P256} {
		path := filepath.Join(t.TempDir(), "sub", "key.json")
		made, err := Create(path, algorithm)
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
			t.Errorf("%s: loaded identity differs from the created one", algorithm)
		}
		if _, err := Create(path, algorithm); !errors.Is(err, ErrExists) {
			t.Errorf("second create: %v, want ErrExists", err)
		}
		for n := range 20 { // half of all P-256 signatures have the larger s
			body := []byte{byte(n)}
			sig := got.Sign(body)
			if !verify.Signature(verify.Signed{Key: got.PubKey(), Body: body, Sig: &sig}) {
				t.Fatalf("%s: signature %d is wrong", algorithm, n)
			}
		}
	}
	if _, err := Create(filepath.Join(t.TempDir(), "k"), "rsa"); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("rsa: %v", err)
	}
}

// Only the two algorithms of the network make an identity, and of ECDSA one curve.
func TestOtherKeysAreNoIdentity(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(p384, [32]byte{}); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("P-384: %v, want %v", err, ErrAlgorithm)
	}
}

// A key in a secure element is used through its two methods alone, and never saved.
func TestSecureElement(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := New(struct{ crypto.Signer }{key}, [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	g := id.Register(wire.HashChainID("c"), []byte("owner"), wire.ClassFullLoRa, 9)
	if !verify.Signature(verify.Signed{Key: id.PubKey(), Body: g.AppendBody(nil), Sig: &g.Signature}) {
		t.Error("its registration is not signed")
	}
	path := filepath.Join(t.TempDir(), "k")
	if err := id.save(path); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("save: %v, want %v", err, ErrAlgorithm)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file is there: %v", err)
	}
}

// The order less s is the other half of a signature; a signer may return either.
func TestLowS(t *testing.T) {
	n := elliptic.P256().Params().N
	half := new(big.Int).Rsh(n, 1)
	for name, c := range map[string]struct{ s, want *big.Int }{
		"one":              {big.NewInt(1), big.NewInt(1)},
		"the highest low":  {half, half},
		"the lowest high":  {new(big.Int).Add(half, big.NewInt(1)), half},
		"the highest high": {new(big.Int).Sub(n, big.NewInt(1)), big.NewInt(1)},
	} {
		der, err := asn1.Marshal(struct{ R, S *big.Int }{big.NewInt(7), c.s})
		if err != nil {
			t.Fatal(err)
		}
		sig := lowS(der)
		if got := new(big.Int).SetBytes(sig[32:]); got.Cmp(c.want) != 0 || sig[31] != 7 {
			t.Errorf("%s: s %x, want %x", name, got, c.want)
		}
	}
}

// broken is a secure element that does not answer as it should.
type broken struct {
	crypto.Signer
	answer []byte
}

func (b broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return b.answer, nil }

// What a secure element answers may be garbage: then there is no signature.
func TestBrokenSecureElement(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range [][]byte{nil, {0x30}, {0x30, 0x06, 0x02, 0x01, 0xff, 0x02, 0x01, 0x01}, make([]byte, 72), {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00}} {
		id, err := New(broken{key, answer}, [32]byte{})
		if err != nil {
			t.Fatal(err)
		}
		if sig := id.Sign([]byte("x")); sig != (wire.Signature{}) {
			t.Errorf("%x: signature %x", answer, sig)
		}
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
		"rsa":      {write("rsa", `{"version":1,"algorithm":"rsa","key":"`+strings.Repeat("11", 32)+`","chain_seed":"`+strings.Repeat("11", 32)+`"}`, 0o600), ErrFormat},
		"p256 0":   {write("zero", `{"version":1,"algorithm":"p256","key":"`+strings.Repeat("00", 32)+`","chain_seed":"`+strings.Repeat("11", 32)+`"}`, 0o600), ErrFormat},
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
