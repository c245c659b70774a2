package wire

import "crypto/sha256"

// Sizes of a bundle header in bytes.
const (
	BundleBodySize = 4 + 8 + 4 + 8 + 32
	BundleSize     = BundleBodySize + SigSize
)

// Bundle is the header with which an org signs its private routing bundle: the
// routes, device EUIs, session keys and destinations that never go on chain.
// Sequence and digest stand on chain, so a router can prove that its table is
// the org's newest.
type Bundle struct {
	Chain    ChainHash
	Org      uint32
	Sequence uint64   // rises by at least one with each bundle
	Digest   [32]byte // SHA-256 of the document as sent

	Signature Signature
}

// AppendBody appends the bytes that the org signs.
func (u *Bundle) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagBundle, u.Chain)
	w.u32(u.Org)
	w.u64(u.Sequence)
	w.bytes(u.Digest[:])
	return w.b
}

// AppendTo appends body and signature.
func (u *Bundle) AppendTo(b []byte) []byte {
	return append(u.AppendBody(b), u.Signature[:]...)
}

// ParseBundle reads a signed bundle header of exactly BundleSize bytes.
func ParseBundle(b []byte) (Bundle, error) {
	var u Bundle
	r, err := open("bundle", b, BundleSize, tagBundle)
	if err != nil {
		return u, err
	}
	u.Chain = r.chain()
	u.Org, u.Sequence = r.u32(), r.u64()
	u.Digest = [32]byte(r.take(32))
	u.Signature = Signature(r.take(SigSize))
	return u, r.finish("bundle")
}

// Matches reports whether document is what the header speaks for.
func (u *Bundle) Matches(document []byte) bool { return sha256.Sum256(document) == u.Digest }
