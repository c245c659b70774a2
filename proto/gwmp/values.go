package gwmp

// small are the integer types fields are kept in; all fit in an int64.
type small interface {
	~int8 | ~int16 | ~int32 | ~uint8 | ~uint16 | ~uint32
}

func integer[T small](c *cursor) (T, error) { return scaled[T](c, 0) }

func tenths[T small](c *cursor) (T, error) { return scaled[T](c, 1) }

func scaled[T small](c *cursor, digits int) (T, error) {
	v, err := c.number(digits)
	if err != nil {
		return 0, err
	}
	if int64(T(v)) != v {
		return 0, ErrField
	}
	return T(v), nil
}

func degreesE5(c *cursor, limit int32) (int32, error) {
	v, err := scaled[int32](c, 5)
	if err == nil && (v > limit*100000 || v < -limit*100000) {
		return 0, ErrField
	}
	return v, err
}

// hertz reads MHz with a fraction.
func (c *cursor) hertz() (uint32, error) { return scaled[uint32](c, 6) }

func (c *cursor) millis() (uint64, error) {
	v, err := c.number(0)
	if err == nil && v < 0 {
		return 0, ErrField
	}
	return uint64(v), err
}

func (c *cursor) size() (int, error) {
	v, err := integer[uint16](c)
	return int(v), err
}

// text reads a string that is kept.
func (c *cursor) text() (string, error) {
	b, err := c.raw()
	if err != nil {
		return "", err
	}
	if len(b) > MaxText {
		return "", ErrLimit
	}
	return intern(b), nil
}

// intern avoids an allocation for the texts nearly every frame has.
func intern(b []byte) string {
	switch string(b) {
	case "4/5":
		return "4/5"
	case "LORA":
		return "LORA"
	case "SF7BW125":
		return "SF7BW125"
	case "SF12BW125":
		return "SF12BW125"
	case "NONE":
		return "NONE"
	case "":
		return ""
	}
	return string(b)
}

func (c *cursor) modulation() (Modulation, error) {
	s, err := c.text()
	if err != nil {
		return 0, err
	}
	return parseModulation(s)
}

// dataRate reads a string, or a number of bit/s.
func (c *cursor) dataRate() (DataRate, error) {
	if c.peek() != '"' {
		v, err := integer[uint32](c)
		return DataRate{BitRate: v}, err
	}
	s, err := c.text()
	if err != nil {
		return DataRate{}, err
	}
	return ParseDataRate(s)
}

// meta reads an object of strings; values of other types are dropped.
func (c *cursor) meta() ([]Meta, error) {
	var out []Meta
	err := c.object(func(key []byte) error {
		if c.peek() != '"' {
			return c.skip()
		}
		v, err := c.text()
		if err != nil {
			return err
		}
		if len(out) == MaxMeta || len(key) > MaxText {
			return ErrLimit
		}
		out = append(out, Meta{Key: string(key), Value: v})
		return nil
	})
	return out, err
}

// base64 reads a PHYPayload.
func (c *cursor) base64() ([]byte, error) {
	s, err := c.raw()
	if err != nil {
		return nil, err
	}
	for pad := 0; pad < 2 && len(s) > 0 && s[len(s)-1] == '='; pad++ {
		s = s[:len(s)-1]
	}
	if len(s)%4 == 1 {
		return nil, ErrField
	}
	n := len(s) * 6 / 8
	if n > MaxPayload {
		return nil, ErrLimit
	}
	out := make([]byte, 0, n)
	var acc uint32
	bits := 0
	for _, ch := range s {
		v := sextet(ch)
		if v > 63 {
			return nil, ErrField
		}
		acc = acc<<6 | uint32(v)
		if bits += 6; bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	return out, nil
}

// sextet maps a character of either base64 alphabet to its value, others to 255.
func sextet(ch byte) byte {
	switch {
	case ch >= 'A' && ch <= 'Z':
		return ch - 'A'
	case ch >= 'a' && ch <= 'z':
		return ch - 'a' + 26
	case ch >= '0' && ch <= '9':
		return ch - '0' + 52
	case ch == '+' || ch == '-':
		return 62
	case ch == '/' || ch == '_':
		return 63
	}
	return 255
}
