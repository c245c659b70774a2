package attack

import (
	"math"

	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/pocsim/world"
)

// jamKm is how far a transmitter of 20 dollars drowns what others send.
const jamKm = 5.0

// jam drowns the beacons around the middle of the largest town.
func jam(s *Stage) error {
	t := s.World.Land.Towns[0]
	s.World.Jammed = func(c *wire.Challenge) bool {
		u := &s.World.Identity(c.Hotspot).Claimed
		return math.Hypot(u.X-t.X, u.Y-t.Y) < jamKm
	}
	return nil
}

// Censoring: one relay of three, and a third of the proposers, drop what is not
// theirs. A hotspot sends to two relays at least; a report has seven blocks.
const (
	proposers     = 1.0 / 3
	reportBlocks  = 7
	censoredRelay = 1.0 / 3
)

func censor(s *Stage) error {
	s.World.Censored = func(*world.Identity) float64 {
		lost := math.Pow(proposers, reportBlocks)
		if s.World.Chain.Rules.OneRelay {
			lost = 1 - (1-lost)*(1-censoredRelay)
		}
		return lost
	}
	return nil
}
