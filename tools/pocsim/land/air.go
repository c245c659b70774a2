package land

import (
	"math/rand/v2"
)

// thermal is thermal noise in 125 kHz, dBm.
const thermal = -123.0

// Fading of one frame, dB, and how often something else drowns it.
const (
	fading    = 2.5
	drowned   = 0.05
	maxSNR    = 12.0 // a concentrator shows no more
	saturated = -20.0
)

// Heard is how a frame arrived: RSSI in dBm and SNR in dB, as the receiver shows
// them.
type Heard struct{ RSSI, SNR float64 }

// Receive returns how a frame that was radiated with eirp arrives over a loss, and
// whether it was decoded at a spreading factor of 7 to 12.
func Receive(r *rand.Rand, to *Unit, eirp, loss float64, sf uint8) (Heard, bool) {
	signal := eirp + to.Gain - loss + fading*r.NormFloat64()
	snr := signal - thermal - to.Noise
	if snr < Floor(sf) || r.Float64() < drowned {
		return Heard{}, false
	}
	return Heard{
		RSSI: min(signal+to.Skew, saturated),
		SNR:  min(snr+0.7*r.NormFloat64(), maxSNR),
	}, true
}

// Floor returns the SNR in dB below which a spreading factor is not decoded.
func Floor(sf uint8) float64 { return -7.5 - 2.5*float64(sf-7) }
