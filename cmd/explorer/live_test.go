package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/loopback"
	"github.com/hexwave/hexwave/proto/wire"
)

// The explorer follows a real node: what its genesis holds and the blocks after it.
func TestFollowsRealNode(t *testing.T) {
	key, err := wire.Ed25519Key(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	owner := sdk.MustBech32ifyAddressBytes("hxw", make([]byte, 20))
	b64 := base64.StdEncoding.EncodeToString
	patch := fmt.Sprintf(`{"hotspot":{"next_index":2,"hotspots":[{"index":1,"key":%q,"owner":%q,"class":1,"region":1,"anchor":%q,"anchor_index":1000,`+
		`"location":{"lat":525200000,"lng":134050000,"cell":"631051317966235135","gain":30,"height":12}}]}}`,
		b64(key.Bytes()), owner, b64(make([]byte, 20)))
	live := chaintest.NewLive(t, chaintest.Options{Validators: 1, Patch: []byte(patch)})
	cfg := defaultConfig()
	cfg.Listen, cfg.Metrics.Listen = loopback.Free(t, "tcp"), loopback.Free(t, "tcp")
	cfg.Node = NodeConfig{RPC: live.Nodes[0].RPC, ChainID: chaintest.ChainID, Poll: config.Duration(20 * time.Millisecond)}
	stop := start(t, cfg)
	until(t, "http://"+cfg.Listen+"/v1/hotspots/"+key.String(), `"name":"`+wire.HotspotName(key)+`"`)
	until(t, "http://"+cfg.Listen+"/v1/stats", `"chain_id":"`+chaintest.ChainID+`"`)
	until(t, "http://"+cfg.Metrics.Listen+"/metrics", "hexwave_explorer_index_height 4")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}
