package where

import (
	"fmt"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
)

// Build makes a table of resolution res, 0 to [geo.MaxRes]. ask returns the
// region of a cell, and whether all of the cell is of that region: its children
// are asked for if not. It is called for base cells first and never for a cell
// finer than res, for which all does not matter. It returns [ErrTable] for a res
// out of range.
func Build(res int, ask func(geo.Cell) (id region.ID, all bool)) (*Table, error) {
	if res < 0 || res > deepest {
		return nil, fmt.Errorf("resolution %d: %w", res, ErrTable)
	}
	t := &Table{res: res}
	for n := range t.bases {
		t.bases[n] = t.grow(base(n), ask)
	}
	return t, nil
}

// grow returns the slot of a cell after its nodes were added. Children that are
// all one leaf become that leaf. Nodes are in preorder, as a decoder adds them.
func (t *Table) grow(c geo.Cell, ask func(geo.Cell) (region.ID, bool)) slot {
	id, all := ask(c)
	if all || c.Res() == t.res {
		return leaf(id)
	}
	own := len(t.nodes)
	t.nodes = append(t.nodes, [digits]slot{})
	for d := range digits {
		if to := child(c, d); to.Valid() {
			s := t.grow(to, ask)
			t.nodes[own][d] = s
		}
	}
	if only, same := alike(c, &t.nodes[own]); same {
		t.nodes = t.nodes[:own] // all of its children were leaves
		return only
	}
	return node | slot(own)
}

// alike tells whether all children of c are one leaf, and which.
func alike(c geo.Cell, children *[digits]slot) (only slot, same bool) {
	only = children[0]
	for d, s := range children {
		if s != only && child(c, d).Valid() {
			return 0, false
		}
	}
	return only, only&node == 0
}
