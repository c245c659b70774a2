package packetrouter

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// ErrIdentifier is returned for text that is no identifier of its kind.
var ErrIdentifier = errors.New("not an identifier")

// DevAddr is a device's 32-bit network address (LoRaWAN 1.0.4 §6.1.1).
type DevAddr uint32

// ParseDevAddr reads 8 hex digits, most significant first.
func ParseDevAddr(s string) (DevAddr, error) {
	v, err := parseHex(s, 4)
	if err != nil {
		return 0, fmt.Errorf("DevAddr %q: %w", clip(s), err)
	}
	return DevAddr(v), nil
}

// String returns 8 lower-case hex digits.
func (a DevAddr) String() string { return fmt.Sprintf("%08x", uint32(a)) }

// EUI is a 64-bit identifier: JoinEUI, DevEUI or that of a packet forwarder.
type EUI uint64

// ParseEUI reads 16 hex digits, most significant first.
func ParseEUI(s string) (EUI, error) {
	v, err := parseHex(s, 8)
	if err != nil {
		return 0, fmt.Errorf("EUI %q: %w", clip(s), err)
	}
	return EUI(v), nil
}

// String returns 16 lower-case hex digits.
func (e EUI) String() string { return fmt.Sprintf("%016x", uint64(e)) }

// OrgID is the number of an org on chain (OUI), from 1.
type OrgID uint32

// String returns the decimal number.
func (o OrgID) String() string { return strconv.FormatUint(uint64(o), 10) }

// HotspotID is a hotspot's index on chain, from 1 and never reused. 0 is a
// hotspot that is not registered.
type HotspotID uint32

// RouteKey identifies a route across reloads of its bundle: a hash of org and
// route id.
type RouteKey uint64

func parseHex(s string, size int) (uint64, error) {
	if len(s) != 2*size {
		return 0, fmt.Errorf("%w: want %d hex digits", ErrIdentifier, 2*size)
	}
	var b [8]byte
	if _, err := hex.Decode(b[8-size:], []byte(s)); err != nil {
		return 0, fmt.Errorf("%w: want %d hex digits", ErrIdentifier, 2*size)
	}
	var v uint64
	for _, x := range b {
		v = v<<8 | uint64(x)
	}
	return v, nil
}

// clip bounds what an error quotes of hostile input.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}
