package challenge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"
)

// PageHotspots is how many hotspots one page of a roster has a bit for.
const PageHotspots = 2_048

// Page is one bit a hotspot, in order of index.
type Page [PageHotspots / 64]uint64

// Pages stores the pages of a roster. A page that was never stored is empty.
type Pages interface {
	Page(ctx context.Context, n uint32) (Page, error)
	SetPage(ctx context.Context, n uint32, p *Page) error
}

// ErrRoster is returned when pages and counts of a roster contradict each other,
// and for a rank beyond its size.
var ErrRoster = errors.New("roster does not hold that hotspot")

// Roster is a set of hotspots that can be asked for the n-th: a bitmap in pages
// with the size of each. Drawing one of a million from it touches one page,
// while an array with swaps would touch two leaves of a tree of a million. It
// keeps the pages it touched until Store, and is for one goroutine.
type Roster struct {
	pages   Pages
	counts  []uint16 // by page
	touched map[uint32]*Page
	changed map[uint32]bool
}

// NewRoster returns the roster in pages, of which counts holds the size of each
// page. Counts becomes the roster's own.
func NewRoster(pages Pages, counts []uint16) *Roster {
	return &Roster{pages: pages, counts: counts, touched: map[uint32]*Page{}, changed: map[uint32]bool{}}
}

// Counts returns the sizes of the pages, to be stored beside them.
func (r *Roster) Counts() []uint16 { return r.counts }

// Len returns how many hotspots the roster holds.
func (r *Roster) Len() uint64 {
	var n uint64
	for _, c := range r.counts {
		n += uint64(c)
	}
	return n
}

// At returns the hotspot of a rank, 0 for the lowest index, or ErrRoster.
func (r *Roster) At(ctx context.Context, rank uint64) (uint32, error) {
	for n, c := range r.counts {
		if rank >= uint64(c) {
			rank -= uint64(c)
			continue
		}
		p, err := r.page(ctx, uint32(n))
		if err != nil {
			return 0, err
		}
		bit, ok := p.at(int(rank))
		if !ok {
			break
		}
		return uint32(n)*PageHotspots + uint32(bit), nil
	}
	return 0, fmt.Errorf("rank %d: %w", rank, ErrRoster)
}

// at returns the position of the set bit of a rank.
func (p *Page) at(rank int) (int, bool) {
	for i, word := range p {
		if n := bits.OnesCount64(word); rank >= n {
			rank -= n
			continue
		}
		for range rank {
			word &= word - 1
		}
		return 64*i + bits.TrailingZeros64(word), true
	}
	return 0, false
}

// Has tells whether a hotspot is in.
func (r *Roster) Has(ctx context.Context, hotspot uint32) (bool, error) {
	n, word, bit := position(hotspot)
	p, err := r.page(ctx, n)
	return err == nil && p[word]&bit != 0, err
}

// Add puts a hotspot in; one that is there stays.
func (r *Roster) Add(ctx context.Context, hotspot uint32) error {
	n, word, bit := position(hotspot)
	p, err := r.page(ctx, n)
	if err != nil || p[word]&bit != 0 {
		return err
	}
	for len(r.counts) <= int(n) {
		r.counts = append(r.counts, 0)
	}
	p[word] |= bit
	r.counts[n]++
	r.changed[n] = true
	return nil
}

// Remove takes a hotspot out, or returns ErrRoster when it is not in.
func (r *Roster) Remove(ctx context.Context, hotspot uint32) error {
	n, word, bit := position(hotspot)
	p, err := r.page(ctx, n)
	if err != nil {
		return err
	}
	if p[word]&bit == 0 || int(n) >= len(r.counts) {
		return fmt.Errorf("remove hotspot %d: %w", hotspot, ErrRoster)
	}
	p[word] &^= bit
	r.counts[n]--
	r.changed[n] = true
	return nil
}

// All returns the hotspots in ascending order.
func (r *Roster) All(ctx context.Context) ([]uint32, error) {
	var all []uint32
	for n := range r.counts {
		p, err := r.page(ctx, uint32(n))
		if err != nil {
			return nil, err
		}
		for i, word := range p {
			for ; word != 0; word &= word - 1 {
				all = append(all, uint32(n)*PageHotspots+uint32(64*i+bits.TrailingZeros64(word)))
			}
		}
	}
	return all, nil
}

// Store writes the pages that changed, in order.
func (r *Roster) Store(ctx context.Context) error {
	for _, n := range slices.Sorted(maps.Keys(r.changed)) {
		if err := r.pages.SetPage(ctx, n, r.touched[n]); err != nil {
			return err
		}
	}
	clear(r.changed)
	return nil
}

func (r *Roster) page(ctx context.Context, n uint32) (*Page, error) {
	if p, ok := r.touched[n]; ok {
		return p, nil
	}
	p, err := r.pages.Page(ctx, n)
	if err != nil {
		return nil, err
	}
	r.touched[n] = &p
	return &p, nil
}

func position(hotspot uint32) (page uint32, word int, bit uint64) {
	in := hotspot % PageHotspots
	return hotspot / PageHotspots, int(in / 64), 1 << (in % 64)
}
