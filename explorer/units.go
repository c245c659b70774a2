package explorer

import (
	"math"
	"time"
)

// Height is a block height of the chain; the first block has height 1.
type Height uint64

// Seq counts the changes of the index: every applied block that changed anything visible adds one.
type Seq uint64

// HotspotIndex is a hotspot's number on the chain, given at registration and never reused.
type HotspotIndex uint32

// ChallengeID is a challenge's number on the chain, as it stands in the beacon's frame.
type ChallengeID uint64

// Spark is an amount of HXW in its base unit: 1 HXW = 10^8 spark.
type Spark uint64

// DC is an amount of data credits: 1 DC = US$0.00001.
type DC uint64

// DeciDBm is a received power in tenths of a dBm (about -1400 to 0).
type DeciDBm int16

// DeciDB is a signal to noise ratio in tenths of a decibel (about -250 to 150).
type DeciDB int16

// Day counts days of UTC since 1970-01-01; 16 bits last until 2149.
type Day uint16

// DayOf returns the day of t in UTC.
func DayOf(t time.Time) Day { return Day(t.Unix() / 86_400) }

// Time returns the day's start in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86_400, 0).UTC() }

// LatLng is a position on WGS 84 in units of 10^-7 degree (E7): latitude -90·10^7 to 90·10^7, longitude
// -180·10^7 to 180·10^7.
type LatLng struct {
	LatE7, LngE7 int32
}

// E7 returns the position nearest to lat and lng in degrees; the caller keeps them in range.
func E7(lat, lng float64) LatLng {
	return LatLng{LatE7: int32(math.Round(lat * 1e7)), LngE7: int32(math.Round(lng * 1e7))}
}

// Lat returns the latitude in degrees.
func (p LatLng) Lat() float64 { return float64(p.LatE7) / 1e7 }

// Lng returns the longitude in degrees.
func (p LatLng) Lng() float64 { return float64(p.LngE7) / 1e7 }

// Valid reports whether both coordinates are in range.
func (p LatLng) Valid() bool {
	return p.LatE7 >= -90e7 && p.LatE7 <= 90e7 && p.LngE7 >= -180e7 && p.LngE7 <= 180e7
}

// earthRadius is the mean radius of the earth in metres (IUGG R1).
const earthRadius = 6_371_008.8

// Distance returns the great-circle distance between two positions in metres.
func Distance(a, b LatLng) float64 {
	const rad = math.Pi / 180
	la, lb := a.Lat()*rad, b.Lat()*rad
	sLat := math.Sin((lb - la) / 2)
	sLng := math.Sin((b.Lng() - a.Lng()) * rad / 2)
	h := sLat*sLat + math.Cos(la)*math.Cos(lb)*sLng*sLng
	return 2 * earthRadius * math.Asin(math.Sqrt(math.Min(1, h)))
}
