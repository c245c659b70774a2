package verify

// Reception limits, 0.1 dB and 0.1 dBm.
const (
	// thermal125 is the thermal noise in 125 kHz at 290 K.
	thermal125 = -1230
	// doubling is what twice the bandwidth adds to it.
	doubling = 30
	// bestNoise is the noise figure that no receiver is expected to beat.
	bestNoise = 30
)

// noise returns the thermal noise of a bandwidth in kHz, 0.1 dBm.
func noise(bandwidth uint16) int32 {
	switch bandwidth {
	case 250:
		return thermal125 + doubling
	case 500:
		return thermal125 + 2*doubling
	}
	return thermal125
}

// SNRFloor returns the signal-to-noise ratio below which a spreading factor of
// 7 to 12 is not demodulated, 0.1 dB: -7.5 dB at SF7, 2.5 dB less for each
// further (Semtech AN1200.22).
func SNRFloor(sf uint8) int32 { return -75 - 25*(int32(sf)-7) }

// Sensitivity returns the weakest signal that the best receiver decodes, 0.1
// dBm, for a spreading factor and a bandwidth in kHz.
func Sensitivity(sf uint8, bandwidth uint16) int32 {
	return noise(bandwidth) + bestNoise + SNRFloor(sf)
}

// maxSNR returns the largest signal-to-noise ratio that a signal of rssi can
// have: noise is never below thermal noise.
func maxSNR(rssi int16, bandwidth uint16) int32 { return int32(rssi) - noise(bandwidth) }
