package payerapi_test

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/payerapi"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// got is what one side has received.
type got struct {
	kind    string
	hotspot packetrouter.HotspotID
	items   [][]byte
}

// side notes what it receives, as a router or as a payer's core.
type side struct{ got chan got }

func newSide() *side { return &side{make(chan got, 64)} }

func (s *side) note(kind string, h packetrouter.HotspotID, items ...[]byte) bool {
	s.got <- got{kind, h, items}
	return true
}

func (s *side) PayerRadius(h packetrouter.HotspotID, m packetrouter.Radius) bool {
	return s.note("radius", h, m.Proof, m.Packet)
}

func (s *side) PayerResults(h packetrouter.HotspotID, r [][]byte) bool {
	return s.note("results", h, r...)
}

func (s *side) PayerVouchers(h packetrouter.HotspotID, v [][]byte) bool {
	return s.note("vouchers", h, v...)
}

func (s *side) Radius(_ time.Time, h packetrouter.HotspotID, proof, packet []byte) {
	s.note("radius", h, proof, packet)
}

func (s *side) Usage(_ time.Time, h packetrouter.HotspotID, records, vouchers [][]byte) {
	s.note("usage", h, append(records, vouchers...)...)
}

func (s *side) next(t *testing.T, kind string, h packetrouter.HotspotID) got {
	t.Helper()
	select {
	case g := <-s.got:
		if g.kind != kind || g.hotspot != h {
			t.Fatalf("received %s of hotspot %d, want %s of %d", g.kind, g.hotspot, kind, h)
		}
		return g
	case <-time.After(10 * time.Second):
		t.Fatalf("no %s", kind)
	}
	return got{}
}

func chain() wire.ChainHash { return wire.HashChainID("payerapi-test") }

// payerAt runs a payer agent's side at an address until stop.
func payerAt(t *testing.T, address string, core payerapi.Core, routers ...wire.PubKey) (s *payerapi.Server, at string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s = payerapi.NewServer(payerapi.ServerConfig{Chain: chain(), Key: routertest.Key(1).Private, Routers: routers, Log: slog.New(slog.DiscardHandler)})
	s.Attach(core)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, l) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return s, l.Addr().String(), stop
}

// routerTo runs a router's side connected to d.
func routerTo(t *testing.T, up payerapi.Upstream, c wire.ChainHash, d *packetrouter.Destination) *payerapi.Client {
	t.Helper()
	x := payerapi.NewClient(payerapi.ClientConfig{Chain: c, Key: routertest.Key(2).Private, Log: slog.New(slog.DiscardHandler)}, up)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	x.SetDestinations([]*packetrouter.Destination{d, {Protocol: packetrouter.ProtocolGWMP, Address: "127.0.0.1:1"}})
	return x
}

func destination(at string) *packetrouter.Destination {
	return &packetrouter.Destination{Protocol: packetrouter.ProtocolPayer, Address: at, Key: routertest.Key(1).Public}
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func connected(x *payerapi.Client) func() bool {
	return func() bool { n, _ := x.Connected(); return n == 1 }
}

func TestBothWaysAndBackThroughTheRouterOfTheHotspot(t *testing.T) {
	router, core := newSide(), newSide()
	s, at, stop := payerAt(t, "127.0.0.1:0", core)
	d := destination(at)
	x := routerTo(t, router, chain(), d)
	await(t, "not connected", connected(x))
	if s.Radius(7, nil, nil) {
		t.Error("a hotspot that was never heard is reached")
	}
	if !x.Radius(d, 7, packetrouter.Radius{Realm: "r", Proof: []byte{1}, Packet: []byte{2}}) {
		t.Fatal("not taken")
	}
	if g := core.next(t, "radius", 7); string(g.items[0]) != "\x01" || string(g.items[1]) != "\x02" {
		t.Errorf("%v", g)
	}
	x.Usage(d, 8, packetrouter.Usage{Records: [][]byte{{3}, {4}}, Vouchers: [][]byte{{5}}})
	if g := core.next(t, "usage", 8); len(g.items) != 3 {
		t.Errorf("%v", g)
	}
	s.Radius(7, []byte{1}, []byte{2})
	router.next(t, "radius", 7)
	s.Results(8, [][]byte{{1}})
	router.next(t, "results", 8)
	s.Vouchers(8, [][]byte{{1}, {2}})
	router.next(t, "vouchers", 8)
	x.Gone(8)
	await(t, "a hotspot that left is still reached", func() bool { return !s.Results(8, nil) })
	for len(router.got) > 0 {
		<-router.got
	}
	// The payer agent restarts at its address: the router comes back by itself.
	stop()
	await(t, "still connected", func() bool { n, _ := x.Connected(); return n == 0 })
	if x.Radius(d, 7, packetrouter.Radius{}) {
		t.Error("taken for a payer that is away")
	}
	_, _, _ = payerAt(t, at, core)
	await(t, "not connected again", connected(x))
	x.Radius(d, 7, packetrouter.Radius{})
	core.next(t, "radius", 7)
}

func TestWhoIsNotServed(t *testing.T) {
	core := newSide()
	other := chain()
	other[0]++
	for name, c := range map[string]struct {
		chain   wire.ChainHash
		dest    func(string) *packetrouter.Destination
		routers []wire.PubKey
	}{
		"another chain":       {other, destination, nil},
		"a router not listed": {chain(), destination, []wire.PubKey{routertest.Key(3).Public}},
		"another payer's key": {chain(), func(at string) *packetrouter.Destination {
			d := destination(at)
			d.Key = routertest.Key(4).Public
			return d
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, at, _ := payerAt(t, "127.0.0.1:0", core, c.routers...)
			x := routerTo(t, newSide(), c.chain, c.dest(at))
			// Several tries fit into this time; none may come through.
			for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				if n, _ := x.Connected(); n != 0 {
					t.Fatal("connected")
				}
			}
			if s.Stats().Hotspots != 0 {
				t.Error("a message came through")
			}
		})
	}
}

func TestDestinationsComeAndGo(t *testing.T) {
	core := newSide()
	_, at, _ := payerAt(t, "127.0.0.1:0", core)
	d := destination(at)
	x := routerTo(t, newSide(), chain(), d)
	await(t, "not connected", connected(x))
	x.SetDestinations([]*packetrouter.Destination{d})
	if n, all := x.Connected(); n != 1 || all != 1 {
		t.Errorf("%d of %d: the same destination keeps its stream", n, all)
	}
	x.SetDestinations(nil)
	if x.Radius(d, 1, packetrouter.Radius{}) {
		t.Error("taken for a payer that no route names")
	}
}
