package verify

import "github.com/hexwave/hexwave/poc/region"

// refused is a limit in 0.1 dB that no 16-bit measurement reaches. It stands for
// the limit of a modulation that does not exist, which nothing satisfies.
const refused = 1 << 20

// bestNoise is the noise figure in region's noise floor, 0.1 dB. Taken off again
// it leaves thermal noise, which no receiver is below.
const bestNoise = 30

// SNRFloor returns the signal-to-noise ratio below which a spreading factor of 7
// to 12 is not demodulated, 0.1 dB.
func SNRFloor(sf uint8) int32 {
	floor, err := region.SNRFloor(sf)
	if err != nil {
		return refused
	}
	return int32(floor)
}

// Sensitivity returns the weakest signal that the best receiver decodes, 0.1
// dBm, for a spreading factor and a bandwidth in kHz.
func Sensitivity(sf uint8, bandwidth uint16) int32 {
	weakest, err := region.Sensitivity(sf, bandwidth)
	if err != nil {
		return refused
	}
	return int32(weakest)
}

// maxSNR returns the largest signal-to-noise ratio that a signal of rssi can
// have, 0.1 dB.
func maxSNR(rssi int16, bandwidth uint16) int32 {
	floor, err := region.NoiseFloor(bandwidth)
	if err != nil {
		return -refused
	}
	return int32(rssi) - int32(floor) + bestNoise
}
