package engine

import (
	"slices"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// probe asks some hotspots around whether they heard a beacon.
func (c *Chain) probe(o *open, b *Hotspot, entries []challenge.Entry, s *challenge.Settlement) error {
	var seen []uint32
	for n := range uint64(c.Rules.Probes) {
		cell, err := score.ProbeCell(c.r, o.challenge.ID, n, b.Cell)
		if err != nil {
			return err
		}
		there := c.cells[cell]
		if len(there) == 0 {
			continue
		}
		hotspot := there[wire.Draw(c.r, wire.PurposeProbe, o.challenge.ID, 2*n+1)%uint64(len(there))]
		if slices.Contains(seen, hotspot) {
			continue
		}
		seen = append(seen, hotspot)
		if p := c.hotspots[hotspot]; c.isProbe(o, b, p) {
			b.Reach.Add(geo.D2(b.Site.At, p.Site.At), heard(hotspot, entries, s))
		}
	}
	return nil
}

// isProbe tells whether silence of a hotspot says something about a beacon.
func (c *Chain) isProbe(o *open, b, p *Hotspot) bool {
	isNew := p.Mature == 0 || p.Mature > o.challenge.Drawn
	isDeaf := p.LastBeacon == 0 || c.Rules.Check.Reciprocity > 0 && p.LastBeacon+c.Rules.Check.Reciprocity < o.challenge.Drawn
	return p != b && p.Owner != b.Owner && !isNew && !isDeaf && c.mayReport(o, p.Site.Index) &&
		geo.D2(b.Site.At, p.Site.At) >= geo.SquareMetres(c.Rules.Check.MinDistance)
}

func heard(hotspot uint32, entries []challenge.Entry, s *challenge.Settlement) bool {
	for i := range entries {
		if entries[i].Witness.Index == hotspot {
			v := s.Reports[i].Verdict
			return v == wire.Accepted || v == wire.Redundant || v == wire.TooClose
		}
	}
	return false
}
