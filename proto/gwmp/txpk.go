package gwmp

// TxPk is one ordered transmission. Of the three times Imme wins, then Tmst,
// then Tmms.
type TxPk struct {
	Imme    bool
	Tmst    uint32 // concentrator counter at the start of the frame, µs
	HasTmst bool
	Tmms    uint64 // GPS time, ms since 1980-01-06
	HasTmms bool
	FreqHz  uint32
	RFCh    uint8
	Power   int8 // "powe": conducted power, dBm
	HasPowe bool
	Ant     uint8
	HasAnt  bool
	Brd     uint8
	HasBrd  bool
	Modu    Modulation
	Datr    DataRate
	Codr    string
	FDev    uint32 // FSK frequency deviation, Hz; 0 when absent
	IPol    bool   // inverted IQ: true for LoRaWAN downlinks, false for beacons
	Prea    uint16 // preamble symbols; 0 when absent: the forwarder's default
	NCRC    bool   // no CRC at the end: true for LoRaWAN downlinks
	Data    []byte // PHYPayload, at most MaxPayload bytes
}

// AppendJSON writes the object.
func (p *TxPk) AppendJSON(dst []byte) []byte {
	o := openObject(dst)
	o.flag("imme", p.Imme)
	if p.HasTmst {
		o.unsigned("tmst", uint64(p.Tmst))
	}
	if p.HasTmms {
		o.unsigned("tmms", p.Tmms)
	}
	o.decimal("freq", int64(p.FreqHz), 6)
	o.unsigned("rfch", uint64(p.RFCh))
	if p.HasPowe {
		o.integer("powe", int64(p.Power))
	}
	if p.HasAnt {
		o.unsigned("ant", uint64(p.Ant))
	}
	if p.HasBrd {
		o.unsigned("brd", uint64(p.Brd))
	}
	o.text("modu", p.Modu.String())
	o.dataRate(p.Datr)
	if p.Codr != "" {
		o.text("codr", p.Codr)
	}
	if p.FDev != 0 {
		o.unsigned("fdev", uint64(p.FDev))
	}
	o.flag("ipol", p.IPol)
	if p.Prea != 0 {
		o.unsigned("prea", uint64(p.Prea))
	}
	o.flag("ncrc", p.NCRC)
	o.unsigned("size", uint64(len(p.Data)))
	o.base64("data", p.Data)
	return o.close()
}
