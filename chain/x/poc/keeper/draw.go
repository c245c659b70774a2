package keeper

import (
	"bytes"
	"context"
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// drawSet is the frozen set of the current window in the store.
type drawSet struct {
	k       *Keeper
	p       *types.Params
	window  uint64
	zones   *zoneReader
	plans   map[uint32]*region.Plan
	left    *storedRoster
	members *storedRoster
	open    unsettled
	opened  []types.Opened
}

// draw opens the challenges of this block.
func (k *Keeper) draw(ctx sdk.Context, p *types.Params, w types.Window, totals *types.Totals, open unsettled) (types.Window, error) {
	id, err := k.next.Get(ctx)
	if err != nil {
		return w, err
	}
	set := &drawSet{k: k, p: p, window: w.Number, zones: k.zoneReader(w.Number), plans: make(map[uint32]*region.Plan), open: open}
	if set.left, err = k.roster(ctx, rosterLeft, w.Number); err != nil {
		return w, err
	}
	if set.members, err = k.roster(ctx, rosterMembers, w.Number); err != nil {
		return w, err
	}
	block := challenge.Block{
		Chain: chainHash(ctx), Height: height(ctx), TimeMs: timeMs(ctx), R: k.Randomness(ctx), NextID: id,
	}
	before := w.Account()
	after, next, err := challenge.Draw(ctx, p.Draw(), block, before, set)
	if err != nil || after == before && next == id {
		return w, err
	}
	totals.Drawn += after.Drawn - before.Drawn
	totals.Skipped += after.Skipped - before.Skipped
	if err := set.left.store(ctx); err != nil {
		return w, err
	}
	if err := k.open(ctx, block.Height+uint64(p.SettleBlocks), set.opened); err != nil {
		return w, err
	}
	return types.FromAccount(after), k.next.Set(ctx, next)
}

// Left returns the hotspot of a rank among those not drawn yet.
func (s *drawSet) Left(ctx context.Context, rank uint64) (uint32, error) { return s.left.At(ctx, rank) }

// Any returns the hotspot of a rank of the whole set.
func (s *drawSet) Any(ctx context.Context, rank uint64) (uint32, error) {
	return s.members.At(ctx, rank)
}

// Take takes a hotspot out of those not drawn yet.
func (s *drawSet) Take(ctx context.Context, hotspot uint32) error { return s.left.Remove(ctx, hotspot) }

// Target returns a hotspot as frozen, with how far its hash chain is used.
func (s *drawSet) Target(ctx context.Context, hotspot uint32) (challenge.Target, challenge.Readiness, error) {
	var t challenge.Target
	record, err := getOr(ctx, s.k.sites, hotspot)
	if err != nil {
		return t, challenge.Gone, err
	}
	site, ok := record.At(s.window)
	plan := s.plan(site.Region)
	if left, err := s.changed(ctx, &site); err != nil || left {
		return t, challenge.Gone, err
	}
	g, err := s.open.progressOf(ctx, s.k, hotspot)
	if err != nil || !ok || plan == nil {
		return t, challenge.Gone, err
	}
	switch {
	case s.open[hotspot].Close >= height(ctx):
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

// changed tells whether a hotspot has retired, or has another key or hash chain,
// since it was frozen: nobody could answer a challenge of the old ones.
func (s *drawSet) changed(ctx context.Context, site *types.Site) (bool, error) {
	if site.Hotspot == 0 {
		return true, nil
	}
	h, err := s.k.hotspots.Hotspot(ctx, site.Hotspot)
	if errors.Is(err, hotspottypes.ErrUnknown) {
		return true, nil
	}
	if err != nil || h.Retired() || !bytes.Equal(h.Key, site.Key) {
		return true, err
	}
	g, err := getOr(ctx, s.k.progress, site.Hotspot)
	return !bytes.Equal(h.Anchor, g.Anchor), err
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
	if err := s.k.challenges.Set(ctx, c.ID, record); err != nil {
		return err
	}
	opened := types.Opened{ID: c.ID, Hotspot: c.Hotspot, Index: c.Index, Close: c.Close}
	s.opened = append(s.opened, opened)
	s.open.add(opened)
	e := types.EventChallenge{Id: c.ID, Hotspot: c.Hotspot, Challenge: record.Challenge}
	sdk.UnwrapSDKContext(ctx).EventManager().EmitEvent(e.Event())
	return nil
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
	scale, err := score.DensityScale(ctx, densityStore{s.k}, geo.Cell(site.Cell))
	if err != nil {
		return r, err
	}
	return types.ChallengeRecord{
		Challenge: c.AppendTo(nil), Status: types.STATUS_OPEN, Site: site, Window: s.window,
		Near: near, Far: far, Stretch: air.Stretch, Scale: scale,
	}, nil
}
