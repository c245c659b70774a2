package network

import (
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

// crowd is the hotspots of a world as they answer challenges. It is for one
// goroutine.
type crowd struct {
	world *million.World
	chain wire.ChainHash
	rand  *rand.Rand
	keys  []ed25519.PrivateKey
	zones []geo.Cell
	near  map[geo.Cell]uint32 // active hotspots in a zone and its ring
	far   map[geo.Cell]uint32 // and within reach beyond
	rings map[geo.Cell]map[geo.Cell]bool
}

func newCrowd(w *million.World) (*crowd, error) {
	c := &crowd{
		world: w, chain: wire.HashChainID(million.ChainID), rand: rand.New(rand.NewPCG(w.Seed, 4)),
		keys: make([]ed25519.PrivateKey, len(w.At)), zones: make([]geo.Cell, len(w.At)),
		near: map[geo.Cell]uint32{}, far: map[geo.Cell]uint32{}, rings: map[geo.Cell]map[geo.Cell]bool{},
	}
	counts := map[geo.Cell]uint32{}
	for i, p := range w.At {
		c.keys[i] = w.Private(uint32(i + 1))
		c.zones[i] = geo.Zone(geo.CellAt(p, 12))
		counts[c.zones[i]]++
		counts[c.zones[i].Parent(3)]++
	}
	sum := func(of geo.Cell) (n uint32, ring map[geo.Cell]bool, err error) {
		disk, err := geo.Disk(of, 1)
		if err != nil {
			return 0, nil, fmt.Errorf("ring of cell %x: %w", of, err)
		}
		ring = map[geo.Cell]bool{}
		for _, z := range disk {
			n += counts[z]
			ring[z] = true
		}
		return n, ring, nil
	}
	for _, z := range c.zones {
		if c.rings[z] != nil {
			continue
		}
		var err error
		if c.near[z], c.rings[z], err = sum(z); err != nil {
			return nil, err
		}
		all, _, err := sum(z.Parent(3))
		if err != nil {
			return nil, err
		}
		c.far[z] = all - min(c.near[z], all)
	}
	return c, nil
}

// answer returns the reports of those who heard a beacon, and its reveal.
func (c *crowd) answer(h *wire.Challenge, nearTarget, farTarget uint32) (reports [][]byte, reveal []byte) {
	zone := c.zones[h.Hotspot-1]
	s := verify.Sortition{Near: c.near[zone], NearTarget: nearTarget, Far: c.far[zone], FarTarget: farTarget}
	a := c.world.Preimage(h.Hotspot, h.Index)
	frame := wire.NewBeacon(h.ID, a)
	ring := c.rings[zone]
	heard := c.world.Near(c.rand, h.Hotspot, witnesses, func(i uint32) bool { return s.Eligible(h, i, !ring[c.zones[i-1]]) })
	for _, i := range heard {
		r := wire.Report{
			Chain: c.chain, Challenge: h.ID, Witness: i, Tag: wire.Tag(c.chain, frame, c.world.Keys[i-1]),
			RSSI: -1100, SNR: 20, SF: h.SF, Tmst: c.rand.Uint32(),
		}
		r.Signature = wire.Signature(ed25519.Sign(c.keys[i-1], r.AppendBody(nil)))
		reports = append(reports, r.AppendTo(nil))
	}
	v := wire.Reveal{Chain: c.chain, Challenge: h.ID, Preimage: a}
	return reports, v.AppendTo(nil)
}
