package air

import (
	"math"

	"github.com/hexwave/hexwave/tools/radiosim/chance"
)

// Site is where an antenna stands. Its name keys the shadowing of its links.
type Site struct {
	Name    string
	Lat     float64 // degrees
	Lng     float64
	HeightM float64
	GainDBi float64
}

// Model is log-distance path loss with log-normal shadowing. Loss is never
// below free space plus MarginDB, as nothing real is.
type Model struct {
	Seed      chance.Seed
	Exponent  float64
	ClutterDB float64 // on top of free space at 100 m
	ShadowDB  float64
	FadingDB  float64
}

const (
	earthM      = 6_371_007.181
	referenceM  = 100.0
	asymmetryDB = 0.7 // sigma of what differs between the two directions
	// MarginDB keeps rounding and fading below the free-space bound.
	MarginDB = 2.0
)

// Distance returns metres between two sites, height included.
func Distance(a, b Site) float64 {
	const rad = math.Pi / 180
	sinLat := math.Sin((b.Lat - a.Lat) * rad / 2)
	sinLng := math.Sin((b.Lng - a.Lng) * rad / 2)
	h := sinLat*sinLat + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*sinLng*sinLng
	return math.Hypot(2*earthM*math.Asin(math.Sqrt(min(1, h))), b.HeightM-a.HeightM)
}

// FreeSpace returns the free-space loss in dB over d metres at f Hz.
func FreeSpace(d float64, f uint32) float64 {
	const c = 299_792_458.0
	return 20 * math.Log10(4*math.Pi*max(d, 1)*float64(f)/c)
}

// Loss returns the loss in dB of the seq-th frame of tx at rx, antennas excluded.
func (m Model) Loss(tx, rx Site, f uint32, seq uint64) float64 {
	d := Distance(tx, rx)
	first, second := min(tx.Name, rx.Name), max(tx.Name, rx.Name)
	loss := FreeSpace(referenceM, f) + m.ClutterDB + 10*m.Exponent*math.Log10(max(d, 1)/referenceM)
	loss += m.ShadowDB * m.Seed.Normal("shadowing", 0, first, second)
	loss += asymmetryDB * m.Seed.Normal("asymmetry", 0, tx.Name, rx.Name)
	loss += m.FadingDB * m.Seed.Normal("fading", seq, tx.Name, rx.Name)
	return max(loss, FreeSpace(d, f)+MarginDB)
}

// NoiseFloor returns the receiver's noise in dBm over a bandwidth in kHz:
// thermal noise and a noise figure of 6 dB.
func NoiseFloor(bandwidthKHz int) float64 {
	return -174 + 10*math.Log10(float64(bandwidthKHz)*1000) + 6
}

// SNRFloor returns the SNR in dB below which a spreading factor is not demodulated.
func SNRFloor(sf int) float64 { return -7.5 - 2.5*float64(sf-7) }

// addDBm sums two powers.
func addDBm(a, b float64) float64 {
	return 10 * math.Log10(math.Pow(10, a/10)+math.Pow(10, b/10))
}
