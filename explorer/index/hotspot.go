package index

import (
	"cmp"
	"slices"

	"github.com/hexwave/hexwave/explorer"
)

// Hotspot is all the index knows of one. One taken from a View never changes; its slices must not be changed.
type Hotspot struct {
	Index    explorer.HotspotIndex
	ID       string
	Name     string
	Owner    string
	Class    string
	Status   explorer.HotspotStatus
	Since    explorer.Height // registered
	Located  bool            // stands at Position now
	Position explorer.LatLng // last asserted
	Cell     explorer.Cell   // resolution 12
	GainDBi  float64
	HeightM  int32
	Region   string

	RetiredAt explorer.Height // of one that is retired; 0: it was before the first block

	Beacons      uint64          // challenges answered with a beacon
	BeaconsHeard uint64          // of those, with at least one kept report
	Missed       uint64          // challenges without a valid reveal
	Witnessed    uint64          // own reports kept
	Rejected     uint64          // own reports rejected
	LastBeacon   explorer.Height // 0: never
	LastWitness  explorer.Height // 0: never
	LastReject   Rejected

	Points  uint64         // coverage points, all epochs
	Claimed explorer.Spark // coverage pay taken
	Owed    explorer.Spark // pay that went to what an account is owed; it is not in Claimed
	Paid    explorer.Spark // traffic pay, received at settlement
	Carried explorer.DC    // data credits burned for its traffic

	// Links with hotspots that retired before it are left out; those of a retired one itself are its history.
	Cells      []CellLink             // its footprint, by cell
	HeardBy    []Edge                 // hotspots that heard it, by index
	Hears      []Edge                 // hotspots that it heard, by index
	Challenges []explorer.ChallengeID // newest last, at most recentChallenges
}

// Rejected is the newest rejected report of a hotspot.
type Rejected struct {
	Challenge explorer.ChallengeID
	Height    explorer.Height // 0: never
	Reason    string
}

// Edge is a kept link to another hotspot, added up over time.
type Edge struct {
	Hotspot    explorer.HotspotIndex
	BestRSSI   explorer.DeciDBm
	BestSNR    explorer.DeciDB
	Samples    uint32
	LastHeight uint32
}

// recentChallenges is the number of challenges a hotspot's page lists.
const recentChallenges = 16

// LastSeen returns the block of the newest proof that the hotspot was on air: its beacon heard, or its report kept.
// Zero means never.
func (h *Hotspot) LastSeen() explorer.Height { return max(h.LastBeacon, h.LastWitness) }

// Retired reports whether the hotspot left for good.
func (h *Hotspot) Retired() bool { return h.Status == explorer.StatusRetired }

// clone returns a copy that may be changed.
func (h *Hotspot) clone() *Hotspot {
	d := *h
	d.Cells, d.HeardBy, d.Hears = slices.Clone(h.Cells), slices.Clone(h.HeardBy), slices.Clone(h.Hears)
	d.Challenges = slices.Clone(h.Challenges)
	return &d
}

// took part in a challenge.
func (h *Hotspot) recall(id explorer.ChallengeID) {
	if n := len(h.Challenges); n > 0 && h.Challenges[n-1] == id {
		return
	}
	if len(h.Challenges) == recentChallenges {
		h.Challenges = slices.Delete(h.Challenges, 0, 1)
	}
	h.Challenges = append(h.Challenges, id)
}

// report is one kept link end as it is added to a table.
type report struct {
	rssi   explorer.DeciDBm
	snr    explorer.DeciDB
	height uint32
}

// findEdge returns where the link with a hotspot is in a list, or would be.
func findEdge(edges []Edge, h explorer.HotspotIndex) (at int, found bool) {
	return slices.BinarySearchFunc(edges, h, func(e Edge, h explorer.HotspotIndex) int { return cmp.Compare(e.Hotspot, h) })
}

func addEdge(edges []Edge, h explorer.HotspotIndex, r report) []Edge {
	i, found := findEdge(edges, h)
	if !found {
		return slices.Insert(edges, i, Edge{Hotspot: h, BestRSSI: r.rssi, BestSNR: r.snr, Samples: 1, LastHeight: r.height})
	}
	e := &edges[i]
	e.BestRSSI, e.BestSNR, e.LastHeight = max(e.BestRSSI, r.rssi), max(e.BestSNR, r.snr), r.height
	bump(&e.Samples)
	return edges
}

func addCell(cells []CellLink, c explorer.Cell, r report) []CellLink {
	i, found := slices.BinarySearchFunc(cells, c, func(l CellLink, c explorer.Cell) int { return cmp.Compare(l.Cell, c) })
	if !found {
		return slices.Insert(cells, i, CellLink{Cell: c, BestRSSI: r.rssi, BestSNR: r.snr, Samples: 1, LastHeight: r.height})
	}
	l := &cells[i]
	l.BestRSSI, l.BestSNR, l.LastHeight = max(l.BestRSSI, r.rssi), max(l.BestSNR, r.snr), r.height
	bump(&l.Samples)
	return cells
}

// hotspotPage is the unit in which the hotspot table is copied.
const hotspotPage = 256

// MaxHotspots bounds the table: an index at or above it is refused, so that one bad event cannot take all memory.
const MaxHotspots = 1 << 24

// hotspotTable maps an index to a hotspot. A published table never changes.
type hotspotTable struct {
	pages []*[hotspotPage]*Hotspot
}

func (t hotspotTable) get(i explorer.HotspotIndex) *Hotspot {
	p := int(i) / hotspotPage
	if p >= len(t.pages) || t.pages[p] == nil {
		return nil
	}
	return t.pages[p][int(i)%hotspotPage]
}

// with returns the table with hotspots replaced; it copies the pages touched.
func (t hotspotTable) with(changed map[explorer.HotspotIndex]*Hotspot) hotspotTable {
	pages := slices.Clone(t.pages)
	fresh := make(map[int]bool, len(changed))
	for i, h := range changed {
		p := int(i) / hotspotPage
		for p >= len(pages) {
			pages = append(pages, nil)
		}
		if !fresh[p] {
			page := new([hotspotPage]*Hotspot)
			if pages[p] != nil {
				*page = *pages[p]
			}
			pages[p], fresh[p] = page, true
		}
		pages[p][int(i)%hotspotPage] = h
	}
	return hotspotTable{pages: pages}
}
