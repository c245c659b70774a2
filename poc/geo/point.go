package geo

import (
	"errors"
	"fmt"
)

// E7 is an angle in 10^-7 degrees, about 1.1 cm of latitude.
type E7 int32

// Largest angles a [Point] may have; both signs are allowed.
const (
	MaxLat E7 = 90 * degree
	MaxLng E7 = 180 * degree

	degree = 10_000_000
)

// ErrPoint is returned for a latitude or longitude out of range.
var ErrPoint = errors.New("position out of range")

// Point is a position on the sphere. Latitude is in [-MaxLat, MaxLat], longitude
// in [-MaxLng, MaxLng]; both ends of the longitude range are the same meridian.
type Point struct {
	Lat, Lng E7
}

// Validate returns [ErrPoint] if p is out of range.
func (p Point) Validate() error {
	if p.Lat < -MaxLat || p.Lat > MaxLat {
		return fmt.Errorf("latitude %d: %w", p.Lat, ErrPoint)
	}
	if p.Lng < -MaxLng || p.Lng > MaxLng {
		return fmt.Errorf("longitude %d: %w", p.Lng, ErrPoint)
	}
	return nil
}

// EarthRadius is the radius of the sphere in millimetres: the WGS 84 authalic
// radius, which H3 uses too.
const EarthRadius = 6_371_007_181

// ECEF is a point on the sphere in millimetres from its centre: X towards
// (0, 0), Y towards 90 degrees east, Z towards the north pole.
type ECEF struct {
	X, Y, Z int64
}

// ECEF returns the Cartesian coordinates of p. Out-of-range angles wrap.
//
// The operations and their rounding are part of the protocol: Q60 sine and
// cosine (see sinCos), products rounded to nearest, coordinates rounded to
// nearest with halves away from zero.
func (p Point) ECEF() ECEF {
	v := p.unit()
	return ECEF{
		X: mulDivRound(v[0], EarthRadius, q60),
		Y: mulDivRound(v[1], EarthRadius, q60),
		Z: mulDivRound(v[2], EarthRadius, q60),
	}
}

// unit returns p as a Q60 unit vector.
func (p Point) unit() vec {
	sinLat, cosLat := sinCos(p.Lat)
	sinLng, cosLng := sinCos(p.Lng)
	return vec{mulQ60(cosLat, cosLng), mulQ60(cosLat, sinLng), sinLat}
}
