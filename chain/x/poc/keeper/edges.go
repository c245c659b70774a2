package keeper

import (
	"context"
	"slices"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// probe is a hotspot near a beacon that was drawn to report it.
type probe struct {
	d2    uint64 // squared chord to the beaconer, mm^2
	heard bool
}

// ledgerRes is the resolution of the cells in which neighbours are looked for.
const ledgerRes = 6

// look picks mature hotspots around a beacon at random, by R of the settlement,
// and sees which of those that sortition let report have heard it. The silence of
// the near ones is evidence about the far ones.
func (k *Keeper) look(ctx context.Context, s *settling, result *challenge.Settlement) ([]probe, error) {
	if s.params.Probes == 0 || result.Kept == 0 {
		return nil, nil
	}
	c := &s.open.Challenge
	cells, err := geo.Disk(geo.Cell(s.record.Site.Cell).Parent(ledgerRes), 1)
	if err != nil {
		return nil, nil // a broken cell has no neighbours
	}
	var found []probe
	var seen []uint32
	for n := range uint64(s.params.Probes) {
		cell := cells[wire.Draw(s.open.R, wire.PurposeProbe, c.ID, 2*n)%uint64(len(cells))]
		hotspot, ok, err := k.rewards.Occupant(ctx, uint64(cell), wire.Draw(s.open.R, wire.PurposeProbe, c.ID, 2*n+1))
		if err != nil {
			return nil, err
		}
		if !ok || slices.Contains(seen, hotspot) {
			continue
		}
		seen = append(seen, hotspot)
		p, ok, err := k.probe(ctx, s, result, hotspot)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, p)
		}
	}
	return found, nil
}

// probe returns a hotspot as a probe, or false when its silence says nothing: it
// is new, not on the air, another region's, the beaconer's owner's or the beaconer
// itself, sends in the same block, or was not drawn.
func (k *Keeper) probe(ctx context.Context, s *settling, result *challenge.Settlement, hotspot uint32) (probe, bool, error) {
	c := &s.open.Challenge
	if hotspot == c.Hotspot || s.sends[hotspot] {
		return probe{}, false, nil
	}
	stored, site, err := k.witness(ctx, hotspot, s.record.Window)
	if err != nil || site.Standing != verify.Active || site.Region != c.Region || stored.Owner == s.record.Site.Owner {
		return probe{}, false, err
	}
	g, err := getOr(ctx, k.progress, hotspot)
	if err != nil || g.Mature == 0 || g.Mature > c.Drawn || g.LastBeacon == 0 ||
		s.params.ReciprocityBlocks > 0 && g.LastBeacon+s.params.ReciprocityBlocks < c.Drawn {
		return probe{}, false, err
	}
	v := verify.Case{Challenge: c, Beaconer: &s.open.Beaconer, Witness: &site, Sortition: sortition(&s.record, &s.params)}
	if !v.Eligible() {
		return probe{}, false, nil
	}
	p := probe{d2: v.DistanceSquared()}
	for i := range s.open.Entries {
		if s.open.Entries[i].Witness.Index == hotspot {
			p.heard = isHeard(result.Reports[i].Verdict)
		}
	}
	return p, p.d2 >= geo.SquareMetres(uint32(s.params.MinDistanceM)), nil
}

// isHeard tells whether a verdict says that the witness heard the beacon, kept or
// not.
func isHeard(v wire.Verdict) bool {
	return v == wire.Accepted || v == wire.Redundant || v == wire.TooClose
}

// discounts fills in what the evidence so far takes off each edge.
func (s *settling) discounts() error {
	edges, err := score.ParseEdges(s.beaconer.Edges)
	if err != nil {
		return err
	}
	rules := s.params.EdgeRules()
	for i := range s.open.Entries {
		e := &s.open.Entries[i]
		if edge, ok := edges.Of(e.Witness.Index); ok {
			e.Discount = score.EdgeOne - rules.Weight(&edge, s.params.PowerSteps)
		}
		s.record.Reports[i].Discount = e.Discount
	}
	return nil
}

// observe adds a settled beacon to the edges of its beaconer, and makes the
// beaconer mature when it is time.
func (s *settling) observe(g *types.Progress, result *challenge.Settlement) error {
	edges, err := score.ParseEdges(g.Edges)
	if err != nil {
		return err
	}
	step := s.step()
	for i, o := range result.Reports {
		if o.Verdict != wire.Accepted {
			continue
		}
		e := &s.open.Entries[i]
		sight := score.Sighting{Witness: e.Witness.Index, Step: step, RSSI: e.Report.RSSI}
		d2 := geo.D2(s.open.Beaconer.At, e.Witness.At)
		for _, p := range s.probes {
			if p.d2 < d2 {
				sight.Probes++
				if !p.heard {
					sight.Absent++
				}
			}
		}
		edges.Add(sight)
	}
	g.Edges = edges.AppendTo(nil)
	c := &s.open.Challenge
	at := c.Drawn - min(c.Drawn, max(s.record.Site.Since, g.Fault))
	if g.Mature == 0 && s.params.Ramp().IsMature(at, len(edges.All()), s.record.Near-min(s.record.Near, 1)) {
		g.Mature = c.Settle
	}
	return nil
}

// step returns which of the power steps the beacon was assigned.
func (s *settling) step() int {
	plan, ok := region.ByID(region.ID(s.open.Challenge.Region))
	if !ok {
		return 0
	}
	return max(0, slices.Index(s.params.PowerSteps, int32(s.open.Challenge.Power)-int32(plan.MaxEIRP)))
}
