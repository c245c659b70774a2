package where

import (
	"slices"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
)

const (
	bases  = 122 // base cells of H3
	digits = 7   // children of a cell; a pentagon has no child 1

	// deepest is the finest resolution of a table.
	deepest = geo.MaxRes
)

// Table says in which region a cell is. It is immutable. The zero Table knows
// no region.
//
// It is H3's own hierarchy as a tree: a node for each cell of which not all
// children have one region, and a slot for each child.
type Table struct {
	res   int
	bases [bases]slot
	nodes [][digits]slot
}

// slot is a leaf, the index into a table's leaves plus 1, or the number of a
// node with its top bit set. The zero slot is a leaf without a region.
type slot uint32

// node marks a slot that is no leaf.
const node slot = 1 << 31

// leaf returns the slot of a region.
func leaf(id region.ID) slot {
	if id == region.Unknown {
		return 0
	}
	return slot(id) + 1
}

// region returns the region of a leaf.
func (s slot) region() region.ID {
	if s == 0 {
		return region.Unknown
	}
	return region.ID(s - 1)
}

// Res returns the resolution of the finest cells the table tells apart.
func (t *Table) Res() int { return t.res }

// At returns the region of a cell, or [region.Unknown] where the table has none
// and for a cell that is invalid or coarser than [Table.Res]. It takes at most
// Res steps and does not allocate.
func (t *Table) At(c geo.Cell) region.ID {
	if !c.Valid() || c.Res() < t.res {
		return region.Unknown
	}
	at := t.bases[c.BaseCell()]
	for r := 1; at&node != 0; r++ {
		at = t.nodes[at&^node][digit(c, r)]
	}
	return at.region()
}

// digit returns the digit of c at resolution r, 1 to its own.
func digit(c geo.Cell, r int) int {
	return int(c >> (3 * (geo.MaxRes - r)) & 7)
}

// child returns the child of c in the direction d, which is no valid cell when c
// is a pentagon and d is 1. c must be coarser than [geo.MaxRes].
func child(c geo.Cell, d int) geo.Cell {
	const res = 52 // where the resolution is in a cell
	shift := 3 * (geo.MaxRes - c.Res() - 1)
	return (c+1<<res)&^(7<<shift) | geo.Cell(d)<<shift
}

// base returns a cell of resolution 0.
func base(n int) geo.Cell {
	const header, unused = 0x08 << 56, 1<<45 - 1
	return header | geo.Cell(n)<<45 | unused
}

// Cells returns of how many cells a region consists when a cell stands for its
// children wherever they are alike.
func (t *Table) Cells(id region.ID) int {
	count := 0
	for s := range t.leaves {
		if s == leaf(id) {
			count++
		}
	}
	return count
}

// Regions returns the regions that occur in the table, ascending.
func (t *Table) Regions() []region.ID {
	var ids []region.ID
	for s := range t.leaves {
		if s != 0 && !slices.Contains(ids, s.region()) {
			ids = append(ids, s.region())
		}
	}
	slices.Sort(ids)
	return ids
}

// leaves yields every leaf; a pentagon's missing child counts as one without a
// region.
func (t *Table) leaves(yield func(slot) bool) {
	for _, s := range t.bases {
		if s&node == 0 && !yield(s) {
			return
		}
	}
	for n := range t.nodes {
		for _, s := range t.nodes[n] {
			if s&node == 0 && !yield(s) {
				return
			}
		}
	}
}
