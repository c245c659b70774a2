package region

import "slices"

// Band is the LoRaWAN side of a region: what devices and network servers use,
// as opposed to the beacon plan. Where dwell time may be limited, it is.
type Band struct {
	// Name is the LoRaWAN common name, for example "AS923-2".
	Name string
	// DataRates by index; an index that is not LoRa modulation has SF 0.
	DataRates [16]DataRate
	// Uplinks are the default uplink channels, by channel index.
	Uplinks []Hz
	// RX2 and RX2DataRate are the default second receive window.
	RX2         Hz
	RX2DataRate uint8
	// Delays from the end of the uplink to the start of the window.
	RX1Delay, RX2Delay, JoinDelay1, JoinDelay2 Micros
	// MaxUplinkEIRP is the default limit for devices.
	MaxUplinkEIRP DeciDBm
}

// DataRate is one LoRa data rate of a band.
type DataRate struct {
	// SF is the spreading factor, 7 to 12.
	SF uint8
	// BandwidthKHz is 125, 250 or 500.
	BandwidthKHz uint16
	// MaxMACPayload is the largest MACPayload in bytes (M of RP002); the frame
	// on air is 5 bytes longer. 0 where dwell time forbids the rate.
	MaxMACPayload uint8
	// Uplink and Downlink tell in which directions the index is used.
	Uplink, Downlink bool
}

// UplinkIndex returns the index of a data rate devices send at.
func (b *Band) UplinkIndex(sf uint8, bandwidthKHz uint16) (int, bool) {
	for n, dr := range b.DataRates {
		if dr.Uplink && dr.SF == sf && dr.BandwidthKHz == bandwidthKHz {
			return n, true
		}
	}
	return 0, false
}

// DownlinkIndex returns the index of a data rate devices listen at.
func (b *Band) DownlinkIndex(sf uint8, bandwidthKHz uint16) (int, bool) {
	for n, dr := range b.DataRates {
		if dr.Downlink && dr.SF == sf && dr.BandwidthKHz == bandwidthKHz {
			return n, true
		}
	}
	return 0, false
}

// BandOf returns the LoRaWAN band of a region that has a [Plan].
func BandOf(id ID) (Band, bool) {
	name := lorawanName(id)
	for n := range bands {
		if bands[n].Name == name {
			b := bands[n]
			b.Uplinks = slices.Clone(b.Uplinks)
			return b, true
		}
	}
	return Band{}, false
}

// lorawanName maps regions to bands: beacon sub-regions share the data rates
// and windows of the band they are cut from.
func lorawanName(id ID) string {
	switch id {
	case US915, EU868, EU433, CN470, AU915, KR920, IN865, RU864:
		return id.String()
	case CD900_1A:
		return "EU868"
	case AU915SB1:
		return "AU915"
	case AS923_1, AS923_1B, AS923_1C:
		return "AS923"
	case AS923_2:
		return "AS923-2"
	case AS923_3:
		return "AS923-3"
	case AS923_4:
		return "AS923-4"
	default:
		return ""
	}
}
