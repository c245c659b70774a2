package index

import (
	"slices"

	"github.com/hexwave/hexwave/explorer"
)

// present returns a hotspot for changing; nil if it is not known, or retired: the registry refuses what would change one
// that left for good.
func (u *update) present(i explorer.HotspotIndex) *Hotspot {
	if h := u.hotspot(i); h != nil && !h.Retired() {
		return h
	}
	return nil
}

func (u *update) status(e explorer.HotspotStatusChanged) {
	h := u.present(e.Index)
	if h == nil {
		return
	}
	u.count(h, -1)
	if e.Status == explorer.StatusRetired {
		u.leavePlace(h)
		u.leaveLinks(h)
		h.Located, h.RetiredAt = false, u.height
	}
	h.Status = e.Status
	u.count(h, +1)
}

// leavePlace takes a hotspot off the place where it stands, if anywhere.
func (u *update) leavePlace(h *Hotspot) {
	if !h.Located {
		return
	}
	ch := u.chunk(h.Cell.Parent(explorer.ChunkRes))
	if i, found := slices.BinarySearch(ch.residents, h.Index); found {
		ch.residents = slices.Delete(ch.residents, i, i+1)
	}
}

// leaveLinks takes a hotspot out of what cells and other hotspots name as theirs: nobody will hear it again. What it did is
// its own history and stays with it, and what it measured stays measured.
func (u *update) leaveLinks(h *Hotspot) {
	for _, l := range h.Cells {
		rec, ch, rank := u.touch(l.Cell)
		ch.unlink(rank, h.Index)
		rec.Hotspots = saturate16(len(ch.linksAt(rank)))
	}
	for _, e := range h.HeardBy {
		if e.Hotspot != h.Index {
			other := u.hotspot(e.Hotspot)
			other.Hears = dropEdge(other.Hears, h.Index)
		}
	}
	for _, e := range h.Hears {
		if e.Hotspot != h.Index {
			other := u.hotspot(e.Hotspot)
			other.HeardBy = dropEdge(other.HeardBy, h.Index)
		}
	}
}

// dropEdge takes a hotspot out of a list of links.
func dropEdge(edges []Edge, h explorer.HotspotIndex) []Edge {
	i, found := findEdge(edges, h)
	if !found {
		return edges
	}
	return slices.Delete(edges, i, i+1)
}
