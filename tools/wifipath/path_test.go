package wifipath

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/hotspot/uplink"
	"github.com/hexwave/hexwave/hotspot/vouchers"
	"github.com/hexwave/hexwave/hotspot/wifi"
	"github.com/hexwave/hexwave/internal/loopback"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/grpcapi"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/payer"
	"github.com/hexwave/hexwave/packetrouter/payerapi"
	"github.com/hexwave/hexwave/packetrouter/radius"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// The cast.
const (
	chainID  = "wifipath-1"
	index    = 42 // of the hotspot
	orgID    = 7
	laneNo   = 1
	price    = 10_000_000 // micro-DC per 10^6 bytes: 10 a byte
	apName   = "ap-1"
	apSecret = "0123456789abcdef01234567"
	aaaKey   = "a secret of the AAA's client"
	patience = 5 * time.Second
)

func chain() wire.ChainHash { return wire.HashChainID(chainID) }

// part is a running part of the path; stop ends it and waits.
type part struct{ stop func() }

// path is the whole way. Its parts can be stopped and started again with the
// folders they had.
type path struct {
	t   *testing.T
	dir string
	aaa [2]string // authentication and accounting address

	payerAt, routerAt string
	auth, acct, das   string // where access points send, and take Disconnect-Requests

	mu     sync.Mutex
	parts  map[string]*part
	server *wifi.Server
	book   *vouchers.Book
	payer  *payer.Payer
}

// newPath starts everything before an AAA.
func newPath(t *testing.T, auth, acct string) *path {
	t.Helper()
	p := &path{t: t, dir: t.TempDir(), aaa: [2]string{auth, acct}, parts: map[string]*part{}}
	p.payerAt, p.routerAt = loopback.Free(t, "tcp"), loopback.Free(t, "tcp")
	p.auth, p.acct, p.das = loopback.Free(t, "udp"), loopback.Free(t, "udp"), loopback.Free(t, "udp")
	p.startPayer()
	p.startRouter()
	p.startHotspot()
	t.Cleanup(func() {
		for _, name := range []string{"hotspot", "router", "payer"} {
			p.stop(name)
		}
	})
	p.await("a login can reach the payer", func() bool { return p.server.Status().AccessPoints == 1 })
	return p
}

// run starts tasks as one part that is stopped together.
func (p *path) run(name string, tasks ...func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, task := range tasks {
		all.Go(func() {
			if err := task(ctx); err != nil && !errors.Is(err, context.Canceled) {
				p.t.Errorf("%s: %v", name, err)
			}
		})
	}
	p.mu.Lock()
	p.parts[name] = &part{func() { cancel(); all.Wait() }}
	p.mu.Unlock()
}

func (p *path) stop(name string) {
	p.mu.Lock()
	x := p.parts[name]
	delete(p.parts, name)
	p.mu.Unlock()
	if x != nil {
		x.stop()
	}
}

func (p *path) await(what string, ok func() bool) {
	p.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("in vain: %s", what)
		}
	}
}

