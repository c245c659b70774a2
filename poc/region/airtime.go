package region

import (
	"errors"
	"fmt"
)

// Spreading factors the protocol uses.
const (
	MinSF = 7
	MaxSF = 12
)

// ErrModulation is returned for a spreading factor, bandwidth or size that
// LoRa as used here does not have.
var ErrModulation = errors.New("modulation out of range")

// Frame describes a LoRa transmission with explicit header, coding rate 4/5
// and 8 preamble symbols, as all LoRaWAN and beacon frames have.
type Frame struct {
	// SF is the spreading factor, 7 to 12.
	SF uint8
	// BandwidthKHz is 125, 250 or 500.
	BandwidthKHz uint16
	// Size is the length on air in bytes, 0 to 255.
	Size int
	// CRC is on for uplinks and beacons, off for downlinks.
	CRC bool
}

// TimeOnAir returns the exact airtime of f. The formula is that of Semtech's
// SX1276 datasheet, section 4.1.1.7; every term is a whole number of quarter
// symbols and of microseconds. Low data rate optimisation is on where a symbol
// lasts 16 ms or more.
func TimeOnAir(f Frame) (Micros, error) {
	if !validSF(f.SF) || !validBandwidth(f.BandwidthKHz) || f.Size < 0 || f.Size > 255 {
		return 0, fmt.Errorf("SF%dBW%d, %d bytes: %w", f.SF, f.BandwidthKHz, f.Size, ErrModulation)
	}
	sf := int64(f.SF)
	symbol := int64(1000) << sf / int64(f.BandwidthKHz)
	perBlock := 4 * sf
	if symbol >= 16_000 {
		perBlock -= 8
	}
	bits := 8*int64(f.Size) - 4*sf + 28
	if f.CRC {
		bits += 16
	}
	symbols := int64(8)
	if bits > 0 {
		symbols += (bits + perBlock - 1) / perBlock * 5
	}
	// The preamble is 8 + 4.25 symbols.
	return Micros((49 + 4*symbols) * symbol / 4), nil
}

func validSF(sf uint8) bool { return sf >= MinSF && sf <= MaxSF }

func validBandwidth(kHz uint16) bool { return kHz == 125 || kHz == 250 || kHz == 500 }
