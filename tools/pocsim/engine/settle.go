package engine

import (
	"slices"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// settle judges a challenge and remembers what it showed.
func (c *Chain) settle(o *open) error {
	b := c.hotspots[o.challenge.Hotspot]
	entries, discounts := c.entries(o, b)
	s := challenge.Settle(&challenge.Open{
		Challenge: o.challenge, Beaconer: o.beaconer, Rules: c.Rules.Check, Select: c.Rules.Select,
		Stretch: o.stretch, Scale: o.scale, Revealed: o.played.Revealed, Preimage: o.preimage, R: c.r, Entries: entries,
	})
	c.Totals.Reports += len(entries)
	for i, r := range s.Reports {
		h := c.hotspots[entries[i].Witness.Index]
		h.Verdicts[r.Verdict]++
		if r.Verdict == wire.Accepted {
			h.Kept++
			c.Totals.Kept++
			_, full := score.Points(s.Kept, o.scale, o.stretch)
			h.Withheld += full * uint64(discounts[i]) / score.EdgeOne
		}
		if r.Verdict == wire.BadTag && !c.Rules.NoPenalty {
			h.debt, h.Fault = h.debt+challenge.Penalty(r.Verdict), c.Height
		}
		h.book(r.Points)
	}
	b.book(s.Beacon.Points)
	switch s.Status {
	case challenge.Settled:
		c.Totals.Settled++
		b.Answered++
		b.Misses = 0
		if !s.Heard() {
			c.Totals.Unheard++
			return nil
		}
		b.Beacons++
		b.LastBeacon = c.Height
		if s.Kept > 0 {
			return c.observe(o, b, entries, &s)
		}
	case challenge.Missed:
		c.Totals.Missed++
		if b.Misses++; b.Misses >= c.Rules.MaxMiss && !b.Out {
			if err := c.leave(b); err != nil {
				return err
			}
			b.Out = true
		}
	}
	return nil
}

// entries puts together what is known of each report at settlement.
func (c *Chain) entries(o *open, b *Hotspot) (entries []challenge.Entry, discounts []uint32) {
	for _, r := range o.played.Reports {
		w := c.hotspots[r.Witness]
		if c.Rules.NoTag && r.Tag == (wire.WitnessTag{}) {
			r.Tag = wire.Tag(r.Chain, wire.NewBeacon(r.Challenge, o.preimage), w.Site.Key)
		}
		e := challenge.Entry{
			Report: r, Witness: w.Site, Height: o.challenge.Drawn + 3, Owner: w.owner, LastBeacon: w.LastBeacon,
			Discount: c.discount(b, w),
		}
		if c.Rules.NoOwners {
			e.Owner[0], e.Owner[1], e.Owner[2] = byte(r.Witness>>16), byte(r.Witness>>8), byte(r.Witness)
		}
		if c.Rules.NoSpots {
			e.Witness.Spot = geo.Cell(uint64(r.Witness) << 8) // a lot of its own
		}
		if clean := max(w.Since, w.Fault); !c.Rules.NoTenure && o.challenge.Drawn > clean {
			e.Tenure = uint32((o.challenge.Drawn - clean) / (30 * EpochBlocks))
		}
		entries, discounts = append(entries, e), append(discounts, e.Discount)
	}
	return entries, discounts
}

// discount returns what evidence takes off an edge.
func (c *Chain) discount(b, w *Hotspot) uint32 {
	edge, _ := b.Edges.Of(w.Site.Index)
	return score.EdgeOne - c.Rules.Edges.Weight(&edge, c.Rules.Draw.PowerSteps, geo.D2(b.Site.At, w.Site.At), &b.Reach, &w.Reach)
}

// observe remembers a heard beacon.
func (c *Chain) observe(o *open, b *Hotspot, entries []challenge.Entry, s *challenge.Settlement) error {
	step := slices.Index(c.Rules.Draw.PowerSteps, int32(o.challenge.Power)-int32(c.plan.MaxEIRP))
	for i, r := range s.Reports {
		if r.Verdict == wire.Accepted {
			b.Edges.Add(score.Sighting{Witness: entries[i].Witness.Index, Step: step, RSSI: entries[i].Report.RSSI})
		}
	}
	if err := c.probe(o, b, entries, s); err != nil {
		return err
	}
	at := o.challenge.Drawn - min(o.challenge.Drawn, max(b.Since, b.Fault))
	others := o.sortition.Near - min(o.sortition.Near, 1)
	if b.Mature == 0 && c.Rules.Ramp.IsMature(at, len(b.Edges.All()), others, s.Weight) {
		b.Mature = c.Height
		b.Paid, b.Escrow = b.Paid+b.Escrow, 0
	}
	return nil
}
