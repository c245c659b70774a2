package keeper

import (
	"context"
	"errors"
	"fmt"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// ExplainHotspot shows what decides whether a hotspot is challenged, may witness,
// and what its beacons are worth, each with what was found and what is asked.
func (s queryServer) ExplainHotspot(ctx context.Context, r *types.QueryExplainHotspotRequest) (*types.QueryExplainHotspotResponse, error) {
	h, err := s.k.hotspots.Hotspot(ctx, r.Hotspot)
	if errors.Is(err, hotspottypes.ErrUnknown) {
		return nil, types.ErrUnknown.Wrapf("hotspot %d", r.Hotspot)
	}
	if err != nil {
		return nil, err
	}
	e := explained{k: s.k, h: &h, res: &types.QueryExplainHotspotResponse{}}
	if e.p, err = s.k.params.Get(ctx); err != nil {
		return nil, err
	}
	if e.open, err = s.k.unsettled(ctx); err != nil {
		return nil, err
	}
	if e.g, err = e.open.progressOf(ctx, s.k, h.Index); err != nil {
		return nil, err
	}
	e.registry()
	for _, step := range []func(context.Context) error{e.window, e.chain, e.place, e.edges} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return e.res, nil
}

// explained is a hotspot while it is explained.
type explained struct {
	k    *Keeper
	p    types.Params
	h    *hotspottypes.Hotspot
	g    types.Progress
	open unsettled
	site types.Site
	res  *types.QueryExplainHotspotResponse
}

func (e *explained) add(name string, passed bool, measured, limit string) {
	e.res.Checks = append(e.res.Checks, types.Check{Name: name, Passed: passed, Measured: measured, Limit: limit})
}

// registry shows what the registry says.
func (e *explained) registry() {
	e.add("registered", !e.h.Retired(), fmt.Sprintf("retired at height %d", e.h.RetiredHeight), "not retired (0)")
	e.add("class", e.h.WireClass() == wire.ClassFullLoRa, fmt.Sprintf("class %d", e.h.Class), fmt.Sprintf("class %d, full LoRa", wire.ClassFullLoRa))
	e.add("located", e.h.Location != nil, fmt.Sprintf("asserted at height %d", e.h.AssertedHeight), "an asserted place")
	plan, ok := region.ByID(region.ID(e.h.Region))
	e.add("region", ok, region.ID(e.h.Region).String(), "a region with a beacon plan")
	e.res.Channels = uint32(len(plan.Channels))
}

// window shows whether it is in the set of the window.
func (e *explained) window(ctx context.Context) error {
	w, err := itemOr(ctx, e.k.window)
	if err != nil {
		return err
	}
	record, err := getOr(ctx, e.k.sites, e.h.Index)
	if err != nil {
		return err
	}
	var frozen bool
	e.site, frozen = record.At(w.Number)
	frozen = frozen && e.site.Hotspot != 0
	e.add("frozen", frozen, fmt.Sprintf("since height %d", e.site.Since), fmt.Sprintf("before window %d began at height %d", w.Number, w.Start))
	members, err := e.k.roster(ctx, rosterMembers, w.Number)
	if err != nil {
		return err
	}
	left, err := e.k.roster(ctx, rosterLeft, w.Number)
	if err != nil {
		return err
	}
	isMember, err := members.Has(ctx, e.h.Index)
	if err != nil {
		return err
	}
	isLeft, err := left.Has(ctx, e.h.Index)
	e.add("in-window", isMember, fmt.Sprintf("member %v, still to be drawn %v", isMember, isLeft), fmt.Sprintf("window %d ends at height %d", w.Number, w.End))
	return err
}

// chain shows how far the hash chain is used, and the misses.
func (e *explained) chain(context.Context) error {
	e.add("hash-chain", e.g.NextIndex > 0, fmt.Sprintf("%d preimages left", e.g.NextIndex), "at least 1; renew the chain before")
	walk := e.g.KnownIndex - min(e.g.KnownIndex, e.g.NextIndex)
	e.add("walk", walk < e.p.MaxWalk, fmt.Sprintf("%d unanswered since the last answer", walk), fmt.Sprintf("below %d", e.p.MaxWalk))
	e.add("misses", e.g.OutSince == 0 && e.g.Misses < e.p.MaxMisses, fmt.Sprintf("%d in a row, out since height %d", e.g.Misses, e.g.OutSince),
		fmt.Sprintf("below %d; assert the place again to come back", e.p.MaxMisses))
	e.add("heard", e.p.ReciprocityBlocks == 0 || e.g.LastBeacon > 0, fmt.Sprintf("own beacon last heard at height %d", e.g.LastBeacon),
		fmt.Sprintf("within %d blocks, to be a witness (0: not asked)", e.p.ReciprocityBlocks))
	e.add("no-debt", e.g.Debt == 0, fmt.Sprintf("%d points withheld for false tags", e.g.Debt), "0")
	return nil
}

// place shows what the place is worth: neighbours, airtime, density.
func (e *explained) place(ctx context.Context) error {
	if e.site.Hotspot == 0 {
		return nil
	}
	w, err := itemOr(ctx, e.k.window)
	if err != nil {
		return err
	}
	zones := e.k.zoneReader(w.Number)
	if e.res.Near, err = zones.near(ctx, e.site.Zone()); err != nil {
		return err
	}
	if e.res.Far, err = zones.far(ctx, e.site.Zone()); err != nil {
		return err
	}
	if plan, ok := region.ByID(region.ID(e.site.Region)); ok {
		air, fits := challenge.Budget(e.p.Draw(), &plan, uint64(e.res.Near))
		e.add("airtime", fits, fmt.Sprintf("%d hotspots share the air: up to SF%d, every %d. window", e.res.Near, air.MaxSF, max(air.Stretch, 1)), "a plan that can carry the beacon")
	}
	e.res.Scale, err = score.DensityScale(ctx, densityStore{e.k}, geo.Cell(e.site.Cell))
	e.add("density", e.res.Scale == 10_000, fmt.Sprintf("scale %d.%04d", e.res.Scale/10_000, e.res.Scale%10_000), "1 where not too many stand")
	return err
}

// edges shows the ramp and what each witness of its beacons counts.
func (e *explained) edges(ctx context.Context) error {
	edges, err := score.ParseEdges(e.g.Edges)
	if err != nil {
		return err
	}
	at := height(ctx)
	stood := at - min(at, max(e.site.Since, e.g.Fault))
	e.add("mature", e.g.Mature > 0, fmt.Sprintf("%d blocks at the place, %d witnesses", stood, len(edges.All())),
		fmt.Sprintf("%d blocks and %d witnesses, or %d blocks", e.p.RampBlocks, min(e.p.RampWitnesses, e.res.Near-min(e.res.Near, 1)), e.p.RampEndBlocks))
	reach, err := score.ParseReach(e.g.Reach)
	if err != nil {
		return err
	}
	for b, n := range reach {
		below := uint32(1) << b
		if b == score.ReachBins-1 {
			below = 0
		}
		e.res.Reach = append(e.res.Reach, types.ReachState{BelowKm: below, Asked: uint32(n.Asked), Heard: uint32(n.Heard)})
	}
	for _, edge := range edges.All() {
		if err := e.edge(ctx, &edge, &reach); err != nil {
			return err
		}
	}
	return nil
}

// edge shows what one edge counts.
func (e *explained) edge(ctx context.Context, edge *score.Edge, reach *score.Reach) error {
	other, err := getOr(ctx, e.k.progress, edge.Witness)
	if err != nil {
		return err
	}
	here, err := score.ParseReach(other.Reach)
	if err != nil {
		return err
	}
	site, err := getOr(ctx, e.k.sites, edge.Witness)
	if err != nil {
		return err
	}
	rules, at := e.p.EdgeRules(), site.Current.Verify(verify.Active).At
	d2 := geo.D2(e.site.Verify(verify.Active).At, at)
	e.res.Edges = append(e.res.Edges, types.EdgeState{
		Witness: edge.Witness, Seen: uint32(edge.Seen), DistanceM: geo.Metres(d2),
		Weight: rules.Weight(edge, e.p.PowerSteps, d2, reach, &here),
	})
	return nil
}
