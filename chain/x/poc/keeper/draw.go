package keeper

import (
	"context"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// drawSet is the frozen set of the current window in the store.
type drawSet struct {
	k      *Keeper
	p      *types.Params
	window uint64
	zones  *zoneReader
	plans  map[uint32]*region.Plan
	totals *types.Totals
}

// draw opens the challenges of this block.
func (k *Keeper) draw(ctx sdk.Context, p *types.Params, w types.Window, totals *types.Totals) (types.Window, error) {
	id, err := k.next.Get(ctx)
	if err != nil {
		return w, err
	}
	set := &drawSet{
		k: k, p: p, window: w.Number, zones: k.zoneReader(w.Number),
		plans: make(map[uint32]*region.Plan), totals: totals,
	}
	block := challenge.Block{
		Chain: chainHash(ctx), Height: height(ctx), TimeMs: timeMs(ctx), R: k.Randomness(ctx), NextID: id,
	}
	before := w.Account()
	after, id, err := challenge.Draw(ctx, p.Draw(), block, before, set)
	if err != nil {
		return w, err
	}
	totals.Drawn += after.Drawn - before.Drawn
	totals.Skipped += after.Skipped - before.Skipped
	return types.FromAccount(after), k.next.Set(ctx, id)
}

func (s *drawSet) key(at uint64) collections.Pair[uint64, uint64] {
	return collections.Join(s.window&1, at)
}

// At returns the hotspot at a position of the set.
func (s *drawSet) At(ctx context.Context, at uint64) (uint32, error) {
	return s.k.set.Get(ctx, s.key(at))
}

// Swap exchanges two positions.
func (s *drawSet) Swap(ctx context.Context, i, j uint64) error {
	a, err := s.At(ctx, i)
	if err != nil {
		return err
	}
	b, err := s.At(ctx, j)
	if err != nil {
		return err
	}
	if err := s.k.set.Set(ctx, s.key(i), b); err != nil {
		return err
	}
	return s.k.set.Set(ctx, s.key(j), a)
}

// Target returns a hotspot as frozen, with how far its hash chain is used.
func (s *drawSet) Target(ctx context.Context, hotspot uint32) (challenge.Target, challenge.Readiness, error) {
	var t challenge.Target
	record, err := getOr(ctx, s.k.sites, hotspot)
	if err != nil {
		return t, challenge.Gone, err
	}
	site, ok := record.At(s.window)
	plan := s.plan(site.Region)
	g, err := getOr(ctx, s.k.progress, hotspot)
	if err != nil || !ok || plan == nil {
		return t, challenge.Gone, err
	}
	switch {
	case g.OpenUntil >= height(ctx):
		return t, challenge.Busy, nil
	case g.NextIndex == 0 || g.KnownIndex-g.NextIndex >= s.p.MaxWalk || g.Misses >= s.p.MaxMisses ||
		len(g.Known) != wire.PreimageSize:
		return t, challenge.Gone, nil
	}
	near, err := s.zones.near(ctx, site.Zone())
	if err != nil {
		return t, challenge.Gone, err
	}
	air, ok := challenge.Budget(s.p.Draw(), plan, uint64(near))
	if !ok {
		return t, challenge.Gone, nil
	}
	return challenge.Target{
		Hotspot: hotspot, Key: site.PubKey(), Zone: site.Zone(), Cell: site.DisplayCell(),
		Region: uint16(site.Region), Plan: plan, Air: air,
		Index: g.NextIndex - 1, KnownIndex: g.KnownIndex, Known: wire.Preimage(g.Known),
	}, challenge.Ready, nil
}

func (s *drawSet) plan(id uint32) *region.Plan {
	if p, ok := s.plans[id]; ok {
		return p
	}
	p, ok := region.ByID(region.ID(id))
	if !ok {
		return nil
	}
	s.plans[id] = &p
	return &p
}

// Open stores a challenge. Its index of the hash chain is used up from here on,
// answered or not.
func (s *drawSet) Open(ctx context.Context, c wire.Challenge, air challenge.Air) error {
	record, err := s.record(ctx, &c, air)
	if err != nil {
		return err
	}
	g, err := s.k.progress.Get(ctx, c.Hotspot)
	if err != nil {
		return err
	}
	g.NextIndex, g.OpenUntil = c.Index, c.Close
	g.Challenged++
	if err := s.k.progress.Set(ctx, c.Hotspot, g); err != nil {
		return err
	}
	if err := s.k.challenges.Set(ctx, c.ID, record); err != nil {
		return err
	}
	if err := s.k.open.Set(ctx, c.ID, c.Settle); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventChallenge{
		Id: c.ID, Hotspot: c.Hotspot, Challenge: record.Challenge,
	})
}

func (s *drawSet) record(ctx context.Context, c *wire.Challenge, air challenge.Air) (types.ChallengeRecord, error) {
	var r types.ChallengeRecord
	sites, err := s.k.sites.Get(ctx, c.Hotspot)
	if err != nil {
		return r, err
	}
	site, _ := sites.At(s.window)
	near, err := s.zones.near(ctx, site.Zone())
	if err != nil {
		return r, err
	}
	far, err := s.zones.far(ctx, site.Zone())
	if err != nil {
		return r, err
	}
	return types.ChallengeRecord{
		Challenge: c.AppendTo(nil), Status: types.STATUS_OPEN, Site: site, Window: s.window,
		Near: near, Far: far, Stretch: air.Stretch,
	}, nil
}
