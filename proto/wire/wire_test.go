package wire

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// codec is one layout seen from its tests: parse must accept exactly what encode
// makes.
type codec struct {
	name   string
	size   int
	parse  func([]byte) ([]byte, error) // parse, then encode again
	sample func(*rapid.T) []byte
}

func reencode[T any](parse func([]byte) (T, error), encode func(*T, []byte) []byte) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		v, err := parse(b)
		if err != nil {
			return nil, err
		}
		return encode(&v, nil), nil
	}
}

func drawBytes(t *rapid.T, n int) []byte {
	return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "bytes")
}

func drawKey(t *rapid.T) PubKey {
	if rapid.Bool().Draw(t, "p256") {
		k, err := P256Key(append([]byte{2 + rapid.Byte().Draw(t, "sign")%2}, drawBytes(t, 32)...))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	k, err := Ed25519Key(drawBytes(t, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// fixed returns a sampler of random bodies with the tag in place; patch makes
// the few constrained fields valid.
func fixed(size int, tg tag, patch func(*rapid.T, []byte)) func(*rapid.T) []byte {
	return func(t *rapid.T) []byte {
		b := drawBytes(t, size)
		copy(b, tg[:])
		patch(t, b)
		return b
	}
}

func codecs() []codec {
	keep := func(*rapid.T, []byte) {}
	return []codec{
		{"challenge", ChallengeSize, reencode(ParseChallenge, (*Challenge).AppendTo), func(t *rapid.T) []byte {
			c := Challenge{
				ID: rapid.Uint64().Draw(t, "id"), Hotspot: rapid.Uint32().Draw(t, "hotspot"),
				Kind: ChallengeKind(rapid.IntRange(0, 2).Draw(t, "kind")), SF: uint8(rapid.IntRange(7, 12).Draw(t, "sf")),
				Key: drawKey(t), Index: 3, KnownIndex: 4 + uint32(rapid.Byte().Draw(t, "ahead")),
				Power: rapid.Int16().Draw(t, "power"), Cell: rapid.Uint64().Draw(t, "cell"),
			}
			return c.AppendTo(nil)
		}},
		{"report", ReportSize, reencode(ParseReport, (*Report).AppendTo), fixed(ReportSize, tagReport, func(_ *rapid.T, b []byte) { b[4+8+8+4+16+2+2+4] = 9 })},
		{"reveal", RevealSize, reencode(ParseReveal, (*Reveal).AppendTo), fixed(RevealSize, tagReveal, keep)},
		{"voucher", VoucherSize, reencode(ParseVoucher, (*Voucher).AppendTo), func(t *rapid.T) []byte {
			v := Voucher{Org: 1, Unit: UnitDC, Cum: rapid.Uint64Range(0, 1<<40).Draw(t, "cum"), Issued: 1 << 41, Seq: rapid.Uint64().Draw(t, "seq")}
			copy(v.Signature[:], drawBytes(t, SigSize))
			return v.AppendTo(nil)
		}},
		{"grant", GrantSize, reencode(ParseGrant, (*Grant).AppendTo), func(t *rapid.T) []byte {
			g := Grant{MaxBytes: 1 + uint64(rapid.Uint32().Draw(t, "max")), NotBefore: 5, Expires: 6, Price: rapid.Uint32().Draw(t, "price")}
			return g.AppendTo(nil)
		}},
		{"usage record", UsageSize, reencode(ParseUsage, (*Usage).AppendTo), func(t *rapid.T) []byte {
			u := Usage{Seq: 1 + uint32(rapid.Byte().Draw(t, "seq")), Flags: UsageFlags(rapid.IntRange(0, int(usageKnownFlags)).Draw(t, "flags")), BytesUp: rapid.Uint64().Draw(t, "up")}
			return u.AppendTo(nil)
		}},
		{"usage result", UsageResultSize, reencode(ParseUsageResult, (*UsageResult).AppendTo), func(t *rapid.T) []byte {
			u := UsageResult{Seq: 1 + uint32(rapid.Byte().Draw(t, "seq")), Verdict: rapid.SampledFrom(UsageVerdicts()).Draw(t, "verdict")}
			if u.Verdict == UsageAccepted {
				u.Accepted = rapid.Uint64().Draw(t, "accepted")
			}
			return u.AppendTo(nil)
		}},
		{"RADIUS proof", RadiusProofSize, reencode(ParseRadiusProof, (*RadiusProof).AppendTo), func(t *rapid.T) []byte {
			p := RadiusProof{Kind: RadiusKind(rapid.IntRange(1, 5).Draw(t, "kind")), Exchange: rapid.Uint64().Draw(t, "exchange"), Org: 1, Lane: 2}
			if p.Kind == RadiusAccess {
				p.Org, p.Lane = 0, 0
			}
			copy(p.Digest[:], drawBytes(t, 32))
			return p.AppendTo(nil)
		}},
		{"batch", BatchSize, reencode(ParseBatch, (*Batch).AppendTo), func(t *rapid.T) []byte {
			b := Batch{Kind: BatchKind(rapid.IntRange(1, 3).Draw(t, "kind")), Count: 1 + uint16(rapid.Byte().Draw(t, "count")), Nonce: rapid.Uint64().Draw(t, "nonce")}
			return b.AppendTo(nil)
		}},
		{"registration", RegistrationSize, reencode(ParseRegistration, (*Registration).AppendTo), func(t *rapid.T) []byte {
			g := Registration{Class: HotspotClass(rapid.IntRange(1, 3).Draw(t, "class")), Key: drawKey(t), AnchorIndex: 1 + uint32(rapid.Byte().Draw(t, "n"))}
			return g.AppendTo(nil)
		}},
		{"renewal", RenewalSize, reencode(ParseRenewal, (*Renewal).AppendTo), func(t *rapid.T) []byte {
			n := Renewal{
				Hotspot: rapid.Uint32().Draw(t, "hotspot"), Owner: [32]byte(drawBytes(t, 32)), Anchor: Preimage(drawBytes(t, PreimageSize)),
				AnchorIndex: rapid.Uint32Min(1).Draw(t, "n"), ValidUntil: rapid.Uint64().Draw(t, "until"), Signature: Signature(drawBytes(t, SigSize)),
			}
			return n.AppendTo(nil)
		}},
		{"rotation", RotationSize, reencode(ParseRotation, (*Rotation).AppendTo), func(t *rapid.T) []byte {
			n := Rotation{
				Hotspot: rapid.Uint32().Draw(t, "hotspot"), Owner: [32]byte(drawBytes(t, 32)), Key: drawKey(t),
				Anchor: Preimage(drawBytes(t, PreimageSize)), AnchorIndex: rapid.Uint32Min(1).Draw(t, "n"), ValidUntil: rapid.Uint64().Draw(t, "until"),
				OldSignature: Signature(drawBytes(t, SigSize)), NewSignature: Signature(drawBytes(t, SigSize)),
			}
			return n.AppendTo(nil)
		}},
		{"bundle", BundleSize, reencode(ParseBundle, (*Bundle).AppendTo), fixed(BundleSize, tagBundle, keep)},
		{"location", LocationSize, reencode(ParseLocation, func(l *Location, b []byte) []byte { return l.AppendTo(b) }), func(t *rapid.T) []byte {
			l := Location{
				Lat: rapid.Int32Range(-900_000_000, 900_000_000).Draw(t, "lat"), Lng: rapid.Int32Range(-1_800_000_000, 1_799_999_999).Draw(t, "lng"),
				Gain: rapid.Int16().Draw(t, "gain"), Height: rapid.Int16().Draw(t, "height"),
			}
			return l.AppendTo(nil)
		}},
	}
}

func TestEveryLayoutRoundTripsAndHasOneEncoding(t *testing.T) {
	for _, c := range codecs() {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				in := c.sample(t)
				if len(in) != c.size {
					t.Fatalf("encoded %d bytes, the layout says %d", len(in), c.size)
				}
				out, err := c.parse(in)
				if err != nil {
					t.Fatalf("parse own encoding: %v", err)
				}
				if diff := cmp.Diff(in, out); diff != "" {
					t.Fatal(diff)
				}
				if _, err := c.parse(in[:len(in)-1]); err == nil {
					t.Fatal("accepted one byte too few")
				}
				if _, err := c.parse(append(slices.Clone(in), 0)); err == nil {
					t.Fatal("accepted one byte too many")
				}
			})
		})
	}
}

