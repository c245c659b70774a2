package wire

// Sizes of a rotation in bytes.
const (
	RotationBodySize = 4 + 8 + 4 + 32 + KeySize + PreimageSize + 4 + 8
	RotationSize     = RotationBodySize + 2*SigSize
)

// Rotation replaces a hotspot's key. The key that leaves and the one that comes
// sign the same bytes. A hash chain is bound to its key, so a new anchor comes
// along.
type Rotation struct {
	Chain       ChainHash
	Hotspot     uint32   // index
	Owner       [32]byte // SHA-256 of the owner's account address bytes
	Key         PubKey   // the new key
	Anchor      Preimage // element AnchorIndex of the new key's hash chain
	AnchorIndex uint32   // number of challenges the chain can answer, at least 1
	ValidUntil  uint64   // last height at which it may be included

	OldSignature Signature // by the key registered so far
	NewSignature Signature // by Key
}

// AppendBody appends the bytes that both keys sign.
func (n *Rotation) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagRotation, n.Chain)
	w.u32(n.Hotspot)
	w.bytes(n.Owner[:])
	w.key(n.Key)
	w.bytes(n.Anchor[:])
	w.u32(n.AnchorIndex)
	w.u64(n.ValidUntil)
	return w.b
}

// AppendTo appends body and both signatures, the old key's first.
func (n *Rotation) AppendTo(b []byte) []byte {
	b = append(n.AppendBody(b), n.OldSignature[:]...)
	return append(b, n.NewSignature[:]...)
}

// ParseRotation reads a signed rotation of exactly RotationSize bytes.
func ParseRotation(b []byte) (Rotation, error) {
	var n Rotation
	r, err := open("rotation", b, RotationSize, tagRotation)
	if err != nil {
		return n, err
	}
	n.Chain = r.chain()
	n.Hotspot = r.u32()
	n.Owner = [32]byte(r.take(32))
	n.Key = r.key()
	n.Anchor = Preimage(r.take(PreimageSize))
	if n.AnchorIndex = r.u32(); n.AnchorIndex == 0 {
		r.fail("anchor index")
	}
	n.ValidUntil = r.u64()
	n.OldSignature = Signature(r.take(SigSize))
	n.NewSignature = Signature(r.take(SigSize))
	return n, r.finish("rotation")
}
