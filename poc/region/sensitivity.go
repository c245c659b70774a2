package region

import "fmt"

// Thermal noise at 290 K is -174 dBm in 1 Hz, -123 dBm in 125 kHz; the best
// LoRa gateway front ends add about 3 dB.
const (
	noise125    DeciDBm = -1230
	noiseFigure DeciDB  = 30
)

// SNRFloor returns the weakest signal-to-noise ratio at which LoRa decodes:
// -7.5 dB at SF7 falling by 2.5 dB per step to -20 dB at SF12 (Semtech SX1276
// datasheet, table 13). It is independent of the bandwidth.
func SNRFloor(sf uint8) (DeciDB, error) {
	if !validSF(sf) {
		return 0, fmt.Errorf("SF%d: %w", sf, ErrModulation)
	}
	return -75 - 25*DeciDB(sf-MinSF), nil
}

// NoiseFloor returns the noise power of the best receiver in a bandwidth of
// 125, 250 or 500 kHz: thermal noise plus 3 dB, doubling counted as 3 dB.
func NoiseFloor(bandwidthKHz uint16) (DeciDBm, error) {
	if !validBandwidth(bandwidthKHz) {
		return 0, fmt.Errorf("%d kHz: %w", bandwidthKHz, ErrModulation)
	}
	floor := noise125 + DeciDBm(noiseFigure)
	for ; bandwidthKHz > 125; bandwidthKHz /= 2 {
		floor += 30
	}
	return floor, nil
}

// Sensitivity returns the weakest signal that any receiver can be expected to
// decode, the noise floor plus the SNR floor: -127.5 dBm at SF7 to -140.0 dBm
// at SF12 in 125 kHz. A report claiming much less is not physical.
func Sensitivity(sf uint8, bandwidthKHz uint16) (DeciDBm, error) {
	snr, err := SNRFloor(sf)
	if err != nil {
		return 0, err
	}
	floor, err := NoiseFloor(bandwidthKHz)
	if err != nil {
		return 0, err
	}
	return floor + DeciDBm(snr), nil
}
