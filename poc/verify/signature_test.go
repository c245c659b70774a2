package verify

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/proto/wire"
)

func TestBatchNamesTheBadOnes(t *testing.T) {
	v := NewVerifier()
	rapid.Check(t, func(rt *rapid.T) {
		wrong := rapid.SliceOfN(rapid.Bool(), 0, 40).Draw(rt, "wrong")
		items := make([]Signed, len(wrong))
		for i, bad := range wrong {
			key, private := testKey(t, byte(i))
			body := []byte{byte(i), 1, 2, 3}
			sig := wire.Signature(ed25519.Sign(private, body))
			if bad {
				sig[rapid.IntRange(0, 63).Draw(rt, "at")] ^= 1
			}
			items[i] = Signed{Key: key, Body: body, Sig: &sig}
		}
		bad, any := v.Bad(items)
		for i := range items {
			if bad[i] != wrong[i] || Signature(items[i]) == wrong[i] {
				rt.Fatalf("item %d: bad %v, single %v, want bad %v", i, bad[i], Signature(items[i]), wrong[i])
			}
		}
		if want := contains(wrong, true); any != want {
			rt.Fatalf("any %v, want %v", any, want)
		}
	})
}

func contains(list []bool, v bool) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

func TestP256(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := wire.P256Key(elliptic.MarshalCompressed(elliptic.P256(), private.X, private.Y))
	if err != nil {
		t.Fatal(err)
	}
	body := []byte("report")
	digest := sha256.Sum256(body)
	r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	n := elliptic.P256().Params().N
	other := new(big.Int).Sub(n, s)
	low, high := s, other
	if s.Cmp(other) > 0 {
		low, high = other, s
	}
	sign := func(s *big.Int) *wire.Signature {
		var sig wire.Signature
		r.FillBytes(sig[:32])
		s.FillBytes(sig[32:])
		return &sig
	}
	edKey, edPrivate := testKey(t, 1)
	edSig := wire.Signature(ed25519.Sign(edPrivate, body))
	bad, any := NewVerifier().Bad([]Signed{
		{key, body, sign(low)},
		{key, body, sign(high)},
		{edKey, body, &edSig},
		{wire.PubKey{}, body, &edSig},
		{key, []byte("other"), sign(low)},
	})
	for i, want := range []bool{false, true, false, true, true} {
		if bad[i] != want {
			t.Errorf("item %d: bad %v, want %v", i, bad[i], want)
		}
	}
	if !any || Signature(Signed{Key: wire.PubKey{}, Body: body, Sig: &edSig}) {
		t.Error("a bad signature went unseen")
	}
	offCurve, err := wire.P256Key(append([]byte{2}, make([]byte, 32)...))
	if err != nil {
		t.Fatal(err)
	}
	if Signature(Signed{Key: offCurve, Body: body, Sig: sign(low)}) {
		t.Error("a signature is right under a point that nobody chose")
	}
}

func TestEmptyBatch(t *testing.T) {
	if bad, any := NewVerifier().Bad(nil); any || len(bad) != 0 {
		t.Error("an empty batch has a bad signature")
	}
}

func BenchmarkReport(b *testing.B) {
	const n = 256
	items, k := make([]Signed, n), honest(b)
	for i := range items {
		key, private := testKey(b, byte(i))
		body := k.Report.AppendBody(nil)
		sig := wire.Signature(ed25519.Sign(private, body))
		items[i] = Signed{key, body, &sig}
	}
	v := NewVerifier()
	b.Run("signature", func(b *testing.B) {
		for range b.N {
			v.Bad(items)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/report")
	})
	b.Run("all", func(b *testing.B) {
		for range b.N {
			for range items {
				k.Include()
				k.Settle()
			}
			v.Bad(items)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/report")
	})
}
