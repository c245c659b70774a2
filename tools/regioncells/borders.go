package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/hexwave/hexwave/poc/region"
)

// owner is what a place belongs to: the sea, land without a region, or a region.
type owner uint16

const (
	sea owner = iota
	// land without a region keeps its sea to itself, as all land does.
	unclaimed
	// firstRegion plus a region's number is the region.
	firstRegion
	// owners is how many there can be.
	owners = firstRegion + owner(region.Unknown)
)

// ownerOf returns the owner of land in a region.
func ownerOf(id region.ID) owner {
	if id == region.Unknown {
		return unclaimed
	}
	return firstRegion + owner(id)
}

// region returns the region of a place.
func (o owner) region() region.ID {
	if o < firstRegion {
		return region.Unknown
	}
	return region.ID(o - firstRegion)
}

// segment is a straight piece of a border between two owners; b is the sea at a
// coast.
type segment struct {
	from, to point
	a, b     owner
}

const (
	kmPerDegree = 111.195 // on H3's sphere

	bucketsPerDegree = 4 // of the index for distances
	columns, rows    = 360 * bucketsPerDegree, 180 * bucketsPerDegree
	// maxSegment is how long a segment in that index is at most, in degrees.
	maxSegment = 0.25

	bandsPerDegree = 20 // of the index for what contains a point
)

// borders are the coasts and the borders between owners: those between two
// countries of one region are left out.
type borders struct {
	buckets [columns * rows][]segment // short segments by their middle
	bands   [180*bandsPerDegree + 1][]segment
}

// newBorders joins the polygons of each owner. A few arcs are used more than
// once by one owner: as in a polygon itself, an even number of times is none.
func newBorders(arcs [][]point, polygons []polygon, ids []region.ID) (*borders, error) {
	sides := make([][]owner, len(arcs))
	for n, p := range polygons {
		for _, ring := range p.rings {
			for _, k := range ring {
				k, o := arcIndex(k), ownerOf(ids[n])
				if at := slices.Index(sides[k], o); at >= 0 {
					sides[k] = slices.Delete(sides[k], at, at+1)
				} else {
					sides[k] = append(sides[k], o)
				}
			}
		}
	}
	b := &borders{}
	var cuts [owners][]float64 // latitudes at which an owner's border crosses 180 degrees
	for k, arc := range arcs {
		if len(sides[k]) == 0 {
			continue
		}
		ends := append(sides[k], sea)
		for n := 1; n < len(arc); n++ {
			for part, s := range (segment{arc[n-1], arc[n], ends[0], ends[1]}).cut() {
				b.contain(s)
				b.measure(s)
				if part == 1 {
					cuts[s.a], cuts[s.b] = append(cuts[s.a], s.from.lat), append(cuts[s.b], s.from.lat)
				}
			}
		}
	}
	return b, b.close(&cuts)
}

// cut returns the segment, or its two parts if it crosses 180 degrees: the
// second then begins there.
func (s segment) cut() []segment {
	if math.Abs(s.to.lng-s.from.lng) <= 180 {
		return []segment{s}
	}
	edge := math.Copysign(180, s.from.lng)
	share := 0.0
	if whole := s.to.lng + 2*edge - s.from.lng; whole != 0 {
		share = (edge - s.from.lng) / whole
	}
	lat := s.from.lat + share*(s.to.lat-s.from.lat)
	return []segment{{s.from, point{edge, lat}, s.a, s.b}, {point{-edge, lat}, s.to, s.a, s.b}}
}

// close adds what lines to the west cross at 180 degrees: the shapes go on
// there, and an owner's land is there from one crossing of its border to the
// next. It returns an error for land that has a pole.
func (b *borders) close(cuts *[owners][]float64) error {
	for o := unclaimed; o < owners; o++ {
		if len(cuts[o])%2 != 0 {
			return fmt.Errorf("land of %s has a pole: %w", o.region(), errShapes)
		}
		slices.Sort(cuts[o])
		for at := range slices.Chunk(cuts[o], 2) {
			b.contain(segment{point{-180, at[0]}, point{-180, at[1]}, o, sea})
		}
	}
	return nil
}

