package radius

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Uint32 returns an attribute of 32 bits; false when there is none of that
// length.
func Uint32(p *Packet, t Type) (uint32, bool) {
	a, ok := p.Lookup(t)
	if !ok || len(a) != 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(a), true
}

// SetUint32 replaces an attribute of 32 bits.
func SetUint32(p *Packet, t Type, v uint32) { p.Set(t, binary.BigEndian.AppendUint32(nil, v)) }

// String returns the first attribute of a type as text, empty when there is none.
func String(p *Packet, t Type) string { return string(p.Get(t)) }

// UserName returns the User-Name.
func UserName(p *Packet) string { return String(p, TypeUserName) }

// maxLabel is how long a part of a DNS name may be (RFC 1035 §2.3.4).
const maxLabel = 63

// Realm returns what follows the last @ of a user name, in lower case. It must be
// a DNS name. Errors: ErrRealm.
func Realm(user string) (string, error) {
	i := strings.LastIndexByte(user, '@')
	if i < 0 {
		return "", fmt.Errorf("%w: user name has none", ErrRealm)
	}
	realm := strings.ToLower(user[i+1:])
	for label := range strings.SplitSeq(realm, ".") {
		if !isLabel(label) {
			return "", fmt.Errorf("%w: not a DNS name", ErrRealm)
		}
	}
	return realm, nil
}

func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// MAC is a station's address (IEEE 802).
type MAC [6]byte

// String returns the address as RFC 3580 §3.21 writes it: 02-AB-CD-EF-01-23.
func (m MAC) String() string {
	return fmt.Sprintf("%02X-%02X-%02X-%02X-%02X-%02X", m[0], m[1], m[2], m[3], m[4], m[5])
}

// Station returns the Calling-Station-Id as an address, in whatever separators it
// is written. Errors: ErrStation.
func Station(p *Packet) (MAC, error) { return ParseMAC(String(p, TypeCallingStation)) }

// ParseMAC reads 12 hex digits of either case with '-', ':' or '.' between them
// or nothing. Errors: ErrStation.
func ParseMAC(s string) (MAC, error) {
	var m MAC
	digits := 0
	for _, c := range []byte(s) {
		d, ok := hexDigit(c)
		switch {
		case ok && digits < 12:
			m[digits/2] = m[digits/2]<<4 | d
			digits++
		case ok || c != '-' && c != ':' && c != '.':
			return MAC{}, ErrStation
		}
	}
	if digits != 12 || len(s) > 17 {
		return MAC{}, ErrStation
	}
	return m, nil
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// SetStation replaces the Calling-Station-Id.
func SetStation(p *Packet, m MAC) { p.Set(TypeCallingStation, []byte(m.String())) }
