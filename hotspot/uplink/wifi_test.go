package uplink

import (
	"bytes"
	"testing"

	"github.com/hexwave/hexwave/hotspot"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

func TestWiFiBothWays(t *testing.T) {
	r := startRouter(t, 9)
	c, _, down := startClient(t, Router{Address: r.address})
	if c.Radius(hotspot.Radius{Realm: "a"}) || c.Usage(hotspot.Usage{Realm: "a"}) {
		t.Error("taken without a router")
	}
	s := r.next(t)
	if hello := wait(t, s.up, "a hello").GetHello(); len(hello.GetFeatures()) != 1 || hello.GetFeatures()[0] != "wifi" {
		t.Errorf("features %v", hello.GetFeatures())
	}
	s.down <- helloOf(func(h *routerv1.RouterHello) { h.Features = []string{"other", "wifi"} })
	wait(t, down.connected, "the index")
	if !c.State().WiFi {
		t.Fatal("the router's feature is not seen")
	}
	c.Radius(hotspot.Radius{Realm: "carrier.example", Proof: []byte{1}, Packet: []byte{2}, Exchange: 3})
	if m := wait(t, s.up, "RADIUS").GetRadius(); m.GetRealm() != "carrier.example" || m.GetExchange() != 3 || !bytes.Equal(m.GetProof(), []byte{1}) || !bytes.Equal(m.GetPacket(), []byte{2}) {
		t.Errorf("%v", m)
	}
	c.Usage(hotspot.Usage{Realm: "carrier.example", Records: [][]byte{{1}, {2}}, Vouchers: [][]byte{{3}}})
	if m := wait(t, s.up, "usage").GetUsage(); len(m.GetRecords()) != 2 || len(m.GetVouchers()) != 1 || m.GetRealm() != "carrier.example" {
		t.Errorf("%v", m)
	}
	s.down <- &routerv1.Down{Message: &routerv1.Down_Radius{Radius: &routerv1.Radius{Proof: []byte{4}, Packet: []byte{5}}}}
	if m := wait(t, down.radius, "an answer"); !bytes.Equal(m.Proof, []byte{4}) || !bytes.Equal(m.Packet, []byte{5}) {
		t.Errorf("%v", m)
	}
	s.down <- &routerv1.Down{Message: &routerv1.Down_RadiusRefusal{RadiusRefusal: &routerv1.RadiusRefusal{Exchange: 3, Realm: "carrier.example", Outcome: routerv1.Outcome_OUTCOME_NO_ROUTE}}}
	if x := wait(t, down.refused, "a refusal"); x != (hotspot.RadiusRefusal{Exchange: 3, Realm: "carrier.example", Outcome: wire.NoRoute}) {
		t.Errorf("%v", x)
	}
	s.down <- &routerv1.Down{Message: &routerv1.Down_UsageResults{UsageResults: &routerv1.Items{Items: [][]byte{{6}, {7}}}}}
	if a, b := wait(t, down.usage, "a result"), wait(t, down.usage, "a result"); !bytes.Equal(a, []byte{6}) || !bytes.Equal(b, []byte{7}) {
		t.Errorf("%v, %v", a, b)
	}
	close(s.end)
	wait(t, down.ended, "the end")
	if c.Radius(hotspot.Radius{}) {
		t.Error("taken after the stream ended")
	}
}

func TestARouterWithoutTheFeatureGetsNoWiFi(t *testing.T) {
	r := startRouter(t, 9)
	c, _, down := startClient(t, Router{Address: r.address})
	r.next(t).greet(t, 8)
	wait(t, down.connected, "the index")
	if c.State().WiFi || c.Radius(hotspot.Radius{}) || c.Usage(hotspot.Usage{}) {
		t.Error("Wi-Fi goes to a router that does not carry it")
	}
}
