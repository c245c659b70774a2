package grpcapi_test

import (
	"context"
	"crypto/tls"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

func dial(t *testing.T, w *routertest.World, tc *tls.Config) grpc.BidiStreamingClient[routerv1.Up, routerv1.Down] {
	t.Helper()
	conn, err := grpc.NewClient(w.Address(), grpc.WithTransportCredentials(credentials.NewTLS(tc)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	s, err := routerv1.NewRouterClient(conn).Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func client(n byte) *tls.Config {
	return tlsid.Client(routertest.Key(n).Private, routertest.RouterKey().Public)
}

func up(h *routerv1.HotspotHello) *routerv1.Up {
	return &routerv1.Up{Message: &routerv1.Up_Hello{Hello: h}}
}

// ended returns the status with which the router ends a stream.
func ended(t *testing.T, s grpc.BidiStreamingClient[routerv1.Up, routerv1.Down]) codes.Code {
	t.Helper()
	for {
		if _, err := s.Recv(); err != nil {
			return status.Code(err)
		}
	}
}

func TestHelloRefusals(t *testing.T) {
	w := routertest.NewWorld(t, 1, 1000)
	w.Start()
	good := func() *routerv1.HotspotHello {
		return &routerv1.HotspotHello{Version: 1, Chain: w.Chain[:], Connection: 1}
	}
	for name, c := range map[string]struct {
		change func(*routerv1.HotspotHello)
		want   codes.Code
	}{
		"version 2":           {func(h *routerv1.HotspotHello) { h.Version = 2 }, codes.FailedPrecondition},
		"other chain":         {func(h *routerv1.HotspotHello) { h.Chain = []byte("elsewhere") }, codes.FailedPrecondition},
		"no chain":            {func(h *routerv1.HotspotHello) { h.Chain = nil }, codes.FailedPrecondition},
		"33 features":         {func(h *routerv1.HotspotHello) { h.Features = make([]string, 33) }, codes.InvalidArgument},
		"feature of 33 bytes": {func(h *routerv1.HotspotHello) { h.Features = []string{string(make([]byte, 33))} }, codes.InvalidArgument},
		"257 vouchers":        {func(h *routerv1.HotspotHello) { h.Vouchers = make([][]byte, 257) }, codes.InvalidArgument},
	} {
		h := good()
		c.change(h)
		s := dial(t, w, client(1))
		if err := s.Send(up(h)); err != nil {
			t.Fatal(err)
		}
		if got := ended(t, s); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFirstMessageIsAHelloAndTheOnlyOne(t *testing.T) {
	w := routertest.NewWorld(t, 1, 1000)
	w.Start()
	s := dial(t, w, client(1))
	if err := s.Send(&routerv1.Up{Message: &routerv1.Up_Ping{Ping: &routerv1.Ping{}}}); err != nil {
		t.Fatal(err)
	}
	if got := ended(t, s); got != codes.InvalidArgument {
		t.Errorf("ping first: %s", got)
	}
	s = dial(t, w, client(1))
	hello := up(&routerv1.HotspotHello{Version: 1, Chain: w.Chain[:], Connection: 1})
	if err := s.Send(hello); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(hello); err != nil {
		t.Fatal(err)
	}
	if got := ended(t, s); got != codes.InvalidArgument {
		t.Errorf("second hello: %s", got)
	}
}

func TestIdentityIsAsked(t *testing.T) {
	w := routertest.NewWorld(t, 1, 1000)
	w.Start()
	for name, tc := range map[string]*tls.Config{
		"no certificate": {InsecureSkipVerify: true, MinVersion: tls.VersionTLS13},
		"pinned another": tlsid.Client(routertest.Key(1).Private, routertest.Key(2).Public),
	} {
		conn, err := grpc.NewClient(w.Address(), grpc.WithTransportCredentials(credentials.NewTLS(tc)))
		if err != nil {
			t.Fatal(err)
		}
		// The handshake may fail while the stream is opened or after.
		s, err := routerv1.NewRouterClient(conn).Connect(context.Background())
		if err == nil {
			_, err = s.Recv()
		}
		if got := status.Code(err); got != codes.Unavailable {
			t.Errorf("%s: %s, want a failed handshake", name, got)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.Router.Stats().Connected; n != 0 {
		t.Errorf("%d streams are open", n)
	}
}

func TestPingHeadAndChallenges(t *testing.T) {
	w := routertest.NewWorld(t, 3, 1000)
	w.Start()
	h := w.Connect(1)
	if !h.Send(&routerv1.Up{Message: &routerv1.Up_Ping{Ping: &routerv1.Ping{Token: 99}}}) {
		t.Fatal("not connected")
	}
	raw := func(id uint64, hotspot uint32) []byte {
		c := wire.Challenge{Chain: w.Chain, ID: id, Hotspot: hotspot, SF: 9, Key: routertest.Key(2).Public, KnownIndex: 1}
		return c.AppendTo(nil)
	}
	open := func(id uint64, hotspot uint32) packetrouter.OpenChallenge {
		b := raw(id, hotspot)
		c, err := wire.ParseChallenge(b)
		if err != nil {
			t.Fatal(err)
		}
		return packetrouter.OpenChallenge{Challenge: c, Raw: b}
	}
	w.Publish(func(s *packetrouter.Snapshot) {
		far := packetrouter.Hotspot{ID: 3, Key: routertest.Key(3).Public, Asserted: true, LoRa: true, Region: 1, Lat: 535_000_000, Lng: 45_000_000}
		near := packetrouter.Hotspot{ID: 2, Key: routertest.Key(2).Public, Asserted: true, LoRa: true, Region: 1, Lat: 520_500_000, Lng: 45_000_000}
		s.Hotspots = packetrouter.NewHotspots([]packetrouter.Hotspot{*s.Hotspots.ByID(1), near, far})
		s.Challenges = []packetrouter.OpenChallenge{open(1, 2), open(2, 3), open(3, 1)}
	})
	w.Wait("challenges", func() bool { return len(h.Challenges()) == 2 })
	w.Publish(func(s *packetrouter.Snapshot) { s.Challenges = append(s.Challenges, open(4, 2)) })
	w.Wait("the new challenge", func() bool { return len(h.Challenges()) == 3 })
	got := h.Challenges()
	for i, want := range [][]byte{raw(1, 2), raw(3, 1), raw(4, 2)} {
		if string(got[i]) != string(want) {
			t.Errorf("challenge %d is another one: 166 km is too far, each goes out once", i)
		}
	}
}

func TestTooManyUplinksInOneMessage(t *testing.T) {
	w := routertest.NewWorld(t, 1, 1000)
	w.Start()
	s := dial(t, w, client(1))
	if err := s.Send(up(&routerv1.HotspotHello{Version: 1, Chain: w.Chain[:], Connection: 1})); err != nil {
		t.Fatal(err)
	}
	batch := &routerv1.UplinkBatch{}
	for i := range 257 {
		batch.Uplinks = append(batch.Uplinks, &routerv1.Uplink{Id: uint64(i + 1)})
	}
	if err := s.Send(&routerv1.Up{Message: &routerv1.Up_Uplinks{Uplinks: batch}}); err != nil {
		t.Fatal(err)
	}
	if got := ended(t, s); got != codes.InvalidArgument {
		t.Errorf("257 uplinks: %s", got)
	}
}

func TestReconnectsLeaveNothingBehind(t *testing.T) {
	w := routertest.NewWorld(t, 1, 1000)
	w.Start()
	for i := range 50 {
		s := dial(t, w, client(1))
		if err := s.Send(up(&routerv1.HotspotHello{Version: 1, Chain: w.Chain[:], Connection: uint64(i + 1)})); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Recv(); err != nil {
			t.Fatal(err)
		}
		if err := s.CloseSend(); err != nil {
			t.Fatal(err)
		}
		ended(t, s)
	}
	w.Wait("all streams to end", func() bool { return w.Router.Stats().Connected == 0 })
}
