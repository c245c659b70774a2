package orgtable

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/spec/vectors/orgtable.json anew")

const vectorsFile = "../../../docs/spec/vectors/orgtable.json"

// vector is one line of docs/spec/vectors/orgtable.json: what is hashed, and the hash.
type vector struct {
	Name string `json:"name"`
	From string `json:"from"`
	Hex  string `json:"hex"`
}

func testRow() Row {
	key := append([]byte{1}, make([]byte, 33)...)
	return Row{
		Org: 1, Owner: "hxw1owner", OfferedTo: "hxw1buyer", BundleKey: key, BundleSequence: 5,
		BundleDigest: make([]byte, 32), Lanes: 2, WiFiPrice: 10_000_000,
	}
}

func testSigners() []Signer {
	return []Signer{
		{Lane: 1, Key: []byte{1, 2, 3}, Kind: 1, Allowance: 400_000, Bond: 100_000_000_000, Payout: "hxw1payout"},
		{
			Lane: 2, Key: []byte{4, 5}, Kind: 2, Allowance: 1, Payout: "hxw1payout", Revoked: true, RevokedEpoch: 9,
			BondUntilMs: 1_700_000_000_000,
		},
	}
}

func buildVectors() []vector {
	p := Parts{
		Ranges: HashRanges([]Range{{0x02000000, 0x02000007}}), JoinEUIs: HashJoinEUIs([]uint64{1, 0x70b3d57ed0000001}),
		Realms: HashRealms([]string{"a.example", "b.example"}), Signers: HashSigners(testSigners()),
	}
	none := Parts{Ranges: HashRanges(nil), JoinEUIs: HashJoinEUIs(nil), Realms: HashRealms(nil), Signers: HashSigners(nil)}
	full := Leaf(testRow(), p)
	closed := Leaf(Row{Org: 2, Owner: "hxw1owner", Closed: true, BundleKey: []byte{7}}, none)
	empty := Leaf(Row{Org: 3, Owner: "hxw1owner", BundleKey: []byte{7}}, none)
	var out []vector
	for _, v := range []struct {
		name, from string
		h          Hash
	}{
		{"ranges", "02000000..02000007", p.Ranges},
		{"join euis", "0000000000000001, 70b3d57ed0000001", p.JoinEUIs},
		{"realms", "a.example, b.example", p.Realms},
		{"signers", "1: key 010203, kind 1, allowance 400000, bond 10^11; 2: key 0405, kind 2, allowance 1, revoked in epoch 9, bond until 1700000000000; both pay hxw1payout", p.Signers},
		{"no ranges", "", none.Ranges},
		{"no join euis", "", none.JoinEUIs},
		{"no realms", "", none.Realms},
		{"no signers", "", none.Signers},
		{"leaf 1", "those parts; owner hxw1owner, offered to hxw1buyer, bundle key 01 and 33 bytes 00, sequence 5, digest 32 bytes 00, 2 lanes, Wi-Fi price 10000000", full},
		{"leaf 2", "no parts; owner hxw1owner, closed, bundle key 07", closed},
		{"leaf 3", "no parts; owner hxw1owner, bundle key 07", empty},
		{"root of none", "", Root(nil)},
		{"root of 1", "leaf 1", Root([]Hash{full})},
		{"root of 2", "leaves 1 and 2", Root([]Hash{full, closed})},
		{"root of 3", "leaves 1 to 3", Root([]Hash{full, closed, empty})},
	} {
		out = append(out, vector{v.name, v.from, hex.EncodeToString(v.h[:])})
	}
	return out
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
		t.Errorf("the frozen hashes have moved (-published +built):\n%s", diff)
	}
}

// Every field of a row counts, and no value can move from one field to the next.
func TestEveryFieldCounts(t *testing.T) {
	seen := map[Hash]string{}
	add := func(name string, h Hash) {
		if other, ok := seen[h]; ok {
			t.Errorf("%s is %s", name, other)
		}
		seen[h] = name
	}
	leaf := func(name string, change func(*Row, *Parts)) {
		r, p := testRow(), Parts{}
		change(&r, &p)
		add(name, Leaf(r, p))
	}
	leaf("as it is", func(*Row, *Parts) {})
	leaf("org", func(r *Row, _ *Parts) { r.Org++ })
	leaf("owner", func(r *Row, _ *Parts) { r.Owner = "hxw1ownerh" })
	leaf("moved", func(r *Row, _ *Parts) { r.Owner, r.OfferedTo = "hxw1ownerh", "xw1buyer" })
	leaf("offer", func(r *Row, _ *Parts) { r.OfferedTo = "" })
	leaf("closed", func(r *Row, _ *Parts) { r.Closed = true })
	leaf("key", func(r *Row, _ *Parts) { r.BundleKey = nil })
	leaf("sequence", func(r *Row, _ *Parts) { r.BundleSequence++ })
	leaf("digest", func(r *Row, _ *Parts) { r.BundleDigest = nil })
	leaf("lanes", func(r *Row, _ *Parts) { r.Lanes++ })
	leaf("price", func(r *Row, _ *Parts) { r.WiFiPrice++ })
	leaf("ranges", func(_ *Row, p *Parts) { p.Ranges[0]++ })
	leaf("join euis", func(_ *Row, p *Parts) { p.JoinEUIs[0]++ })
	leaf("realms", func(_ *Row, p *Parts) { p.Realms[0]++ })
	leaf("signers", func(_ *Row, p *Parts) { p.Signers[0]++ })
	for i, change := range []func(*Signer){
		func(*Signer) {}, func(s *Signer) { s.Lane++ }, func(s *Signer) { s.Key = nil }, func(s *Signer) { s.Kind++ },
		func(s *Signer) { s.Allowance++ }, func(s *Signer) { s.Bond++ }, func(s *Signer) { s.Payout = "" },
		func(s *Signer) { s.Revoked = true }, func(s *Signer) { s.RevokedEpoch++ }, func(s *Signer) { s.BondUntilMs = -1 },
	} {
		all := testSigners()
		change(&all[0])
		add(fmt.Sprintf("signer, change %d", i), HashSigners(all))
	}
	add("order of realms", HashRealms([]string{"b", "a"}))
	add("realms", HashRealms([]string{"a", "b"}))
	add("one realm", HashRealms([]string{"ab"}))
	add("no ranges", HashRanges(nil))
	add("no join euis", HashJoinEUIs(nil))
	add("ranges", HashRanges([]Range{{1, 2}}))
	add("join euis", HashJoinEUIs([]uint64{1<<32 | 2}))
}
