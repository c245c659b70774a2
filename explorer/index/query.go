package index

import (
	"iter"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
)

// pow7 holds the powers of seven up to 7^8.
var pow7 = [...]uint64{1, 7, 49, 343, 2401, 16807, 117649, 823543, 5764801}

// Under yields the non-empty cells of resolution res (0 to 8) that lie under parent or equal it, in order of
// position, each with the sum of what lies under it. A parent finer than res yields nothing.
func (v *View) Under(parent explorer.Cell, res int) iter.Seq[Summary] {
	return func(yield func(Summary) bool) {
		pr := parent.Resolution()
		if pr > res || res > explorer.CoverageRes {
			return
		}
		span := pow7[explorer.CoverageRes-pr]
		first := parent.Position() * span
		v.groups(first, first+span, res, yield)
	}
}

// groups yields the sums of resolution res over resolution 8 positions [from, to). Cells of one group are neighbours in
// that order, so one pass with one open sum is enough.
func (v *View) groups(from, to uint64, res int, yield func(Summary) bool) bool {
	size := pow7[explorer.CoverageRes-res]
	var open Summary
	var group uint64
	for cp, ch := range v.chunks(from/chunkCells, (to+chunkCells-1)/chunkCells) {
		base := cp * chunkCells
		lo, hi := int(max(from, base)-base), int(min(to, base+chunkCells)-base)
		goOn := ch.each(lo, hi, func(slot, rank int) bool {
			g := (base + uint64(slot)) / size
			if open.Cell != 0 && g != group {
				if !yield(open) {
					return false
				}
				open = Summary{}
			}
			if open.Cell == 0 {
				group, open.Cell = g, explorer.CellAt(g, res)
			}
			open.add(ch.records[rank])
			return true
		})
		if !goOn {
			return false
		}
	}
	return open.Cell == 0 || yield(open)
}

// Summary returns the sum of what lies under a cell of resolution 0 to 8; for a finer cell, of the resolution 8 cell
// that holds it. Its Cell is always the cell asked for.
func (v *View) Summary(c explorer.Cell) Summary {
	of := c
	if of.Resolution() > explorer.CoverageRes {
		of = of.Parent(explorer.CoverageRes)
	}
	out := Summary{}
	for s := range v.Under(of, of.Resolution()) {
		out = s
	}
	out.Cell = c
	return out
}

// Near yields the non-empty cells of resolution res (0 to 8) that may touch the box, in order of position: all that do,
// and some just outside it. Sums are of whole cells, not of their part in the box.
func (v *View) Near(b Box, res int) iter.Seq[Summary] {
	return func(yield func(Summary) bool) {
		const all = rootPages * pageSize
		var done uint64 // resolution 5 positions below it are answered
		for cp, ch := range v.chunks(0, all) {
			if cp < done || !ch.box.Overlaps(b) {
				continue
			}
			from, to := cp, cp+1
			if res < explorer.ChunkRes {
				span := pow7[explorer.ChunkRes-res]
				from = cp / span * span
				to = from + span
			}
			done = to
			if !v.groups(from*chunkCells, to*chunkCells, res, yield) {
				return
			}
		}
	}
}

// Version returns the sequence of the newest change in what Near(b, res) yields and in the hotspots that stand there,
// and over how many chunks. No chunk is ever removed, so equal answers mean that nothing there changed.
func (v *View) Version(b Box, res int) (newest explorer.Seq, chunks int) {
	const all = rootPages * pageSize
	var done uint64
	for cp, ch := range v.chunks(0, all) {
		if cp < done || !ch.box.Overlaps(b) {
			continue
		}
		from, to := cp, cp+1
		if res < explorer.ChunkRes {
			span := pow7[explorer.ChunkRes-res]
			from = cp / span * span
			to = from + span
		}
		done = to
		for _, under := range v.chunks(from, to) {
			newest = max(newest, under.seq)
			chunks++
		}
	}
	return newest, chunks
}

// Residents yields the located hotspots whose asserted place lies in the box.
func (v *View) Residents(b Box) iter.Seq[*Hotspot] {
	return func(yield func(*Hotspot) bool) {
		const all = rootPages * pageSize
		for _, ch := range v.chunks(0, all) {
			if len(ch.residents) == 0 || !ch.box.Overlaps(b) {
				continue
			}
			for _, i := range ch.residents {
				h := v.Hotspot(i)
				if b.Contains(grid.Point{h.Position.Lng(), h.Position.Lat()}) && !yield(h) {
					return
				}
			}
		}
	}
}

// Within yields the located hotspots at most metres (≤ 15,000) from p, in no particular order.
func (v *View) Within(p explorer.LatLng, metres float64) iter.Seq2[*Hotspot, float64] {
	return func(yield func(*Hotspot, float64) bool) {
		center, err := grid.CellOf(p, explorer.ChunkRes)
		if err != nil {
			return
		}
		// Two rings of resolution 5 cells reach more than 20 km from any point of the middle one.
		for _, c := range grid.Disk(center, 2) {
			ch := v.chunkAt(c.Position())
			if ch == nil {
				continue
			}
			for _, i := range ch.residents {
				h := v.Hotspot(i)
				if d := explorer.Distance(p, h.Position); d <= metres && !yield(h, d) {
					return
				}
			}
		}
	}
}
