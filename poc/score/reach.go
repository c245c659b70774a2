package score

import (
	"errors"
	"math/bits"

	"github.com/hexwave/hexwave/poc/geo"
)

// ReachBins is how many distances a [Reach] tells apart: below 1 km, below 2 km,
// and so on by doubling; the last is open.
const ReachBins = 8

// ReachSize is the length of a stored reach in bytes.
const ReachSize = 2 * ReachBins

// fullReach is from where the counts of a distance are halved, so that a reach is
// what it is now.
const fullReach = 200

// Reach is how far a hotspot's beacons are heard: of the mature hotspots that
// stood at a distance and were drawn to report, how many there were, and how many
// heard. It is the same for what the hotspot hears, as loss is the same both ways.
type Reach [ReachBins]struct{ Asked, Heard uint8 }

// Add counts one that was drawn to report, at a squared chord in mm^2.
func (r *Reach) Add(d2 uint64, heard bool) {
	b := &r[reachBin(d2)]
	if b.Asked++; heard {
		b.Heard++
	}
	if b.Asked >= fullReach {
		b.Asked, b.Heard = b.Asked/2, b.Heard/2
	}
}

// At returns the share, in permille, that heard at a distance. Where fewer than
// least were asked, those asked at the next smaller distances count too, which can
// only make the share larger; it is false when that is not enough either.
func (r *Reach) At(d2 uint64, least uint8) (permille uint32, ok bool) {
	var asked, heard uint32
	for b := reachBin(d2); b >= 0; b-- {
		asked, heard = asked+uint32(r[b].Asked), heard+uint32(r[b].Heard)
		if asked > 0 && asked >= uint32(least) {
			return 1_000 * heard / asked, true
		}
	}
	return 0, false
}

// reachBin returns the bin of a squared chord in mm^2.
func reachBin(d2 uint64) int {
	km2 := d2 / geo.SquareMetres(1_000)
	return min((bits.Len64(km2)+1)/2, ReachBins-1)
}

// ErrReach is returned for bytes that are no reach.
var ErrReach = errors.New("not a reach")

// AppendTo appends the stored form.
func (r *Reach) AppendTo(b []byte) []byte {
	for i := range r {
		b = append(b, r[i].Asked, r[i].Heard)
	}
	return b
}

// ParseReach reads the stored form, no bytes being the reach of nobody asked, or
// returns ErrReach.
func ParseReach(b []byte) (Reach, error) {
	var r Reach
	if len(b) == 0 {
		return r, nil
	}
	if len(b) != ReachSize {
		return r, ErrReach
	}
	for i := range r {
		r[i].Asked, r[i].Heard = b[2*i], b[2*i+1]
		if r[i].Heard > r[i].Asked || r[i].Asked >= fullReach {
			return Reach{}, ErrReach
		}
	}
	return r, nil
}
