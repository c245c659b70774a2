package gwmp

import "fmt"

// field wraps a refusal with the name of the field it is about.
func field[T string | []byte](name T, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", clip(string(name)), err)
}

// document reads one top-level object.
func document(body []byte, member func(c *cursor, key []byte) error) error {
	c := &cursor{b: body}
	err := c.object(func(key []byte) error {
		if c.null() {
			return nil
		}
		return member(c, key)
	})
	if err != nil {
		return err
	}
	return c.end()
}

// members reads an object whose nulls count as absent fields.
func members(c *cursor, member func(key []byte) error) error {
	return c.object(func(key []byte) error {
		if c.null() {
			return nil
		}
		return field(key, member(key))
	})
}

func decodePush(body []byte, p *PushData) error {
	return document(body, func(c *cursor, key []byte) error {
		switch string(key) {
		case "rxpk":
			p.RxPks = p.RxPks[:0]
			err := c.array(func() error {
				if len(p.RxPks) == MaxRxPks {
					return ErrLimit
				}
				p.RxPks = append(p.RxPks, RxPk{})
				return decodeRxPk(c, &p.RxPks[len(p.RxPks)-1])
			})
			return field(key, err)
		case "stat":
			p.Stat = &Stat{}
			return field(key, decodeStat(c, p.Stat))
		}
		return c.skip()
	})
}

func decodeRxPk(c *cursor, p *RxPk) error {
	size := -1
	err := members(c, func(key []byte) (err error) {
		switch string(key) {
		case "time":
			p.Time, err = c.text()
		case "tmst":
			p.Tmst, err = integer[uint32](c)
		case "tmms":
			p.Tmms, err = c.millis()
			p.HasTmms = true
		case "ftime":
			p.FTime, err = integer[uint32](c)
			p.HasFTime = true
		case "stat":
			p.CRC, err = integer[CRC](c)
		case "freq":
			p.FreqHz, err = c.hertz()
		case "modu":
			p.Modu, err = c.modulation()
		case "datr":
			p.Datr, err = c.dataRate()
		case "codr":
			p.Codr, err = c.text()
		case "rsig":
			err = c.signals(p)
		case "meta":
			p.Meta, err = c.meta()
		case "size":
			size, err = c.size()
		case "data":
			p.Data, err = c.base64()
		default:
			return decodeRxSmall(c, p, key)
		}
		return err
	})
	if err != nil {
		return err
	}
	if size >= 0 && size != len(p.Data) {
		return field("size", ErrField)
	}
	return nil
}

// decodeRxSmall reads the small numbers of an rxpk.
func decodeRxSmall(c *cursor, p *RxPk, key []byte) (err error) {
	switch string(key) {
	case "chan":
		p.Chan, err = integer[uint8](c)
	case "rfch":
		p.RFCh, err = integer[uint8](c)
	case "mid":
		p.Mid, err = integer[uint8](c)
		p.HasMid = true
	case "rssi":
		p.RSSI, err = integer[int16](c)
	case "rssis":
		p.RSSIS, err = integer[int16](c)
		p.HasRSSIS = true
	case "lsnr":
		p.SNR, err = tenths[int16](c)
		p.HasSNR = true
	case "foff":
		p.FOff, err = integer[int32](c)
		p.HasFOff = true
	default:
		err = c.skip()
	}
	return err
}

func (c *cursor) signals(p *RxPk) error {
	p.Signals = p.Signals[:0]
	return c.array(func() error {
		if len(p.Signals) == MaxSignals {
			return ErrLimit
		}
		var s Signal
		err := members(c, func(key []byte) (err error) {
			switch string(key) {
			case "ant":
				s.Ant, err = integer[uint8](c)
			case "chan":
				s.Chan, err = integer[uint8](c)
			case "rssic":
				s.RSSIC, err = integer[int16](c)
			case "rssis":
				s.RSSIS, err = integer[int16](c)
			case "lsnr":
				s.SNR, err = tenths[int16](c)
			case "foff":
				s.FOff, err = integer[int32](c)
			default:
				err = c.skip()
			}
			return err
		})
		p.Signals = append(p.Signals, s)
		return err
	})
}

func decodeStat(c *cursor, s *Stat) error {
	return members(c, func(key []byte) (err error) {
		switch string(key) {
		case "time":
			s.Time, err = c.text()
		case "lati":
			s.LatE5, err = degreesE5(c, 90)
			s.HasPos = true
		case "long":
			s.LngE5, err = degreesE5(c, 180)
			s.HasPos = true
		case "alti":
			s.AltM, err = integer[int32](c)
		case "rxnb":
			s.RxNb, err = integer[uint32](c)
		case "rxok":
			s.RxOK, err = integer[uint32](c)
		case "rxfw":
			s.RxFw, err = integer[uint32](c)
		case "ackr":
			s.AckR, err = tenths[uint16](c)
		case "dwnb":
			s.DwNb, err = integer[uint32](c)
		case "txnb":
			s.TxNb, err = integer[uint32](c)
		case "temp":
			s.Temp, err = tenths[int16](c)
			s.HasT = true
		case "meta":
			s.Meta, err = c.meta()
		default:
			err = c.skip()
		}
		return err
	})
}

func decodeTxAck(body []byte, a *TxAck) error {
	if len(body) == 0 {
		return nil
	}
	return document(body, func(c *cursor, key []byte) error {
		if string(key) != "txpk_ack" {
			return c.skip()
		}
		return field(key, members(c, func(key []byte) (err error) {
			switch string(key) {
			case "error":
				var s string
				s, err = c.text()
				a.Error = TxError(s)
			case "warn":
				a.Warn, err = c.text()
			case "value":
				a.Value, err = integer[int32](c)
			default:
				err = c.skip()
			}
			return err
		}))
	})
}

func decodeTxPk(body []byte, p *TxPk) error {
	found := false
	err := document(body, func(c *cursor, key []byte) error {
		if string(key) != "txpk" {
			return c.skip()
		}
		found = true
		*p = TxPk{}
		size := -1
		err := members(c, func(key []byte) error { return decodeTxField(c, p, key, &size) })
		if err == nil && size >= 0 && size != len(p.Data) {
			err = field("size", ErrField)
		}
		return field(key, err)
	})
	if err == nil && !found {
		return field("txpk", ErrJSON)
	}
	return err
}

func decodeTxField(c *cursor, p *TxPk, key []byte, size *int) (err error) {
	switch string(key) {
	case "imme":
		p.Imme, err = c.boolean()
	case "tmst":
		p.Tmst, err = integer[uint32](c)
		p.HasTmst = true
	case "tmms":
		p.Tmms, err = c.millis()
		p.HasTmms = true
	case "freq":
		p.FreqHz, err = c.hertz()
	case "rfch":
		p.RFCh, err = integer[uint8](c)
	case "powe":
		p.Power, err = integer[int8](c)
		p.HasPowe = true
	case "ant":
		p.Ant, err = integer[uint8](c)
		p.HasAnt = true
	case "brd":
		p.Brd, err = integer[uint8](c)
		p.HasBrd = true
	case "modu":
		p.Modu, err = c.modulation()
	case "datr":
		p.Datr, err = c.dataRate()
	case "codr":
		p.Codr, err = c.text()
	case "fdev":
		p.FDev, err = integer[uint32](c)
	case "ipol":
		p.IPol, err = c.boolean()
	case "prea":
		p.Prea, err = integer[uint16](c)
	case "ncrc":
		p.NCRC, err = c.boolean()
	case "size":
		*size, err = c.size()
	case "data":
		p.Data, err = c.base64()
	default:
		err = c.skip()
	}
	return err
}
