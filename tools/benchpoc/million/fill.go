package million

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// owners a hotspot: one in eight belongs to the owner of the one before.
const hotspotsAnOwner = 8

// piece is how many hotspots are written between two commits: what is not
// committed lies in memory, with all of its tree.
const piece = 50_000

// Filling writes the state of a network that has run for a while: all hotspots
// registered, located and frozen, a window in its middle, relays with bonds.
type Filling struct {
	world *World
	next  int // hotspot
}

// Step writes the next piece, and the window after the last; it returns false when
// nothing was left.
func (f *Filling) Step(ctx sdk.Context, k *app.Keepers) (bool, error) {
	if f.next > len(f.world.At) {
		return false, nil
	}
	if f.next == len(f.world.At) {
		f.next++
		return true, f.finish(ctx, k)
	}
	end := min(f.next+piece, len(f.world.At))
	hotspots := f.world.Hotspots(f.next, end)
	f.next = end
	if err := k.Hotspot.InitGenesis(ctx, hotspot.GenesisState{
		Params: hotspot.DefaultParams(), Hotspots: hotspots, NextIndex: uint32(end + 1),
	}); err != nil {
		return false, fmt.Errorf("fill registry: %w", err)
	}
	hooks := k.Rewards.HotspotHooks()
	for _, h := range hotspots {
		if err := hooks.AfterLocationAsserted(ctx, h, nil); err != nil {
			return false, fmt.Errorf("place hotspot %d: %w", h.Index, err)
		}
		if err := k.Rewards.Mature(ctx, h.Index); err != nil {
			return false, fmt.Errorf("pay hotspot %d in full: %w", h.Index, err)
		}
	}
	g, err := k.PoC.ExportWindow(ctx)
	if err != nil {
		return false, fmt.Errorf("read poc state: %w", err)
	}
	for i := range hotspots {
		Freeze(g, &hotspots[i])
	}
	return true, k.PoC.InitGenesis(ctx, *g)
}

// finish makes the window and the relays.
func (f *Filling) finish(ctx sdk.Context, k *app.Keepers) error {
	if err := k.Routing.InitGenesis(ctx, Relays(relayCount)); err != nil {
		return fmt.Errorf("fill routing: %w", err)
	}
	g, err := k.PoC.ExportWindow(ctx)
	if err != nil {
		return fmt.Errorf("read poc state: %w", err)
	}
	f.world.Window(g, g.Params.WindowBlocks-elapsed)
	return k.PoC.InitGenesis(ctx, *g)
}

// OwnerOf returns the account that a hotspot belongs to.
func OwnerOf(index uint32) sdk.AccAddress {
	if index%hotspotsAnOwner == 0 {
		index--
	}
	h := sha256.Sum256(binary.BigEndian.AppendUint32([]byte("owner"), index))
	return h[:20]
}

// Hotspots returns the registry entries of some of the hotspots, by position.
func (w *World) Hotspots(from, to int) []hotspot.Hotspot {
	all := make([]hotspot.Hotspot, to-from)
	for i := from; i < to; i++ {
		p := w.At[i]
		cell := geo.CellAt(p, hotspot.CellRes)
		all[i-from] = hotspot.Hotspot{
			Index: uint32(i + 1), Key: w.Keys[i].Bytes(), Owner: OwnerOf(uint32(i + 1)).String(),
			Class: uint32(wire.ClassFullLoRa), Region: uint32(region.EU868),
			Location: &hotspot.Location{Lat: int32(p.Lat), Lng: int32(p.Lng), Cell: uint64(cell), Gain: 12, Height: 5},
			Anchor:   w.Anchors[i][:], AnchorIndex: w.Land.Chain, RegisteredHeight: 1, AssertedHeight: 1,
			BondBasis: 200_000_000_000,
		}
	}
	return all
}

// Freeze freezes a hotspot for window 1: a million looks at 1,024 a block would take longer than
// the measurement.
func Freeze(g *poc.GenesisState, h *hotspot.Hotspot) {
	site := poc.Site{
		Hotspot: h.Index, Key: h.Key, Lat: h.Location.Lat, Lng: h.Location.Lng, Cell: h.Location.Cell,
		Gain: h.Location.Gain, Region: h.Region, Owner: h.Owner, Since: 1,
	}
	site.Locate()
	g.Sites = append(g.Sites, poc.SiteRecord{Current: site, Window: 1, Dense: uint64(geo.Cell(site.Cell).Parent(11))})
	// Mature, with the edges of a hotspot that has been heard for years.
	g.Progress = append(g.Progress, poc.Progress{
		Hotspot: h.Index, Known: h.Anchor, KnownIndex: h.AnchorIndex, NextIndex: h.AnchorIndex, Anchor: h.Anchor,
		LastBeacon: 1, Mature: 1, Edges: edges(h.Index),
	})
}

// edges returns a full list of edges to hotspots of no meaning.
func edges(index uint32) []byte {
	var e score.Edges
	for n := range uint32(score.MaxEdges) {
		e.Add(score.Sighting{Witness: 1<<31 | index<<5 | n, RSSI: -1_100})
	}
	return e.AppendTo(nil)
}

// Window fills in window 1, which ends after left more blocks.
func (w *World) Window(g *poc.GenesisState, left uint64) {
	n := uint64(len(w.At))
	window := poc.Window{Number: 1, Start: 1, End: 1 + left, Frozen: n, Left: n * left / g.Params.WindowBlocks}
	window.Drawn = n - window.Left
	counts := map[geo.Cell]uint32{}
	for i, p := range w.At {
		zone := geo.Zone(geo.CellAt(p, hotspot.CellRes))
		counts[zone]++
		counts[zone.Parent(3)]++
		if uint64(i) < window.Left {
			window.Remaining = append(window.Remaining, uint32(i+1))
		} else {
			window.Done = append(window.Done, uint32(i+1))
		}
	}
	for c, n := range counts {
		g.Zones = append(g.Zones, poc.ZoneCount{Cell: uint64(c), Window: 1, Count: n})
	}
	g.Window, g.NextWindow = &window, poc.NextWindow{Number: 2}
}

// elapsed is how much of the window is over when the benchmark starts.
const elapsed = 1_600
