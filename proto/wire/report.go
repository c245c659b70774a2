package wire

// Sizes of a report in bytes.
const (
	ReportBodySize = 4 + 8 + 8 + 4 + 16 + 2 + 2 + 4 + 1 + 4
	ReportSize     = ReportBodySize + SigSize
)

// Report is what a witness says it heard of one beacon.
type Report struct {
	Chain     ChainHash
	Challenge uint64
	Witness   uint32 // hotspot index of the witness
	Tag       WitnessTag
	RSSI      int16  // 0.1 dBm, of the packet
	SNR       int16  // 0.1 dB
	FreqError int32  // Hz heard minus Hz assigned
	SF        uint8  // spreading factor heard, 7..12
	Tmst      uint32 // concentrator clock at the end of the frame, microseconds
	Signature Signature
}

// AppendBody appends the bytes that the witness signs.
func (p *Report) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagReport, p.Chain)
	w.u64(p.Challenge)
	w.u32(p.Witness)
	w.bytes(p.Tag[:])
	w.i16(p.RSSI)
	w.i16(p.SNR)
	w.i32(p.FreqError)
	w.u8(p.SF)
	w.u32(p.Tmst)
	return w.b
}

// AppendTo appends body and signature.
func (p *Report) AppendTo(b []byte) []byte {
	return append(p.AppendBody(b), p.Signature[:]...)
}

// ParseReport reads a signed report of exactly ReportSize bytes.
func ParseReport(b []byte) (Report, error) {
	r, err := open("report", b, ReportSize, tagReport)
	if err != nil {
		return Report{}, err
	}
	p := reportBody(&r)
	p.Signature = Signature(r.take(SigSize))
	return p, r.finish("report")
}

// ParseReportBody reads a report without its signature, of exactly
// ReportBodySize bytes.
func ParseReportBody(b []byte) (Report, error) {
	r, err := open("report", b, ReportBodySize, tagReport)
	if err != nil {
		return Report{}, err
	}
	p := reportBody(&r)
	return p, r.finish("report")
}

func reportBody(r *reader) (p Report) {
	p.Chain = r.chain()
	p.Challenge, p.Witness = r.u64(), r.u32()
	p.Tag = WitnessTag(r.take(16))
	p.RSSI, p.SNR, p.FreqError = r.i16(), r.i16(), r.i32()
	if p.SF = r.u8(); !validSF(p.SF) {
		r.fail("spreading factor")
	}
	p.Tmst = r.u32()
	return p
}

// RevealSize is the length of a reveal in bytes.
const RevealSize = 4 + 8 + 8 + PreimageSize

// Reveal publishes the preimage that answered a challenge. It is not signed:
// one walk of the hash chain proves it, so anyone who heard the beacon may send
// it.
type Reveal struct {
	Chain     ChainHash
	Challenge uint64
	Preimage  Preimage
}

// AppendTo appends the encoding of v.
func (v *Reveal) AppendTo(b []byte) []byte {
	w := writer{b}
	w.head(tagReveal, v.Chain)
	w.u64(v.Challenge)
	w.bytes(v.Preimage[:])
	return w.b
}

// ParseReveal reads a reveal of exactly RevealSize bytes.
func ParseReveal(b []byte) (Reveal, error) {
	r, err := open("reveal", b, RevealSize, tagReveal)
	if err != nil {
		return Reveal{}, err
	}
	return Reveal{Chain: r.chain(), Challenge: r.u64(), Preimage: Preimage(r.take(PreimageSize))}, nil
}