func (p *path) log(part string) *slog.Logger {
	level := slog.LevelError
	if os.Getenv("WIFIPATH_LOG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})).With("part", part)
}

func hotspotID(t *testing.T) *identity.Identity {
	t.Helper()
	id, err := identity.FromSeeds([32]byte{1}, [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// snapshot is the chain.
func (p *path) snapshot() *packetrouter.Snapshot {
	return &packetrouter.Snapshot{
		Chain: chain(), Head: packetrouter.Head{Height: 5, Time: uint64(time.Now().UnixMilli()), Epoch: 3},
		Hotspots: packetrouter.NewHotspots([]packetrouter.Hotspot{{ID: index, Key: hotspotID(p.t).PubKey(), WiFi: true}}),
		Orgs: map[packetrouter.OrgID]*packetrouter.Org{orgID: {
			ID: orgID, Realms: []string{"carrier.example"}, WiFiPrice: price,
			Signers: []packetrouter.Signer{{Lane: laneNo, Key: routertest.LaneKey().Public, Payout: "hxw1payout"}},
		}},
		Lanes:      map[packetrouter.LaneRef]packetrouter.LaneState{{Org: orgID, Lane: laneNo}: {Epoch: 3, Reserved: 1_000_000}},
		Settlement: packetrouter.SettlementParams{MinStep: 1, MaxItems: 10},
	}
}

func (p *path) startPayer() {
	p.t.Helper()
	memory := payer.NewMemory()
	server := payerapi.NewServer(payerapi.ServerConfig{Chain: chain(), Key: routertest.Key(9).Private, Log: p.log("payer")})
	lane, err := lanes.Open(lanes.Config{
		Chain: chain(), Org: orgID, Key: routertest.LaneKey().Private, Unit: wire.UnitMicroDC, Memory: memory, Dir: filepath.Join(p.dir, "lane"),
		Gather: time.Millisecond, VoucherEvery: 20 * time.Millisecond,
		Voucher: func(h packetrouter.HotspotID, raw []byte) { server.Vouchers(h, [][]byte{raw}) },
	})
	if err != nil {
		p.t.Fatal(err)
	}
	client, err := radius.NewClient(radius.Config{Auth: p.aaa[0], Acct: p.aaa[1], Secret: []byte(aaaKey), Log: p.log("aaa")})
	if err != nil {
		p.t.Fatal(err)
	}
	p.payer = payer.New(payer.Config{Chain: chain(), Memory: memory, Interim: time.Minute, Reauth: time.Minute}, lane, client, server, p.log("payer"))
	server.Attach(p.payer)
	lane.Update(p.snapshot())
	p.payer.SetSnapshot(p.snapshot())
	l, err := net.Listen("tcp", p.payerAt)
	if err != nil {
		p.t.Fatal(err)
	}
	p.run("payer", lane.Run, client.Run, p.payer.Run, func(ctx context.Context) error { return server.Run(ctx, l) })
}

func (p *path) startRouter() {
	p.t.Helper()
	r := packetrouter.New(packetrouter.DefaultLimits(), packetrouter.Ports{
		Budgets: memstore.NewBudgets(600_000_000, 1<<8), Guard: memstore.NewGuard(64), Directory: memstore.NewDirectory(),
		Book: lanes.NewBook(), Node: "router",
	})
	carrier := payerapi.NewClient(payerapi.ClientConfig{Chain: chain(), Key: routertest.RouterKey().Private, Log: p.log("router")}, r)
	r.AttachPayers(carrier)
	table, err := packetrouter.NewTable([]packetrouter.RouteDef{{
		ID: "wifi", Org: orgID, Active: true, Protocol: packetrouter.ProtocolPayer, Address: p.payerAt, PayerKey: routertest.Key(9).Public,
		Realms: []string{"carrier.example"},
	}}, nil, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.SetTable(table)
	r.SetSnapshot(p.snapshot())
	carrier.SetDestinations(table.Destinations())
	l, err := net.Listen("tcp", p.routerAt)
	if err != nil {
		p.t.Fatal(err)
	}
	api := grpcapi.New(grpcapi.Config{Key: routertest.RouterKey().Private, Software: "test", Log: p.log("router")}, r)
	p.run("router", carrier.Run, func(ctx context.Context) error { return api.Run(ctx, l, time.Second) })
	p.await("router reaches the payer", func() bool { n, _ := carrier.Connected(); return n == 1 })
}

// chainOf is what a node says of the payer's lane.
type chainOf struct{}

// Payer implements wifi.Payers.
func (chainOf) Payer(_ context.Context, org uint32, lane uint16) (wifi.Payer, error) {
	if org != orgID || lane != laneNo {
		return wifi.Payer{}, errors.New("no such lane")
	}
	return wifi.Payer{Key: routertest.LaneKey().Public, IsPayer: true, Price: price}, nil
}

// downstream joins a router's stream to the Wi-Fi side, as the agent does.
type downstream struct{ p *path }

func (d downstream) Connected(uint32, hotspot.Head)        { d.p.server.Connected() }
func (d downstream) Disconnected()                         {}
func (d downstream) Head(hotspot.Head)                     {}
func (d downstream) Downlink(hotspot.Downlink)             {}
func (d downstream) Challenge(wire.Challenge)              {}
func (d downstream) Acked(uint64, wire.Outcome)            {}
func (d downstream) Radius(m hotspot.Radius)               { d.p.server.Radius(m) }
func (d downstream) RadiusRefused(x hotspot.RadiusRefusal) { d.p.server.Refused(x) }
func (d downstream) UsageResult(raw []byte)                { d.p.server.UsageResult(raw) }
func (d downstream) Voucher(raw []byte) {
	if v, err := d.p.book.Accept(raw, index, routertest.LaneKey().Public); err == nil {
		d.p.server.Vouchered(v)
	}
}

func listenUDP(t *testing.T, at string) *net.UDPConn {
	t.Helper()
	a := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(at))
	c, err := net.ListenUDP("udp", a)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (p *path) startHotspot() {
	p.t.Helper()
	id := hotspotID(p.t)
	book, err := wifi.OpenBook(filepath.Join(p.dir, "sessions.db"), chain())
	if err != nil {
		p.t.Fatal(err)
	}
	if p.book, err = vouchers.Open(filepath.Join(p.dir, "vouchers"), chain()); err != nil {
		p.t.Fatal(err)
	}
	client := uplink.NewClient(uplink.Config{
		Routers: []uplink.Router{{Address: p.routerAt, Key: routertest.RouterKey().Public}}, Key: id.TLSKey(),
		Chain: chain(), Connection: uint64(time.Now().UnixNano()), Software: "test",
	}, uplink.NewQueue(1, 10, time.Minute), p.book, downstream{p}, p.log("uplink"))
	sockets := wifi.Sockets{Auth: listenUDP(p.t, p.auth), Acct: listenUDP(p.t, p.acct), Dynamic: listenUDP(p.t, "127.0.0.1:0")}
	p.server = wifi.New(wifi.Config{
		Chain: chain(), Index: func() uint32 { return index },
		Points: []wifi.AccessPoint{{
			Name: apName, Secret: []byte(apSecret), From: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")},
			DAS: netip.MustParseAddrPort(p.das), Ceiling: wifi.DefaultCeiling,
		}},
	}, id, book, client, chainOf{}, p.book, sockets, p.log("wifi"))
	p.run("hotspot", client.Run, p.server.Run)
	p.await("hotspot reaches the router", func() bool { return client.State().Connected })
}

// account is how the payer stands at the hotspot.
func (p *path) account() wifi.PayerStatus {
	s := p.server.Status()
	if len(s.Payers) == 0 {
		return wifi.PayerStatus{}
	}
	return s.Payers[0]
}

// settled waits until nothing waits and all that was claimed is vouchered, and
// returns the bytes.
func (p *path) settled() uint64 {
	p.t.Helper()
	p.await("records and packets have their answers", func() bool {
		s := p.server.Status()
		return s.RecordsOpen == 0 && s.PacketsOpen == 0
	})
	p.await("all is vouchered", func() bool { a := p.account(); return a.Vouchered+a.Refused == a.Claimed })
	if a := p.account(); a.Refused != 0 {
		p.t.Errorf("%d micro-DC refused", a.Refused)
	}
	return p.account().Vouchered / (price / 1_000_000)
}