func TestTagsAreDistinctAndWrongTagIsNamed(t *testing.T) {
	tags := []tag{
		tagChallenge, tagReport, tagReveal, tagVoucher, tagGrant, tagUsage, tagUsageResult, tagRadiusProof, tagBatch, tagRegister, tagRenewal, tagRotation, tagBundle,
		tagWitness, tagChainStep, tagSortition, tagRandomness, tagNextRandom, tagSkipRandom, tagPick,
	}
	seen := map[tag]bool{}
	for _, g := range tags {
		if seen[g] {
			t.Errorf("tag %s is used twice", g)
		}
		seen[g] = true
	}
	if _, err := ParseVoucher(make([]byte, VoucherSize)); !errors.Is(err, ErrTag) {
		t.Errorf("a voucher of zeros: %v, want ErrTag", err)
	}
}

func TestExcludedValuesAreRefused(t *testing.T) {
	over := Voucher{Unit: UnitDC, Cum: 2, Issued: 1}
	if _, err := ParseVoucher(over.AppendTo(nil)); !errors.Is(err, ErrValue) {
		t.Errorf("cumulative above issued: %v", err)
	}
	stale := Challenge{SF: 7, Index: 4, KnownIndex: 4}
	stale.Key, _ = Ed25519Key(make([]byte, 32))
	if _, err := ParseChallenge(stale.AppendTo(nil)); !errors.Is(err, ErrValue) {
		t.Errorf("known index not above index: %v", err)
	}
	unlimited := Grant{NotBefore: 1, Expires: 2}
	if _, err := ParseGrant(unlimited.AppendTo(nil)); !errors.Is(err, ErrValue) {
		t.Errorf("grant without a byte limit: %v", err)
	}
	if p := (RadiusProof{Kind: RadiusAccess, Org: 1, Lane: 1}); !refused(ParseRadiusProof, p.AppendTo(nil)) {
		t.Error("an access request that names its payer parses")
	}
	if p := (RadiusProof{Kind: RadiusAnswer}); !refused(ParseRadiusProof, p.AppendTo(nil)) {
		t.Error("an answer without its payer parses")
	}
	if u := (UsageResult{Seq: 1, Verdict: UsageStaleAuth, Accepted: 1}); !refused(ParseUsageResult, u.AppendTo(nil)) {
		t.Error("a refusal that accepts bytes parses")
	}
	if n := (Renewal{Hotspot: 1}); !refused(ParseRenewal, n.AppendTo(nil)) {
		t.Error("a renewal whose chain answers nothing parses")
	}
	noKey := Rotation{Hotspot: 1, AnchorIndex: 1}
	if !refused(ParseRotation, noKey.AppendTo(nil)) {
		t.Error("a rotation to no key parses")
	}
	noKey.AnchorIndex = 0
	if noKey.Key, _ = Ed25519Key(make([]byte, 32)); !refused(ParseRotation, noKey.AppendTo(nil)) {
		t.Error("a rotation whose chain answers nothing parses")
	}
	if GrantSize > 221 {
		t.Errorf("a grant of %d bytes does not fit a Class attribute beside its wrapping", GrantSize)
	}
	if VoucherBodySize != 51 || BeaconSize != 25 {
		t.Errorf("voucher body %d, beacon %d: the frozen sizes are 51 and 25", VoucherBodySize, BeaconSize)
	}
}

