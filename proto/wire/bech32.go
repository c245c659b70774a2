package wire

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of reading text forms.
var (
	// ErrHotspotID is returned for text that is no hotspot id.
	ErrHotspotID = errors.New("not a hotspot id")
	// ErrAddress is returned for text that is no account address.
	ErrAddress = errors.New("not an account address")
	errBech32  = errors.New("malformed")
)

// hotspotHRP is the human-readable part of a hotspot id.
const hotspotHRP = "hotspot"

// bech32Charset is the alphabet of BIP 173.
const bech32Charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// addressHRP is the human-readable part of an account address.
const addressHRP = "hxw"

// Checksum constants. Hotspot ids use Bech32m, which unlike Bech32 catches
// inserted letters q before a final p; account addresses use Bech32, as all of
// the Cosmos SDK does.
const (
	bech32Const  = 1
	bech32mConst = 0x2bc830a3
)

// EncodeHotspotID returns the Bech32m text of a hotspot key: "hotspot1", then
// the algorithm byte and the raw key (BIP 350).
func EncodeHotspotID(k PubKey) string {
	if k.IsZero() {
		return ""
	}
	return bech32Encode(hotspotHRP, bech32mConst, append([]byte{byte(k.Alg)}, k.Raw()...))
}

// DecodeHotspotID returns the key of a hotspot id. Upper case throughout is
// accepted, mixed case is not.
func DecodeHotspotID(s string) (PubKey, error) {
	raw, err := bech32Decode(hotspotHRP, bech32mConst, s)
	if err != nil || len(raw) < 1 {
		return PubKey{}, fmt.Errorf("%w: %w", ErrHotspotID, err)
	}
	switch KeyAlg(raw[0]) {
	case KeyEd25519:
		return Ed25519Key(raw[1:])
	case KeyP256:
		return P256Key(raw[1:])
	}
	return PubKey{}, fmt.Errorf("%w: key algorithm %d", ErrHotspotID, raw[0])
}

// DecodeAddress returns the bytes of an account address, "hxw1...": 20 for a
// user's, 32 for a module's.
func DecodeAddress(s string) ([]byte, error) {
	raw, err := bech32Decode(addressHRP, bech32Const, s)
	if err == nil && len(raw) != 20 && len(raw) != 32 {
		err = ErrSize
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	return raw, nil
}

// EncodeAddress returns the text of an account address.
func EncodeAddress(raw []byte) string { return bech32Encode(addressHRP, bech32Const, raw) }

func bech32Encode(hrp string, constant uint32, raw []byte) string {
	data := toFive(raw)
	sum := bech32Polymod(append(expandHRP(hrp), append(data, 0, 0, 0, 0, 0, 0)...)) ^ constant
	var s strings.Builder
	s.WriteString(hrp)
	s.WriteByte('1')
	for _, v := range data {
		s.WriteByte(bech32Charset[v])
	}
	for i := range 6 {
		s.WriteByte(bech32Charset[sum>>(5*(5-i))&31])
	}
	return s.String()
}

func bech32Decode(hrp string, constant uint32, s string) ([]byte, error) {
	if len(s) > 90 || (strings.ToLower(s) != s && strings.ToUpper(s) != s) {
		return nil, fmt.Errorf("mixed case or too long: %w", errBech32)
	}
	body, ok := strings.CutPrefix(strings.ToLower(s), hrp+"1")
	if !ok || len(body) < 6 {
		return nil, fmt.Errorf("does not begin with %s1: %w", hrp, errBech32)
	}
	values := make([]byte, len(body))
	for i := range len(body) {
		v := strings.IndexByte(bech32Charset, body[i])
		if v < 0 {
			return nil, fmt.Errorf("letter %q: %w", body[i], errBech32)
		}
		values[i] = byte(v)
	}
	if bech32Polymod(append(expandHRP(hrp), values...)) != constant {
		return nil, fmt.Errorf("checksum: %w", errBech32)
	}
	return toEight(values[:len(values)-6])
}

// expandHRP returns the values that the checksum prepends for a prefix.
func expandHRP(hrp string) []byte {
	out := make([]byte, 0, 2*len(hrp)+1+64)
	for i := range len(hrp) {
		out = append(out, hrp[i]>>5)
	}
	out = append(out, 0)
	for i := range len(hrp) {
		out = append(out, hrp[i]&31)
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
