package wire

// Sizes of a renewal in bytes.
const (
	RenewalBodySize = 4 + 8 + 4 + 32 + PreimageSize + 4 + 8
	RenewalSize     = RenewalBodySize + SigSize
)

// Renewal is a device's word that it has a new hash chain: signed by the
// hotspot's key, for the account that owns the hotspot from then on. The owner
// sends it when the chain is used up, the buyer when a hotspot changes hands:
// what the seller knows of the old chain is then worth nothing.
type Renewal struct {
	Chain       ChainHash
	Hotspot     uint32   // index
	Owner       [32]byte // SHA-256 of the address bytes of the owner from now on
	Anchor      Preimage // element AnchorIndex of the new hash chain
	AnchorIndex uint32   // number of challenges the chain can answer, at least 1
	ValidUntil  uint64   // last height at which it may be included

	Signature Signature
}

// AppendBody appends the bytes that the device signs.
func (n *Renewal) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagRenewal, n.Chain)
	w.u32(n.Hotspot)
	w.bytes(n.Owner[:])
	w.bytes(n.Anchor[:])
	w.u32(n.AnchorIndex)
	w.u64(n.ValidUntil)
	return w.b
}

// AppendTo appends body and signature.
func (n *Renewal) AppendTo(b []byte) []byte {
	return append(n.AppendBody(b), n.Signature[:]...)
}

// ParseRenewal reads a signed renewal of exactly RenewalSize bytes.
func ParseRenewal(b []byte) (Renewal, error) {
	var n Renewal
	r, err := open("renewal", b, RenewalSize, tagRenewal)
	if err != nil {
		return n, err
	}
	n.Chain = r.chain()
	n.Hotspot = r.u32()
	n.Owner = [32]byte(r.take(32))
	n.Anchor = Preimage(r.take(PreimageSize))
	if n.AnchorIndex = r.u32(); n.AnchorIndex == 0 {
		r.fail("anchor index")
	}
	n.ValidUntil = r.u64()
	n.Signature = Signature(r.take(SigSize))
	return n, r.finish("renewal")
}
