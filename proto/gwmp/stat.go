package gwmp

// Stat is a forwarder's periodic report about itself.
type Stat struct {
	Time   string // "2006-01-02 15:04:05 GMT", as received
	LatE5  int32  // "lati", 1e-5 degrees
	LngE5  int32  // "long", 1e-5 degrees
	AltM   int32  // "alti", metres
	HasPos bool
	RxNb   uint32 // frames received
	RxOK   uint32 // of these, with a good CRC
	RxFw   uint32 // frames forwarded
	AckR   uint16 // share of PUSH_DATA acknowledged, tenths of a percent
	DwNb   uint32 // downlink datagrams received
	TxNb   uint32 // frames transmitted
	Temp   int16  // tenths of a degree Celsius
	HasT   bool
	Meta   []Meta
}

// AppendJSON writes the object in the field order of Semtech's forwarder.
func (s *Stat) AppendJSON(dst []byte) []byte {
	o := openObject(dst)
	if s.Time != "" {
		o.text("time", s.Time)
	}
	if s.HasPos {
		o.decimal("lati", int64(s.LatE5), 5)
		o.decimal("long", int64(s.LngE5), 5)
		o.integer("alti", int64(s.AltM))
	}
	o.unsigned("rxnb", uint64(s.RxNb))
	o.unsigned("rxok", uint64(s.RxOK))
	o.unsigned("rxfw", uint64(s.RxFw))
	o.decimal("ackr", int64(s.AckR), 1)
	o.unsigned("dwnb", uint64(s.DwNb))
	o.unsigned("txnb", uint64(s.TxNb))
	if s.HasT {
		o.decimal("temp", int64(s.Temp), 1)
	}
	o.meta(s.Meta)
	return o.close()
}
