package proof_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/prooftest"
)

// vectors are the proofs of docs/spec; tests of chain/proof/statement write them.
func vectors(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../../docs/spec/vectors/proof-*.json")
	if err != nil || len(names) < 4 {
		t.Fatalf("vectors: %v, %v; want four and more", names, err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = raw
	}
	return all
}

// load returns a fresh copy of a vector.
func load(t testing.TB, name string) *proof.File {
	t.Helper()
	f, err := proof.Parse(vectors(t)["proof-"+name+".json"])
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestVectors(t *testing.T) {
	for name, raw := range vectors(t) {
		f, err := proof.Parse(raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := f.Encode()
		if err != nil || !bytes.Equal(raw, again) {
			t.Errorf("%s is encoded differently: %v", name, err)
		}
		p, err := proof.Verify(f, proof.Trust{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p.ChainID != f.ChainID || p.Height != f.Height || !p.Time.Equal(f.Header.Time) || p.Signed != p.Power || p.Trusted != "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// flip changes one bit in the middle of bytes.
func flip(b []byte) { b[len(b)/2] ^= 4 }

// Each part of a proof that is changed is refused for its own reason.
func TestChangesAreRefused(t *testing.T) {
	sig := func(f *proof.File) *proof.Signature { return &f.Commit.Signatures[1] }
	for _, tt := range []struct {
		name   string
		vector string // "claim" unless said
		change func(*proof.File)
		want   error
	}{
		{"format", "", func(f *proof.File) { f.Format = "hexwave-proof/2" }, proof.ErrFormat},
		{"value", "", func(f *proof.File) { flip(*f.Items[2].Value) }, proof.ErrValue},
		{"key", "", func(f *proof.File) { flip(f.Items[1].Key) }, proof.ErrValue},
		{"store", "", func(f *proof.File) { f.Items[0].Store = "rewards" }, proof.ErrValue},
		{"no such store", "", func(f *proof.File) { f.Items[0].Store = "hotspots" }, proof.ErrValue},
		{"key's proof", "", func(f *proof.File) { flip(f.Items[0].KeyProof) }, proof.ErrValue},
		{"store's proof", "", func(f *proof.File) { flip(f.Items[0].StoreProof) }, proof.ErrValue},
		{"proof of another key", "", func(f *proof.File) { f.Items[1].KeyProof = f.Items[2].KeyProof }, proof.ErrValue},
		{"proof of another store", "", func(f *proof.File) { f.Items[0].StoreProof = f.Items[1].StoreProof }, proof.ErrValue},
		{"no proof", "", func(f *proof.File) { f.Items[0].KeyProof = nil }, proof.ErrValue},
		{"no proof of the store", "", func(f *proof.File) { f.Items[0].StoreProof = nil }, proof.ErrValue},
		{"a value said to be absent", "", func(f *proof.File) { f.Items[0].Value = nil }, proof.ErrValue},
		{"an absent value invented", "absent", func(f *proof.File) { f.Items[0].Value = &proof.Hex{1} }, proof.ErrValue},
		{"another key said to be absent", "absent", func(f *proof.File) { f.Items[0].Key = []byte{1, 0, 0, 0, 1} }, proof.ErrValue},
		{"chain of the file", "", func(f *proof.File) { f.ChainID = "hexwave-1" }, proof.ErrChain},
		{"chain", "", func(f *proof.File) { f.ChainID, f.Header.ChainID = "hexwave-1", "hexwave-1" }, proof.ErrHeader},
		{"height of the file", "", func(f *proof.File) { f.Height-- }, proof.ErrHeight},
		{"height", "", func(f *proof.File) { f.Height++; f.Header.Height++ }, proof.ErrHeader},
		{"time", "", func(f *proof.File) { f.Header.Time = f.Header.Time.Add(1) }, proof.ErrHeader},
		{"time that protobuf has not", "", func(f *proof.File) { f.Header.Time = time.Time{} }, proof.ErrFormat},
		{"app hash", "", func(f *proof.File) { flip(f.Header.AppHash) }, proof.ErrHeader},
		{"short app hash", "", func(f *proof.File) { f.Header.AppHash = f.Header.AppHash[1:] }, proof.ErrFormat},
		{"no validators' hash", "", func(f *proof.File) { f.Header.ValidatorsHash = nil }, proof.ErrFormat},
		{"version", "", func(f *proof.File) { f.Header.AppVersion++ }, proof.ErrHeader},
		{"block version", "", func(f *proof.File) { f.Header.BlockVersion++ }, proof.ErrFormat},
		{"block before", "", func(f *proof.File) { f.Header.LastBlockID.PartsTotal++ }, proof.ErrHeader},
		{"proposer", "", func(f *proof.File) { flip(f.Header.ProposerAddress) }, proof.ErrHeader},
		{"signed block", "", func(f *proof.File) { flip(f.Commit.BlockID.Hash) }, proof.ErrHeader},
		{"signed parts", "", func(f *proof.File) { flip(f.Commit.BlockID.PartsHash) }, proof.ErrSignatures},
		{"round", "", func(f *proof.File) { f.Commit.Round++ }, proof.ErrSignatures},
		{"signature", "", func(f *proof.File) { flip(sig(f).Signature) }, proof.ErrSignatures},
		{"last signature", "", func(f *proof.File) { flip(f.Commit.Signatures[3].Signature) }, proof.ErrSignatures},
		{"time of a vote", "", func(f *proof.File) { at := sig(f).Time.Add(1); sig(f).Time = &at }, proof.ErrSignatures},
		{"time of a vote that protobuf has not", "", func(f *proof.File) { sig(f).Time = &time.Time{} }, proof.ErrFormat},
		{"address of a vote", "", func(f *proof.File) { flip(sig(f).Address) }, proof.ErrSignatures},
		{"kind of a vote", "", func(f *proof.File) { sig(f).Vote = proof.VoteNil }, proof.ErrSignatures},
		{"unknown kind of a vote", "", func(f *proof.File) { sig(f).Vote = "maybe" }, proof.ErrFormat},
		{"absent, but signed", "", func(f *proof.File) { sig(f).Vote = proof.VoteAbsent }, proof.ErrFormat},
		{"order of signatures", "", func(f *proof.File) { s := f.Commit.Signatures; s[0], s[1] = s[1], s[0] }, proof.ErrSignatures},
		{"one signature fewer", "", func(f *proof.File) { f.Commit.Signatures = f.Commit.Signatures[1:] }, proof.ErrFormat},
		{"power", "", func(f *proof.File) { f.Validators[0].Power++ }, proof.ErrSet},
		{"key of a validator", "", func(f *proof.File) { flip(f.Validators[0].Key) }, proof.ErrSet},
		{"short key", "", func(f *proof.File) { f.Validators[0].Key = f.Validators[0].Key[1:] }, proof.ErrFormat},
		{"validator twice", "", func(f *proof.File) { f.Validators[0] = f.Validators[1] }, proof.ErrFormat},
		{"no power", "", func(f *proof.File) { f.Validators[0].Power = 0 }, proof.ErrFormat},
		{"too much power", "", func(f *proof.File) { f.Validators[0].Power = 1 << 62 }, proof.ErrFormat},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := tt.vector
			if name == "" {
				name = "claim"
			}
			f := load(t, name)
			tt.change(f)
			if _, err := proof.Verify(f, proof.Trust{}); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// No bit of a file can change what it proves: either it is refused, or what was
// changed is the question, which its reader asks again.
func TestNoByteChangesTheAnswer(t *testing.T) {
	raw := vectors(t)["proof-hotspot.json"]
	want, err := proof.Verify(load(t, "hotspot"), proof.Trust{})
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 1 << (i % 7)
		f, err := proof.Parse(changed)
		if err != nil {
			refused++
			continue
		}
		got, err := proof.Verify(f, proof.Trust{})
		if err != nil {
			refused++
			continue
		}
		got.About = want.About
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("byte %d: %s", i, d)
		}
	}
	if refused < len(raw)/2 {
		t.Errorf("%d of %d changes are refused", refused, len(raw))
	}
}

// sealed is a vector signed anew by validators with these powers and votes.
func sealed(t testing.TB, powers []int64, votes []string) *proof.File {
	t.Helper()
	f := load(t, "claim")
	var validators []prooftest.Validator
	for i, p := range powers {
		validators = append(validators, prooftest.Validator{Key: prooftest.Key(i), Power: p, Vote: votes[i]})
	}
	return prooftest.Seal(t, f.ChainID, f.Height, f.Header.AppHash, validators).File(f.About, f.Items)
}

func TestMoreThanTwoThirdsMustSign(t *testing.T) {
	const yes, no, null = proof.VoteCommit, proof.VoteAbsent, proof.VoteNil
	for _, tt := range []struct {
		name   string
		powers []int64
		votes  []string
		want   error
	}{
		{"one", []int64{1}, []string{yes}, nil},
		{"exactly two thirds", []int64{10, 10, 10}, []string{yes, yes, no}, proof.ErrSignatures},
		{"one more", []int64{11, 10, 10}, []string{yes, yes, no}, nil},
		{"two thirds less one", []int64{10, 9, 10}, []string{yes, yes, no}, proof.ErrSignatures},
		{"votes for nothing do not count", []int64{10, 10, 10}, []string{yes, yes, null}, proof.ErrSignatures},
		{"three of four", []int64{5, 5, 5, 5}, []string{yes, no, yes, yes}, nil},
		{"many small ones do not outweigh a large one", []int64{9, 1, 1, 1, 1}, []string{no, yes, yes, yes, yes}, proof.ErrSignatures},
	} {
		p, err := proof.Verify(sealed(t, tt.powers, tt.votes), proof.Trust{})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if err == nil && p.Signed*3 <= p.Power*2 {
			t.Errorf("%s: %d of %d signed", tt.name, p.Signed, p.Power)
		}
	}
}

func TestTrust(t *testing.T) {
	const yes = proof.VoteCommit
	f := sealed(t, []int64{10, 10, 10}, []string{yes, yes, yes})
	p, err := proof.Verify(f, proof.Trust{})
	if err != nil {
		t.Fatal(err)
	}
	started := func(chain string, members ...proof.Validator) *proof.Genesis {
		return &proof.Genesis{ChainID: chain, Validators: members}
	}
	v := f.Validators
	stranger := proof.Validator{Key: prooftest.Key(9).PubKey().Bytes(), Power: 10}
	for _, tt := range []struct {
		name  string
		trust proof.Trust
		want  error
		basis string
	}{
		{"nothing", proof.Trust{}, nil, ""},
		{"this block", proof.Trust{Header: p.Header}, nil, "header"},
		{"another block", proof.Trust{Header: make([]byte, 32)}, proof.ErrUntrusted, ""},
		{"no hash at all", proof.Trust{Header: []byte{}}, proof.ErrUntrusted, ""},
		{"the founders", proof.Trust{Genesis: started(f.ChainID, v...)}, nil, "genesis"},
		{"both", proof.Trust{Header: p.Header, Genesis: started(f.ChainID, v...)}, nil, "header,genesis"},
		{"another chain", proof.Trust{Genesis: started("hexwave-1", v...)}, proof.ErrChain, ""},
		{"three founders of four signed", proof.Trust{Genesis: started(f.ChainID, v[0], v[1], v[2], stranger)}, nil, "genesis"},
		{"two founders of three signed", proof.Trust{Genesis: started(f.ChainID, v[0], v[1], stranger)}, proof.ErrUntrusted, ""},
		{"none signed", proof.Trust{Genesis: started(f.ChainID, stranger)}, proof.ErrUntrusted, ""},
		{"no founders", proof.Trust{Genesis: started(f.ChainID)}, proof.ErrFormat, ""},
		{"header of two is wrong", proof.Trust{Header: make([]byte, 32), Genesis: started(f.ChainID, v...)}, proof.ErrUntrusted, ""},
	} {
		p, err := proof.Verify(f, tt.trust)
		if !errors.Is(err, tt.want) || err == nil && p.Trusted != tt.basis {
			t.Errorf("%s: %+v, %v; want %v", tt.name, p, err, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good := vectors(t)["proof-claim.json"]
	edit := func(change func(map[string]any)) []byte {
		var m map[string]any
		if err := json.Unmarshal(good, &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	item := func(m map[string]any) map[string]any { return m["items"].([]any)[0].(map[string]any) }
	long := hex.EncodeToString(make([]byte, 64<<10+1))
	for name, raw := range map[string][]byte{
		"nothing":           nil,
		"too large":         make([]byte, proof.MaxFile+1),
		"bytes behind":      append(bytes.Clone(good), '{'),
		"unknown field":     edit(func(m map[string]any) { m["note"] = "" }),
		"no chain":          edit(func(m map[string]any) { m["chain_id"] = "" }),
		"height 0":          edit(func(m map[string]any) { m["height"] = "0" }),
		"height as number":  edit(func(m map[string]any) { m["height"] = 5 }),
		"no items":          edit(func(m map[string]any) { m["items"] = []any{} }),
		"too many items":    edit(func(m map[string]any) { m["items"] = make([]any, proof.MaxItems+1) }),
		"no validators":     edit(func(m map[string]any) { m["validators"] = nil }),
		"empty value":       edit(func(m map[string]any) { item(m)["value"] = "" }),
		"value too long":    edit(func(m map[string]any) { item(m)["value"] = long }),
		"proof too long":    edit(func(m map[string]any) { item(m)["key_proof"] = long }),
		"no key":            edit(func(m map[string]any) { item(m)["key"] = "" }),
		"key too long":      edit(func(m map[string]any) { item(m)["key"] = long[:2*257] }),
		"no store":          edit(func(m map[string]any) { item(m)["store"] = "" }),
		"odd digits":        edit(func(m map[string]any) { item(m)["key"] = "012" }),
		"validators differ": edit(func(m map[string]any) { m["validators"] = m["validators"].([]any)[1:] }),
	} {
		if _, err := proof.Parse(raw); !errors.Is(err, proof.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
