package challenge

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// pageMap is Pages in memory.
type pageMap map[uint32]Page

func (m pageMap) Page(_ context.Context, n uint32) (Page, error) { return m[n], nil }

func (m pageMap) SetPage(_ context.Context, n uint32, p *Page) error {
	m[n] = *p
	return nil
}

func TestRosterIsASet(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		pages, model := pageMap{}, map[uint32]bool{}
		r := NewRoster(pages, nil)
		for range rapid.IntRange(0, 200).Draw(rt, "operations") {
			h := rapid.Uint32Range(0, 3*PageHotspots).Draw(rt, "hotspot")
			if rapid.Bool().Draw(rt, "add") {
				if err := r.Add(t.Context(), h); err != nil {
					rt.Fatal(err)
				}
				model[h] = true
				continue
			}
			if err := r.Remove(t.Context(), h); (err == nil) != model[h] || err != nil && !errors.Is(err, ErrRoster) {
				rt.Fatalf("remove %d, there %v: %v", h, model[h], err)
			}
			delete(model, h)
		}
		if err := r.Store(t.Context()); err != nil {
			rt.Fatal(err)
		}
		again := NewRoster(pages, r.Counts())
		want := slices.Sorted(maps.Keys(model))
		got, err := again.All(t.Context())
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			rt.Fatal(err, diff)
		}
		if again.Len() != uint64(len(want)) {
			rt.Fatalf("%d hotspots, want %d", again.Len(), len(want))
		}
		for h := range uint32(3 * PageHotspots) {
			if has, err := again.Has(t.Context(), h); err != nil || has != model[h] {
				rt.Fatalf("hotspot %d: %v, %v", h, has, err)
			}
		}
		for rank, h := range want {
			if got, err := again.At(t.Context(), uint64(rank)); err != nil || got != h {
				rt.Fatalf("rank %d: %d, %v; want %d", rank, got, err, h)
			}
		}
		if _, err := again.At(t.Context(), uint64(len(want))); !errors.Is(err, ErrRoster) {
			rt.Fatalf("beyond the end: %v", err)
		}
	})
}

// A count that promises more than its page holds is an error, not a hang.
func TestRosterThatLies(t *testing.T) {
	r := NewRoster(pageMap{}, []uint16{5})
	if _, err := r.At(t.Context(), 2); !errors.Is(err, ErrRoster) {
		t.Error(err)
	}
}
