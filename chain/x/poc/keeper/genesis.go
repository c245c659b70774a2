package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// InitGenesis stores a validated state.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	for _, p := range g.PastParams {
		if err := k.pastParams.Set(ctx, p.Version, p); err != nil {
			return err
		}
	}
	if err := k.setParams(ctx, g.Params); err != nil {
		return err
	}
	if err := k.initRandomness(ctx, &g); err != nil {
		return err
	}
	for _, p := range g.Progress {
		if err := k.progress.Set(ctx, p.Hotspot, p); err != nil {
			return err
		}
	}
	if err := k.next.Set(ctx, g.NextChallenge); err != nil {
		return err
	}
	if err := k.totals.Set(ctx, g.Totals); err != nil {
		return err
	}
	for _, r := range g.Challenges {
		if err := k.initChallenge(ctx, r); err != nil {
			return err
		}
	}
	return k.initWindows(ctx, &g)
}

func (k *Keeper) initRandomness(ctx context.Context, g *types.GenesisState) error {
	if err := k.randomness.Set(ctx, g.Randomness); err != nil {
		return err
	}
	for _, r := range g.PastRandomness {
		if err := k.pastRandom.Set(ctx, r.Height, r); err != nil {
			return err
		}
	}
	for _, key := range g.VrfKeys {
		if err := k.vrfKeys.Set(ctx, key.Operator, key); err != nil {
			return err
		}
	}
	return nil
}

// initChallenge stores the parts of a challenge that is not settled.
func (k *Keeper) initChallenge(ctx context.Context, r types.ChallengeRecord) error {
	c, err := wire.ParseChallenge(r.Challenge)
	if err != nil {
		return err
	}
	var list []byte
	for _, stored := range r.Reports {
		report, err := wire.ParseReportBody(stored.Report)
		if err != nil {
			return err
		}
		heard := types.HeardOf(&report, uint8(stored.Height-c.Drawn))
		list = heard.AppendTo(list)
	}
	if len(list) > 0 {
		if err := k.heard.Set(ctx, c.ID, list); err != nil {
			return err
		}
	}
	if len(r.Preimage) == wire.PreimageSize {
		known := types.Revealed{Preimage: wire.Preimage(r.Preimage), Height: r.RevealedAt}
		if err := k.revealed.Set(ctx, c.ID, known.Encode()); err != nil {
			return err
		}
	}
	r.Reports, r.Preimage, r.RevealedAt = nil, nil, 0
	if err := k.challenges.Set(ctx, c.ID, r); err != nil {
		return err
	}
	return k.open(ctx, c.Settle, []types.Opened{{ID: c.ID, Hotspot: c.Hotspot, Index: c.Index, Close: c.Close}})
}

func (k *Keeper) initWindows(ctx context.Context, g *types.GenesisState) error {
	for _, s := range g.Sites {
		if s.Dense != 0 {
			if err := score.AddDensity(ctx, densityStore{k}, geo.Cell(s.Dense)); err != nil {
				return err
			}
		}
		index := s.Current.Hotspot
		if index == 0 && s.Previous != nil {
			index = s.Previous.Hotspot // it has left
		}
		if err := k.sites.Set(ctx, index, s); err != nil {
			return err
		}
	}
	for _, z := range g.Zones {
		if err := k.zones.Set(ctx, z.Cell, z); err != nil {
			return err
		}
	}
	w, next := *g.Window, g.NextWindow
	for _, r := range []struct {
		kind     uint32
		window   uint64
		hotspots []uint32
	}{
		{rosterLeft, w.Number, w.Remaining},
		{rosterMembers, w.Number, append(append([]uint32(nil), w.Remaining...), w.Done...)},
		{rosterMembers, next.Number, next.Hotspots},
	} {
		if err := k.initRoster(ctx, r.kind, r.window, r.hotspots); err != nil {
			return err
		}
	}
	w.Left, next.Frozen = uint64(len(w.Remaining)), uint64(len(next.Hotspots))
	w.Remaining, w.Done, next.Hotspots = nil, nil, nil
	if err := k.window.Set(ctx, w); err != nil {
		return err
	}
	if g.PreviousWindow != nil {
		if err := k.lastWindow.Set(ctx, *g.PreviousWindow); err != nil {
			return err
		}
	}
	return k.nextWindow.Set(ctx, next)
}

