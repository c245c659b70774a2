package packetrouter

import (
	"encoding/binary"
	"errors"
)

// MaxPayload is the largest PHYPayload a radio can deliver, bytes.
const MaxPayload = 255

// ErrFrame is returned for a payload that is not a LoRaWAN uplink.
var ErrFrame = errors.New("not a LoRaWAN uplink")

// FrameKind is what a PHYPayload asks of a network.
type FrameKind uint8

// Kinds of frame that are routed.
const (
	FrameJoin   FrameKind = 1 // join-request
	FrameData   FrameKind = 2 // confirmed or unconfirmed data uplink
	FrameRejoin FrameKind = 3 // rejoin-request
)

// MHDR message types (LoRaWAN 1.1 §4.2.1).
const (
	mtypeJoin        = 0
	mtypeUnconfirmed = 2
	mtypeConfirmed   = 4
	mtypeRejoin      = 6
)

// Frame is the routing part of a PHYPayload. Only the fields of its kind are
// set.
type Frame struct {
	Kind FrameKind

	// Data.
	Addr      DevAddr
	Counter   uint16 // low 16 bits of FCnt
	Confirmed bool

	// Join and rejoin.
	JoinEUI EUI
	DevEUI  EUI
	Nonce   uint16 // DevNonce or RJcount
	Rejoin  uint8  // rejoin type 0, 1 or 2
}

// ParseFrame reads what routing needs of a PHYPayload. It checks the layout to
// the last byte, not the MIC. Errors: ErrFrame.
func ParseFrame(p []byte) (Frame, error) {
	if len(p) < 12 || len(p) > MaxPayload || p[0]&0x1f != 0 {
		// Bits 4..2 are RFU and bits 1..0 the major version, 0.
		return Frame{}, ErrFrame
	}
	switch p[0] >> 5 {
	case mtypeJoin:
		return parseJoin(p)
	case mtypeUnconfirmed, mtypeConfirmed:
		return parseData(p)
	case mtypeRejoin:
		return parseRejoin(p)
	}
	return Frame{}, ErrFrame
}

// parseJoin reads MHDR | JoinEUI 8 | DevEUI 8 | DevNonce 2 | MIC 4.
func parseJoin(p []byte) (Frame, error) {
	if len(p) != 23 {
		return Frame{}, ErrFrame
	}
	return Frame{
		Kind:    FrameJoin,
		JoinEUI: EUI(binary.LittleEndian.Uint64(p[1:])),
		DevEUI:  EUI(binary.LittleEndian.Uint64(p[9:])),
		Nonce:   binary.LittleEndian.Uint16(p[17:]),
	}, nil
}

// parseData reads MHDR | DevAddr 4 | FCtrl | FCnt 2 | FOpts | [FPort | payload] | MIC 4.
func parseData(p []byte) (Frame, error) {
	opts := int(p[5] & 0x0f)
	rest := len(p) - 12 - opts
	if rest < 0 {
		return Frame{}, ErrFrame
	}
	if rest > 0 && opts > 0 && p[8+opts] == 0 {
		// FPort 0 carries MAC commands, and FOpts may not as well (§4.3.1.6).
		return Frame{}, ErrFrame
	}
	return Frame{
		Kind:      FrameData,
		Addr:      DevAddr(binary.LittleEndian.Uint32(p[1:])),
		Counter:   binary.LittleEndian.Uint16(p[6:]),
		Confirmed: p[0]>>5 == mtypeConfirmed,
	}, nil
}

// parseRejoin reads the three rejoin-requests (LoRaWAN 1.1 §6.2.4): types 0 and
// 2 have a NetID of 3 bytes where type 1 has a JoinEUI of 8.
func parseRejoin(p []byte) (Frame, error) {
	f := Frame{Kind: FrameRejoin, Rejoin: p[1]}
	switch {
	case len(p) == 19 && (f.Rejoin == 0 || f.Rejoin == 2):
		f.DevEUI = EUI(binary.LittleEndian.Uint64(p[5:]))
		f.Nonce = binary.LittleEndian.Uint16(p[13:])
	case len(p) == 24 && f.Rejoin == 1:
		f.JoinEUI = EUI(binary.LittleEndian.Uint64(p[2:]))
		f.DevEUI = EUI(binary.LittleEndian.Uint64(p[10:]))
		f.Nonce = binary.LittleEndian.Uint16(p[18:])
	default:
		return Frame{}, ErrFrame
	}
	return f, nil
}
