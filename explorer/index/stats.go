package index

import "github.com/hexwave/hexwave/explorer"

// Stats are the totals of the index.
type Stats struct {
	Hotspots  int // registered and not retired
	Located   int // of those, with an asserted place
	Active    int // of those, in the chain's state "active"
	Retired   int
	CellsSeen int // measured cells
	CellsDry  int // cells tested and never measured

	Challenges uint64 // settled
	Heard      uint64 // with at least one kept report
	Unheard    uint64 // valid beacon, no kept report
	Missed     uint64 // no valid reveal
	Void       uint64
	Kept       uint64 // reports
	Rejected   uint64 // reports
	Points     uint64
	Reasons    map[string]uint64 // rejected reports by reason; must not be changed

	Epoch     uint64 // last closed
	Scheduled explorer.Spark
	Claimed   explorer.Spark // by hotspot, and by account of what was owed
	Paid      explorer.Spark
	Burned    explorer.DC

	Unplaced uint64 // events that named a hotspot the index does not know

	Bounds   Box // around all asserted places, if Located > 0
	anywhere bool
}

// maxReasons bounds the table of reasons; the chain's list is closed and far shorter.
const maxReasons = 128
