package types

import (
	"cmp"
	"encoding/hex"
	"slices"

	errorsmod "cosmossdk.io/errors"
)

// MaxNetIDs bounds the NetIDs, and so the work of listing them.
const MaxNetIDs = 256

// netIDBits are, for each type of NetID, how many bits of a DevAddr are the NwkID. The
// type's prefix before it has one bit more than the type's number; what is behind it
// numbers devices. (LoRaWAN 1.1 §6.1.1, TS002-1.1.0.)
var netIDBits = [8]uint{6, 6, 9, 11, 12, 13, 15, 17}

// ParseNetID reads the 6 hex digits of a NetID. Errors: ErrNetID.
func ParseNetID(text string) (uint32, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 3 {
		return 0, errorsmod.Wrapf(ErrNetID, "%q is not 6 hex digits", text)
	}
	return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]), nil
}

// NewNetID returns a NetID with the DevAddrs it stands for, none of which an org has.
// Errors: ErrNetID for more than 24 bits, and for bits that its type reserves.
func NewNetID(id uint32) (NetID, error) {
	if id >= 1<<24 {
		return NetID{}, errorsmod.Wrapf(ErrNetID, "%x has more than 24 bits", id)
	}
	kind := uint(id >> 21)
	bits := netIDBits[kind]
	number := id & (1<<21 - 1)
	if kind <= 2 && number >= 1<<bits {
		return NetID{}, errorsmod.Wrapf(ErrNetID, "%06x has reserved bits of type %d", id, kind)
	}
	prefix := uint32(1<<(kind+1)-2) << (31 - kind)
	behind := 31 - kind - bits // bits that number devices
	first := prefix | number&(1<<bits-1)<<behind
	return NetID{NetId: id, First: first, Last: first + 1<<behind - 1, Next: first}, nil
}

// Overlaps says whether a DevAddr belongs to both NetIDs.
func (n NetID) Overlaps(m NetID) bool { return n.First <= m.Last && m.First <= n.Last }

// Take assigns the lowest free blocks of DevAddrs to an org. Errors: ErrBlocks unless
// they are 1 to MaxBlocks, ErrDevAddrsGone.
func (n NetID) Take(org, blocks uint32) (NetID, DevAddrRange, error) {
	if blocks == 0 || blocks > MaxBlocks {
		return n, DevAddrRange{}, errorsmod.Wrapf(ErrBlocks, "%d, want 1 to %d", blocks, MaxBlocks)
	}
	next := uint64(n.Next) + uint64(blocks)*BlockSize
	if next > uint64(n.Last)+1 {
		return n, DevAddrRange{}, errorsmod.Wrapf(ErrDevAddrsGone, "%d blocks from %08x of NetID %06x", blocks, n.Next, n.NetId)
	}
	r := DevAddrRange{Org: org, First: n.Next, Last: uint32(next - 1)}
	n.Next = uint32(next)
	return n, r, nil
}

// validateNetIDs checks that each NetID has the DevAddrs it stands for, that no two share
// one, and that the one of the parameters is there.
func (g GenesisState) validateNetIDs() error {
	if len(g.NetIds) > MaxNetIDs {
		return errorsmod.Wrapf(ErrGenesis, "%d NetIDs", len(g.NetIds))
	}
	found := false
	for i, n := range g.NetIds {
		want, err := NewNetID(n.NetId)
		if err != nil {
			return err
		}
		found = found || n.NetId == g.Params.NetId
		if n.First != want.First || n.Last != want.Last || n.Next < n.First || uint64(n.Next) > uint64(n.Last)+1 || n.Next%BlockSize != 0 {
			return errorsmod.Wrapf(ErrGenesis, "NetID %06x from %08x to %08x, next %08x", n.NetId, n.First, n.Last, n.Next)
		}
		for _, m := range g.NetIds[:i] {
			if n.Overlaps(m) || n.NetId < m.NetId {
				return errorsmod.Wrapf(ErrGenesis, "NetID %06x overlaps %06x, or is out of order", n.NetId, m.NetId)
			}
		}
	}
	if !found {
		return errorsmod.Wrapf(ErrGenesis, "no NetID %06x", g.Params.NetId)
	}
	return nil
}

// validateRanges checks that ranges are whole blocks that were assigned, each to one
// org.
func (g GenesisState) validateRanges() error {
	count := map[uint32]int{}
	sorted := slices.SortedFunc(slices.Values(g.Ranges), func(a, b DevAddrRange) int { return cmp.Compare(a.First, b.First) })
	for i, r := range sorted {
		_, ok := g.org(r.Org)
		count[r.Org]++
		whole := r.First <= r.Last && r.First%BlockSize == 0 && r.Last%BlockSize == BlockSize-1
		assigned := slices.ContainsFunc(g.NetIds, func(n NetID) bool { return n.First <= r.First && r.Last < n.Next })
		if !ok || !whole || !assigned || count[r.Org] > MaxRanges || i > 0 && r.First <= sorted[i-1].Last {
			return errorsmod.Wrapf(ErrGenesis, "range %08x of org %d", r.First, r.Org)
		}
	}
	return nil
}
