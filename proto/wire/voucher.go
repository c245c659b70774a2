package wire

// Unit is what a voucher counts.
type Unit uint8

// Units. One DC is 1,000,000 micro-DC; micro-DC are for traffic billed by byte.
const (
	UnitDC      Unit = 1
	UnitMicroDC Unit = 2
)

// Sizes of a voucher in bytes.
const (
	VoucherBodySize = 4 + 8 + 4 + 2 + 4 + 4 + 1 + 8 + 8 + 8
	VoucherSize     = VoucherBodySize + SigSize
)

// Voucher is a lane signer's promise to one hotspot for one epoch. Cum only
// grows; a higher voucher replaces a lower one, so losing one loses nothing.
type Voucher struct {
	Chain   ChainHash
	Org     uint32
	Lane    uint16
	Hotspot uint32 // hotspot index, never reused
	Epoch   uint32
	Unit    Unit
	Cum     uint64 // owed to the hotspot in this lane and epoch, in Unit
	Seq     uint64 // counts the vouchers of the lane, all hotspots, from 1
	Issued  uint64 // owed to all hotspots in this lane and epoch, in Unit

	Signature Signature
}

// AppendBody appends the bytes that the lane signer signs.
func (v *Voucher) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagVoucher, v.Chain)
	w.u32(v.Org)
	w.u16(v.Lane)
	w.u32(v.Hotspot)
	w.u32(v.Epoch)
	w.u8(uint8(v.Unit))
	w.u64(v.Cum)
	w.u64(v.Seq)
	w.u64(v.Issued)
	return w.b
}

// AppendTo appends body and signature.
func (v *Voucher) AppendTo(b []byte) []byte {
	return append(v.AppendBody(b), v.Signature[:]...)
}

// ParseVoucher reads a signed voucher of exactly VoucherSize bytes.
func ParseVoucher(b []byte) (Voucher, error) {
	var v Voucher
	r, err := open("voucher", b, VoucherSize, tagVoucher)
	if err != nil {
		return v, err
	}
	v.Chain = r.chain()
	v.Org, v.Lane, v.Hotspot, v.Epoch = r.u32(), r.u16(), r.u32(), r.u32()
	if v.Unit = Unit(r.u8()); v.Unit != UnitDC && v.Unit != UnitMicroDC {
		r.fail("unit")
	}
	v.Cum, v.Seq, v.Issued = r.u64(), r.u64(), r.u64()
	if v.Cum > v.Issued {
		r.fail("cumulative above issued")
	}
	v.Signature = Signature(r.take(SigSize))
	return v, r.finish("voucher")
}
