package types

import (
	"errors"
	"math"
	"testing"

	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

// Whatever a row of the chain says is in its leaf.
func TestEveryFieldIsInTheLeaf(t *testing.T) {
	detail := func() OrgDetail {
		return OrgDetail{
			Org: Org{
				Id: 1, Owner: "a", OfferedTo: "b", BundleKey: []byte{1}, BundleSequence: 2, BundleDigest: []byte{3}, Lanes: 4, WifiPrice: 5,
			},
			Ranges: []DevAddrRange{{Org: 1, First: 8, Last: 15}}, JoinEuis: []uint64{6}, Realms: []string{"c"},
			Signers: []Signer{{Org: 1, Lane: 1, Key: []byte{7}, Kind: 1, Allowance: 8, Bond: 9, Payout: "d", RevokedEpoch: 10, BondUntilMs: 11}},
		}
	}
	seen := map[orgtable.Hash]int{detail().Leaf(): -1}
	for i, change := range []func(*OrgDetail){
		func(d *OrgDetail) { d.Org.Id++ },
		func(d *OrgDetail) { d.Org.Owner = "x" },
		func(d *OrgDetail) { d.Org.OfferedTo = "" },
		func(d *OrgDetail) { d.Org.Closed = true },
		func(d *OrgDetail) { d.Org.BundleKey = nil },
		func(d *OrgDetail) { d.Org.BundleSequence++ },
		func(d *OrgDetail) { d.Org.BundleDigest = nil },
		func(d *OrgDetail) { d.Org.Lanes++ },
		func(d *OrgDetail) { d.Org.WifiPrice++ },
		func(d *OrgDetail) { d.Ranges[0].First++ },
		func(d *OrgDetail) { d.Ranges[0].Last++ },
		func(d *OrgDetail) { d.JoinEuis[0]++ },
		func(d *OrgDetail) { d.Realms[0] = "x" },
		func(d *OrgDetail) { d.Signers[0].Lane++ },
		func(d *OrgDetail) { d.Signers[0].Key = nil },
		func(d *OrgDetail) { d.Signers[0].Kind++ },
		func(d *OrgDetail) { d.Signers[0].Allowance++ },
		func(d *OrgDetail) { d.Signers[0].Bond++ },
		func(d *OrgDetail) { d.Signers[0].Payout = "x" },
		func(d *OrgDetail) { d.Signers[0].Revoked = true },
		func(d *OrgDetail) { d.Signers[0].RevokedEpoch++ },
		func(d *OrgDetail) { d.Signers[0].BondUntilMs++ },
	} {
		d := detail()
		change(&d)
		if other, ok := seen[d.Leaf()]; ok {
			t.Errorf("changes %d and %d have one leaf", i, other)
		}
		seen[d.Leaf()] = i
	}
}

func TestPartsRoundTrip(t *testing.T) {
	p := orgtable.Parts{Ranges: orgtable.Hash{1}, JoinEUIs: orgtable.Hash{2}, Realms: orgtable.Hash{3}, Signers: orgtable.Hash{4}}
	if got, err := DecodeParts(EncodeParts(p)); err != nil || got != p {
		t.Errorf("%v, %v", got, err)
	}
	for _, n := range []int{0, 127, 129} {
		if _, err := DecodeParts(make([]byte, n)); !errors.Is(err, ErrTable) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// A bond is worth an eighth of the allowance, rounded up, and never less than the least
// there is; without any price nothing is enough.
func TestLeastBond(t *testing.T) {
	p := DefaultParams()
	for _, tc := range []struct{ dc, price, want uint64 }{
		{1, 27_000_000, p.MinBond},
		{216_000_000, 27_000_000, 100_000_000_000}, // 27,000,000 DC are 270 US$, 1,000 HXW
		{216_000_008, 27_000_000, 100_000_003_704},
		{1_000, 0, math.MaxUint64},
		{math.MaxUint64, 1, math.MaxUint64},
	} {
		if got := p.LeastBond(tc.dc, tc.price); got != tc.want {
			t.Errorf("%d DC at %d: %d, want %d", tc.dc, tc.price, got, tc.want)
		}
	}
}
