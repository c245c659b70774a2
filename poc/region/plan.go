package region

import (
	"errors"
	"fmt"
	"slices"
)

// BeaconSize is the length of a beacon on air in bytes: proprietary header,
// challenge id and preimage.
const BeaconSize = 25

// FrequencyTolerance is how far a reported frequency may be from its channel.
// Forwarders report the nominal channel with rounding of some tens of hertz.
const FrequencyTolerance Hz = 1000

// ErrSize is returned for a frame no spreading factor of a plan may carry.
var ErrSize = errors.New("frame too long for the region")

// Plan is the beacon plan of a region.
type Plan struct {
	ID ID
	// Name is the text form of ID.
	Name string
	// Channels are the centre frequencies, by channel number.
	Channels []Hz
	// BandwidthKHz is the bandwidth of every channel.
	BandwidthKHz uint16
	// MaxEIRP is the largest radiated power of a beacon.
	MaxEIRP DeciDBm
	// BeaconSF is the slowest spreading factor allowed for a beacon.
	BeaconSF uint8
	// Dwell is the longest single transmission, 0 if not limited.
	Dwell Micros
	// Sizes are the longest frames by spreading factor, slowest first. A
	// factor not listed has the limit of the next slower one listed.
	Sizes []SizeLimit
}

// SizeLimit is the longest frame in bytes at a spreading factor.
type SizeLimit struct {
	SF       uint8
	MaxBytes uint16
}

// ByID returns the plan of a region, or false if it has none. The plan is the
// caller's own copy.
func ByID(id ID) (Plan, bool) {
	p := find(id)
	if p == nil {
		return Plan{}, false
	}
	own := *p
	own.Channels, own.Sizes = slices.Clone(p.Channels), slices.Clone(p.Sizes)
	return own, true
}

// ByName returns the plan of a region by the text form of its ID.
func ByName(name string) (Plan, bool) {
	for n := range plans {
		if plans[n].Name == name {
			return ByID(plans[n].ID)
		}
	}
	return Plan{}, false
}

// IDs returns the regions that have a plan, ascending.
func IDs() []ID {
	ids := make([]ID, 0, len(plans))
	for n := range plans {
		ids = append(ids, plans[n].ID)
	}
	return ids
}

// FrequencyInPlan returns the channel of a region within
// [FrequencyTolerance] of f. It does not allocate.
func FrequencyInPlan(id ID, f Hz) (channel int, ok bool) {
	if p := find(id); p != nil {
		return p.ChannelAt(f)
	}
	return 0, false
}

// ChannelAt returns the channel within [FrequencyTolerance] of f.
func (p *Plan) ChannelAt(f Hz) (channel int, ok bool) {
	for n, centre := range p.Channels {
		if f >= centre-FrequencyTolerance && f <= centre+FrequencyTolerance {
			return n, true
		}
	}
	return 0, false
}

// SFFor returns the slowest spreading factor that may carry size bytes by the
// size limits and within the dwell time, or [ErrSize].
func (p *Plan) SFFor(size int) (uint8, error) {
	for sf := uint8(MaxSF); sf >= MinSF; sf-- {
		if p.Allows(sf, size) {
			return sf, nil
		}
	}
	return 0, fmt.Errorf("%d bytes in %s: %w", size, p.Name, ErrSize)
}

// Allows tells whether a frame of size bytes with CRC may be sent at sf.
func (p *Plan) Allows(sf uint8, size int) bool {
	limit, listed := 0, false
	for _, l := range p.Sizes {
		if l.SF >= sf {
			limit, listed = int(l.MaxBytes), true
		}
	}
	if !listed || size > limit {
		return false
	}
	air, err := TimeOnAir(Frame{SF: sf, BandwidthKHz: p.BandwidthKHz, Size: size, CRC: true})
	return err == nil && (p.Dwell == 0 || air <= p.Dwell)
}

func find(id ID) *Plan {
	for n := range plans {
		if plans[n].ID == id {
			return &plans[n]
		}
	}
	return nil
}
