package grpcapi_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"

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

func curveKey(t *testing.T, curve elliptic.Curve) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return key, point
}

// A certificate with a P-256 key is the hotspot that is on chain with this key.
func TestSecureElementIsItsHotspot(t *testing.T) {
	key, point := curveKey(t, elliptic.P256())
	public, err := wire.P256Key(append([]byte{2 + point[64]%2}, point[1:33]...))
	if err != nil {
		t.Fatal(err)
	}
	mirrored, err := wire.P256Key(append([]byte{3 - point[64]%2}, point[1:33]...))
	if err != nil {
		t.Fatal(err)
	}
	w := routertest.NewWorld(t, 1, 1000)
	w.Start()
	w.Publish(func(s *packetrouter.Snapshot) {
		// The other point with the same x is another identity.
		s.Hotspots = packetrouter.NewHotspots([]packetrouter.Hotspot{
			*s.Hotspots.ByID(1),
			{ID: 7, Key: mirrored, Asserted: true, LoRa: true, Region: 1, Lat: 520_000_000, Lng: 45_000_000},
			{ID: 8, Key: public, Asserted: true, LoRa: true, Region: 1, Lat: 520_000_000, Lng: 45_000_000},
		})
	})
	s := dial(t, w, tlsid.Client(key, routertest.RouterKey().Public))
	if err := s.Send(up(&routerv1.HotspotHello{Version: 1, Chain: w.Chain[:], Connection: 1})); err != nil {
		t.Fatal(err)
	}
	m, err := s.Recv()
	if err != nil || m.GetHello().GetHotspot() != 8 {
		t.Errorf("the router answered %v, %v; want hotspot 8", m, err)
	}
}

func TestOtherCurvesAreNoHotspot(t *testing.T) {
	w := routertest.NewWorld(t, 1, 1000)
	w.Start()
	for _, curve := range []elliptic.Curve{elliptic.P384(), elliptic.P521()} {
		key, _ := curveKey(t, curve)
		config := tlsid.Client(key, routertest.RouterKey().Public)
		conn, err := grpc.NewClient(w.Address(), grpc.WithTransportCredentials(credentials.NewTLS(config)))
		if err != nil {
			t.Fatal(err)
		}
		// The handshake may fail while the stream is opened or after.
		s, err := routerv1.NewRouterClient(conn).Connect(context.Background())
		if err == nil {
			_, err = s.Recv()
		}
		if got := status.Code(err); got != codes.Unavailable {
			t.Errorf("%s: %s, want a failed handshake", curve.Params().Name, got)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.Router.Stats().Connected; n != 0 {
		t.Errorf("%d streams are open", n)
	}
}
