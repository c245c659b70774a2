package keeper_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// failed returns the checks of a hotspot that do not pass.
func (n *network) failed(hotspot uint32) []string {
	n.t.Helper()
	res, err := n.queries.ExplainHotspot(n.ctx, &types.QueryExplainHotspotRequest{Hotspot: hotspot})
	if err != nil {
		n.t.Fatal(err)
	}
	var names []string
	for _, c := range res.Checks {
		if !c.Passed {
			names = append(names, c.Name)
		}
	}
	return names
}

func TestExplainHotspot(t *testing.T) {
	p := testParams()
	p.RampBlocks, p.RampEndBlocks, p.MaxMisses = 1, 1_000, 2
	net := newNetwork(t, 7, p)
	net.registry.hotspots[1].Location = nil
	net.registry.hotspots[2].Class = uint32(wire.ClassDataLoRa)
	net.registry.hotspots[3].RetiredHeight = 3
	net.registry.hotspots[4].Region = 99
	// Hotspot 7 never answers.
	net.town(120, func(c wire.Challenge, _ uint32) bool { return c.Hotspot == 7 }, follows)
	for hotspot, want := range map[uint32][]string{
		1: nil,
		2: {"located", "frozen", "in-window", "hash-chain", "mature"},
		3: {"class", "frozen", "in-window", "hash-chain", "mature"},
		4: {"registered", "frozen", "in-window", "hash-chain", "mature"},
		5: {"region", "frozen", "in-window", "hash-chain", "mature"},
	} {
		if diff := cmp.Diff(want, net.failed(hotspot)); diff != "" {
			t.Errorf("hotspot %d:\n%s", hotspot, diff)
		}
	}
	res, err := net.queries.ExplainHotspot(net.ctx, &types.QueryExplainHotspotRequest{Hotspot: 1})
	if err != nil || res.Near != 3 || res.Scale != 10_000 || res.Channels != 8 || len(res.Edges) != 2 || res.Edges[0].Weight != 10_000 {
		t.Errorf("%+v, %v", res, err)
	}
	if _, err := net.queries.ExplainHotspot(net.ctx, &types.QueryExplainHotspotRequest{Hotspot: 99}); !errors.Is(err, types.ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
}
