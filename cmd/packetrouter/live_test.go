package main

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/client"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/keyfile"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/poc/geo"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// town is a live chain with an org on it, and a router that serves it.
type town struct {
	t      *testing.T
	ctx    context.Context //nolint:containedctx // the test's own, for helpers
	client *client.Client
	sender *client.Sender
	owner  *chaintest.Account
	lns    *routertest.LNS
	daemon *daemon
}

func (x *town) send(msgs ...proto.Message) *client.Result {
	x.t.Helper()
	r, err := x.sender.Send(x.ctx, msgs...)
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

func (x *town) wait(what string, ok func() bool) {
	x.t.Helper()
	for !ok() {
		select {
		case <-x.ctx.Done():
			x.t.Fatalf("gave up waiting for %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// found makes org 1 with credits, an address range and a lane.
func (x *town) found(bundleKey, laneKey ed25519.PrivateKey) {
	x.t.Helper()
	me := x.owner.String()
	x.send(&creditstypes.MsgMintCredits{Sender: me, Credits: 50_000_000})
	x.send(&routingtypes.MsgCreateOrg{Owner: me, BundleKey: keyfile.Public(bundleKey).Bytes()})
	x.send(&creditstypes.MsgFundOrg{Sender: me, Org: 1, Credits: 1_000_000})
	x.send(&routingtypes.MsgAddDevAddrRange{Owner: me, Org: 1, Blocks: 1})
	x.send(&routingtypes.MsgAuthorizeSigner{
		Owner: me, Org: 1, Key: keyfile.Public(laneKey).Bytes(), Kind: routingtypes.SIGNER_KIND_ROUTER,
		Allowance: 100_000, Bond: 10_000 * 100_000_000, Payout: me,
	})
}

// register puts a hotspot on chain, in Amsterdam.
func (x *town) register(k routertest.KeyPair) {
	x.t.Helper()
	at, err := x.client.Head(x.ctx)
	if err != nil {
		x.t.Fatal(err)
	}
	g := wire.Registration{
		Chain: wire.HashChainID(chaintest.ChainID), Owner: wire.OwnerHash(x.owner.Address()), Class: wire.ClassDataLoRa,
		Key: k.Public, Anchor: wire.Preimage{1}, AnchorIndex: 1, ValidUntil: uint64(at.Height) + 50,
	}
	g.Signature = wire.Signature(ed25519.Sign(k.Private, g.AppendBody(nil)))
	x.send(&hotspottypes.MsgRegister{Payer: x.owner.String(), Owner: x.owner.String(), Registration: g.AppendTo(nil)})
	const lat, lng = 523_676_000, 49_041_000
	cell := geo.CellAt(geo.Point{Lat: lat, Lng: lng}, 12)
	x.send(&hotspottypes.MsgAssertLocation{
		Owner: x.owner.String(), Hotspot: 1, Location: hotspottypes.Location{Lat: lat, Lng: lng, Cell: uint64(cell), Gain: 12, Height: 10},
	})
}

// publish signs a bundle with one route and commits it.
func (x *town) publish(file string, key ed25519.PrivateKey) {
	x.t.Helper()
	r, err := routingtypes.NewQueryClient(x.client.Conn()).Org(x.ctx, &routingtypes.QueryOrgRequest{Org: 1})
	if err != nil {
		x.t.Fatal(err)
	}
	document := fmt.Appendf(nil, `{"version": 1, "routes": [{"id": "r", "active": true, "hourly_cap": 100000,
		"destination": {"protocol": "gwmp", "address": %q},
		"dev_addrs": [{"first": "%08x", "last": "%08x"}]}]}`, x.lns.Address(), r.Org.Ranges[0].First, r.Org.Ranges[0].Last)
	data, err := bundle.Sign(wire.HashChainID(chaintest.ChainID), 1, 1, document, key)
	if err != nil {
		x.t.Fatal(err)
	}
	if err := replaceFile(file, data); err != nil {
		x.t.Fatal(err)
	}
	digest := sha256.Sum256(document)
	x.send(&routingtypes.MsgCommitBundle{Owner: x.owner.String(), Org: 1, Sequence: 1, Digest: digest[:]})
}

// saveGenesis writes the genesis document of a live node to a file.
func (x *town) saveGenesis(rpc, file string) {
	x.t.Helper()
	req, err := http.NewRequestWithContext(x.ctx, http.MethodGet, rpc+"/genesis", http.NoBody)
	if err != nil {
		x.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	var a struct {
		Result struct {
			Genesis json.RawMessage `json:"genesis"`
		} `json:"result"`
	}
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		x.t.Fatal(err)
	}
	if err := replaceFile(file, a.Result.Genesis); err != nil {
		x.t.Fatal(err)
	}
}

// TestAgainstLiveChain runs the daemon as the binary does: a packet of a
// registered hotspot is routed by the org's bundle, paid by a voucher, and
// settled on chain. The orgs that the node names are proven.
func TestAgainstLiveChain(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	live := chaintest.NewLive(t, chaintest.Options{
		Validators: 1, Accounts: []string{"alice"},
		// The test chain begins in the past; with days for epochs it would close one with every block.
		Patch: []byte(`{"rewards":{"params":{"epoch_seconds":"31536000"}}}`),
	})
	x := &town{t: t, ctx: ctx, owner: live.Account("alice"), lns: routertest.NewLNS(t)}
	var err error
	if x.client, err = client.Dial(client.Options{GRPC: live.Nodes[0].GRPC, RPC: live.Nodes[0].RPC, ChainID: chaintest.ChainID, Poll: 20 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.client.Close() })
	x.wait("the node", func() bool { return x.client.Check(ctx) == nil })
	key, err := client.NewKey(x.owner.Key.Key)
	if err != nil {
		t.Fatal(err)
	}
	x.sender = x.client.NewSender(key, client.SenderOptions{Gas: 1_000_000})

	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	laneKey, err := keyfile.Create(in("lane.pem"))
	if err != nil {
		t.Fatal(err)
	}
	routerKey, err := keyfile.Create(in("router.pem"))
	if err != nil {
		t.Fatal(err)
	}
	bundleKey := routertest.Key(77).Private
	x.found(bundleKey, laneKey)

	cfg := defaultConfig()
	cfg.ChainID, cfg.Listen, cfg.KeyFile, cfg.Nodes = chaintest.ChainID, "127.0.0.1:0", in("router.pem"), []string{live.Nodes[0].GRPC}
	cfg.Lanes = []LaneConfig{{Org: 1, Key: in("lane.pem"), WAL: in("wal"), Bundle: in("org1.bundle")}}
	x.saveGenesis(live.Nodes[0].RPC, in("genesis.json"))
	cfg.Trust = TrustConfig{Genesis: in("genesis.json"), RPC: []string{live.Nodes[0].RPC}}
	cfg.SettleEvery, cfg.VoucherEvery = 1, config.Duration(20*time.Millisecond)
	if x.daemon, err = newDaemon(ctx, cfg, slog.New(slog.NewTextHandler(t.Output(), nil))); err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- x.daemon.Run(running) }()

	hotspotKey := routertest.Key(1)
	h := routertest.NewHotspot(t, hotspotKey, wire.HashChainID(chaintest.ChainID))
	connected := make(chan struct{})
	go func() {
		defer close(connected)
		h.Keep(running, func() string { return x.daemon.listen.Addr().String() }, keyfile.Public(routerKey))
	}()
	x.wait("the stranger's hello", func() bool { return h.Hello() != nil })
	x.register(hotspotKey)
	x.wait("the registered hotspot's hello", func() bool { return h.Hello().GetHotspot() == 1 })
	x.publish(in("org1.bundle"), bundleKey)
	x.wait("the router to be ready", func() bool { return x.daemon.ready(ctx) == nil })

	first := x.daemon.router.Snapshot().Orgs[1].Ranges[0].First
	const packets, dc = 150, 11
	for i := range uint32(packets) {
		x.wait("the packets before", func() bool { return h.Unacked() < 50 })
		h.Uplink(&routerv1.Uplink{
			Payload: uplinkOf(first, i), Frequency: 868_100_000, Sf: 7, Bandwidth: 125_000, Forwarder: 1, CodeRate: "4/5",
		})
		time.Sleep(5 * time.Millisecond)
	}
	x.wait("every packet to be delivered", func() bool { return h.Count(wire.Delivered) == packets })
	x.wait("vouchers", func() bool { return h.Owed() == packets*dc })
	q := settlementtypes.NewQueryClient(x.client.Conn())
	lane, known := x.daemon.lanes[0].Ref()
	if !known {
		t.Fatal("the lane is not known")
	}
	x.wait("settlement", func() bool {
		r, err := q.Settled(ctx, &settlementtypes.QuerySettledRequest{Org: 1, Lane: uint32(lane.Lane), Hotspot: 1, Epoch: h.Vouchers()[0].Epoch})
		// One step of 1,000 DC; the rest is settled when the epoch ends.
		return err == nil && r.Cum >= 1000
	})
	totals, err := q.Totals(ctx, &settlementtypes.QueryTotalsRequest{})
	if err != nil || totals.Totals.Credits > packets*dc || totals.Totals.Hotspots == 0 {
		t.Errorf("totals %+v, %v", totals, err)
	}
	stop()
	<-connected
	if err := <-done; err != nil {
		t.Errorf("router: %v", err)
	}
}

// uplinkOf is a frame of 242 bytes, 11 DC.
func uplinkOf(addr packetrouter.DevAddr, counter uint32) []byte {
	b := make([]byte, 242)
	b[0], b[8] = 0x40, 1
	b[1], b[2], b[3], b[4] = byte(addr), byte(addr>>8), byte(addr>>16), byte(addr>>24)
	b[6], b[7] = byte(counter), byte(counter>>8)
	return b
}
