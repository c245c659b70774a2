package gwmp

import (
	"errors"
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of values that are skipped.
const maxDepth = 16

// cursor walks one JSON text. It exists because encoding/json costs several
// times what the rest of the packet path does.
type cursor struct {
	b []byte
	i int
}

func (c *cursor) space() {
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case ' ', '\t', '\r', '\n':
			c.i++
		default:
			return
		}
	}
}

// peek returns the next byte after white space, 0 at the end.
func (c *cursor) peek() byte {
	c.space()
	if c.i < len(c.b) {
		return c.b[c.i]
	}
	return 0
}

func (c *cursor) expect(ch byte) error {
	if c.peek() != ch {
		return ErrJSON
	}
	c.i++
	return nil
}

// object calls member for each key; member must consume the value and not
// keep the key.
func (c *cursor) object(member func(key []byte) error) error {
	if err := c.expect('{'); err != nil {
		return err
	}
	if c.peek() == '}' {
		c.i++
		return nil
	}
	for {
		if c.peek() != '"' {
			return ErrJSON
		}
		key, err := c.raw()
		if err != nil {
			return err
		}
		if err := c.expect(':'); err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
		if c.peek() != ',' {
			return c.expect('}')
		}
		c.i++
	}
}

// array calls element at each element, which must consume it.
func (c *cursor) array(element func() error) error {
	if err := c.expect('['); err != nil {
		return err
	}
	if c.peek() == ']' {
		c.i++
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if c.peek() != ',' {
			return c.expect(']')
		}
		c.i++
	}
}

// null consumes a null, which stands for an absent field.
func (c *cursor) null() bool {
	if c.peek() != 'n' {
		return false
	}
	return c.literal("null")
}

func (c *cursor) literal(s string) bool {
	if len(c.b)-c.i < len(s) || string(c.b[c.i:c.i+len(s)]) != s {
		return false
	}
	c.i += len(s)
	return true
}

func (c *cursor) boolean() (bool, error) {
	switch c.peek() {
	case 't':
		if c.literal("true") {
			return true, nil
		}
	case 'f':
		if c.literal("false") {
			return false, nil
		}
	}
	return false, ErrJSON
}

// raw reads a string. The result aliases the input unless the string has
// escapes or bytes that are not UTF-8.
func (c *cursor) raw() ([]byte, error) {
	if err := c.expect('"'); err != nil {
		return nil, err
	}
	start := c.i
	for ; c.i < len(c.b); c.i++ {
		switch ch := c.b[c.i]; {
		case ch == '"':
			s := c.b[start:c.i]
			c.i++
			return s, nil
		case ch < 0x20:
			return nil, ErrJSON
		case ch == '\\' || ch >= utf8.RuneSelf:
			return c.unescape(start)
		}
	}
	return nil, ErrJSON
}

func (c *cursor) unescape(start int) ([]byte, error) {
	out := append([]byte(nil), c.b[start:c.i]...)
	for c.i < len(c.b) {
		switch ch := c.b[c.i]; {
		case ch == '"':
			c.i++
			return out, nil
		case ch < 0x20:
			return nil, ErrJSON
		case ch == '\\':
			r, ok := c.escape()
			if !ok {
				return nil, ErrJSON
			}
			out = utf8.AppendRune(out, r)
		default:
			r, n := utf8.DecodeRune(c.b[c.i:])
			c.i += n
			out = utf8.AppendRune(out, r)
		}
	}
	return nil, ErrJSON
}

// escape reads one escape sequence, surrogate pairs included.
func (c *cursor) escape() (rune, bool) {
	if c.i+1 >= len(c.b) {
		return 0, false
	}
	ch := c.b[c.i+1]
	c.i += 2
	switch ch {
	case '"', '\\', '/':
		return rune(ch), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		r, ok := c.hex4(c.i)
		if !ok {
			return 0, false
		}
		c.i += 4
		if !utf16.IsSurrogate(r) {
			return r, true
		}
		if c.i+1 < len(c.b) && c.b[c.i] == '\\' && c.b[c.i+1] == 'u' {
			if low, ok := c.hex4(c.i + 2); ok {
				if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
					c.i += 6
					return full, true
				}
			}
		}
		return utf8.RuneError, true
	}
	return 0, false
}

