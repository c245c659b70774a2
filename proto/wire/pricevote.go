package wire

import "fmt"

// PriceVoteSize is the length of a price vote in bytes.
const PriceVoteSize = 1 + 8 + 4 + 1

// MaxPrice is the largest price that a layout or a parameter may hold: 10^8 USD per
// HXW, in 1e-8 USD. It keeps products of price and time far from overflow.
const MaxPrice = 10_000_000_000_000_000

// priceVoteVersion opens a price vote. There is no domain tag: CometBFT signs the
// vote extension together with chain id, height and round.
const priceVoteVersion = 1

// PriceVote is what a validator's vote extension says: the price that its node
// learned.
type PriceVote struct {
	Price   uint64 // 1e-8 USD per HXW, 1..MaxPrice
	Time    uint32 // Unix seconds when the node learned it
	Sources uint8  // sources that agreed on it, at least 1
}

// AppendTo appends the encoding of t.
func (t *PriceVote) AppendTo(b []byte) []byte {
	w := writer{b}
	w.u8(priceVoteVersion)
	w.u64(t.Price)
	w.u32(t.Time)
	w.u8(t.Sources)
	return w.b
}

// ParsePriceVote reads a price vote.
func ParsePriceVote(b []byte) (PriceVote, error) {
	if len(b) != PriceVoteSize {
		return PriceVote{}, fmt.Errorf("price vote: %w: have %d bytes, want %d", ErrSize, len(b), PriceVoteSize)
	}
	r := reader{b: b}
	if r.u8() != priceVoteVersion {
		return PriceVote{}, fmt.Errorf("price vote: %w", ErrTag)
	}
	t := PriceVote{Price: r.u64(), Time: r.u32(), Sources: r.u8()}
	if t.Price == 0 || t.Price > MaxPrice {
		r.fail("price")
	}
	if t.Sources == 0 {
		r.fail("sources")
	}
	if err := r.finish("price vote"); err != nil {
		return PriceVote{}, err
	}
	return t, nil
}
