package keeper

import (
	"context"
	"maps"
	"slices"

	"cosmossdk.io/collections"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// freezing is one block's share of building the set of the next window.
type freezing struct {
	k      *Keeper
	p      *types.Params
	next   types.NextWindow
	height uint64
	zones  *zoneReader
	counts map[geo.Cell]uint32
}

// freeze looks at the registry entries behind the cursor, at most
// [limits.MaxFreeze], and returns whether the end of the registry was reached.
func (k *Keeper) freeze(ctx context.Context, p *types.Params) (done bool, err error) {
	f := freezing{k: k, p: p, height: height(ctx), counts: make(map[geo.Cell]uint32)}
	if f.next, err = k.nextWindow.Get(ctx); err != nil {
		return false, err
	}
	if f.next.Active == 0 {
		f.next.Cursor = 0 // nobody yet: a hotspot may have been located since
	}
	f.zones = k.zoneReader(f.next.Number - 1)
	var batch []hotspottypes.Hotspot
	err = k.hotspots.IterateAfter(ctx, f.next.Cursor, func(h hotspottypes.Hotspot) (bool, error) {
		batch = append(batch, h)
		return len(batch) >= limits.MaxFreeze, nil
	})
	if err != nil {
		return false, err
	}
	for i := range batch {
		if err := f.add(ctx, &batch[i]); err != nil {
			return false, err
		}
	}
	if err := f.store(ctx); err != nil {
		return false, err
	}
	return len(batch) < limits.MaxFreeze, nil
}

// add freezes one hotspot: its site, its place in the zone counts, and, when it
// is its turn, its place in the set.
func (f *freezing) add(ctx context.Context, h *hotspottypes.Hotspot) error {
	f.next.Cursor = h.Index
	site, plan, ok := siteOf(h)
	if !ok {
		return nil
	}
	progress, err := f.k.startProgress(ctx, f.p, h)
	if err != nil {
		return err
	}
	if err := f.site(ctx, site); err != nil {
		return err
	}
	f.next.Active++
	f.counts[site.Zone()]++
	f.counts[site.Zone().Parent(farRes)]++
	if progress.OutSince > 0 {
		return nil
	}
	near, err := f.zones.near(ctx, site.Zone())
	if err != nil {
		return err
	}
	air, ok := challenge.Budget(f.p.Draw(), &plan, uint64(near))
	if !ok || !challenge.Included(h.Index, f.next.Number, air.Stretch) {
		return nil
	}
	if err := f.k.set.Set(ctx, collections.Join(f.next.Number&1, f.next.Frozen), h.Index); err != nil {
		return err
	}
	f.next.Frozen++
	return nil
}

// site stores a site that changed; most do not.
func (f *freezing) site(ctx context.Context, site types.Site) error {
	record, err := getOr(ctx, f.k.sites, site.Hotspot)
	if err != nil {
		return err
	}
	if record.Current.Same(&site) {
		return nil
	}
	site.Since = f.height
	if record.Current.Hotspot != 0 && record.Window < f.next.Number {
		previous := record.Current
		record.Previous = &previous
	}
	record.Current, record.Window = site, f.next.Number
	return f.k.sites.Set(ctx, site.Hotspot, record)
}

func (f *freezing) store(ctx context.Context) error {
	for _, c := range slices.Sorted(maps.Keys(f.counts)) {
		z, err := getOr(ctx, f.k.zones, uint64(c))
		if err != nil {
			return err
		}
		z.Cell = uint64(c)
		z.Add(f.next.Number, f.counts[c])
		if err := f.k.zones.Set(ctx, z.Cell, z); err != nil {
			return err
		}
	}
	return f.k.nextWindow.Set(ctx, f.next)
}

// siteOf returns the site of a hotspot that can be challenged, with its region's
// plan: a full one that stands somewhere a beacon may be sent. The registry
// checks keys and cells too; here they are checked because drawing must not fail.
func siteOf(h *hotspottypes.Hotspot) (types.Site, region.Plan, bool) {
	if h.WireClass() != wire.ClassFullLoRa || h.Location == nil || h.PubKey().IsZero() {
		return types.Site{}, region.Plan{}, false
	}
	if cell := geo.Cell(h.Location.Cell); !cell.Valid() || cell.Res() < types.DisplayRes {
		return types.Site{}, region.Plan{}, false
	}
	plan, ok := region.ByID(region.ID(h.Region))
	return types.Site{
		Hotspot: h.Index, Key: h.Key, Lat: h.Location.Lat, Lng: h.Location.Lng, Cell: h.Location.Cell,
		Gain: h.Location.Gain, Region: h.Region, Owner: h.Owner,
	}, plan, ok
}

// startProgress returns the progress of a hotspot that is being frozen: from its
// anchor when it is new or has another one, back in the draw when it was
// asserted again since it fell out.
func (k *Keeper) startProgress(ctx context.Context, p *types.Params, h *hotspottypes.Hotspot) (types.Progress, error) {
	g, err := getOr(ctx, k.progress, h.Index)
	if err != nil {
		return g, err
	}
	changed := false
	if string(g.Anchor) != string(h.Anchor) && len(h.Anchor) == wire.PreimageSize && g.OpenUntil < height(ctx) {
		g.Hotspot, g.Anchor = h.Index, h.Anchor
		g.Known, g.KnownIndex, g.NextIndex = h.Anchor, h.AnchorIndex, h.AnchorIndex
		changed = true
	}
	if g.OutSince > 0 && h.AssertedHeight > int64(g.OutSince) {
		g.OutSince, g.Misses = 0, 0
		changed = true
	}
	if g.OutSince == 0 && g.Misses >= p.MaxMisses {
		g.OutSince = height(ctx)
		changed = true
	}
	if !changed {
		return g, nil
	}
	return g, k.progress.Set(ctx, h.Index, g)
}
