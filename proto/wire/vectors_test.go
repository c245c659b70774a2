package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/spec/vectors/wire.json anew")

const vectorsFile = "../../docs/spec/vectors/wire.json"

// vector is one line of docs/spec/vectors/wire.json: what is encoded or hashed,
// and the bytes in hex.
type vector struct {
	Name string `json:"name"`
	From string `json:"from"`
	Hex  string `json:"hex"`
}

// buildVectors computes every published vector from fixed inputs: chain id
// "hexwave-dev-1", and Ed25519 seeds of 32 equal bytes named in each line.
func buildVectors() []vector {
	chain := HashChainID("hexwave-dev-1")
	hotspot, hotspotPriv := testKey(1)
	witness, witnessPriv := testKey(2)
	_, lanePriv := testKey(3)
	sign := func(priv ed25519.PrivateKey, body []byte) Signature { return Signature(ed25519.Sign(priv, body)) }

	a0 := Preimage{}
	for i := range a0 {
		a0[i] = 1
	}
	a4 := WalkPreimage(chain, hotspot, 0, 4, a0)
	a3 := WalkPreimage(chain, hotspot, 0, 3, a0)
	frame := NewBeacon(1<<32+7, a3)
	r := sha256.Sum256([]byte("R0"))

	challenge := Challenge{
		Chain: chain, ID: 1<<32 + 7, Hotspot: 42, Drawn: 1000, DrawnAt: 1_790_000_000_000, TxAt: 1_790_000_012_000,
		Slot: 1, Channel: 2, Frequency: 867_500_000, Bandwidth: 125, SF: 9, Power: 131, Region: 1,
		Cell: 0x881f1d4887fffff, Randomness: r, Key: hotspot, Index: 3, KnownIndex: 4, Known: a4,
		Close: 1006, Reveal: 1016, Settle: 1026, Params: 1,
	}
	report := Report{
		Chain: chain, Challenge: challenge.ID, Witness: 43, Tag: Tag(chain, frame, witness),
		RSSI: -1060, SNR: -25, FreqError: 120, SF: 9, Tmst: 4294967295,
	}
	report.Signature = sign(witnessPriv, report.AppendBody(nil))
	reveal := Reveal{Chain: chain, Challenge: challenge.ID, Preimage: a3}
	voucher := Voucher{Chain: chain, Org: 1, Lane: 2, Hotspot: 42, Epoch: 9, Unit: UnitDC, Cum: 1234, Seq: 56, Issued: 7890}
	voucher.Signature = sign(lanePriv, voucher.AppendBody(nil))
	grant := Grant{
		Chain: chain, Org: 1, Lane: 3, Hotspot: 42, ID: [16]byte{1}, Subscriber: [16]byte{2}, Price: 10_000_000,
		MaxBytes: 1 << 30, NotBefore: 1_790_000_000, Expires: 1_790_003_600, Reauth: 1800, Interim: 300, Quantum: 10 << 20,
		Client: [32]byte{3},
	}
	grant.Signature = sign(lanePriv, grant.AppendBody(nil))
	usage := Usage{
		Chain: chain, Org: 1, Lane: 3, Hotspot: 42, Grant: grant.ID, Seq: 1, Time: 1_790_000_300_000, BytesUp: 1000,
		BytesDown: 9000, NASUp: 1000, NASDown: 9000, Flags: UsageFromNAS, LastEAP: 1_790_000_000_000, Session: [16]byte{4},
	}
	usage.Signature = sign(hotspotPriv, usage.AppendBody(nil))
	result := UsageResult{
		Chain: chain, Org: 1, Lane: 3, Hotspot: 42, Grant: grant.ID, Seq: 1, Record: sha256.Sum256(usage.AppendTo(nil)),
		Verdict: UsageAccepted, Accepted: 10_000,
	}
	result.Signature = sign(lanePriv, result.AppendBody(nil))
	radius := RadiusProof{
		Chain: chain, Hotspot: 42, Kind: RadiusAccess, Exchange: 77, Time: 1_790_000_000_000, Seal: [32]byte{9},
		Digest: sha256.Sum256([]byte("packet")),
	}
	radius.Signature = sign(hotspotPriv, radius.AppendBody(nil))
	items := report.AppendTo(nil)
	batch := Batch{Chain: chain, Org: 1, Lane: 2, Kind: BatchReports, ValidUntil: 1010, Nonce: 5, Count: 1, Digest: sha256.Sum256(items)}
	batch.Signature = sign(lanePriv, batch.AppendBody(nil))
	registration := Registration{
		Chain: chain, Owner: OwnerHash(make([]byte, 20)), Class: ClassFullLoRa, Key: hotspot, Anchor: a4, AnchorIndex: 4, ValidUntil: 2000,
	}
	registration.Signature = sign(hotspotPriv, registration.AppendBody(nil))
	renewal, rotation := lifeVectors(chain, registration.Owner, a3)
	bundle := Bundle{Chain: chain, Org: 1, Sequence: 3, Digest: sha256.Sum256([]byte("{}"))}
	bundle.Signature = sign(lanePriv, bundle.AppendBody(nil))
	location := Location{Lat: 525_200_000, Lng: 134_050_000, Cell: 0x8c1f1d48870b7ff, Gain: 30, Height: 12}
	proof := [VRFProofSize]byte{9}
	tx, skipped := RandomnessTx{Proof: &proof}, RandomnessTx{}
	next, skip := NextRandomness(r, make([]byte, 64)), SkipRandomness(r, 1000)
	tag16 := report.Tag
	price := PriceVote{Price: 27_000_000, Time: 1_790_000_000, Sources: 2}

	x := hex.EncodeToString
	return []vector{
		{"chain hash", `"hexwave-dev-1"`, x(chain[:])},
		{"hotspot key", "seed 01", x(hotspot.Bytes())},
		{"hotspot id", "seed 01", x([]byte(hotspot.String()))},
		{"hotspot name", "seed 01", x([]byte(HotspotName(hotspot)))},
		{"preimage 3", "a_0 = 20 bytes 01, key seed 01", x(a3[:])},
		{"preimage 4", "the same", x(a4[:])},
		{"beacon", "challenge 2^32+7, preimage 3", x(frame[:])},
		{"witness tag", "that beacon, key seed 02", x(tag16[:])},
		{"challenge", "see proto/wire/vectors_test.go", x(challenge.AppendTo(nil))},
		{"report", "witness 43, key seed 02", x(report.AppendTo(nil))},
		{"reveal", "challenge 2^32+7, preimage 3", x(reveal.AppendTo(nil))},
		{"voucher", "lane key seed 03", x(voucher.AppendTo(nil))},
		{"grant", "lane key seed 03", x(grant.AppendTo(nil))},
		{"usage record", "hotspot key seed 01", x(usage.AppendTo(nil))},
		{"usage result", "of that record, lane key seed 03", x(result.AppendTo(nil))},
		{"RADIUS proof", `packet "packet", hotspot key seed 01`, x(radius.AppendTo(nil))},
		{"batch", "that report, lane key seed 03", x(batch.AppendTo(nil))},
		{"registration", "owner 20 bytes 00, key seed 01", x(registration.AppendTo(nil))},
		{"renewal", "owner 20 bytes 00, key seed 01", x(renewal.AppendTo(nil))},
		{"rotation", "owner 20 bytes 00, key seed 01 to seed 02", x(rotation.AppendTo(nil))},
		{"bundle", `document "{}", key seed 03`, x(bundle.AppendTo(nil))},
		{"location", "52.52, 13.405, 3.0 dBi, 12 m", x(location.AppendTo(nil))},
		{"randomness tx", "proof 09 then 79 bytes 00", x(tx.AppendTo(nil))},
		{"randomness tx, skipped", "no proof", x(skipped.AppendTo(nil))},
		{"price vote", "0.27 USD, Unix 1790000000, 2 sources", x(price.AppendTo(nil))},
		{"alpha", `height 1000, R = SHA-256("R0")`, x(RandomnessAlpha(chain, 1000, r))},
		{"next randomness", "that R, beta 64 bytes 00", x(next[:])},
		{"skipped randomness", "that R, height 1000", x(skip[:])},
	}
}

