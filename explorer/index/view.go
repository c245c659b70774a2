package index

import (
	"iter"
	"time"

	"github.com/hexwave/hexwave/explorer"
)

const (
	rootPages = 122 * 7 * 7 // resolution 2 cells
	pageSize  = 7 * 7 * 7   // resolution 5 cells under one of resolution 2
)

// page is the part of the directory under one resolution 2 cell.
type page [pageSize]*chunk

// View is the index as of one block. It never changes; hold it for as long as one answer takes.
type View struct {
	Seq    explorer.Seq
	Height explorer.Height
	Time   time.Time // of the block
	Stats  Stats

	root     *[rootPages]*page
	hotspots hotspotTable
}

// chunkAt returns the chunk with a resolution 5 position; nil if it is empty.
func (v *View) chunkAt(position uint64) *chunk {
	p := v.root[position/pageSize]
	if p == nil {
		return nil
	}
	return p[position%pageSize]
}

// Record returns what is known of a resolution 8 cell; the zero Record if nothing is. It takes no lock and allocates
// nothing.
func (v *View) Record(c explorer.Cell) Record {
	pos := c.Position()
	ch := v.chunkAt(pos / chunkCells)
	slot := int(pos % chunkCells)
	if ch == nil || !ch.has(slot) {
		return Record{}
	}
	return ch.records[ch.rank(slot)]
}

// Links returns the hotspots linked to a resolution 8 cell, by index. The slice must not be changed.
func (v *View) Links(c explorer.Cell) []Link {
	pos := c.Position()
	ch := v.chunkAt(pos / chunkCells)
	slot := int(pos % chunkCells)
	if ch == nil || !ch.has(slot) {
		return nil
	}
	return ch.linksAt(ch.rank(slot))
}

// Hotspot returns the hotspot with that index; nil if there is none.
func (v *View) Hotspot(i explorer.HotspotIndex) *Hotspot { return v.hotspots.get(i) }

// Hotspots yields all hotspots with an index of at least from, in order.
func (v *View) Hotspots(from explorer.HotspotIndex) iter.Seq[*Hotspot] {
	return func(yield func(*Hotspot) bool) {
		for p := int(from) / hotspotPage; p < len(v.hotspots.pages); p++ {
			if v.hotspots.pages[p] == nil {
				continue
			}
			for _, h := range v.hotspots.pages[p] {
				if h != nil && h.Index >= from && !yield(h) {
					return
				}
			}
		}
	}
}

// chunks yields all non-empty chunks with a position in [from, to), in order.
func (v *View) chunks(from, to uint64) iter.Seq2[uint64, *chunk] {
	return func(yield func(uint64, *chunk) bool) {
		for pos := from; pos < to; {
			p := v.root[pos/pageSize]
			if p == nil {
				pos = (pos/pageSize + 1) * pageSize
				continue
			}
			if ch := p[pos%pageSize]; ch != nil && !yield(pos, ch) {
				return
			}
			pos++
		}
	}
}
