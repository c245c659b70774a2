package bundle

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Errors of opening a bundle.
var (
	// ErrFormat: no header line, or one that is not a bundle header.
	ErrFormat = errors.New("not a bundle")
	// ErrSignature: not signed by the org's bundle key.
	ErrSignature = errors.New("bundle is not signed by the org's key")
	// ErrNotCurrent: of another chain, org, sequence or digest than the org's
	// record on chain.
	ErrNotCurrent = errors.New("bundle is not the one that the org has on chain")
)

// MaxFile is the largest bundle, bytes.
const MaxFile = MaxDocument + 2*wire.BundleSize + 1

// Sign returns the bundle of a document: the header in hex, a newline, the
// document as it is. The document is checked for form, not against the org's
// record. Errors: ErrDocument.
func Sign(chain wire.ChainHash, org packetrouter.OrgID, sequence uint64, document []byte, key ed25519.PrivateKey) ([]byte, error) {
	if _, err := Parse(document); err != nil {
		return nil, err
	}
	h := wire.Bundle{Chain: chain, Org: uint32(org), Sequence: sequence, Digest: sha256.Sum256(document)}
	h.Signature = wire.Signature(ed25519.Sign(key, h.AppendBody(nil)))
	out := hex.AppendEncode(nil, h.AppendTo(nil))
	return append(append(out, '\n'), document...), nil
}

// Header reads the header of a bundle and returns the document behind it. It
// checks that they belong together, and no signature. Errors: ErrFormat.
func Header(data []byte) (wire.Bundle, []byte, error) {
	if len(data) > MaxFile {
		return wire.Bundle{}, nil, fmt.Errorf("%w: %d bytes, at most %d", ErrFormat, len(data), MaxFile)
	}
	line, document, ok := bytes.Cut(data, []byte{'\n'})
	if !ok || len(line) != 2*wire.BundleSize {
		return wire.Bundle{}, nil, fmt.Errorf("%w: want a first line of %d hex digits", ErrFormat, 2*wire.BundleSize)
	}
	raw := make([]byte, wire.BundleSize)
	if _, err := hex.Decode(raw, line); err != nil {
		return wire.Bundle{}, nil, fmt.Errorf("%w: want a first line of %d hex digits", ErrFormat, 2*wire.BundleSize)
	}
	h, err := wire.ParseBundle(raw)
	if err != nil {
		return wire.Bundle{}, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if !h.Matches(document) {
		return wire.Bundle{}, nil, fmt.Errorf("%w: the document is not the one the header speaks for", ErrFormat)
	}
	return h, document, nil
}

// Open returns the routes of a bundle that is the one the org has on chain.
// Checks go from cheap to dear. Errors: ErrFormat, ErrNotCurrent, ErrSignature,
// ErrDocument.
func Open(data []byte, chain wire.ChainHash, org *packetrouter.Org) ([]packetrouter.RouteDef, error) {
	h, document, err := Header(data)
	if err != nil {
		return nil, err
	}
	switch {
	case h.Chain != chain:
		return nil, fmt.Errorf("%w: signed for chain %x", ErrNotCurrent, h.Chain)
	case packetrouter.OrgID(h.Org) != org.ID:
		return nil, fmt.Errorf("%w: of org %d", ErrNotCurrent, h.Org)
	case h.Sequence != org.BundleSequence || h.Digest != org.BundleDigest:
		return nil, fmt.Errorf("%w: sequence %d, on chain %d", ErrNotCurrent, h.Sequence, org.BundleSequence)
	}
	body := h.AppendBody(nil)
	if org.BundleKey.IsZero() || !verify.Signature(verify.Signed{Key: org.BundleKey, Body: body, Sig: &h.Signature}) {
		return nil, ErrSignature
	}
	d, err := Parse(document)
	if err != nil {
		return nil, err
	}
	return d.Defs(org)
}
