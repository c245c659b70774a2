package verify

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math/big"
	"slices"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"github.com/hexwave/hexwave/proto/wire"
)

// Signed is a message with the signature over it.
type Signed struct {
	Key  wire.PubKey
	Body []byte
	Sig  *wire.Signature
}

// zip215 are the Ed25519 rules of ZIP 215: cofactored, non-canonical points
// allowed, so that one signature and a batch always agree.
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

// Verifier checks signatures in batches. It holds buffers only and may be
// reused, but not by two goroutines at once.
type Verifier struct {
	batch *ed25519.BatchVerifier
	seed  hash.Hash
	raw   []byte // key of the item that is added
	at    []int  // position of the n-th Ed25519 item
	bad   []bool
}

// NewVerifier returns a Verifier.
func NewVerifier() *Verifier {
	return &Verifier{batch: ed25519.NewBatchVerifier(), seed: sha256.New()}
}

// Bad returns, for each item, whether its signature is wrong; all is false when
// every one is right. The slice is valid until the next call.
//
// Ed25519 signatures are checked together by ZIP 215, the bad ones of a failed
// batch one by one. P-256 signatures are checked singly over SHA-256 of the
// body, r || s with s in the lower half of the order.
func (v *Verifier) Bad(items []Signed) (bad []bool, any bool) {
	v.batch.Reset()
	v.seed.Reset()
	v.at, v.bad = v.at[:0], slices.Grow(v.bad[:0], len(items))[:len(items)]
	clear(v.bad)
	for i := range items {
		switch it := &items[i]; it.Key.Alg {
		case wire.KeyEd25519:
			v.raw = it.Key.AppendRaw(v.raw[:0])
			v.batch.AddWithOptions(v.raw, it.Body, it.Sig[:], zip215)
			v.at = append(v.at, i)
			v.seed.Write(v.raw)
			v.seed.Write(it.Sig[:])
			v.seed.Write(it.Body)
		case wire.KeyP256:
			v.bad[i] = !verifyP256(it)
		default:
			v.bad[i] = true
		}
		any = any || v.bad[i]
	}
	if len(v.at) == 0 {
		return v.bad, any
	}
	ok, valid := v.batch.Verify(&coefficients{seed: [32]byte(v.seed.Sum(nil))})
	if ok {
		return v.bad, any
	}
	for n, i := range v.at {
		v.bad[i] = !valid[n]
		any = any || v.bad[i]
	}
	return v.bad, any
}

// Signature tells whether one signature is right, by the same rules as Bad.
func Signature(s Signed) bool {
	switch s.Key.Alg {
	case wire.KeyEd25519:
		return ed25519.VerifyWithOptions(s.Key.Raw(), s.Body, s.Sig[:], zip215)
	case wire.KeyP256:
		return verifyP256(&s)
	}
	return false
}

// coefficients are the factors of the batch equation, derived from the batch
// itself: unpredictable to who makes the signatures, and the same on every
// validator.
type coefficients struct {
	seed    [32]byte
	counter uint64
	rest    []byte
	block   [32]byte
}

// Read fills p; it never fails.
func (c *coefficients) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		if len(c.rest) == 0 {
			var in [40]byte
			copy(in[:], c.seed[:])
			binary.BigEndian.PutUint64(in[32:], c.counter)
			c.counter++
			c.block = sha256.Sum256(in[:])
			c.rest = c.block[:]
		}
		m := copy(p[n:], c.rest)
		n, c.rest = n+m, c.rest[m:]
	}
	return len(p), nil
}

// IsPoint tells whether a P-256 key is a point of the curve; an Ed25519 key is judged
// with its signatures.
func IsPoint(k wire.PubKey) bool {
	if k.Alg != wire.KeyP256 {
		return k.Alg == wire.KeyEd25519
	}
	x, _ := elliptic.UnmarshalCompressed(elliptic.P256(), k.Raw())
	return x != nil
}

// verifyP256 checks r || s over SHA-256 of the body. High s is refused: it is a
// second encoding of the same signature.
func verifyP256(it *Signed) bool {
	curve := elliptic.P256()
	x, y := elliptic.UnmarshalCompressed(curve, it.Key.Raw())
	if x == nil {
		return false
	}
	r, s := new(big.Int).SetBytes(it.Sig[:32]), new(big.Int).SetBytes(it.Sig[32:])
	if s.Cmp(new(big.Int).Rsh(curve.Params().N, 1)) > 0 {
		return false
	}
	var point [65]byte // SEC 1 §2.3.3, not compressed
	point[0] = 4
	x.FillBytes(point[1:33])
	y.FillBytes(point[33:])
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point[:])
	if err != nil {
		return false
	}
	digest := sha256.Sum256(it.Body)
	return ecdsa.Verify(key, digest[:], r, s)
}
