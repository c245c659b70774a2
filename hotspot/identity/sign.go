package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"math/big"

	"github.com/hexwave/hexwave/proto/wire"
)

// Algorithm is that of a key.
type Algorithm string

// Algorithms. P-256 is for devices whose secure element has nothing else.
const (
	Ed25519 Algorithm = "ed25519"
	P256    Algorithm = "p256"
)

// newKey makes a key from the system's randomness.
func (a Algorithm) newKey() (crypto.Signer, error) {
	switch a {
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	case P256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return nil, fmt.Errorf("%q: %w", string(a), ErrAlgorithm)
}

// key returns the key of a secret, or ErrFormat.
func (a Algorithm) key(secret [32]byte) (crypto.Signer, error) {
	switch a {
	case Ed25519:
		return ed25519.NewKeyFromSeed(secret[:]), nil
	case P256:
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret[:])
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		return key, nil
	}
	return nil, fmt.Errorf("%w: %q: %w", ErrFormat, string(a), ErrAlgorithm)
}

// secretOf returns what is kept of a key in a file.
func secretOf(key crypto.Signer) (Algorithm, []byte, error) {
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return Ed25519, k.Seed(), nil
	case *ecdsa.PrivateKey:
		secret, err := k.Bytes()
		return P256, secret, err
	}
	return "", nil, fmt.Errorf("a key of %T is not for a file: %w", key, ErrAlgorithm)
}

// publicKey returns the hotspot's key of a public key, or ErrAlgorithm.
func publicKey(key crypto.PublicKey) (wire.PubKey, error) {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return wire.Ed25519Key(k)
	case *ecdsa.PublicKey:
		if point, err := k.Bytes(); err == nil && k.Curve == elliptic.P256() {
			// SEC 1: uncompressed is 04 | x | y, compressed 02 or 03 | x.
			return wire.P256Key(append([]byte{2 | point[64]&1}, point[1:33]...))
		}
	}
	return wire.PubKey{}, fmt.Errorf("public key of %T: %w", key, ErrAlgorithm)
}

// Sign signs the body of a wire object: Ed25519, or P-256 over SHA-256 with low s.
// It is the zero signature, which is nobody's, when a secure element does not sign.
func (i *Identity) Sign(body []byte) wire.Signature {
	if i.pub.Alg == wire.KeyEd25519 {
		sig, err := i.key.Sign(rand.Reader, body, crypto.Hash(0))
		if err != nil || len(sig) != wire.SigSize {
			return wire.Signature{}
		}
		return wire.Signature(sig)
	}
	digest := sha256.Sum256(body)
	der, err := i.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return wire.Signature{}
	}
	return lowS(der)
}

// lowS returns an ECDSA signature as r || s, of the two that are valid the one with
// the smaller s: the other is a second encoding of the same, which nodes refuse.
func lowS(der []byte) (sig wire.Signature) {
	var v struct{ R, S *big.Int }
	n := elliptic.P256().Params().N
	if rest, err := asn1.Unmarshal(der, &v); err != nil || len(rest) > 0 || v.R.Sign() <= 0 || v.R.BitLen() > 256 || v.S.Sign() <= 0 || v.S.Cmp(n) >= 0 {
		return sig
	}
	if v.S.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
		v.S.Sub(n, v.S)
	}
	v.R.FillBytes(sig[:32])
	v.S.FillBytes(sig[32:])
	return sig
}
