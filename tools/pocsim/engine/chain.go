package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// Player is the world: it says what comes of a challenge.
type Player interface {
	// Play returns the reports on a challenge, of hotspots that ask said may
	// report, and whether anybody reveals. Preimage is the frame's secret.
	Play(c *wire.Challenge, preimage wire.Preimage, ask func(hotspot uint32) bool) Played
}

// Played is what came of a challenge.
type Played struct {
	Reports  []wire.Report
	Revealed bool
}

// Chain is the state.
type Chain struct {
	Rules  Rules
	player Player
	plan   region.Plan
	id     wire.ChainHash

	Height   uint64
	r        [32]byte
	nextID   uint64
	window   challenge.Window
	left     *challenge.Roster
	all      *challenge.Roster
	hotspots []*Hotspot // by index; 0 is nobody
	cells    map[geo.Cell][]uint32
	density  density
	zones    map[geo.Cell]uint32
	queue    []open // ascending by height of settlement
	pool     float64
	mean     meanPoints
	Totals   Totals
}

// Totals count what the chain settled.
type Totals struct {
	Drawn, Skipped, Settled, Missed, Unheard int
	Reports, Kept                            int
}

// New returns an empty chain. Each epoch shares pool, in days of mean honest pay.
func New(rules Rules, player Player, pool int, seed uint64) *Chain {
	plan, _ := region.ByID(region.EU868)
	c := &Chain{
		Rules: rules, player: player, plan: plan, pool: float64(pool), nextID: 1,
		hotspots: []*Hotspot{nil}, cells: map[geo.Cell][]uint32{}, density: density{}, zones: map[geo.Cell]uint32{},
		r: sha256.Sum256(binary.BigEndian.AppendUint64([]byte("seed"), seed)),
	}
	c.id = wire.ChainHash{1}
	return c
}

// Hotspot returns a hotspot by its index.
func (c *Chain) Hotspot(index uint32) *Hotspot { return c.hotspots[index] }

// Len returns how many hotspots there are: indexes 1 to Len.
func (c *Chain) Len() int { return len(c.hotspots) - 1 }

// Register adds a hotspot and returns its index.
func (c *Chain) Register(claim Claim) (uint32, error) {
	index := uint32(len(c.hotspots))
	h := newHotspot(index, claim, c.Height)
	c.hotspots = append(c.hotspots, h)
	return index, c.enter(h)
}

func (c *Chain) enter(h *Hotspot) error {
	ledger := h.Cell.Parent(ledgerRes)
	c.cells[ledger] = append(c.cells[ledger], h.Site.Index)
	return score.AddDensity(context.Background(), c.density, h.Cell.Parent(11))
}

// Move asserts another place for a hotspot: its edges and its ramp start anew.
func (c *Chain) Move(index uint32, to geo.Point) error {
	h := c.hotspots[index]
	if err := c.leave(h); err != nil {
		return err
	}
	claim := h.Claim
	claim.Place = to
	moved := newHotspot(index, claim, c.Height)
	moved.Tally, moved.LastBeacon, moved.debt, moved.Fault = h.Tally, h.LastBeacon, h.debt, h.Fault
	c.hotspots[index] = moved
	return c.enter(moved)
}

func (c *Chain) leave(h *Hotspot) error {
	ledger := h.Cell.Parent(ledgerRes)
	for i, other := range c.cells[ledger] {
		if other == h.Site.Index {
			c.cells[ledger] = append(c.cells[ledger][:i:i], c.cells[ledger][i+1:]...)
		}
	}
	if h.Out {
		return nil // not counted
	}
	return score.RemoveDensity(context.Background(), c.density, h.Cell.Parent(11))
}

// density is the density map in memory.
type density map[geo.Cell]score.Counts

func (d density) Counts(_ context.Context, c geo.Cell) (score.Counts, error) { return d[c], nil }

func (d density) SetCounts(_ context.Context, c geo.Cell, n score.Counts) error {
	d[c] = n
	return nil
}

// ledgerRes is the resolution of the cells in which neighbours are looked for.
const ledgerRes = 6
