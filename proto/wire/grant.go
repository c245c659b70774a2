package wire

// Sizes of a grant in bytes. It must fit one RADIUS Class attribute of 253
// bytes (RFC 2865 §5.25).
const (
	GrantBodySize = 4 + 8 + 4 + 2 + 4 + 16 + 16 + 4 + 8 + 4 + 4 + 4 + 4 + 4 + 32
	GrantSize     = GrantBodySize + SigSize
)

// Grant is a payer's signed admission of one Wi-Fi session at one hotspot.
type Grant struct {
	Chain      ChainHash
	Org        uint32
	Lane       uint16
	Hotspot    uint32   // hotspot index
	ID         [16]byte // random, unique per grant
	Subscriber [16]byte // hash of the chargeable user identity, opaque here
	Price      uint32   // micro-DC per 1,000,000 bytes, both directions summed
	MaxBytes   uint64   // at least 1; there is no "unlimited"
	NotBefore  uint32   // Unix seconds
	Expires    uint32   // Unix seconds, after NotBefore
	Reauth     uint32   // seconds until the session must authenticate again
	Interim    uint32   // seconds between accounting records
	Quantum    uint32   // bytes after which a usage record is due
	Client     [32]byte // commitment to a client key, or random

	Signature Signature
}

// AppendBody appends the bytes that the payer signs.
func (g *Grant) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagGrant, g.Chain)
	w.u32(g.Org)
	w.u16(g.Lane)
	w.u32(g.Hotspot)
	w.bytes(g.ID[:])
	w.bytes(g.Subscriber[:])
	w.u32(g.Price)
	w.u64(g.MaxBytes)
	w.u32(g.NotBefore)
	w.u32(g.Expires)
	w.u32(g.Reauth)
	w.u32(g.Interim)
	w.u32(g.Quantum)
	w.bytes(g.Client[:])
	return w.b
}

// AppendTo appends body and signature.
func (g *Grant) AppendTo(b []byte) []byte {
	return append(g.AppendBody(b), g.Signature[:]...)
}

// ParseGrant reads a signed grant of exactly GrantSize bytes.
func ParseGrant(b []byte) (Grant, error) {
	var g Grant
	r, err := open("grant", b, GrantSize, tagGrant)
	if err != nil {
		return g, err
	}
	g.Chain = r.chain()
	g.Org, g.Lane, g.Hotspot = r.u32(), r.u16(), r.u32()
	g.ID, g.Subscriber = [16]byte(r.take(16)), [16]byte(r.take(16))
	g.Price = r.u32()
	if g.MaxBytes = r.u64(); g.MaxBytes == 0 {
		r.fail("max bytes")
	}
	g.NotBefore, g.Expires = r.u32(), r.u32()
	if g.Expires <= g.NotBefore {
		r.fail("expiry")
	}
	g.Reauth, g.Interim, g.Quantum = r.u32(), r.u32(), r.u32()
	g.Client = [32]byte(r.take(32))
	g.Signature = Signature(r.take(SigSize))
	return g, r.finish("grant")
}
