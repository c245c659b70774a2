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

// look picks hotspots around a heard beacon at random, by R of the settlement, and
// sees which of the mature ones that sortition let report have heard it.
func (k *Keeper) look(ctx context.Context, s *settling, result *challenge.Settlement) (score.Reach, error) {
	reach, err := score.ParseReach(s.beaconer.Reach)
	if err != nil || result.Kept == 0 {
		return reach, err
	}
	var seen []uint32
	for n := range uint64(s.params.Probes) {
		cell, err := score.ProbeCell(s.open.R, s.open.Challenge.ID, n, geo.Cell(s.record.Site.Cell))
		if err != nil {
			break // a broken cell has no neighbours
		}
		hotspot, ok, err := k.rewards.Occupant(ctx, uint64(cell), wire.Draw(s.open.R, wire.PurposeProbe, s.open.Challenge.ID, 2*n+1))
		if err != nil {
			return reach, err
		}
		if !ok || slices.Contains(seen, hotspot) {
			continue
		}
		seen = append(seen, hotspot)
		d2, ok, err := k.probe(ctx, s, hotspot)
		if err != nil {
			return reach, err
		}
		if ok {
			reach.Add(d2, s.hasHeard(hotspot, result))
		}
	}
	return reach, nil
}

// probe returns the squared distance of a hotspot that may have heard a beacon, in
// mm^2, or false when its silence says nothing: it is new, not on the air, another
// region's, the beaconer's owner's or the beaconer itself, sends in the same block,
// was not drawn, or stands on the beaconer's spot.
func (k *Keeper) probe(ctx context.Context, s *settling, hotspot uint32) (d2 uint64, ok bool, err error) {
	c, drawn := &s.open.Challenge, sortition(&s.record, &s.params)
	if hotspot == c.Hotspot || s.sends[hotspot] || !drawn.Possible(c, hotspot) {
		return 0, false, nil
	}
	stored, site, err := k.witness(ctx, hotspot, s.record.Window)
	if err != nil || site.Standing != verify.Active || site.Region != c.Region || stored.Owner == s.record.Site.Owner {
		return 0, false, err
	}
	g, err := getOr(ctx, k.progress, hotspot)
	if err != nil || g.Mature == 0 || g.Mature > c.Drawn || g.LastBeacon == 0 ||
		s.params.ReciprocityBlocks > 0 && g.LastBeacon+s.params.ReciprocityBlocks < c.Drawn {
		return 0, false, err
	}
	v := verify.Case{Challenge: c, Beaconer: &s.open.Beaconer, Witness: &site, Sortition: drawn}
	d2 = v.DistanceSquared()
	return d2, v.Eligible() && d2 >= geo.SquareMetres(uint32(s.params.MinDistanceM)), nil
}

func (s *settling) hasHeard(hotspot uint32, result *challenge.Settlement) bool {
	for i := range s.open.Entries {
		if s.open.Entries[i].Witness.Index == hotspot {
			return isHeard(result.Reports[i].Verdict)
		}
	}
	return false
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
	there, err := score.ParseReach(s.beaconer.Reach)
	if err != nil {
		return err
	}
	rules := s.params.EdgeRules()
	for i := range s.open.Entries {
		e := &s.open.Entries[i]
		here, err := score.ParseReach(s.standings[i].Reach)
		if err != nil {
			return err
		}
		edge, _ := edges.Of(e.Witness.Index)
		d2 := geo.D2(s.open.Beaconer.At, e.Witness.At)
		e.Discount = score.EdgeOne - rules.Weight(&edge, s.params.PowerSteps, d2, &there, &here)
		s.record.Reports[i].Discount = e.Discount
	}
	return nil
}

// observe adds a settled beacon to the edges and the reach of its beaconer, and
// makes the beaconer mature when it is time.
func (s *settling) observe(g *types.Progress, result *challenge.Settlement) error {
	edges, err := score.ParseEdges(g.Edges)
	if err != nil {
		return err
	}
	step := s.step()
	for i, o := range result.Reports {
		if o.Verdict == wire.Accepted {
			e := &s.open.Entries[i]
			edges.Add(score.Sighting{Witness: e.Witness.Index, Step: step, RSSI: e.Report.RSSI})
		}
	}
	g.Edges, g.Reach = edges.AppendTo(nil), s.reach.AppendTo(nil)
	c := &s.open.Challenge
	at := c.Drawn - min(c.Drawn, max(s.record.Site.Since, g.Fault))
	if g.Mature == 0 && s.params.Ramp().IsMature(at, len(edges.All()), s.record.Near-min(s.record.Near, 1), result.Weight) {
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