// lifeVectors returns what devices sign after their registration: of hotspot 42,
// whose key has seed 01, and which gets the key of seed 02.
func lifeVectors(chain ChainHash, owner [32]byte, anchor Preimage) (Renewal, Rotation) {
	_, oldPriv := testKey(1)
	key, newPriv := testKey(2)
	n := Renewal{Chain: chain, Hotspot: 42, Owner: owner, Anchor: anchor, AnchorIndex: 3, ValidUntil: 3000}
	n.Signature = Signature(ed25519.Sign(oldPriv, n.AppendBody(nil)))
	a0 := Preimage(slices.Repeat([]byte{1}, PreimageSize))
	r := Rotation{
		Chain: chain, Hotspot: 42, Owner: owner, Key: key, Anchor: WalkPreimage(chain, key, 0, 4, a0), AnchorIndex: 4, ValidUntil: 4000,
	}
	r.OldSignature = Signature(ed25519.Sign(oldPriv, r.AppendBody(nil)))
	r.NewSignature = Signature(ed25519.Sign(newPriv, r.AppendBody(nil)))
	return n, r
}

func TestVectors(t *testing.T) {
	built := buildVectors()
	if *update {
		out, err := json.MarshalIndent(built, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorsFile, append(out, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var published []vector
	if err := json.Unmarshal(raw, &published); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(published, built); diff != "" {
		t.Errorf("the frozen bytes have moved (-published +built):\n%s", diff)
	}
}
