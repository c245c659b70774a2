package keeper

import (
	"context"
	"maps"
	"slices"

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
	roster *storedRoster
	open   unsettled
}

// freeze looks at the registry entries behind the cursor, at most
// [limits.MaxFreeze], and returns whether the end of the registry was reached.
func (k *Keeper) freeze(ctx context.Context, p *types.Params, open unsettled) (done bool, err error) {
	f := freezing{k: k, p: p, height: height(ctx), counts: make(map[geo.Cell]uint32), open: open}
	if f.next, err = k.nextWindow.Get(ctx); err != nil {
		return false, err
	}
	if f.next.Active == 0 {
		f.next.Cursor = 0 // nobody yet: a hotspot may have been located since
	}
	f.zones = k.zoneReader(f.next.Number - 1)
	if f.next.Cursor == 0 {
		if err := k.clearRoster(ctx, rosterMembers, f.next.Number); err != nil {
			return false, err
		}
	}
	if f.roster, err = k.roster(ctx, rosterMembers, f.next.Number); err != nil {
		return false, err
	}
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

// add freezes one hotspot: its site, its place in the zone counts and the density
// map, and, when it is its turn, its place in the set.
func (f *freezing) add(ctx context.Context, h *hotspottypes.Hotspot) error {
	f.next.Cursor = h.Index
	record, err := getOr(ctx, f.k.sites, h.Index)
	if err != nil {
		return err
	}
	site, plan, ok := siteOf(h)
	if !ok || h.Banned(f.height) {
		return f.leave(ctx, h.Index, record)
	}
	progress, err := f.startProgress(ctx, h)
	if err != nil {
		return err
	}
	if err := f.site(ctx, &record, site, progress.OutSince == 0); err != nil {
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
	if err := f.roster.Add(ctx, h.Index); err != nil {
		return err
	}
	f.next.Frozen++
	return nil
}

// leave forgets a hotspot that is not active any more: the density map at once,
// its site when no challenge of the window before can ask for it.
func (f *freezing) leave(ctx context.Context, index uint32, record types.SiteRecord) error {
	if record.Current.Hotspot == 0 && record.Previous == nil {
		return nil // never was active
	}
	if _, err := f.k.countDensity(ctx, &record, 0); err != nil {
		return err
	}
	if record.Current.Hotspot == 0 && record.Window < f.next.Number {
		return f.k.sites.Remove(ctx, index)
	}
	if record.Current.Hotspot != 0 {
		previous := record.Current
		record.Previous, record.Current, record.Window = &previous, types.Site{}, f.next.Number
	}
	return f.k.sites.Set(ctx, index, record)
}

// site stores a site that changed; most do not. One that is out of the draw makes
// nobody's place denser.
func (f *freezing) site(ctx context.Context, record *types.SiteRecord, site types.Site, inDraw bool) error {
	cell := geo.Cell(0)
	if inDraw {
		cell = geo.Cell(site.Cell).Parent(densityResolution)
	}
	changed, err := f.k.countDensity(ctx, record, cell)
	if err != nil {
		return err
	}
	if !record.Current.Same(&site) {
		site.Since = f.height
		if record.Current.Hotspot != 0 && (record.Current.Lat != site.Lat || record.Current.Lng != site.Lng) {
			if err := f.startAnew(ctx, site.Hotspot); err != nil {
				return err
			}
		}
		if record.Current.Hotspot != 0 && record.Window < f.next.Number {
			previous := record.Current
			record.Previous = &previous
		}
		record.Current, record.Window = site, f.next.Number
		changed = true
	}
	if !changed {
		return nil
	}
	return f.k.sites.Set(ctx, site.Hotspot, *record)
}

// startAnew forgets a hotspot's edges and its reach: they were of another place.
func (f *freezing) startAnew(ctx context.Context, hotspot uint32) error {
	g, err := getOr(ctx, f.k.progress, hotspot)
	if err != nil {
		return err
	}
	g.Hotspot, g.Edges, g.Reach, g.Mature = hotspot, nil, nil, 0
	return f.k.progress.Set(ctx, hotspot, g)
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
	if err := f.roster.store(ctx); err != nil {
		return err
	}
	return f.k.nextWindow.Set(ctx, f.next)
}

// siteOf returns the site of a hotspot that can be challenged, with its region's
// plan: a full one that stands somewhere a beacon may be sent. The registry
// checks keys and cells too; here they are checked because drawing must not fail.
func siteOf(h *hotspottypes.Hotspot) (types.Site, region.Plan, bool) {
	if h.Retired() || h.WireClass() != wire.ClassFullLoRa || h.Location == nil || h.PubKey().IsZero() {
		return types.Site{}, region.Plan{}, false
	}
	if cell := geo.Cell(h.Location.Cell); !cell.Valid() || cell.Res() < types.DisplayRes {
		return types.Site{}, region.Plan{}, false
	}
	plan, ok := region.ByID(region.ID(h.Region))
	site := types.Site{
		Hotspot: h.Index, Key: h.Key, Lat: h.Location.Lat, Lng: h.Location.Lng, Cell: h.Location.Cell,
		Gain: h.Location.Gain, Region: h.Region, Owner: h.Owner,
	}
	site.Locate()
	return site, plan, ok
}

// startProgress returns the progress of a hotspot that is being frozen: from its
// anchor when it is new or has another one, back in the draw when it was
// asserted again since it fell out.
func (f *freezing) startProgress(ctx context.Context, h *hotspottypes.Hotspot) (types.Progress, error) {
	g, err := getOr(ctx, f.k.progress, h.Index)
	if err != nil {
		return g, err
	}
	changed := false
	_, isOpen := f.open[h.Index] // its settlement still moves along the old chain
	if string(g.Anchor) != string(h.Anchor) && len(h.Anchor) == wire.PreimageSize && !isOpen {
		g.Hotspot, g.Anchor = h.Index, h.Anchor
		g.Known, g.KnownIndex, g.NextIndex = h.Anchor, h.AnchorIndex, h.AnchorIndex
		changed = true
	}
	if g.OutSince > 0 && h.AssertedHeight > int64(g.OutSince) {
		g.OutSince, g.Misses = 0, 0
		changed = true
	}
	if g.OutSince == 0 && g.Misses >= f.p.MaxMisses {
		g.OutSince = height(ctx)
		changed = true
	}
	if !changed {
		return g, nil
	}
	return g, f.k.progress.Set(ctx, h.Index, g)
}
