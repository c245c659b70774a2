package wire

import "crypto/sha256"

// BatchKind says what a fee-free batch carries.
type BatchKind uint8

// Kinds of batch.
const (
	BatchReports  BatchKind = 1 // items are reports, ReportSize each
	BatchReveals  BatchKind = 2 // items are reveals, RevealSize each
	BatchVouchers BatchKind = 3 // items are vouchers, VoucherSize each
)

// ItemSize returns the length in bytes of one item of the kind, or 0.
func (k BatchKind) ItemSize() int {
	switch k {
	case BatchReports:
		return ReportSize
	case BatchReveals:
		return RevealSize
	case BatchVouchers:
		return VoucherSize
	}
	return 0
}

// Sizes of a batch header in bytes.
const (
	BatchBodySize = 4 + 8 + 4 + 2 + 1 + 8 + 8 + 2 + 32
	BatchSize     = BatchBodySize + SigSize
)

// Batch is the header with which a bonded relay, a lane signer of an org,
// vouches for a run of items in the fee-free lane. (Org, Lane, Nonce) is used at
// most once while it is valid.
type Batch struct {
	Chain      ChainHash
	Org        uint32
	Lane       uint16
	Kind       BatchKind
	ValidUntil uint64 // last height at which it may be included
	Nonce      uint64
	Count      uint16   // items, at least 1
	Digest     [32]byte // SHA-256 of the items as sent, concatenated

	Signature Signature
}

// AppendBody appends the bytes that the relay signs.
func (t *Batch) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagBatch, t.Chain)
	w.u32(t.Org)
	w.u16(t.Lane)
	w.u8(uint8(t.Kind))
	w.u64(t.ValidUntil)
	w.u64(t.Nonce)
	w.u16(t.Count)
	w.bytes(t.Digest[:])
	return w.b
}

// AppendTo appends body and signature.
func (t *Batch) AppendTo(b []byte) []byte {
	return append(t.AppendBody(b), t.Signature[:]...)
}

// ParseBatch reads a signed batch header of exactly BatchSize bytes.
func ParseBatch(b []byte) (Batch, error) {
	var t Batch
	r, err := open("batch", b, BatchSize, tagBatch)
	if err != nil {
		return t, err
	}
	t.Chain = r.chain()
	t.Org, t.Lane = r.u32(), r.u16()
	if t.Kind = BatchKind(r.u8()); t.Kind.ItemSize() == 0 {
		r.fail("kind")
	}
	t.ValidUntil, t.Nonce = r.u64(), r.u64()
	if t.Count = r.u16(); t.Count == 0 {
		r.fail("count")
	}
	t.Digest = [32]byte(r.take(32))
	t.Signature = Signature(r.take(SigSize))
	return t, r.finish("batch")
}

// Matches reports whether items are what the header speaks for: Count items of
// the kind's size, with the header's digest.
func (t *Batch) Matches(items []byte) bool {
	return len(items) == int(t.Count)*t.Kind.ItemSize() && sha256.Sum256(items) == t.Digest
}
