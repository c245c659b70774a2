package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/limits"
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

// initChallenge stores a challenge with its reports and puts it where its status
// wants it: among the open ones, or among those to be forgotten.
func (k *Keeper) initChallenge(ctx context.Context, r types.ChallengeRecord) error {
	c, err := wire.ParseChallenge(r.Challenge)
	if err != nil {
		return err
	}
	for _, report := range r.Reports {
		if err := k.reports.Set(ctx, collections.Join(c.ID, report.Site.Hotspot), report); err != nil {
			return err
		}
	}
	n := uint32(len(r.Reports))
	r.Reports = nil
	if err := k.challenges.Set(ctx, c.ID, r); err != nil {
		return err
	}
	if r.Status != types.STATUS_OPEN {
		p, err := k.paramsOf(ctx, c.Params)
		if err != nil {
			return err
		}
		return k.forget.Set(ctx, collections.Join(c.Settle+p.HistoryBlocks, c.ID))
	}
	if n > 0 {
		if err := k.counts.Set(ctx, c.ID, n); err != nil {
			return err
		}
	}
	return k.open.Set(ctx, c.ID, c.Settle)
}

func (k *Keeper) initWindows(ctx context.Context, g *types.GenesisState) error {
	for _, s := range g.Sites {
		if err := k.sites.Set(ctx, s.Current.Hotspot, s); err != nil {
			return err
		}
	}
	for _, z := range g.Zones {
		if err := k.zones.Set(ctx, z.Cell, z); err != nil {
			return err
		}
	}
	w, next := *g.Window, g.NextWindow
	for i, h := range append(append([]uint32(nil), w.Remaining...), w.Done...) {
		if err := k.set.Set(ctx, collections.Join(w.Number&1, uint64(i)), h); err != nil {
			return err
		}
	}
	for i, h := range next.Hotspots {
		if err := k.set.Set(ctx, collections.Join(next.Number&1, uint64(i)), h); err != nil {
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
		if g.Challenges[i].Reports, err = k.reportsOf(ctx, c.ID); err != nil {
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
	all, err := k.members(ctx, w.Number, w.Frozen)
	if err != nil {
		return err
	}
	w.Remaining, w.Done = all[:w.Left:w.Left], all[w.Left:]
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
	g.NextWindow.Hotspots, err = k.members(ctx, g.NextWindow.Number, g.NextWindow.Frozen)
	g.NextWindow.Frozen = 0
	return err
}

// members returns the first n hotspots of a window's set.
func (k *Keeper) members(ctx context.Context, window, n uint64) ([]uint32, error) {
	all := make([]uint32, 0, min(n, limits.MaxFreeze))
	for i := range n {
		h, err := k.set.Get(ctx, collections.Join(window&1, i))
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}
