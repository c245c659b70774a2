package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/grpcapi"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/semtech"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// realRouter is the packet router's own packages, joined as its main joins them:
// pipeline, stores, write-ahead log, vouchers, egress and streams. Only the
// chain is not there: its place is taken by one snapshot that never changes.
func realRouter(ctx context.Context, s setup, ready func(string)) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	snapshot, err := ledger(s.Hotspots)
	if err != nil {
		return err
	}
	limits := packetrouter.DefaultLimits()
	limits.Rate, limits.Burst = 100_000, 100_000 // the load is the benchmark's choice
	egress := semtech.New(semtech.Config{Bind: netip.MustParseAddr("127.0.0.1"), Log: log}, nil)
	var router *packetrouter.Router // set before anything runs
	lane, _, err := lanes.OpenDeliveries(lanes.Config{
		Chain: chainHash(), Org: org, Key: laneKey(), Dir: filepath.Join(s.Dir, "lane"),
		Gather: 10 * time.Millisecond, VoucherEvery: 250 * time.Millisecond, // the defaults of packetrouter
		Voucher: func(h packetrouter.HotspotID, raw []byte) { router.PushVoucher(h, raw) },
	})
	if err != nil {
		return fmt.Errorf("open lane: %w", err)
	}
	book := lanes.NewBook(lane)
	router = packetrouter.New(limits, packetrouter.Ports{
		Budgets: memstore.NewBudgets(int64(time.Minute/time.Microsecond), 1<<20), Guard: memstore.NewGuard(1 << 16),
		Directory: memstore.NewDirectory(), Book: book, Relay: noRelay{}, Node: "floor",
	})
	egress.Attach(router)
	table, err := packetrouter.NewTable([]packetrouter.RouteDef{route(s.LNS, len(s.Hotspots))},
		map[packetrouter.Protocol]packetrouter.Sink{packetrouter.ProtocolGWMP: egress}, nil)
	if err != nil {
		return fmt.Errorf("make table: %w", err)
	}
	egress.SetDestinations(ctx, table.Destinations())
	router.SetTable(table)
	book.Update(snapshot)
	router.SetSnapshot(snapshot)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := grpcapi.New(grpcapi.Config{Key: benchKey("router", 0), Software: "floor", Log: log}, router)
	ready(l.Addr().String())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return egress.Run(ctx) })
	group.Go(func() error { return lane.Run(ctx) })
	group.Go(func() error { return server.Run(ctx, l, time.Second) })
	return group.Wait()
}

// noRelay refuses reports: nobody beacons here.
type noRelay struct{}

// Submit implements packetrouter.Relay.
func (noRelay) Submit(_ *packetrouter.Hotspot, _ packetrouter.ItemKind, _ []byte, answer func(packetrouter.ItemResult)) {
	answer(packetrouter.ItemResult{Verdict: wire.UnknownChallenge})
}

// ledger is a chain with one org that can pay for everything.
func ledger(keys []string) (*packetrouter.Snapshot, error) {
	list := make([]packetrouter.Hotspot, len(keys))
	for i, k := range keys {
		raw, err := hex.DecodeString(k)
		if err != nil {
			return nil, fmt.Errorf("hotspot key: %w", err)
		}
		key, err := wire.ParsePubKey(raw)
		if err != nil {
			return nil, fmt.Errorf("hotspot key: %w", err)
		}
		list[i] = packetrouter.Hotspot{
			ID: packetrouter.HotspotID(i + 1), Key: key, Asserted: true, Lat: 525_200_000, Lng: 134_050_000 + int32(i)*100_000,
			Region: uint16(region.EU868), LoRa: true,
		}
	}
	signer, err := wire.Ed25519Key(laneKey().Public().(publicKey))
	if err != nil {
		return nil, fmt.Errorf("lane key: %w", err)
	}
	return &packetrouter.Snapshot{
		Chain: chainHash(), Head: packetrouter.Head{Height: 1, Time: uint64(time.Now().UnixMilli()), Epoch: epoch},
		Hotspots: packetrouter.NewHotspots(list),
		Orgs: map[packetrouter.OrgID]*packetrouter.Org{org: {
			ID: org, Ranges: []packetrouter.DevAddrRange{addresses(len(keys))}, Signers: []packetrouter.Signer{{Lane: lane, Key: signer}},
		}},
		Lanes: map[packetrouter.LaneRef]packetrouter.LaneState{{Org: org, Lane: lane}: {Epoch: epoch, Reserved: 1 << 50}},
	}, nil
}

func addresses(gateways int) packetrouter.DevAddrRange {
	return packetrouter.DevAddrRange{First: deviceAddr(0, 0), Last: deviceAddr(gateways, 0) - 1}
}

// route takes every device, each with its session key, so that each frame's
// MIC and counter are checked.
func route(lns string, gateways int) packetrouter.RouteDef {
	r := packetrouter.RouteDef{
		ID: "bench", Org: org, Active: true, Protocol: packetrouter.ProtocolGWMP, Address: lns, MaxCopies: 1, MaxAge: time.Minute,
		KeysRequired: true, DevAddrs: []packetrouter.DevAddrRange{addresses(gateways)},
	}
	for g := range gateways {
		for d := range devices {
			a := deviceAddr(g, d)
			r.Keys = append(r.Keys, packetrouter.KeyDef{Addr: a, Key: sessionKey(a)})
		}
	}
	return r
}