func refused[T any](parse func([]byte) (T, error), b []byte) bool {
	_, err := parse(b)
	return errors.Is(err, ErrValue)
}

func testKey(seed byte) (PubKey, ed25519.PrivateKey) {
	priv := ed25519.NewKeyFromSeed(slices.Repeat([]byte{seed}, 32))
	k, err := Ed25519Key(priv.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	return k, priv
}

func TestHotspotIDRoundTripsAndCatchesTypos(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := drawKey(t)
		s := EncodeHotspotID(k)
		got, err := DecodeHotspotID(s)
		if err != nil || got != k {
			t.Fatalf("decode %s: %v", s, err)
		}
		if upper, err := DecodeHotspotID(strings.ToUpper(s)); err != nil || upper != k {
			t.Fatalf("upper case: %v", err)
		}
		i := rapid.IntRange(len(hotspotHRP)+1, len(s)-1).Draw(t, "at")
		c := bech32Charset[rapid.IntRange(0, 31).Draw(t, "letter")]
		if c != s[i] {
			if _, err := DecodeHotspotID(s[:i] + string(c) + s[i+1:]); err == nil {
				t.Fatalf("a changed letter at %d went unnoticed", i)
			}
		}
	})
}

func TestAddresses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := drawBytes(t, rapid.SampledFrom([]int{20, 32}).Draw(t, "size"))
		got, err := DecodeAddress(EncodeAddress(raw))
		if err != nil || !slices.Equal(got, raw) {
			t.Fatalf("round trip of %x: %x, %v", raw, got, err)
		}
	})
	k, _ := testKey(1)
	for _, bad := range []string{"", "hxw1", k.String(), EncodeAddress(make([]byte, 19)), "hxw1qqqq!qqqqqqq"} {
		if _, err := DecodeAddress(bad); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v, want ErrAddress", bad, err)
		}
	}
}

