package types

import (
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// DisplayRes is the resolution of cells in challenges and events.
const DisplayRes = 8

// PubKey returns the frozen key; the zero key if the stored bytes are none.
func (s *Site) PubKey() wire.PubKey {
	k, err := wire.ParsePubKey(s.Key)
	if err != nil {
		return wire.PubKey{}
	}
	return k
}

// Zone returns the radio zone of the place.
func (s *Site) Zone() geo.Cell { return geo.Zone(geo.Cell(s.Cell)) }

// DisplayCell returns the cell shown to people.
func (s *Site) DisplayCell() geo.Cell { return geo.Cell(s.Cell).Parent(DisplayRes) }

// Locate fills in what follows from the coordinates.
func (s *Site) Locate() {
	at := geo.Point{Lat: geo.E7(s.Lat), Lng: geo.E7(s.Lng)}.ECEF()
	s.X, s.Y, s.Z = at.X, at.Y, at.Z
}

// Verify returns the site as the checks want it.
func (s *Site) Verify(standing verify.Standing) verify.Site {
	return verify.Site{
		Index: s.Hotspot, Key: s.PubKey(), Standing: standing,
		At:   geo.ECEF{X: s.X, Y: s.Y, Z: s.Z},
		Zone: s.Zone(), Spot: geo.Cell(s.Cell).Parent(score.SpotRes), Gain: int16(s.Gain), Region: uint16(s.Region),
	}
}

// Same tells whether two sites are the same hotspot at the same place with the
// same key and antenna, whatever they are since.
func (s *Site) Same(o *Site) bool {
	return s.Hotspot == o.Hotspot && string(s.Key) == string(o.Key) && s.Lat == o.Lat && s.Lng == o.Lng &&
		s.Cell == o.Cell && s.Gain == o.Gain && s.Region == o.Region && s.Owner == o.Owner
}

// At returns the site that counts in a window, or false when the hotspot was
// not yet frozen for it.
func (r *SiteRecord) At(window uint64) (Site, bool) {
	switch {
	case window >= r.Window:
		return r.Current, true
	case r.Previous != nil:
		return *r.Previous, true
	}
	return Site{}, false
}

// Of returns how many hotspots the cell held in a window: of the newest two
// counted, else none.
func (z *ZoneCount) Of(window uint64) uint32 {
	switch window {
	case z.Window:
		return z.Count
	case z.Window - 1:
		return z.Before
	}
	return 0
}

// Add counts n more hotspots in a window.
func (z *ZoneCount) Add(window uint64, n uint32) {
	if z.Window != window {
		z.Before = z.Of(window - 1)
		z.Window, z.Count = window, 0
	}
	z.Count += n
}
