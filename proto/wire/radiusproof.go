package wire

import "crypto/sha256"

// Sizes of a RADIUS proof in bytes.
const (
	RadiusProofBodySize = 4 + 8 + 4 + 2 + 4 + 1 + 8 + 8 + 32 + 32
	RadiusProofSize     = RadiusProofBodySize + SigSize
)

// RadiusKind says what a proven RADIUS packet is, and so who signs it.
type RadiusKind uint8

// Kinds of proven packets. Hotspots sign 1, 2 and 5 with their key, payers 3 and
// 4 with their lane's.
const (
	RadiusAccess     RadiusKind = 1 // Access-Request of a hotspot
	RadiusAccounting RadiusKind = 2 // Accounting-Request of a hotspot
	RadiusAnswer     RadiusKind = 3 // a payer's answer to one of these
	RadiusDynamic    RadiusKind = 4 // Disconnect- or CoA-Request of a payer (RFC 5176)
	RadiusDynamicAck RadiusKind = 5 // a hotspot's answer to it
)

// FromPayer reports whether a payer's lane signs packets of this kind.
func (k RadiusKind) FromPayer() bool { return k == RadiusAnswer || k == RadiusDynamic }

// RadiusProof is the signature of the end that sent a RADIUS packet, hotspot or
// payer, over that packet: what carries it between them can neither change it
// nor invent one, and an answer answers one exchange only.
type RadiusProof struct {
	Chain    ChainHash
	Org      uint32 // of the payer; 0 with RadiusAccess, whose payer the realm decides
	Lane     uint16 // of the payer; 0 with RadiusAccess
	Hotspot  uint32 // hotspot index, of the sender or of the one addressed
	Kind     RadiusKind
	Exchange uint64 // chosen at random by the asking side; the answer repeats it
	Time     uint64 // Unix milliseconds
	// Seal is an X25519 public key of the sender (RFC 7748) under which session
	// keys in the answer are hidden from what carries it; zero where there is none.
	Seal   [32]byte
	Digest [32]byte // SHA-256 of the packet

	Signature Signature
}

// Covers reports whether the proof is for exactly this packet.
func (p *RadiusProof) Covers(packet []byte) bool { return p.Digest == sha256.Sum256(packet) }

// AppendBody appends the bytes that the sender signs.
func (p *RadiusProof) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagRadiusProof, p.Chain)
	w.u32(p.Org)
	w.u16(p.Lane)
	w.u32(p.Hotspot)
	w.u8(uint8(p.Kind))
	w.u64(p.Exchange)
	w.u64(p.Time)
	w.bytes(p.Seal[:])
	w.bytes(p.Digest[:])
	return w.b
}

// AppendTo appends body and signature.
func (p *RadiusProof) AppendTo(b []byte) []byte {
	return append(p.AppendBody(b), p.Signature[:]...)
}

// ParseRadiusProof reads a signed proof of exactly RadiusProofSize bytes.
func ParseRadiusProof(b []byte) (RadiusProof, error) {
	var p RadiusProof
	r, err := open("RADIUS proof", b, RadiusProofSize, tagRadiusProof)
	if err != nil {
		return p, err
	}
	p.Chain = r.chain()
	p.Org, p.Lane, p.Hotspot = r.u32(), r.u16(), r.u32()
	if p.Kind = RadiusKind(r.u8()); p.Kind < RadiusAccess || p.Kind > RadiusDynamicAck {
		r.fail("kind")
	}
	if named := p.Org != 0 && p.Lane != 0; named == (p.Kind == RadiusAccess) || (p.Org == 0) != (p.Lane == 0) {
		r.fail("payer")
	}
	p.Exchange, p.Time = r.u64(), r.u64()
	p.Seal, p.Digest = [32]byte(r.take(32)), [32]byte(r.take(32))
	p.Signature = Signature(r.take(SigSize))
	return p, r.finish("RADIUS proof")
}
