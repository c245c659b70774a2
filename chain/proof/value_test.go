package proof

import (
	"errors"
	"testing"

	ics23 "github.com/cosmos/ics23/go"
)

// Proofs that the library would unpack, or that say the same in other bytes, are
// refused before it sees them.
func TestProofsOfOtherForms(t *testing.T) {
	leaf := &ics23.ExistenceProof{Key: []byte{1}, Value: []byte{2}, Leaf: ics23.IavlSpec.LeafSpec}
	one := &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: leaf}}
	batch := &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Batch{Batch: &ics23.BatchProof{
		Entries: []*ics23.BatchEntry{{Proof: &ics23.BatchEntry_Exist{Exist: leaf}}},
	}}}
	encode := func(p *ics23.CommitmentProof) []byte {
		raw, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	if _, err := single(encode(one)); err != nil {
		t.Fatalf("a proof of one key: %v", err)
	}
	for name, raw := range map[string][]byte{
		"nothing":           nil,
		"batch":             encode(batch),
		"compressed":        encode(ics23.Compress(batch)),
		"unknown field":     append(encode(one), 0x78, 0),
		"field twice":       append(encode(one), encode(one)...),
		"longer varint":     append([]byte{0x8a, 0}, encode(one)[1:]...),
		"no protobuf":       {0xff},
		"shorter than said": encode(one)[:5],
	} {
		if _, err := single(raw); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Without a neighbour on either side nothing is shown to be absent.
func TestEmptyAbsence(t *testing.T) {
	raw, err := (&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: &ics23.NonExistenceProof{Key: []byte{1}}}}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	it := Item{Store: "s", Key: []byte{1}, KeyProof: raw}
	if err := it.verify(make([]byte, hashSize)); !errors.Is(err, ErrValue) {
		t.Errorf("%v", err)
	}
}

func TestPanicOfTheLibraryShowsNothing(t *testing.T) {
	if holds(func() bool { panic("no such path") }) {
		t.Error("a check that panics holds")
	}
}
