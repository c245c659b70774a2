package challenge

import (
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/region"
)

// guardMs is kept free at the end of a slot, for clocks of the two ends.
const guardMs = 20

// Air is what a zone's density leaves of the air to each beacon.
type Air struct {
	MaxSF   uint8  // slowest spreading factor
	Stretch uint32 // length of the zone's window, in windows
}

// Budget returns how the active hotspots of a zone and its ring share the
// channel time of a window under plan: the slowest spreading factor with which
// all beacons fit into the budget; with more hotspots than fit at SF7, the
// window is stretched. It is false for a plan that cannot carry a beacon in a
// slot.
func Budget(p *Params, plan *region.Plan, hotspots uint64) (Air, bool) {
	// Microseconds: milliseconds * permille.
	budget := p.WindowBlocks * uint64(p.BlockMs) * uint64(p.AirtimePermille) * uint64(len(plan.Channels))
	var fastest uint64
	for sf := min(plan.BeaconSF, region.MaxSF); sf >= region.MinSF; sf-- {
		air, ok := airtime(p, plan, sf)
		if !ok {
			continue
		}
		if hotspots*air <= budget {
			return Air{MaxSF: sf, Stretch: 1}, true
		}
		fastest = air
	}
	if fastest == 0 {
		return Air{}, false
	}
	stretch := (hotspots*fastest + budget - 1) / budget
	return Air{MaxSF: region.MinSF, Stretch: uint32(min(stretch, limits.MaxStretch))}, true
}

// airtime returns the time on air of a beacon in microseconds, or false when
// the plan or the slot does not allow it.
func airtime(p *Params, plan *region.Plan, sf uint8) (uint64, bool) {
	if !plan.Allows(sf, region.BeaconSize) {
		return 0, false
	}
	air, err := region.TimeOnAir(region.Frame{
		SF: sf, BandwidthKHz: plan.BandwidthKHz, Size: region.BeaconSize, CRC: true,
	})
	if err != nil || uint64(air) > 1_000*uint64(p.SlotMs-min(p.SlotMs, guardMs)) {
		return 0, false
	}
	return uint64(air), true
}
