package hotspot

import (
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/proto/wire"
)

// Uplink is one frame that a packet forwarder received.
type Uplink struct {
	ID        uint64 // given by the queue; 0 before
	Payload   []byte // PHYPayload, 1..255 bytes
	Tmst      uint32 // concentrator clock at the end of the frame, microseconds, wraps
	At        time.Time
	Frequency uint32 // Hz
	FreqError int32  // Hz, as the concentrator measured it; 0 when it does not say
	SF        uint8  // 5..12; 0 when not LoRa
	Bandwidth uint32 // Hz
	RSSI      int16  // 0.1 dBm
	SNR       int16  // 0.1 dB
	CodeRate  string
	Forwarder gwmp.EUI
}

// Window is one chance to transmit a downlink.
type Window struct {
	Tmst      uint32 // concentrator clock at the start, microseconds
	Immediate bool   // as soon as possible; Tmst is ignored
	Frequency uint32 // Hz
	SF        uint8
	Bandwidth uint32 // Hz
	Power     int16  // EIRP, 0.1 dBm; 0 means the plan's most
}

// Downlink is a frame to transmit in the first of its windows that works.
type Downlink struct {
	ID        uint64
	Payload   []byte
	Windows   []Window
	Forwarder gwmp.EUI // zero: any forwarder
}

// TxOutcome is what became of a transmission. The numbers are those of
// hexwave.router.v1.TxResult.
type TxOutcome uint8

// Outcomes of a transmission.
const (
	TxOK              TxOutcome = 1
	TxTooLate         TxOutcome = 2
	TxTooEarly        TxOutcome = 3
	TxCollisionPacket TxOutcome = 4
	TxCollisionBeacon TxOutcome = 5
	TxFrequency       TxOutcome = 6
	TxPower           TxOutcome = 7
	TxGPSUnlocked     TxOutcome = 8
	TxNoForwarder     TxOutcome = 9
	TxNoAck           TxOutcome = 10
	TxDutyCycle       TxOutcome = 11
	TxOther           TxOutcome = 12
)

var txNames = [...]string{
	"", "ok", "too-late", "too-early", "collision-packet", "collision-beacon", "tx-freq", "tx-power",
	"gps-unlocked", "no-forwarder", "no-ack", "duty-cycle", "other",
}

// String returns the outcome's name as a metric label.
func (o TxOutcome) String() string {
	if int(o) >= len(txNames) || o == 0 {
		return "other"
	}
	return txNames[o]
}

// DownlinkResult reports a downlink back to the router.
type DownlinkResult struct {
	ID      uint64
	Outcome TxOutcome
	Window  int // index of the window used or tried last
}

// Head is the newest block that a router or node has shown.
type Head struct {
	Height uint64
	Time   time.Time
	Epoch  uint32
}

// Radius is a RADIUS packet between this hotspot and a payer, with the proof of
// who sent it (docs/spec/wifi.md).
type Radius struct {
	Realm    string // decides the payer; empty in what comes from one
	Proof    []byte // wire.RadiusProof
	Packet   []byte
	Exchange uint64 // of the proof
}

// Usage is what this hotspot has carried for the payer of a realm.
type Usage struct {
	Realm    string
	Records  [][]byte // wire.Usage each, in order
	Vouchers [][]byte // best ones held of the payer's lane, wire.Voucher each
}

// RadiusRefusal is a router's word that it could not carry a Radius, or, with
// exchange 0, a Usage.
type RadiusRefusal struct {
	Exchange uint64
	Realm    string
	Outcome  wire.Outcome
}
