package score

import (
	"cmp"
	"slices"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/proto/wire"
)

// Candidate is a witness whose report passed every check.
type Candidate struct {
	Hotspot uint32
	Owner   [32]byte // of the hotspot; candidates of one owner count once
	At      geo.ECEF
	Spot    geo.Cell // of resolution SpotRes: who stands in one shares its lot
	Tenure  uint32   // whole months of clean checks
	Entry   int      // whatever the caller knows it by
	key     uint64
}

// SpotRes is the resolution of the cells that are drawn: about 350 m across.
const SpotRes = 9

// spotBits are the bits of a cell of SpotRes that are the same in all.
const spotBits = 1<<8 - 1

// maxTenure is the number of months that improve a witness's chance.
const maxTenure = 7

// Selection bounds how many witnesses are kept and how close they may stand.
type Selection struct {
	MaxWitnesses int
	MinDistance  uint32 // metres between two kept witnesses
}

// Select sorts candidates into the order of a lot drawn from r, and appends to into
// for each, in that order, whether it is kept: [wire.Accepted], [wire.TooClose] when
// it stands on the spot of a kept one, or [wire.Redundant] when its owner is
// already kept or the places are taken. R must be younger than the last report.
//
// A candidate's lot is the smallest of the first 1 + min(7, tenure) draws of its
// spot. Nine copies of one gateway on a spot thus have no better chance to be kept
// than one has, and a new one never goes before an old neighbour. Between equal
// lots another draw decides.
func Select(into []wire.Verdict, r [32]byte, challenge uint64, candidates []Candidate, s Selection) []wire.Verdict {
	for i := range candidates {
		c := &candidates[i]
		c.key = lot(r, challenge, c.Spot, c.Tenure)
	}
	slices.SortFunc(candidates, func(a, b Candidate) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Or(cmp.Compare(tie(r, challenge, a.Hotspot), tie(r, challenge, b.Hotspot)), cmp.Compare(a.Hotspot, b.Hotspot))
	})
	verdicts := into
	var kept [limits.MaxWitnesses]*Candidate
	n, most := 0, min(s.MaxWitnesses, limits.MaxWitnesses)
	spot := geo.SquareMetres(s.MinDistance)
	for i := range candidates {
		c := &candidates[i]
		v := beside(c, kept[:n], spot)
		if v == wire.Accepted && n >= most {
			v = wire.Redundant
		}
		if v == wire.Accepted {
			kept[n] = c
			n++
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

func beside(c *Candidate, kept []*Candidate, spot uint64) wire.Verdict {
	for _, k := range kept {
		switch {
		case k.Owner == c.Owner:
			return wire.Redundant
		case geo.D2(k.At, c.At) < spot:
			return wire.TooClose
		}
	}
	return wire.Accepted
}

func lot(r [32]byte, challenge uint64, spot geo.Cell, tenure uint32) uint64 {
	best := ^uint64(0)
	for n := range 1 + min(tenure, maxTenure) {
		best = min(best, wire.Draw(r, wire.PurposeOrder, challenge, uint64(spot)&^spotBits|uint64(n)))
	}
	return best
}

func tie(r [32]byte, challenge uint64, hotspot uint32) uint64 {
	return wire.Draw(r, wire.PurposeOrder, challenge, uint64(hotspot))
}
