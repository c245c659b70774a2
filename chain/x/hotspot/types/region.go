package types

import (
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/region/where"
)

// regionRes is the resolution at which a place is looked up: that of the cell
// which a hotspot asserts, so that the cell alone says the region.
const regionRes = 12

// RegionAt returns the region of a point, or region.Unknown where no channel
// plan is known to be legal and for a point out of range.
func RegionAt(p geo.Point) region.ID { return where.At(geo.CellAt(p, regionRes)) }
