package network

import (
	"encoding/json"
	"testing"

	"github.com/hexwave/hexwave/chain/app"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
)

// TestPatch reads the patch as the modules will.
func TestPatch(t *testing.T) {
	app.Configure()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := patch(enc.Codec, testCrowd(t).world, 60, honestRelays)
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		t.Fatal(err)
	}
	var (
		h hotspot.GenesisState
		r routing.GenesisState
		p poc.GenesisState
		l rewards.GenesisState
	)
	enc.Codec.MustUnmarshalJSON(parts[hotspot.ModuleName], &h)
	enc.Codec.MustUnmarshalJSON(parts[routing.ModuleName], &r)
	enc.Codec.MustUnmarshalJSON(parts[poc.ModuleName], &p)
	enc.Codec.MustUnmarshalJSON(parts[rewards.ModuleName], &l)
	for name, err := range map[string]error{
		hotspot.ModuleName: h.Validate(), routing.ModuleName: r.Validate(),
		poc.ModuleName: p.Validate(), rewards.ModuleName: l.Validate(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(h.Hotspots) != crowdSize || len(p.Sites) != crowdSize || len(l.Homes) != crowdSize || len(r.Signers) != honestRelays {
		t.Errorf("%d hotspots, %d sites, %d homes, %d relays", len(h.Hotspots), len(p.Sites), len(l.Homes), len(r.Signers))
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(parts[poc.ModuleName], &fields); err != nil {
		t.Fatal(err)
	}
	if _, ok := fields["vrf_keys"]; ok {
		t.Error("the patch replaces the validators' randomness keys")
	}
	if p.Params.WindowBlocks != 60 {
		t.Errorf("a window of %d blocks", p.Params.WindowBlocks)
	}
}
