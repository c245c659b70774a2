package verify

import (
	"math/bits"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// Rules are the parameters of the checks, in the units of the chain's
// parameters.
type Rules struct {
	MinDistance       uint32 // metres
	MaxDistance       uint32 // metres
	FreqTolerance     uint32 // Hz
	RSSIMargin        int32  // above free space, 0.1 dB
	SensitivityMargin int32  // below sensitivity, 0.1 dB
	SNRMargin         int32  // below the floor and above what RSSI allows, 0.1 dB
	Reciprocity       uint64 // blocks; 0 switches the check off
	Quota             uint32 // reports of one hotspot in one block
}

// Standing is what the registry says of a hotspot at the draw.
type Standing uint8

// Standings.
const (
	Active     Standing = iota // frozen for the challenge's window
	Unknown                    // no such hotspot
	NotFull                    // data-only or Wi-Fi
	Unasserted                 // no place
	Waiting                    // joined after the window was frozen, or out of the draw
)

// Site is a hotspot as frozen for a window.
type Site struct {
	Index    uint32
	Key      wire.PubKey
	Standing Standing
	At       geo.ECEF
	Zone     geo.Cell // geo.Zone of the place
	Spot     geo.Cell // score.SpotRes of the place
	Gain     int16    // 0.1 dBi
	Region   uint16
}

// Sortition says how many active hotspots might report, and how many are
// wanted, in the two strata. A hotspot is near when its zone is the beaconer's
// or one of that zone's ring.
type Sortition struct {
	Near, NearTarget uint32
	Far, FarTarget   uint32
}

// Case is one report of one challenge, with all that the checks may look at.
type Case struct {
	Rules     *Rules
	Challenge *wire.Challenge
	Beaconer  *Site
	Sortition Sortition

	Report  *wire.Report
	Witness *Site
	Height  uint64 // of inclusion
	Known   bool   // the witness already has a report on this challenge
	Full    bool   // the challenge stores as many reports as it may
	Spent   uint32 // reports of the witness in this block

	// For settlement.
	Void       bool
	Revealed   bool
	Preimage   wire.Preimage
	LastBeacon uint64 // height at which the witness's own beacon was last heard

	d2 uint64 // squared chord between the two, mm^2
}

// Include returns the verdict on everything that is decidable when the report
// is included, except its signature, which the caller checks last.
func (c *Case) Include() wire.Verdict { return c.first(inclusion[:]) }

// Settle returns the verdict on a report that was included, once the challenge
// is revealed.
func (c *Case) Settle() wire.Verdict { return c.first(settlement[:]) }

// DistanceSquared returns the squared chord between beaconer and witness, mm^2.
func (c *Case) DistanceSquared() uint64 { return geo.D2(c.Beaconer.At, c.Witness.At) }

func (c *Case) first(checks []check) wire.Verdict {
	c.d2 = c.DistanceSquared()
	for i := range checks {
		if !checks[i].ok(c) {
			return checks[i].verdict
		}
	}
	return wire.Accepted
}

// Eligible tells whether sortition lets a hotspot report. Far is false for the
// near stratum.
func (s Sortition) Eligible(c *wire.Challenge, witness uint32, far bool) bool {
	n, target := s.Near, s.NearTarget
	if far {
		n, target = s.Far, s.FarTarget
	}
	if n <= target {
		return true
	}
	threshold, _ := bits.Div64(uint64(target), 0, uint64(n)) // 2^64 * target / n
	return wire.Sortition(c.Randomness, c.ID, witness) < threshold
}

// Possible tells whether sortition lets a hotspot report in either stratum, for who
// does not know yet where it stands.
func (s Sortition) Possible(c *wire.Challenge, witness uint32) bool {
	return s.Eligible(c, witness, false) || s.Eligible(c, witness, true)
}

// Eligible tells whether the witness, active, is drawn to report.
func (c *Case) Eligible() bool { return isEligible(c) }

// far tells whether the witness stands outside the beaconer's zone and ring.
func (c *Case) far() bool { return !geo.Touch(c.Beaconer.Zone, c.Witness.Zone) }
