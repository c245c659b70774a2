package types

import (
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/score"
)

// pageSize is the length of a roster's page in bytes.
const pageSize = challenge.PageHotspots / 8

// EncodePage returns the stored form of a page of a roster, 256 bytes.
func EncodePage(p *challenge.Page) []byte {
	b := make([]byte, 0, pageSize)
	for _, word := range p {
		b = be.AppendUint64(b, word)
	}
	return b
}

// ParsePage reads the stored form, or returns ErrLayout.
func ParsePage(b []byte) (challenge.Page, error) {
	var p challenge.Page
	if len(b) != pageSize {
		return p, ErrLayout.Wrapf("roster page of %d bytes", len(b))
	}
	for i := range p {
		p[i] = be.Uint64(b[8*i:])
	}
	return p, nil
}

// EncodeDensity returns the stored form of a cell's density counts, 8 bytes.
func EncodeDensity(n score.Counts) []byte { return be.AppendUint32(be.AppendUint32(nil, n.All), n.Let) }

// ParseDensity reads the stored form, or returns ErrLayout.
func ParseDensity(b []byte) (score.Counts, error) {
	if len(b) != 8 {
		return score.Counts{}, ErrLayout.Wrapf("density of %d bytes", len(b))
	}
	return score.Counts{All: be.Uint32(b), Let: be.Uint32(b[4:])}, nil
}

// EncodeCounts returns the stored form of the sizes of a roster's pages.
func EncodeCounts(counts []uint16) []byte {
	b := make([]byte, 0, 2*len(counts))
	for _, n := range counts {
		b = be.AppendUint16(b, n)
	}
	return b
}

// ParseCounts reads the stored form, or returns ErrLayout.
func ParseCounts(b []byte) ([]uint16, error) {
	if len(b)%2 != 0 {
		return nil, ErrLayout.Wrapf("roster counts of %d bytes", len(b))
	}
	counts := make([]uint16, 0, len(b)/2)
	for ; len(b) > 0; b = b[2:] {
		counts = append(counts, be.Uint16(b))
	}
	return counts, nil
}
