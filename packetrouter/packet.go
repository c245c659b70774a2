package packetrouter

import (
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// Uplink is one frame received by one antenna of one hotspot.
type Uplink struct {
	ID        uint64 // counts the hotspot's uplinks from 1; names a packet across resends
	Payload   []byte // PHYPayload; owned by the router from the call on
	Tmst      uint32 // concentrator clock at the end of reception, microseconds, wraps
	Time      uint64 // time of reception by the hotspot's clock, Unix microseconds
	Frequency uint32 // Hz
	Bandwidth uint32 // Hz
	SF        uint8  // spreading factor 5..12; 0 when not LoRa
	RSSI      int16  // 0.1 dBm
	SNR       int16  // 0.1 dB
	Hold      uint32 // milliseconds the packet waited in the hotspot
	Forwarder EUI    // of the packet forwarder that heard it
	Antenna   uint32
	CodeRate  string // "4/5"
}

// Downlink is a frame to transmit in the first of its windows that works.
type Downlink struct {
	Payload   []byte
	Windows   []TxWindow
	Forwarder EUI // of the uplink it answers; 0 when it answers none
	Antenna   uint32
}

// TxWindow is one chance to transmit.
type TxWindow struct {
	Tmst      uint32 // concentrator clock to start at, microseconds
	Immediate bool
	Frequency uint32 // Hz
	SF        uint8
	Bandwidth uint32 // Hz
	Power     int16  // EIRP asked for, 0.1 dBm; 0 leaves it to the hotspot
}

// TxResult is what became of a downlink; the numbers are those of
// hexwave.router.v1.TxResult.
type TxResult uint8

// Results of a transmission. Those of a packet forwarder keep its words.
const (
	TxOK              TxResult = 1
	TxTooLate         TxResult = 2
	TxTooEarly        TxResult = 3
	TxCollisionPacket TxResult = 4
	TxCollisionBeacon TxResult = 5
	TxFrequency       TxResult = 6
	TxPower           TxResult = 7
	TxGPSUnlocked     TxResult = 8
	TxNoForwarder     TxResult = 9  // hotspot or forwarder not connected
	TxNoAck           TxResult = 10 // no answer in time
	TxDutyCycle       TxResult = 11
	TxOther           TxResult = 12
)

// String returns the name as a metric label and in logs.
func (x TxResult) String() string {
	names := [...]string{
		TxOK: "ok", TxTooLate: "too-late", TxTooEarly: "too-early", TxCollisionPacket: "collision-packet",
		TxCollisionBeacon: "collision-beacon", TxFrequency: "tx-freq", TxPower: "tx-power",
		TxGPSUnlocked: "gps-unlocked", TxNoForwarder: "no-forwarder", TxNoAck: "no-ack",
		TxDutyCycle: "duty-cycle", TxOther: "other",
	}
	if !x.Valid() {
		return "unspecified"
	}
	return names[x]
}

// Valid reports whether x is one of the closed list.
func (x TxResult) Valid() bool { return x >= TxOK && x <= TxOther }

// Head is the newest block the router has seen.
type Head struct {
	Height uint64
	Time   uint64 // header time, Unix milliseconds
	Epoch  uint32
}

// ItemKind is what a hotspot hands over for the fee-free lane.
type ItemKind uint8

// Kinds of item.
const (
	ItemReport ItemKind = 1 // wire.Report
	ItemReveal ItemKind = 2 // wire.Reveal
)

// ItemResult says what became of one item.
type ItemResult struct {
	Digest  [32]byte // SHA-256 of the item
	Verdict wire.Verdict
}

// FrameHash is SHA-256 of a PHYPayload, first 16 bytes.
type FrameHash [16]byte

// Transmission tells a transmission from its retransmission, which has the same
// bytes: the frame, and when the first copy of it was received.
type Transmission struct {
	Frame FrameHash
	First int64 // Unix microseconds
}

// Micros is now as the pipeline counts it.
func Micros(now time.Time) int64 { return now.UnixMicro() }

// CreditSize is the part of a frame that one data credit pays for, bytes.
const CreditSize = 24

// Credits is the price of a data frame: one DC per started 24 bytes of
// PHYPayload, at least one. Joins and rejoins are free.
func Credits(f Frame, size int) uint32 {
	if f.Kind != FrameData {
		return 0
	}
	return uint32(max(1, (size+CreditSize-1)/CreditSize))
}
