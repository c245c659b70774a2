package network

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/gogoproto/proto"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

// patch returns the genesis patch of a network whose hotspots are all registered,
// mature, frozen and about to be challenged. Only the window is shorter than at
// launch; every check is on.
func patch(cdc codec.JSONCodec, w *million.World, window uint64, relays uint32) ([]byte, error) {
	registry := w.Hotspots(0, len(w.At))
	out := map[string]json.RawMessage{}
	routes := million.Relays(relays)
	for name, state := range map[string]proto.Message{
		hotspot.ModuleName: &hotspot.GenesisState{
			Params: hotspot.DefaultParams(), Hotspots: registry, NextIndex: uint32(len(registry) + 1),
		},
		routing.ModuleName: &routes,
		poc.ModuleName:     coverage(w, registry, window),
		rewards.ModuleName: ledger(registry),
	} {
		raw, err := cdc.MarshalJSON(state)
		if err != nil {
			return nil, fmt.Errorf("encode genesis of %s: %w", name, err)
		}
		out[name] = raw
	}
	// The validators bring the randomness keys, which a patch would replace.
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(out[poc.ModuleName], &fields); err != nil {
		return nil, fmt.Errorf("read genesis of poc: %w", err)
	}
	delete(fields, "vrf_keys")
	raw, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("encode genesis of poc: %w", err)
	}
	out[poc.ModuleName] = raw
	return json.Marshal(out)
}

func coverage(w *million.World, registry []hotspot.Hotspot, window uint64) *poc.GenesisState {
	g := poc.DefaultGenesis()
	g.Params.WindowBlocks = window
	// The air of a window is shared out by its length.
	g.Params.AirtimePermille = 100
	for i := range registry {
		million.Freeze(g, &registry[i])
	}
	w.Window(g, window)
	return g
}

// ledger gives each hotspot a slot of its cell.
func ledger(registry []hotspot.Hotspot) *rewards.GenesisState {
	g := rewards.DefaultGenesis()
	byCell := map[uint64][]uint32{}
	for i := range registry {
		cell := uint64(registry[i].LedgerCell())
		byCell[cell] = append(byCell[cell], registry[i].Index)
	}
	for cell, all := range byCell {
		c := rewards.CellState{Cell: rewards.Cell{Cell: cell}, EvenEpoch: 0, OddEpoch: 1}
		for n, index := range all {
			c.Slots = append(c.Slots, rewards.Slot{Hotspot: index, MatureEpoch: 1, LastEpoch: 1})
			g.Homes = append(g.Homes, rewards.Home{
				Hotspot: index, Cell: cell, Page: uint32(n / rewards.PageSlots), Slot: uint32(n % rewards.PageSlots),
			})
		}
		for len(c.Slots)%rewards.PageSlots != 0 {
			c.Slots = append(c.Slots, rewards.Slot{})
		}
		c.Cell.Pages = uint32(len(c.Slots) / rewards.PageSlots)
		g.Cells = append(g.Cells, c)
	}
	slices.SortFunc(g.Cells, func(a, b rewards.CellState) int {
		if a.Cell.Cell < b.Cell.Cell {
			return -1
		}
		return 1
	})
	slices.SortFunc(g.Homes, func(a, b rewards.Home) int { return int(a.Hotspot) - int(b.Hotspot) })
	return g
}
