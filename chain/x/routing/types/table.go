package types

import (
	"slices"

	errorsmod "cosmossdk.io/errors"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

// Row returns what an org itself says, as the table has it.
func (o Org) Row() orgtable.Row {
	return orgtable.Row{
		Org: o.Id, Owner: o.Owner, OfferedTo: o.OfferedTo, Closed: o.Closed, BundleKey: o.BundleKey,
		BundleSequence: o.BundleSequence, BundleDigest: o.BundleDigest, Lanes: o.Lanes, WiFiPrice: o.WifiPrice,
	}
}

// HashRanges returns the digest of ranges.
func HashRanges(all []DevAddrRange) orgtable.Hash {
	rows := make([]orgtable.Range, len(all))
	for i, r := range all {
		rows[i] = orgtable.Range{First: r.First, Last: r.Last}
	}
	return orgtable.HashRanges(rows)
}

// HashSigners returns the digest of signers.
func HashSigners(all []Signer) orgtable.Hash {
	rows := make([]orgtable.Signer, len(all))
	for i, s := range all {
		rows[i] = orgtable.Signer{
			Lane: s.Lane, Key: s.Key, Kind: uint32(s.Kind), Allowance: s.Allowance, Bond: s.Bond, Payout: s.Payout,
			Revoked: s.Revoked, RevokedEpoch: s.RevokedEpoch, BondUntilMs: s.BondUntilMs,
		}
	}
	return orgtable.HashSigners(rows)
}

// Parts returns the digests of what belongs to an org.
func (d OrgDetail) Parts() orgtable.Parts {
	return orgtable.Parts{
		Ranges: HashRanges(d.Ranges), JoinEUIs: orgtable.HashJoinEUIs(d.JoinEuis),
		Realms: orgtable.HashRealms(d.Realms), Signers: HashSigners(d.Signers),
	}
}

// Leaf returns the leaf of an org with all its parts.
func (d OrgDetail) Leaf() orgtable.Hash { return orgtable.Leaf(d.Org.Row(), d.Parts()) }

// Rows counts the rows of an org.
func (d OrgDetail) Rows() int {
	return 1 + len(d.Ranges) + len(d.JoinEuis) + len(d.Realms) + len(d.Signers)
}

// EncodeParts returns the four digests, one after the other.
func EncodeParts(p orgtable.Parts) []byte {
	return slices.Concat(p.Ranges[:], p.JoinEUIs[:], p.Realms[:], p.Signers[:])
}

// DecodeParts reads what EncodeParts wrote. Errors: ErrTable.
func DecodeParts(b []byte) (p orgtable.Parts, err error) {
	const size = len(p.Ranges)
	if len(b) != 4*size {
		return p, errorsmod.Wrapf(ErrTable, "%d bytes of digests", len(b))
	}
	for i, h := range []*orgtable.Hash{&p.Ranges, &p.JoinEUIs, &p.Realms, &p.Signers} {
		copy(h[:], b[i*size:])
	}
	return p, nil
}

// TableEvent is an event of a change of an org.
type TableEvent interface {
	proto.Message
	// In says which table the change led to.
	In(TableHead)
}

// In says which table the change led to.
func (e *EventOrgCreated) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventOrgChanged) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventRangeAdded) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventJoinEUIAdded) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventJoinEUIRemoved) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventSignerAuthorized) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventSignerChanged) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventRealmAdded) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventRealmRemoved) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventWifiPriceSet) In(t TableHead) { e.Table = t }

// In says which table the change led to.
func (e *EventBundleCommitted) In(t TableHead) { e.Table = t }