func (k *Keeper) initRoster(ctx context.Context, kind uint32, window uint64, hotspots []uint32) error {
	r, err := k.roster(ctx, kind, window)
	if err != nil {
		return err
	}
	for _, h := range hotspots {
		if err := r.Add(ctx, h); err != nil {
			return err
		}
	}
	return r.store(ctx)
}

// ExportGenesis returns the state that InitGenesis would store. Marks of batch
// nonces are left out: they outlive a batch by ten blocks at most, and a batch
// sent twice finds its reports there already.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	g := &types.GenesisState{}
	var err error
	for _, load := range []func() error{
		func() error { g.Params, err = k.params.Get(ctx); return err },
		func() error { g.PastParams, err = values(ctx, k.pastParams); return err },
		func() error { g.Randomness, err = k.randomness.Get(ctx); return err },
		func() error { g.PastRandomness, err = values(ctx, k.pastRandom); return err },
		func() error { g.VrfKeys, err = values(ctx, k.vrfKeys); return err },
		func() error { g.Progress, err = values(ctx, k.progress); return err },
		func() error { g.Challenges, err = values(ctx, k.challenges); return err },
		func() error { g.NextChallenge, err = k.next.Get(ctx); return err },
		func() error { g.Totals, err = itemOr(ctx, k.totals); return err },
		func() error { g.Sites, err = values(ctx, k.sites); return err },
		func() error { g.Zones, err = values(ctx, k.zones); return err },
		func() error { return k.exportWindows(ctx, g) },
	} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	for i := range g.Challenges {
		c, err := wire.ParseChallenge(g.Challenges[i].Challenge)
		if err != nil {
			return nil, err
		}
		if g.Challenges[i], err = k.openRecord(ctx, c.ID); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// ExportWindow returns the state without what there is one of for each hotspot.
func (k *Keeper) ExportWindow(ctx context.Context) (*types.GenesisState, error) {
	g := &types.GenesisState{}
	var err error
	for _, load := range []func() error{
		func() error { g.Params, err = k.params.Get(ctx); return err },
		func() error { g.Randomness, err = k.randomness.Get(ctx); return err },
		func() error { g.NextChallenge, err = k.next.Get(ctx); return err },
		func() error { g.Totals, err = itemOr(ctx, k.totals); return err },
		func() error { return k.exportWindows(ctx, g) },
	} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (k *Keeper) exportWindows(ctx context.Context, g *types.GenesisState) error {
	w, err := k.window.Get(ctx)
	if err != nil {
		return err
	}
	if w.Frozen > 0 {
		if w.Remaining, err = k.hotspotsOf(ctx, rosterLeft, w.Number); err != nil {
			return err
		}
		members, err := k.hotspotsOf(ctx, rosterMembers, w.Number)
		if err != nil {
			return err
		}
		w.Done = without(members, w.Remaining)
	}
	w.Left = 0
	g.Window = &w
	last, err := itemOr(ctx, k.lastWindow)
	if err != nil {
		return err
	}
	if last.Number > 0 {
		g.PreviousWindow = &last
	}
	if g.NextWindow, err = k.nextWindow.Get(ctx); err != nil {
		return err
	}
	g.NextWindow.Frozen = 0
	if g.NextWindow.Cursor > 0 { // before that, the roster is still that of an earlier window
		g.NextWindow.Hotspots, err = k.hotspotsOf(ctx, rosterMembers, g.NextWindow.Number)
	}
	return err
}

// hotspotsOf returns a roster, ascending.
func (k *Keeper) hotspotsOf(ctx context.Context, kind uint32, window uint64) ([]uint32, error) {
	r, err := k.roster(ctx, kind, window)
	if err != nil {
		return nil, err
	}
	return r.All(ctx)
}

// without returns those of all that are not in some; both ascend, and all of some
// is in all.
func without(all, some []uint32) []uint32 {
	var rest []uint32
	for _, h := range all {
		if len(some) > 0 && some[0] == h {
			some = some[1:]
			continue
		}
		rest = append(rest, h)
	}
	return rest
}
