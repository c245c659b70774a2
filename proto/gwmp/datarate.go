package gwmp

import (
	"fmt"
	"strconv"
)

// Modulation is the "modu" field.
type Modulation uint8

// The modulations of the protocol.
const (
	LoRa Modulation = iota
	FSK
	LRFHSS
)

// String returns the protocol's spelling.
func (m Modulation) String() string {
	switch m {
	case FSK:
		return "FSK"
	case LRFHSS:
		return "LR-FHSS"
	default:
		return "LORA"
	}
}

func parseModulation(s string) (Modulation, error) {
	switch s {
	case "", "LORA":
		return LoRa, nil
	case "FSK":
		return FSK, nil
	case "LR-FHSS":
		return LRFHSS, nil
	}
	return 0, fmt.Errorf("modu %q: %w", clip(s), ErrField)
}

// DataRate is the "datr" field. Of its three forms only one is set; the zero
// value means the field was absent.
type DataRate struct {
	SF           uint8  // LoRa spreading factor, 5..12
	BandwidthKHz uint16 // LoRa bandwidth in kHz

	BitRate uint32 // FSK, bit/s

	GridMode uint8  // LR-FHSS modulation type: the digit after M
	OCWkHz   uint16 // LR-FHSS occupied channel width in kHz
}

// LoRaRate returns the LoRa data rate of a spreading factor and a bandwidth in kHz.
func LoRaRate(sf uint8, bandwidthKHz uint16) DataRate {
	return DataRate{SF: sf, BandwidthKHz: bandwidthKHz}
}

// ParseDataRate reads "SF7BW125" or "M0CW137".
func ParseDataRate(s string) (DataRate, error) {
	bad := func() (DataRate, error) {
		return DataRate{}, fmt.Errorf("datr %q: %w", clip(s), ErrField)
	}
	if len(s) < 2 {
		return bad()
	}
	if s[:2] == "SF" {
		sf, rest, ok := digits(s[2:], 2)
		if !ok || sf < 5 || sf > 12 || len(rest) < 3 || rest[:2] != "BW" {
			return bad()
		}
		bw, rest, ok := digits(rest[2:], 4)
		if !ok || bw == 0 || rest != "" {
			return bad()
		}
		return LoRaRate(uint8(sf), uint16(bw)), nil
	}
	if s[0] == 'M' {
		mode, rest, ok := digits(s[1:], 1)
		if !ok || len(rest) < 3 || rest[:2] != "CW" {
			return bad()
		}
		ocw, rest, ok := digits(rest[2:], 4)
		if !ok || ocw == 0 || rest != "" {
			return bad()
		}
		return DataRate{GridMode: uint8(mode), OCWkHz: uint16(ocw)}, nil
	}
	return bad()
}

// digits reads at most max decimal digits without a leading zero.
func digits(s string, max int) (n uint32, rest string, ok bool) {
	i := 0
	for ; i < len(s) && i < max && s[i] >= '0' && s[i] <= '9'; i++ {
		n = 10*n + uint32(s[i]-'0')
	}
	return n, s[i:], i > 0 && (i == 1 || s[0] != '0')
}

// String returns the protocol's spelling; of an FSK rate, its digits.
func (d DataRate) String() string {
	if d.BitRate != 0 {
		return strconv.FormatUint(uint64(d.BitRate), 10)
	}
	return string(d.appendText(nil))
}

func (d DataRate) appendText(dst []byte) []byte {
	switch {
	case d.SF != 0:
		dst = append(dst, 'S', 'F')
		dst = strconv.AppendUint(dst, uint64(d.SF), 10)
		dst = append(dst, 'B', 'W')
		return strconv.AppendUint(dst, uint64(d.BandwidthKHz), 10)
	case d.OCWkHz != 0:
		dst = append(dst, 'M')
		dst = strconv.AppendUint(dst, uint64(d.GridMode), 10)
		dst = append(dst, 'C', 'W')
		return strconv.AppendUint(dst, uint64(d.OCWkHz), 10)
	}
	return dst
}

// clip bounds what an error quotes of hostile input.
func clip(s string) string {
	if len(s) > 32 {
		return s[:32] + "..."
	}
	return s
}