func (c *cursor) hex4(at int) (rune, bool) {
	if at+4 > len(c.b) {
		return 0, false
	}
	var r rune
	for _, ch := range c.b[at : at+4] {
		switch {
		case ch >= '0' && ch <= '9':
			r = r<<4 | rune(ch-'0')
		case ch|0x20 >= 'a' && ch|0x20 <= 'f':
			r = r<<4 | rune(ch|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// number reads a JSON number and returns it times 10^digits, rounded to the
// nearest, halves away from zero. What does not fit is ErrField.
func (c *cursor) number(digits int) (int64, error) {
	neg := c.peek() == '-'
	if neg {
		c.i++
	}
	var m mantissa
	n := c.digits(&m, 0)
	if n == 0 || n > 1 && c.b[c.i-n] == '0' {
		return 0, ErrJSON
	}
	if c.i < len(c.b) && c.b[c.i] == '.' {
		c.i++
		if c.digits(&m, -1) == 0 {
			return 0, ErrJSON
		}
	}
	exp := 0
	if c.i < len(c.b) && c.b[c.i]|0x20 == 'e' {
		c.i++
		e, err := c.exponent()
		if err != nil {
			return 0, err
		}
		exp = e
	}
	v, ok := m.scale(exp + digits)
	if !ok {
		return 0, ErrField
	}
	if neg {
		v = -v
	}
	return v, nil
}

func (c *cursor) exponent() (int, error) {
	neg := false
	if c.i < len(c.b) && (c.b[c.i] == '+' || c.b[c.i] == '-') {
		neg = c.b[c.i] == '-'
		c.i++
	}
	start, e := c.i, 0
	for ; c.i < len(c.b) && c.b[c.i] >= '0' && c.b[c.i] <= '9'; c.i++ {
		e = min(10*e+int(c.b[c.i]-'0'), 100000)
	}
	if c.i == start {
		return 0, ErrJSON
	}
	if neg {
		e = -e
	}
	return e, nil
}

// digits reads decimal digits into m; step is -1 behind the decimal point.
func (c *cursor) digits(m *mantissa, step int) int {
	start := c.i
	for ; c.i < len(c.b) && c.b[c.i] >= '0' && c.b[c.i] <= '9'; c.i++ {
		m.push(c.b[c.i]-'0', step)
	}
	return c.i - start
}

// mantissa is a decimal number v * 10^exp of at most 18 significant digits;
// digits beyond these cannot change a value this package keeps.
type mantissa struct {
	v   int64
	exp int
}

func (m *mantissa) push(d byte, step int) {
	if m.v >= math.MaxInt64/100 {
		m.exp += 1 + step
		return
	}
	m.v = 10*m.v + int64(d)
	m.exp += step
}

// scale returns v * 10^(exp+by), rounded, and whether it fits.
func (m *mantissa) scale(by int) (int64, bool) {
	v, e := m.v, m.exp+by
	if v == 0 {
		return 0, true
	}
	for ; e > 0; e-- {
		if v > math.MaxInt64/10 {
			return 0, false
		}
		v *= 10
	}
	if e < -19 {
		return 0, true
	}
	last := int64(0)
	for ; e < 0; e++ {
		last = v % 10
		v /= 10
	}
	if last >= 5 {
		v++
	}
	return v, true
}

// skip consumes any value.
func (c *cursor) skip() error { return c.skipAt(0) }

func (c *cursor) skipAt(depth int) error {
	if depth > maxDepth {
		return ErrLimit
	}
	switch c.peek() {
	case '{':
		return c.object(func([]byte) error { return c.skipAt(depth + 1) })
	case '[':
		return c.array(func() error { return c.skipAt(depth + 1) })
	case '"':
		_, err := c.raw()
		return err
	case 't', 'f':
		_, err := c.boolean()
		return err
	case 'n':
		if c.null() {
			return nil
		}
		return ErrJSON
	}
	if _, err := c.number(0); err != nil && !errors.Is(err, ErrField) {
		return err
	}
	return nil
}

// end refuses anything but white space behind the value.
func (c *cursor) end() error {
	if c.peek() != 0 || c.i < len(c.b) {
		return ErrTrailing
	}
	return nil
}
