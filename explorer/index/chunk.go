package index

import (
	"math/bits"
	"slices"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
)

// chunkCells is the number of resolution 8 places under a resolution 5 cell.
const chunkCells = 7 * 7 * 7

// chunk holds the non-empty resolution 8 cells of one resolution 5 cell, packed in order of position, and the hotspots that
// stand in it. A published chunk never changes.
type chunk struct {
	cell      explorer.Cell
	seq       explorer.Seq // of the last change
	box       Box          // holds the outlines of all cells of the chunk
	bitmap    [(chunkCells + 63) / 64]uint64
	records   []Record
	starts    []uint32 // links of record i are links[starts[i]:starts[i+1]]
	links     []Link   // by hotspot within a cell
	residents []explorer.HotspotIndex
}

// newChunk returns an empty chunk for a resolution 5 cell.
func newChunk(cell explorer.Cell) *chunk {
	return &chunk{cell: cell, box: chunkBox(cell), starts: []uint32{0}}
}

// chunkBox returns a box around the cell with a margin for children, whose outlines reach beyond their parent's.
func chunkBox(cell explorer.Cell) Box {
	ring := grid.Boundary(cell)
	b := Box{West: ring[0][0], East: ring[0][0], South: ring[0][1], North: ring[0][1]}
	for _, p := range ring[1:] {
		b.West, b.East = min(b.West, p[0]), max(b.East, p[0])
		b.South, b.North = min(b.South, p[1]), max(b.North, p[1])
	}
	const margin = 0.25 // a child's centre lies in its parent; its outline reaches a fraction of its own size beyond
	w, h := (b.East-b.West)*margin, (b.North-b.South)*margin
	b = Box{West: b.West - w, East: b.East + w, South: b.South - h, North: b.North + h}
	const polar = 80 // beyond it outlines may span a pole: take the whole circle
	if b.North > polar || b.South < -polar {
		b.West, b.East = -180, 180
	}
	return b
}

// clone returns a copy that may be changed.
func (c *chunk) clone() *chunk {
	d := *c
	d.records = slices.Clone(c.records)
	d.starts = slices.Clone(c.starts)
	d.links = slices.Clone(c.links)
	d.residents = slices.Clone(c.residents)
	return &d
}

// has reports whether the cell at slot is non-empty.
func (c *chunk) has(slot int) bool { return c.bitmap[slot/64]>>(slot%64)&1 == 1 }

// rank returns the number of non-empty cells before slot.
func (c *chunk) rank(slot int) int {
	n := 0
	for i := range slot / 64 {
		n += bits.OnesCount64(c.bitmap[i])
	}
	return n + bits.OnesCount64(c.bitmap[slot/64]&(1<<(slot%64)-1))
}

// record returns the record at slot, added if missing, in a chunk under construction.
func (c *chunk) record(slot int) (rec *Record, rank int) {
	rank = c.rank(slot)
	if !c.has(slot) {
		c.bitmap[slot/64] |= 1 << (slot % 64)
		c.records = slices.Insert(c.records, rank, Record{})
		c.starts = slices.Insert(c.starts, rank, c.starts[rank])
	}
	return &c.records[rank], rank
}

// linksAt returns the links of the record with that rank.
func (c *chunk) linksAt(rank int) []Link { return c.links[c.starts[rank]:c.starts[rank+1]] }

// find returns where the link to a hotspot of the record with that rank is, or would be.
func (c *chunk) find(rank int, h explorer.HotspotIndex) (at int, found bool) {
	i, found := slices.BinarySearchFunc(c.linksAt(rank), h, func(l Link, h explorer.HotspotIndex) int {
		return int(int64(l.Hotspot) - int64(h))
	})
	return int(c.starts[rank]) + i, found
}

// unlink takes the cell's link to a hotspot away, if there is one, in a chunk under construction.
func (c *chunk) unlink(rank int, h explorer.HotspotIndex) {
	at, found := c.find(rank, h)
	if !found {
		return
	}
	c.links = slices.Delete(c.links, at, at+1)
	for j := rank + 1; j < len(c.starts); j++ {
		c.starts[j]--
	}
}

// link returns the cell's link to a hotspot, added if missing, in a chunk under construction.
func (c *chunk) link(rank int, h explorer.HotspotIndex) (l *Link, added bool) {
	at, found := c.find(rank, h)
	if !found {
		c.links = slices.Insert(c.links, at, Link{Hotspot: h})
		for j := rank + 1; j < len(c.starts); j++ {
			c.starts[j]++
		}
	}
	return &c.links[at], !found
}

// each calls f for every non-empty cell with a slot in [from, to), in order, until f returns false.
func (c *chunk) each(from, to int, f func(slot, rank int) bool) bool {
	rank := c.rank(from)
	for slot := from; slot < to; slot++ {
		if !c.has(slot) {
			continue
		}
		if !f(slot, rank) {
			return false
		}
		rank++
	}
	return true
}
