package wire

import (
	"errors"
	"fmt"
	"strings"
)

// ErrHotspotID is returned for text that is no hotspot id.
var ErrHotspotID = errors.New("not a hotspot id")

// hotspotHRP is the human-readable part of a hotspot id.
const hotspotHRP = "hotspot"

// bech32Charset is the alphabet of BIP 173.
const bech32Charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32mConst is the checksum constant of Bech32m (BIP 350), which unlike
// Bech32 catches inserted letters q before a final p.
const bech32mConst = 0x2bc830a3

// EncodeHotspotID returns the Bech32m text of a hotspot key: "hotspot1", then
// the algorithm byte and the raw key (BIP 350).
func EncodeHotspotID(k PubKey) string {
	if k.IsZero() {
		return ""
	}
	data := toFive(append([]byte{byte(k.Alg)}, k.Raw()...))
	sum := bech32Polymod(append(expandHRP(), append(data, 0, 0, 0, 0, 0, 0)...)) ^ bech32mConst
	var s strings.Builder
	s.WriteString(hotspotHRP)
	s.WriteByte('1')
	for _, v := range data {
		s.WriteByte(bech32Charset[v])
	}
	for i := range 6 {
		s.WriteByte(bech32Charset[sum>>(5*(5-i))&31])
	}
	return s.String()
}

// DecodeHotspotID returns the key of a hotspot id. Upper case throughout is
// accepted, mixed case is not.
func DecodeHotspotID(s string) (PubKey, error) {
	if len(s) > 90 || (strings.ToLower(s) != s && strings.ToUpper(s) != s) {
		return PubKey{}, fmt.Errorf("%w: mixed case or too long", ErrHotspotID)
	}
	body, ok := strings.CutPrefix(strings.ToLower(s), hotspotHRP+"1")
	if !ok || len(body) < 6 {
		return PubKey{}, fmt.Errorf("%w: want hotspot1...", ErrHotspotID)
	}
	values := make([]byte, len(body))
	for i := range len(body) {
		v := strings.IndexByte(bech32Charset, body[i])
		if v < 0 {
			return PubKey{}, fmt.Errorf("%w: letter %q", ErrHotspotID, body[i])
		}
		values[i] = byte(v)
	}
	if bech32Polymod(append(expandHRP(), values...)) != bech32mConst {
		return PubKey{}, fmt.Errorf("%w: checksum", ErrHotspotID)
	}
	raw, err := toEight(values[:len(values)-6])
	if err != nil || len(raw) < 1 {
		return PubKey{}, fmt.Errorf("%w: padding", ErrHotspotID)
	}
	switch KeyAlg(raw[0]) {
	case KeyEd25519:
		return Ed25519Key(raw[1:])
	case KeyP256:
		return P256Key(raw[1:])
	}
	return PubKey{}, fmt.Errorf("%w: key algorithm %d", ErrHotspotID, raw[0])
}

// expandHRP returns the values that the checksum prepends for the prefix.
func expandHRP() []byte {
	out := make([]byte, 0, 2*len(hotspotHRP)+1+64)
	for i := range len(hotspotHRP) {
		out = append(out, hotspotHRP[i]>>5)
	}
	out = append(out, 0)
	for i := range len(hotspotHRP) {
		out = append(out, hotspotHRP[i]&31)
	}
	return out
}

// bech32Polymod is the checksum polynomial of BIP 173.
func bech32Polymod(values []byte) uint32 {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	chk := uint32(1)
	for _, v := range values {
		top := chk >> 25
		chk = (chk&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				chk ^= g
			}
		}
	}
	return chk
}

// toFive regroups bytes into five-bit values, padding with zero bits.
func toFive(in []byte) []byte {
	out := make([]byte, 0, len(in)*8/5+1)
	var acc uint32
	bits := 0
	for _, v := range in {
		acc = acc<<8 | uint32(v)
		for bits += 8; bits >= 5; {
			bits -= 5
			out = append(out, byte(acc>>bits)&31)
		}
	}
	if bits > 0 {
		out = append(out, byte(acc<<(5-bits))&31)
	}
	return out
}

// toEight reverses toFive; padding must be short and zero.
func toEight(in []byte) ([]byte, error) {
	out := make([]byte, 0, len(in)*5/8)
	var acc uint32
	bits := 0
	for _, v := range in {
		acc = acc<<5 | uint32(v)
		if bits += 5; bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	if bits >= 5 || acc&(1<<bits-1) != 0 {
		return nil, ErrValue
	}
	return out, nil
}
