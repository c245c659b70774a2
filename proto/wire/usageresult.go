package wire

// Sizes of a usage result in bytes.
const (
	UsageResultBodySize = 4 + 8 + 4 + 2 + 4 + 16 + 4 + 32 + 1 + 8
	UsageResultSize     = UsageResultBodySize + SigSize
)

// UsageResult is a payer's signed word on one usage record. A hotspot forgets a
// record only on a final one, so what carries it cannot make a record vanish.
type UsageResult struct {
	Chain    ChainHash
	Org      uint32
	Lane     uint16
	Hotspot  uint32
	Grant    [16]byte
	Seq      uint32   // of the record, from 1
	Record   [32]byte // SHA-256 of the record with its signature
	Verdict  UsageVerdict
	Accepted uint64 // bytes of the record that will be paid; 0 unless accepted

	Signature Signature
}

// AppendBody appends the bytes that the payer's lane signs.
func (u *UsageResult) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagUsageResult, u.Chain)
	w.u32(u.Org)
	w.u16(u.Lane)
	w.u32(u.Hotspot)
	w.bytes(u.Grant[:])
	w.u32(u.Seq)
	w.bytes(u.Record[:])
	w.u8(uint8(u.Verdict))
	w.u64(u.Accepted)
	return w.b
}

// AppendTo appends body and signature.
func (u *UsageResult) AppendTo(b []byte) []byte {
	return append(u.AppendBody(b), u.Signature[:]...)
}

// ParseUsageResult reads a signed result of exactly UsageResultSize bytes.
func ParseUsageResult(b []byte) (UsageResult, error) {
	var u UsageResult
	r, err := open("usage result", b, UsageResultSize, tagUsageResult)
	if err != nil {
		return u, err
	}
	u.Chain = r.chain()
	u.Org, u.Lane, u.Hotspot = r.u32(), r.u16(), r.u32()
	u.Grant = [16]byte(r.take(16))
	if u.Seq = r.u32(); u.Seq == 0 {
		r.fail("sequence")
	}
	u.Record = [32]byte(r.take(32))
	if u.Verdict = UsageVerdict(r.u8()); u.Verdict == 0 || u.Verdict >= usageVerdictCount {
		r.fail("verdict")
	}
	if u.Accepted = r.u64(); u.Accepted != 0 && u.Verdict != UsageAccepted {
		r.fail("accepted bytes")
	}
	u.Signature = Signature(r.take(SigSize))
	return u, r.finish("usage result")
}
