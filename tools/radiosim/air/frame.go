package air

import (
	"math"
	"time"
)

// Kind says what a frame is to the simulator; receivers do not see it.
type Kind string

// The kinds of frame.
const (
	Join     Kind = "join"
	Uplink   Kind = "uplink"
	Beacon   Kind = "beacon"   // by a gateway, IQ not inverted
	Downlink Kind = "downlink" // by a gateway, IQ inverted
)

// Frame is one transmission.
type Frame struct {
	ID           uint64 // set by the medium, from 1
	Seq          uint64 // the transmitter's n-th frame, set by the medium
	Kind         Kind
	From         Site
	PowerDBm     float64 // conducted; the site's gain comes on top
	FreqHz       uint32
	SF           int
	BandwidthKHz int
	Inverted     bool // IQ
	NoCRC        bool
	Payload      []byte
	Start, End   time.Duration // End is set by the medium
}

// Symbol returns the length of one symbol.
func (f *Frame) Symbol() time.Duration {
	return time.Duration(float64(uint64(1)<<f.SF) * float64(time.Millisecond) / float64(f.BandwidthKHz))
}

// TimeOnAir returns the length of a frame with coding rate 4/5, a preamble of
// 8 symbols and an explicit header (Semtech AN1200.13).
func TimeOnAir(size, sf, bandwidthKHz int, crc bool) time.Duration {
	de, c := 0.0, 0.0
	if math.Exp2(float64(sf)) >= 16*float64(bandwidthKHz) { // symbols of 16 ms and more
		de = 1
	}
	if crc {
		c = 16
	}
	bits := 8*float64(size) - 4*float64(sf) + 28 + c
	symbols := 8 + max(math.Ceil(bits/(4*(float64(sf)-2*de)))*5, 0) + 12.25
	return time.Duration(symbols * math.Exp2(float64(sf)) / float64(bandwidthKHz) * float64(time.Millisecond))
}

// Reason says why a frame was not received.
type Reason string

// The reasons, in the order in which a receiver would find them.
const (
	Received     Reason = ""
	OffChannel   Reason = "off_channel"
	WrongIQ      Reason = "wrong_iq"
	Weak         Reason = "weak"
	HalfDuplex   Reason = "half_duplex"
	Demodulators Reason = "demodulators_busy"
	Collision    Reason = "collision"
)

// Reception is what one receiver made of one frame.
type Reception struct {
	Receiver string
	RSSI     float64 // of the signal, dBm
	Channel  float64 // of signal and noise, dBm
	SNR      float64 // dB, as a concentrator reports it: at most SNRCeiling
	Reason   Reason
}

// SNRCeiling is where concentrators stop telling strong signals apart.
const SNRCeiling = 13.5

// OK reports whether the frame was decoded.
func (r Reception) OK() bool { return r.Reason == Received }
