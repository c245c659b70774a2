package index

import (
	"math"

	"github.com/hexwave/hexwave/explorer"
)

// State is what is known of a cell.
type State uint8

// States of a cell. A cell that was measured once stays measured; its age says what that is worth.
const (
	Unknown     State = iota // nobody tested
	TestedEmpty              // beacons were sent here and never validly heard, though a hotspot was near
	Measured                 // an end of at least one settled link
)

// String returns "unknown", "tested-empty" or "measured".
func (s State) String() string {
	switch s {
	case Measured:
		return "measured"
	case TestedEmpty:
		return "tested-empty"
	case Unknown:
	}
	return "unknown"
}

// Record is what the index keeps for one resolution 8 cell, 20 bytes. Counts saturate.
type Record struct {
	BestRSSI   explorer.DeciDBm // strongest kept report; 0 unless measured
	BestSNR    explorer.DeciDB  // best of all kept reports; 0 unless measured
	Samples    uint32           // ends of kept links that lie here
	LastHeight uint32           // block of the newest sample, or of the newest failed try if never measured
	Hotspots   uint16           // distinct hotspots linked to the cell, retired ones left out
	Failed     uint16           // beacons from here that nobody validly heard
	FirstDay   explorer.Day     // day of the first sample or try
	LastDay    explorer.Day     // day of LastHeight
}

// State returns what the record proves.
func (r Record) State() State {
	switch {
	case r.Samples > 0:
		return Measured
	case r.Failed > 0:
		return TestedEmpty
	}
	return Unknown
}

// Link joins a cell and a hotspot that a kept report showed to reach each other: the cell holds one end of the link,
// the hotspot stands at the other.
type Link struct {
	Hotspot    explorer.HotspotIndex
	BestRSSI   explorer.DeciDBm
	BestSNR    explorer.DeciDB
	Samples    uint32
	LastHeight uint32
}

// CellLink is a Link seen from the hotspot.
type CellLink struct {
	Cell       explorer.Cell
	BestRSSI   explorer.DeciDBm
	BestSNR    explorer.DeciDB
	Samples    uint32
	LastHeight uint32
}

// Summary adds up the non-empty resolution 8 cells under one cell.
type Summary struct {
	Cell       explorer.Cell
	Measured   uint32 // cells
	Empty      uint32 // cells tested and never measured
	Samples    uint64
	Failed     uint64
	BestRSSI   explorer.DeciDBm
	BestSNR    explorer.DeciDB
	Hotspots   uint16 // most hotspots linked to any one of the cells
	FirstDay   explorer.Day
	LastDay    explorer.Day
	LastHeight uint32 // newest of the measured cells; of the tested ones if none is measured
}

// State returns Measured if any cell under it is, else TestedEmpty if any was tested.
func (s Summary) State() State {
	switch {
	case s.Measured > 0:
		return Measured
	case s.Empty > 0:
		return TestedEmpty
	}
	return Unknown
}

// add counts one cell's record.
func (s *Summary) add(r Record) {
	first := s.Measured+s.Empty == 0
	if first || r.FirstDay < s.FirstDay {
		s.FirstDay = r.FirstDay
	}
	s.Failed += uint64(r.Failed)
	if r.State() == TestedEmpty {
		s.Empty++
		if s.Measured == 0 && (s.Empty == 1 || r.LastHeight > s.LastHeight) {
			s.LastHeight, s.LastDay = r.LastHeight, r.LastDay
		}
		return
	}
	s.Measured++
	s.Samples += uint64(r.Samples)
	s.Hotspots = max(s.Hotspots, r.Hotspots)
	if s.Measured == 1 {
		s.BestRSSI, s.BestSNR, s.LastHeight, s.LastDay = r.BestRSSI, r.BestSNR, r.LastHeight, r.LastDay
		return
	}
	s.BestRSSI, s.BestSNR = max(s.BestRSSI, r.BestRSSI), max(s.BestSNR, r.BestSNR)
	if r.LastHeight > s.LastHeight {
		s.LastHeight, s.LastDay = r.LastHeight, r.LastDay
	}
}

// saturate returns v, or the largest uint32 if v is larger.
func saturate(v uint64) uint32 { return uint32(min(v, math.MaxUint32)) }

// saturate16 returns v, or the largest uint16 if v is larger.
func saturate16(v int) uint16 { return uint16(min(v, math.MaxUint16)) }

// bump adds one to a counter unless it is full.
func bump[T uint16 | uint32](n *T) {
	if *n+1 != 0 {
		*n++
	}
}
