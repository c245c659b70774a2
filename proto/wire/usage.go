package wire

// Sizes of a usage record in bytes.
const (
	UsageBodySize = 4 + 8 + 4 + 2 + 4 + 16 + 4 + 8 + 8*4 + 2 + 8 + 16 + 32
	UsageSize     = UsageBodySize + SigSize
)

// UsageFlags say where the counters of a usage record come from.
type UsageFlags uint16

// Usage flags.
const (
	UsageFinal             UsageFlags = 1 << 0 // the session has ended
	UsageFromNAS           UsageFlags = 1 << 1 // counted by the access point alone
	UsageFromPath          UsageFlags = 1 << 2 // counted by the hotspot in the data path
	UsageMissingOctets     UsageFlags = 1 << 3 // the last accounting carried no octets
	UsageCounterRegression UsageFlags = 1 << 4 // a counter went backwards
	UsageClockSkew         UsageFlags = 1 << 5 // event time replaced by arrival time

	usageKnownFlags = UsageFinal | UsageFromNAS | UsageFromPath | UsageMissingOctets | UsageCounterRegression | UsageClockSkew
)

// Usage is a hotspot's signed, hash-chained statement of the bytes carried under
// one grant. Counters are cumulative over the grant.
type Usage struct {
	Chain     ChainHash
	Org       uint32
	Lane      uint16
	Hotspot   uint32
	Grant     [16]byte
	Seq       uint32 // from 1, without gaps
	Time      uint64 // Unix milliseconds
	BytesUp   uint64 // claimed, device to network
	BytesDown uint64 // claimed, network to device
	NASUp     uint64 // as the access point counted
	NASDown   uint64
	Flags     UsageFlags
	LastEAP   uint64 // Unix milliseconds of the last full authentication
	Session   [16]byte
	Prev      [32]byte // SHA-256 of the previous record with its signature; zero in the first

	Signature Signature
}

// AppendBody appends the bytes that the hotspot signs.
func (u *Usage) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagUsage, u.Chain)
	w.u32(u.Org)
	w.u16(u.Lane)
	w.u32(u.Hotspot)
	w.bytes(u.Grant[:])
	w.u32(u.Seq)
	w.u64(u.Time)
	w.u64(u.BytesUp)
	w.u64(u.BytesDown)
	w.u64(u.NASUp)
	w.u64(u.NASDown)
	w.u16(uint16(u.Flags))
	w.u64(u.LastEAP)
	w.bytes(u.Session[:])
	w.bytes(u.Prev[:])
	return w.b
}

// AppendTo appends body and signature.
func (u *Usage) AppendTo(b []byte) []byte {
	return append(u.AppendBody(b), u.Signature[:]...)
}

// ParseUsage reads a signed usage record of exactly UsageSize bytes.
func ParseUsage(b []byte) (Usage, error) {
	var u Usage
	r, err := open("usage record", b, UsageSize, tagUsage)
	if err != nil {
		return u, err
	}
	u.Chain = r.chain()
	u.Org, u.Lane, u.Hotspot = r.u32(), r.u16(), r.u32()
	u.Grant = [16]byte(r.take(16))
	if u.Seq = r.u32(); u.Seq == 0 {
		r.fail("sequence")
	}
	u.Time = r.u64()
	u.BytesUp, u.BytesDown, u.NASUp, u.NASDown = r.u64(), r.u64(), r.u64(), r.u64()
	if u.Flags = UsageFlags(r.u16()); u.Flags&^usageKnownFlags != 0 {
		r.fail("flags")
	}
	u.LastEAP = r.u64()
	u.Session, u.Prev = [16]byte(r.take(16)), [32]byte(r.take(32))
	u.Signature = Signature(r.take(SigSize))
	return u, r.finish("usage record")
}
