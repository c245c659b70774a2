package gwmp

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// object writes one flat JSON object after the bytes it was opened on.
type object struct {
	b     []byte
	empty bool
}

func openObject(dst []byte) object { return object{b: append(dst, '{'), empty: true} }

func (o *object) close() []byte { return append(o.b, '}') }

func (o *object) key(k string) {
	if !o.empty {
		o.b = append(o.b, ',')
	}
	o.empty = false
	o.b = append(o.b, '"')
	o.b = append(o.b, k...)
	o.b = append(o.b, '"', ':')
}

func (o *object) text(k, v string) {
	o.key(k)
	o.b = appendString(o.b, v)
}

func (o *object) integer(k string, v int64) {
	o.key(k)
	o.b = strconv.AppendInt(o.b, v, 10)
}

func (o *object) unsigned(k string, v uint64) {
	o.key(k)
	o.b = strconv.AppendUint(o.b, v, 10)
}

func (o *object) flag(k string, v bool) {
	o.key(k)
	o.b = strconv.AppendBool(o.b, v)
}

// decimal writes v / 10^digits with exactly that many digits after the point.
func (o *object) decimal(k string, v int64, digits int) {
	o.key(k)
	o.b = appendDecimal(o.b, v, digits)
}

func (o *object) base64(k string, v []byte) {
	o.key(k)
	o.b = append(o.b, '"')
	o.b = base64.StdEncoding.AppendEncode(o.b, v)
	o.b = append(o.b, '"')
}

func (o *object) dataRate(d DataRate) {
	if d == (DataRate{}) {
		return
	}
	o.key("datr")
	if d.BitRate != 0 {
		o.b = strconv.AppendUint(o.b, uint64(d.BitRate), 10)
		return
	}
	o.b = append(o.b, '"')
	o.b = d.appendText(o.b)
	o.b = append(o.b, '"')
}

func (o *object) meta(m []Meta) {
	if len(m) == 0 {
		return
	}
	o.key("meta")
	in := openObject(o.b)
	for _, e := range m {
		if !in.empty {
			in.b = append(in.b, ',')
		}
		in.empty = false
		in.b = appendString(in.b, e.Key)
		in.b = append(in.b, ':')
		in.b = appendString(in.b, e.Value)
	}
	o.b = in.close()
}

func appendDecimal(dst []byte, v int64, digits int) []byte {
	if v < 0 {
		dst = append(dst, '-')
		v = -v
	}
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	dst = strconv.AppendInt(dst, v/unit, 10)
	if digits == 0 {
		return dst
	}
	dst = append(dst, '.')
	for rest := v % unit; unit > 1; {
		unit /= 10
		dst = append(dst, byte('0'+rest/unit))
		rest %= unit
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20 || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
			continue
		}
		i++
	}
	return append(dst, '"')
}
