package orgtable

import (
	"crypto/sha256"
	"encoding/binary"
)

// Row is what an org itself says.
type Row struct {
	Org uint32 // from 1, without a gap
	// Owner and OfferedTo are addresses as text; the second may be empty.
	Owner, OfferedTo string
	Closed           bool
	BundleKey        []byte
	BundleSequence   uint64
	BundleDigest     []byte // empty before the first bundle
	Lanes            uint32
	WiFiPrice        uint32 // micro-DC per 1,000,000 bytes
}

// Range is DevAddrs, both ends included.
type Range struct{ First, Last uint32 }

// Signer is a lane.
type Signer struct {
	Lane         uint32
	Key          []byte
	Kind         uint32
	Allowance    uint64 // DC per epoch
	Bond         uint64 // spark
	Payout       string
	Revoked      bool
	RevokedEpoch uint32
	BondUntilMs  int64
}

// Parts are the digests of what belongs to an org.
type Parts struct{ Ranges, JoinEUIs, Realms, Signers Hash }

// Leaf returns the leaf of an org, which stands at index Org - 1.
func Leaf(r Row, p Parts) Hash {
	b := []byte{leafByte}
	b = binary.BigEndian.AppendUint32(b, r.Org)
	b = appendBytes(b, []byte(r.Owner))
	b = appendBytes(b, []byte(r.OfferedTo))
	b = appendBool(b, r.Closed)
	b = appendBytes(b, r.BundleKey)
	b = binary.BigEndian.AppendUint64(b, r.BundleSequence)
	b = appendBytes(b, r.BundleDigest)
	b = binary.BigEndian.AppendUint32(b, r.Lanes)
	b = binary.BigEndian.AppendUint32(b, r.WiFiPrice)
	for _, h := range []Hash{p.Ranges, p.JoinEUIs, p.Realms, p.Signers} {
		b = append(b, h[:]...)
	}
	return sha256.Sum256(b)
}

// HashRanges returns the digest of an org's ranges, which are in order of their addresses.
func HashRanges(all []Range) Hash {
	b := list(rangesByte, len(all), 8)
	for _, r := range all {
		b = binary.BigEndian.AppendUint32(b, r.First)
		b = binary.BigEndian.AppendUint32(b, r.Last)
	}
	return sha256.Sum256(b)
}

// HashJoinEUIs returns the digest of an org's JoinEUIs, which rise.
func HashJoinEUIs(all []uint64) Hash {
	b := list(joinEUIsByte, len(all), 8)
	for _, eui := range all {
		b = binary.BigEndian.AppendUint64(b, eui)
	}
	return sha256.Sum256(b)
}

// HashRealms returns the digest of an org's realms, which are in the order of their bytes.
func HashRealms(all []string) Hash {
	b := list(realmsByte, len(all), 32)
	for _, r := range all {
		b = appendBytes(b, []byte(r))
	}
	return sha256.Sum256(b)
}

// HashSigners returns the digest of an org's signers, which are in order of their lanes.
func HashSigners(all []Signer) Hash {
	b := list(signersByte, len(all), 160)
	for _, s := range all {
		b = binary.BigEndian.AppendUint32(b, s.Lane)
		b = appendBytes(b, s.Key)
		b = binary.BigEndian.AppendUint32(b, s.Kind)
		b = binary.BigEndian.AppendUint64(b, s.Allowance)
		b = binary.BigEndian.AppendUint64(b, s.Bond)
		b = appendBytes(b, []byte(s.Payout))
		b = appendBool(b, s.Revoked)
		b = binary.BigEndian.AppendUint32(b, s.RevokedEpoch)
		b = binary.BigEndian.AppendUint64(b, uint64(s.BondUntilMs))
	}
	return sha256.Sum256(b)
}

// list begins a list of n items of about size bytes.
func list(tag byte, n, size int) []byte {
	b := make([]byte, 0, 5+n*size)
	return binary.BigEndian.AppendUint32(append(b, tag), uint32(n))
}

func appendBytes(b, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(value))), value...)
}

func appendBool(b []byte, value bool) []byte {
	if value {
		return append(b, 1)
	}
	return append(b, 0)
}