func TestHotspotNameWordsAreDistinct(t *testing.T) {
	for list, want := range map[string]int{nameMoods: 256, nameColours: 64, nameAnimals: 256} {
		words := strings.Fields(list)
		if len(words) != want {
			t.Errorf("%s...: %d words, want %d", words[0], len(words), want)
		}
		slices.Sort(words)
		if n := len(slices.Compact(words)); n != want {
			t.Errorf("%s...: %d distinct words, want %d", words[0], n, want)
		}
	}
	k, _ := testKey(1)
	if n := strings.Count(HotspotName(k), "-"); n != 2 {
		t.Errorf("name %q has %d hyphens", HotspotName(k), n)
	}
}

func TestRandomnessTx(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := RandomnessTx{Extensions: rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "ext")}
		if len(in.Extensions) == 0 {
			in.Extensions = nil
		}
		if rapid.Bool().Draw(t, "proof") {
			p := [VRFProofSize]byte(drawBytes(t, VRFProofSize))
			in.Proof = &p
		}
		raw := in.AppendTo(nil)
		if !IsRandomnessTx(raw) {
			t.Fatal("not recognised")
		}
		out, err := ParseRandomnessTx(raw)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(in, out); diff != "" {
			t.Fatal(diff)
		}
		if _, err := ParseRandomnessTx(raw[:len(raw)-1]); err == nil {
			t.Fatal("accepted a shortened transaction")
		}
	})
}

func TestVerdictAndOutcomeNames(t *testing.T) {
	for v := range verdictCount {
		if !v.Valid() {
			continue
		}
		if got, ok := ParseVerdict(v.String()); !ok || got != v {
			t.Errorf("verdict %d: name %q leads to %d", v, v, got)
		}
	}
	if len(Outcomes()) != int(outcomeCount)-1 {
		t.Errorf("%d outcomes", len(Outcomes()))
	}
	for _, o := range Outcomes() {
		if strings.HasPrefix(o.String(), "outcome-") || o.String() == "" {
			t.Errorf("outcome %d has no name", o)
		}
	}
}

func TestUsageVerdictNames(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range UsageVerdicts() {
		if strings.HasPrefix(v.String(), "usage-verdict-") || v.String() == "" || seen[v.String()] {
			t.Errorf("verdict %d is called %q", v, v)
		}
		seen[v.String()] = true
	}
	if UsageSeqGap.Final() || !UsageAccepted.Final() || !UsageStaleAuth.Final() {
		t.Error("parked and final verdicts are mixed up")
	}
}

func TestWalkIsComposedSteps(t *testing.T) {
	k, _ := testKey(2)
	chain := HashChainID("hexwave-dev-1")
	a := Preimage{1}
	want := NextPreimage(chain, k, 6, NextPreimage(chain, k, 5, a))
	if got := WalkPreimage(chain, k, 5, 7, a); got != want {
		t.Errorf("walk %x, want %x", got, want)
	}
	if NextPreimage(chain, k, 5, a) == NextPreimage(chain, k, 6, a) {
		t.Error("the step ignores its index")
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range codecs() {
		f.Add(make([]byte, c.size))
	}
	v := Voucher{Unit: UnitDC}
	f.Add(v.AppendTo(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, c := range codecs() {
			out, err := c.parse(b)
			if err == nil && !slices.Equal(out, b) {
				t.Errorf("%s: %x parses and encodes as %x", c.name, b, out)
			}
		}
		if tx, err := ParseRandomnessTx(b); err == nil && !slices.Equal(tx.AppendTo(nil), b) {
			t.Errorf("randomness tx %x encodes otherwise", b)
		}
		if k, err := DecodeHotspotID(string(b)); err == nil && !strings.EqualFold(EncodeHotspotID(k), string(b)) {
			t.Errorf("hotspot id %q encodes as %q", b, EncodeHotspotID(k))
		}
	})
}
