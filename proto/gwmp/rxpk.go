package gwmp

// Meta is one entry of a "meta" object; entries keep their order on the wire.
type Meta struct{ Key, Value string }

// CRC is the "stat" field of an rxpk.
type CRC int8

// The CRC states.
const (
	CRCBad  CRC = -1
	CRCNone CRC = 0
	CRCOK   CRC = 1
)

// RxPk is one received frame. Optional numbers have a Has flag beside them;
// other absent fields are zero. An absent "stat" reads as CRCNone.
type RxPk struct {
	Time     string // ISO 8601 UTC with microseconds, as received; "" when absent
	Tmms     uint64 // GPS time of the reception, ms since 1980-01-06
	HasTmms  bool
	Tmst     uint32 // concentrator counter at the end of the frame, µs, wraps
	FTime    uint32 // fine timestamp, ns since the last PPS
	HasFTime bool
	Chan     uint8
	RFCh     uint8
	Mid      uint8
	HasMid   bool
	CRC      CRC
	FreqHz   uint32
	Modu     Modulation
	Datr     DataRate
	Codr     string // "4/5"; "" when absent
	RSSI     int16  // channel RSSI, dBm
	RSSIS    int16  // signal RSSI, dBm
	HasRSSIS bool
	SNR      int16 // "lsnr", tenths of a dB
	HasSNR   bool
	FOff     int32 // frequency offset, Hz
	HasFOff  bool
	Signals  []Signal // "rsig" of multi-antenna gateways
	Meta     []Meta
	Data     []byte // PHYPayload, at most MaxPayload bytes
}

// Signal is one antenna's view of a frame.
type Signal struct {
	Ant   uint8
	Chan  uint8
	RSSIC int16 // channel RSSI, dBm
	RSSIS int16 // signal RSSI, dBm
	SNR   int16 // tenths of a dB
	FOff  int32 // Hz
}

// SignalRSSI returns the signal RSSI where the forwarder gave one, else the
// channel RSSI, in dBm.
func (p *RxPk) SignalRSSI() int16 {
	if p.HasRSSIS {
		return p.RSSIS
	}
	return p.RSSI
}

// AppendJSON writes the object in the field order of Semtech's forwarder,
// with its number formats: six digits of MHz, one digit of dB.
func (p *RxPk) AppendJSON(dst []byte) []byte {
	o := openObject(dst)
	o.unsigned("tmst", uint64(p.Tmst))
	if p.HasFTime {
		o.unsigned("ftime", uint64(p.FTime))
	}
	if p.Time != "" {
		o.text("time", p.Time)
	}
	if p.HasTmms {
		o.unsigned("tmms", p.Tmms)
	}
	o.unsigned("chan", uint64(p.Chan))
	o.unsigned("rfch", uint64(p.RFCh))
	o.decimal("freq", int64(p.FreqHz), 6)
	if p.HasMid {
		o.unsigned("mid", uint64(p.Mid))
	}
	o.integer("stat", int64(p.CRC))
	o.text("modu", p.Modu.String())
	o.dataRate(p.Datr)
	if p.Codr != "" {
		o.text("codr", p.Codr)
	}
	o.integer("rssi", int64(p.RSSI))
	if p.HasRSSIS {
		o.integer("rssis", int64(p.RSSIS))
	}
	if p.HasSNR {
		o.decimal("lsnr", int64(p.SNR), 1)
	}
	if p.HasFOff {
		o.integer("foff", int64(p.FOff))
	}
	p.appendSignals(&o)
	o.unsigned("size", uint64(len(p.Data)))
	o.base64("data", p.Data)
	o.meta(p.Meta)
	return o.close()
}

func (p *RxPk) appendSignals(o *object) {
	if len(p.Signals) == 0 {
		return
	}
	o.key("rsig")
	o.b = append(o.b, '[')
	for i, s := range p.Signals {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		in := openObject(o.b)
		in.unsigned("ant", uint64(s.Ant))
		in.unsigned("chan", uint64(s.Chan))
		in.integer("rssic", int64(s.RSSIC))
		in.integer("rssis", int64(s.RSSIS))
		in.decimal("lsnr", int64(s.SNR), 1)
		in.integer("foff", int64(s.FOff))
		o.b = in.close()
	}
	o.b = append(o.b, ']')
}
