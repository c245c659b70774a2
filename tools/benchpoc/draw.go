package main

import (
	"context"
	"encoding/binary"
	"math/rand/v2"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// registry is the frozen set of a window in memory: what it costs to draw, not
// to load.
type registry struct {
	left  *challenge.Roster
	cells []geo.Cell // resolution 8, by hotspot
	busy  []bool
	plan  *region.Plan
	drawn int
}

// pages are the pages of a roster in memory.
type pages map[uint32]challenge.Page

// Page implements challenge.Pages.
func (p pages) Page(_ context.Context, n uint32) (challenge.Page, error) { return p[n], nil }

// SetPage implements challenge.Pages.
func (p pages) SetPage(_ context.Context, n uint32, page *challenge.Page) error {
	p[n] = *page
	return nil
}

func newRegistry(ctx context.Context, seed uint64, hotspots int) (*registry, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	plan, _ := region.ByName("EU868")
	g := &registry{left: challenge.NewRoster(pages{}, nil), cells: make([]geo.Cell, hotspots), busy: make([]bool, hotspots), plan: &plan}
	for i := range hotspots {
		if err := g.left.Add(ctx, uint32(i)); err != nil {
			return nil, err
		}
		g.cells[i] = geo.CellAt(geo.Point{Lat: geo.E7(450_000_000 + r.IntN(100_000_000)), Lng: geo.E7(r.IntN(150_000_000))}, 8)
	}
	return g, nil
}

// Left implements challenge.Set.
func (g *registry) Left(ctx context.Context, rank uint64) (uint32, error) {
	return g.left.At(ctx, rank)
}

// Any implements challenge.Set.
func (g *registry) Any(_ context.Context, rank uint64) (uint32, error) { return uint32(rank), nil }

// Take implements challenge.Set.
func (g *registry) Take(ctx context.Context, hotspot uint32) error {
	return g.left.Remove(ctx, hotspot)
}

// Target implements challenge.Set.
func (g *registry) Target(_ context.Context, hotspot uint32) (challenge.Target, challenge.Readiness, error) {
	if g.busy[hotspot] {
		return challenge.Target{}, challenge.Busy, nil
	}
	c := g.cells[hotspot]
	return challenge.Target{
		Hotspot: hotspot, Zone: geo.Zone(c), Cell: c, Plan: g.plan, Air: challenge.Air{MaxSF: 9, Stretch: 1},
		Index: 500, KnownIndex: 501,
	}, challenge.Ready, nil
}

// Open implements challenge.Set.
func (g *registry) Open(_ context.Context, c wire.Challenge, _ challenge.Air) error {
	g.busy[c.Hotspot] = true
	g.drawn++
	return nil
}

// drawBlocks draws the challenges of some blocks and returns how many.
func (g *registry) drawBlocks(ctx context.Context, w challenge.Window, blocks uint64) (challenge.Window, int, error) {
	p := challenge.Params{
		Version: 1, WindowBlocks: 3_600, TxDelay: 2, BlockMs: 6_000, Slots: 2, SlotMs: 3_000, CloseBlocks: 8, RevealBlocks: 18,
		SettleBlocks: 20, AirtimePermille: 10, SurprisePermille: 20, PairedPermille: 20, MaxDraws: 1_024, MaxWalk: 256,
		PowerSteps: []int32{0, -30, -60},
	}
	before := g.drawn
	for h := uint64(1); h <= blocks; h++ {
		b := challenge.Block{Height: w.Start + h, TimeMs: 6_000 * h, NextID: uint64(g.drawn) + 1}
		binary.BigEndian.PutUint64(b.R[:], w.Start+h)
		var err error
		if w, _, err = challenge.Draw(ctx, &p, b, w, g); err != nil {
			return w, 0, err
		}
	}
	w.Start += blocks
	return w, g.drawn - before, nil
}
