package routertest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/grpcapi"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/relay"
	"github.com/hexwave/hexwave/packetrouter/semtech"
	"github.com/hexwave/hexwave/proto/wire"
)

// The fixed cast of a World.
const (
	OrgID   = packetrouter.OrgID(1)
	LaneNo  = uint16(3)
	ChainID = "hexwave-test-1"
)

// World is one router with real sockets, logs and lanes, on a chain that the
// test writes.
type World struct {
	t      *testing.T
	dir    string
	Chain  wire.ChainHash
	Router *packetrouter.Router
	Egress *semtech.Egress
	Relay  *relay.Relay
	Ledger *Ledger
	// AckWait is semtech's; set it before Start.
	AckWait time.Duration

	mu      sync.Mutex
	address string // guarded by mu
	snap    packetrouter.Snapshot
	routes  []packetrouter.RouteDef
	book    *lanes.Book
	settler *lanes.Settler
	kill    func()
	runs    int
}

// NewWorld returns a world with hotspots 1 to n, whose keys are Key(1) to
// Key(n), an org with allowance DC, and no routes. Nothing runs yet.
func NewWorld(t *testing.T, n int, allowance uint64) *World {
	t.Helper()
	w := &World{t: t, dir: t.TempDir(), Chain: wire.HashChainID(ChainID), Ledger: NewLedger(), AckWait: 500 * time.Millisecond}
	var list []packetrouter.Hotspot
	for i := 1; i <= n; i++ {
		list = append(list, packetrouter.Hotspot{
			ID: packetrouter.HotspotID(i), Key: Key(byte(i)).Public, Asserted: true, LoRa: true,
			Region: 1, Lat: 520_000_000 + int32(i)*1000, Lng: 45_000_000,
		})
	}
	w.snap = packetrouter.Snapshot{
		Chain: w.Chain, Head: packetrouter.Head{Height: 100, Time: 1_700_000_000_000, Epoch: 7},
		Hotspots: packetrouter.NewHotspots(list),
		Orgs: map[packetrouter.OrgID]*packetrouter.Org{OrgID: {
			ID: OrgID, Signers: []packetrouter.Signer{{Lane: LaneNo, Key: LaneKey().Public, Payout: "hxw1payout"}},
		}},
		Lanes:      map[packetrouter.LaneRef]packetrouter.LaneState{{Org: OrgID, Lane: LaneNo}: {Epoch: 7, Reserved: allowance}},
		Settlement: packetrouter.SettlementParams{MinStep: 10, MaxItems: 100},
		Relaying:   packetrouter.RelayParams{MaxItems: 100, MaxWalk: 1000},
	}
	return w
}

// LaneKey is the key of the world's lane.
func LaneKey() KeyPair { return Key(200) }

// RouterKey is the router's identity.
func RouterKey() KeyPair { return Key(201) }

// Start runs the router from the newest state on disk.
func (w *World) Start() {
	w.t.Helper()
	log := slog.New(slog.DiscardHandler)
	r := packetrouter.New(packetrouter.DefaultLimits(), packetrouter.Ports{
		Budgets: memstore.NewBudgets(10*60*1_000_000, 1<<16), Guard: memstore.NewGuard(1 << 12),
		Directory: memstore.NewDirectory(), Node: "test",
	})
	lane, recent, err := lanes.OpenDeliveries(lanes.Config{
		Chain: w.Chain, Org: OrgID, Key: LaneKey().Private, Dir: w.walDir(), Gather: time.Millisecond,
		VoucherEvery: 20 * time.Millisecond, Voucher: r.PushVoucher,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range recent {
		r.Restore(e)
	}
	w.book = lanes.NewBook(lane)
	w.Relay = relay.New(w.Ledger, w.book, log)
	w.settler = lanes.NewSettler(w.book, w.Ledger, 1, log)
	r.Attach(w.book, w.Relay)
	w.Router = r
	w.Egress = semtech.New(semtech.Config{AckWait: w.AckWait, Log: log}, r)
	w.apply()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	w.address = listener.Addr().String()
	w.mu.Unlock()
	server := grpcapi.New(grpcapi.Config{Key: RouterKey().Private, Software: "test", Log: log}, r)
	serving, stopServing := context.WithCancel(context.Background())
	rest, stopRest := context.WithCancel(context.Background())
	var front, back errgroup.Group
	back.Go(func() error { return lane.Run(rest) })
	back.Go(func() error { return w.Egress.Run(rest) })
	back.Go(func() error { return w.Relay.Run(rest) })
	back.Go(func() error { return w.settler.Run(rest) })
	front.Go(func() error { return server.Run(serving, listener, 0) })
	w.Publish(nil)
	w.kill = sync.OnceFunc(func() {
		stopServing()
		_ = front.Wait() // a cut server complains
		w.runs++
		w.crash(w.walDir())
		stopRest()
		if err := back.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			w.t.Errorf("router: %v", err)
		}
	})
	w.t.Cleanup(func() { w.kill() })
}

// Kill cuts every stream and keeps what is on the disk at that moment: what the
// dying router still writes is lost, as with SIGKILL.
func (w *World) Kill() {
	w.t.Helper()
	w.kill()
}

func (w *World) walDir() string { return filepath.Join(w.dir, "wal", string(rune('a'+w.runs))) }

// crash copies the log of the previous run.
func (w *World) crash(to string) {
	from := filepath.Join(w.dir, "wal", string(rune('a'+w.runs-1)))
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		w.t.Errorf("copy log: %v", err)
	}
}

// Address is where hotspots connect, of the newest start.
func (w *World) Address() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.address
}

// SetRoutes replaces the routes.
func (w *World) SetRoutes(routes ...packetrouter.RouteDef) {
	w.routes = routes
	if w.Router != nil {
		w.apply()
	}
}

func (w *World) apply() {
	w.t.Helper()
	table, err := packetrouter.NewTable(w.routes, map[packetrouter.Protocol]packetrouter.Sink{packetrouter.ProtocolGWMP: w.Egress}, w.Router.Table())
	if err != nil {
		w.t.Fatal(err)
	}
	w.Egress.SetDestinations(context.Background(), table.Destinations())
	w.Router.SetTable(table)
}

// Publish makes the next block, after change has had its way with it.
func (w *World) Publish(change func(*packetrouter.Snapshot)) {
	next := w.snap
	next.Head.Height++
	if change != nil {
		change(&next)
	}
	w.snap = next
	w.book.Update(&next)
	w.Relay.Update(&next)
	w.settler.Update(&next)
	w.Router.SetSnapshot(&next)
}

// Connect keeps a hotspot connected until the test ends.
func (w *World) Connect(n byte) *Hotspot {
	w.t.Helper()
	h := NewHotspot(w.t, Key(n), w.Chain)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); h.Keep(ctx, w.Address, RouterKey().Public) }()
	w.t.Cleanup(func() { cancel(); <-done })
	w.Wait("hotspot to connect", func() bool { return h.Hello() != nil })
	return h
}

// Wait polls until what is true, or fails the test.
func (w *World) Wait(what string, ok func() bool) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("gave up waiting for %s", what)
		}
	}
}