// contain adds a segment to the index of what contains a point.
func (b *borders) contain(s segment) {
	low, high := band(min(s.from.lat, s.to.lat)), band(max(s.from.lat, s.to.lat))
	for n := low; n <= high; n++ {
		b.bands[n] = append(b.bands[n], s)
	}
}

// measure adds a segment to the index for distances.
func (b *borders) measure(s segment) {
	pieces := math.Ceil(max(math.Abs(s.to.lng-s.from.lng), math.Abs(s.to.lat-s.from.lat)) / maxSegment)
	for n := range int(pieces) {
		piece := segment{s.between(float64(n) / pieces), s.between(float64(n+1) / pieces), s.a, s.b}
		at := bucket(piece.between(0.5))
		b.buckets[at] = append(b.buckets[at], piece)
	}
}

// between returns the point at a share of the way.
func (s *segment) between(share float64) point {
	return point{s.from.lng + share*(s.to.lng-s.from.lng), s.from.lat + share*(s.to.lat-s.from.lat)}
}

func band(lat float64) int { return int((lat + 90) * bandsPerDegree) }

func bucket(p point) int {
	column := min(int((p.lng+180)*bucketsPerDegree), columns-1)
	return min(int((p.lat+90)*bucketsPerDegree), rows-1)*columns + column
}

// holder returns the owner whose land contains p, or the sea: the owner whose
// border a line from p to the west crosses an odd number of times.
func (b *borders) holder(p point) owner {
	var odd [owners]bool
	for _, s := range b.bands[band(p.lat)] {
		if (s.from.lat > p.lat) == (s.to.lat > p.lat) {
			continue
		}
		if s.from.lng+(p.lat-s.from.lat)*(s.to.lng-s.from.lng)/(s.to.lat-s.from.lat) < p.lng {
			odd[s.a] = !odd[s.a]
			odd[s.b] = !odd[s.b]
		}
	}
	for o := unclaimed; o < owners; o++ {
		if odd[o] {
			return o
		}
	}
	return sea
}

// near calls visit with the owners of each border within about km of p, and
// how far it is. Distances are exact to a percent below 100 km.
func (b *borders) near(p point, km float64, visit func(s *segment, km float64)) {
	reach := km/kmPerDegree + maxSegment
	cos := math.Cos(min(math.Abs(p.lat)+reach, 90) * math.Pi / 180)
	wide := min(int(reach/max(cos, 1e-6)*bucketsPerDegree)+1, columns/2)
	high := int(reach*bucketsPerDegree) + 1
	row, column := bucket(p)/columns, bucket(p)%columns
	scale := math.Cos(p.lat * math.Pi / 180)
	for r := max(row-high, 0); r <= min(row+high, rows-1); r++ {
		for c := column - wide; c <= column+wide; c++ {
			in := b.buckets[r*columns+(c+columns)%columns]
			for n := range in {
				if d := in[n].distance(p, scale); d <= km {
					visit(&in[n], d)
				}
			}
		}
	}
}

// distance returns how far p is in km, on a plane that touches there; scale is
// the cosine of its latitude.
func (s *segment) distance(p point, scale float64) float64 {
	around := func(lng float64) float64 { return math.Remainder(lng-p.lng, 360) * scale }
	x, y := around(s.from.lng), s.from.lat-p.lat
	dx, dy := around(s.to.lng)-x, s.to.lat-s.from.lat
	if l := dx*dx + dy*dy; l > 0 {
		t := max(0, min(1, -(x*dx+y*dy)/l))
		x, y = x+t*dx, y+t*dy
	}
	return math.Hypot(x, y) * kmPerDegree
}
