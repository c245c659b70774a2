package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
)

// farRes is the resolution of the cells of the far stratum.
const farRes = 3

// Run makes blocks until height.
func (c *Chain) Run(height uint64) error {
	for c.Height < height {
		if err := c.block(); err != nil {
			return fmt.Errorf("block %d: %w", c.Height, err)
		}
	}
	return nil
}

// block makes one block: settle what is due, draw, close the epoch.
func (c *Chain) block() error {
	c.Height++
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], c.Height)
	c.r = sha256.Sum256(append(c.r[:], b[:]...))
	for len(c.queue) > 0 && c.queue[0].challenge.Settle <= c.Height {
		next := c.queue[0]
		c.queue = c.queue[1:]
		if err := c.settle(&next); err != nil {
			return err
		}
	}
	if c.Height >= c.window.End {
		if err := c.freeze(); err != nil {
			return err
		}
	}
	if c.window.Remaining > 0 {
		if err := c.draw(); err != nil {
			return err
		}
	}
	if c.Height%EpochBlocks == 0 {
		c.closeEpoch()
	}
	return nil
}

func (c *Chain) draw() error {
	w := c.window
	var err error
	c.window, c.nextID, err = challenge.Draw(context.Background(), c.Rules.Draw, challenge.Block{
		Chain: c.id, Height: c.Height, TimeMs: c.Height * uint64(c.Rules.Draw.BlockMs), R: c.r, NextID: c.nextID,
	}, c.window, set{c})
	c.Totals.Drawn += int(c.window.Drawn - w.Drawn)
	c.Totals.Skipped += int(c.window.Skipped - w.Skipped)
	return err
}

// freeze starts the next window over those that are in the draw.
func (c *Chain) freeze() error {
	ctx := context.Background()
	clear(c.zones)
	for _, h := range c.hotspots[1:] {
		if h.Out {
			continue
		}
		c.zones[h.Site.Zone]++
		c.zones[h.Site.Zone.Parent(farRes)]++
	}
	c.left, c.all = newRoster(), newRoster()
	number := c.window.Number + 1
	for _, h := range c.hotspots[1:] {
		if h.Out {
			continue
		}
		near, err := c.around(h.Site.Zone)
		if err != nil {
			return err
		}
		air, ok := challenge.Budget(c.Rules.Draw, &c.plan, uint64(near))
		if h.air = air; !ok || !challenge.Included(h.Site.Index, number, air.Stretch) {
			continue
		}
		for _, r := range []*challenge.Roster{c.left, c.all} {
			if err := r.Add(ctx, h.Site.Index); err != nil {
				return err
			}
		}
	}
	c.window = c.window.Closed().Next(c.Height, c.Rules.Draw.WindowBlocks, c.all.Len())
	return nil
}

// around counts the active hotspots of a zone, or of a cell of farRes, and its
// ring.
func (c *Chain) around(cell geo.Cell) (n uint32, err error) {
	disk, err := geo.Disk(cell, 1)
	for _, z := range disk {
		n += c.zones[z]
	}
	return n, err
}

// memory keeps the pages of a roster nowhere: the roster remembers them.
type memory struct{}

func (memory) Page(context.Context, uint32) (challenge.Page, error)   { return challenge.Page{}, nil }
func (memory) SetPage(context.Context, uint32, *challenge.Page) error { return nil }

func newRoster() *challenge.Roster { return challenge.NewRoster(memory{}, nil) }
