package packetrouter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// carrier is both ends of what the router carries: the payers, and one hotspot's
// link.
type carrier struct {
	nothing
	away     bool
	radius   []packetrouter.Radius
	usage    []packetrouter.Usage
	dest     *packetrouter.Destination
	gone     []packetrouter.HotspotID
	refused  []packetrouter.RadiusRefusal
	back     []packetrouter.Radius
	results  [][]byte
	vouchers [][]byte
}

func (c *carrier) RadiusRefused(x packetrouter.RadiusRefusal) { c.refused = append(c.refused, x) }
func (c *carrier) UsageResults(raw [][]byte)                  { c.results = append(c.results, raw...) }

func (c *carrier) Voucher(_ packetrouter.LaneRef, _ uint32, raw []byte) {
	c.vouchers = append(c.vouchers, raw)
}
func (c *carrier) Gone(h packetrouter.HotspotID) { c.gone = append(c.gone, h) }

// payers is the carrier as seen by the router.
type payers struct{ *carrier }

func (p payers) Radius(d *packetrouter.Destination, _ packetrouter.HotspotID, m packetrouter.Radius) bool {
	p.dest, p.radius = d, append(p.radius, m)
	return !p.away
}

func (p payers) Usage(_ *packetrouter.Destination, _ packetrouter.HotspotID, m packetrouter.Usage) bool {
	p.usage = append(p.usage, m)
	return !p.away
}

// link is the carrier as a hotspot's stream.
type link struct{ *carrier }

func (l link) Radius(m packetrouter.Radius) { l.back = append(l.back, m) }

func wifiRouter(t *testing.T, c *carrier) *packetrouter.Router {
	t.Helper()
	r := packetrouter.New(packetrouter.DefaultLimits(), packetrouter.Ports{
		Budgets: memstore.NewBudgets(600_000_000, 1<<8), Guard: memstore.NewGuard(64), Directory: memstore.NewDirectory(),
		Book: nothing{}, Relay: nothing{}, Payers: payers{c}, Node: "test",
	})
	route := func(id string, active bool, realms ...string) packetrouter.RouteDef {
		return packetrouter.RouteDef{
			ID: id, Org: 1, Active: active, Protocol: packetrouter.ProtocolPayer, Address: "127.0.0.1:1", PayerKey: routertest.Key(9).Public, Realms: realms,
		}
	}
	table, err := packetrouter.NewTable([]packetrouter.RouteDef{route("a", true, "carrier.example"), route("b", false, "off.example")}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetTable(table)
	r.SetSnapshot(&packetrouter.Snapshot{Hotspots: packetrouter.NewHotspots([]packetrouter.Hotspot{
		{ID: 1, Key: routertest.Key(1).Public, WiFi: true}, {ID: 2, Key: routertest.Key(2).Public, LoRa: true, Asserted: true},
	})})
	return r
}

func connect(t *testing.T, r *packetrouter.Router, n byte, c *carrier) *packetrouter.Session {
	t.Helper()
	s, _, err := r.Connect(time.Unix(1000, 0), routertest.Key(n).Public, 1, link{c})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func radiusFor(realm string) packetrouter.Radius {
	return packetrouter.Radius{Realm: realm, Proof: make([]byte, wire.RadiusProofSize), Packet: make([]byte, 20), Exchange: 7}
}

func TestRadiusIsCarriedOrRefusedByName(t *testing.T) {
	now := time.Unix(1000, 0)
	for name, c := range map[string]struct {
		key  byte
		away bool
		m    packetrouter.Radius
		want wire.Outcome
	}{
		"carried":                 {1, false, radiusFor("carrier.example"), wire.Delivered},
		"no such realm":           {1, false, radiusFor("other.example"), wire.NoRoute},
		"route switched off":      {1, false, radiusFor("off.example"), wire.Inactive},
		"payer not connected":     {1, true, radiusFor("carrier.example"), wire.DeliveryFailed},
		"hotspot of another kind": {2, false, radiusFor("carrier.example"), wire.UnknownSender},
		"hotspot not registered":  {3, false, radiusFor("carrier.example"), wire.UnknownSender},
		"realm too long":          {1, false, radiusFor(strings.Repeat("x", 254)), wire.BadSize},
		"packet too short":        {1, false, packetrouter.Radius{Proof: make([]byte, wire.RadiusProofSize), Packet: make([]byte, 19), Exchange: 7}, wire.BadSize},
		"packet too long":         {1, false, packetrouter.Radius{Proof: make([]byte, wire.RadiusProofSize), Packet: make([]byte, 4097), Exchange: 7}, wire.BadSize},
		"no proof":                {1, false, packetrouter.Radius{Realm: "carrier.example", Packet: make([]byte, 20), Exchange: 7}, wire.BadSize},
	} {
		t.Run(name, func(t *testing.T) {
			x := &carrier{away: c.away}
			r := wifiRouter(t, x)
			connect(t, r, c.key, x).Radius(now, c.m)
			if got := r.Stats().WiFi.Radius[c.want]; got != 1 {
				t.Errorf("counted %d times as %s: %v", got, c.want, r.Stats().WiFi.Radius)
			}
			if c.want == wire.Delivered {
				if len(x.refused) != 0 || len(x.radius) != 1 || x.dest.Key != routertest.Key(9).Public {
					t.Errorf("refused %v, handed on %d", x.refused, len(x.radius))
				}
				return
			}
			want := packetrouter.RadiusRefusal{Exchange: 7, Realm: c.m.Realm, Outcome: c.want}
			if len(x.refused) != 1 || x.refused[0] != want {
				t.Errorf("refused %v, want %v", x.refused, want)
			}
		})
	}
}

func TestUsageOfWrongShapeIsRefused(t *testing.T) {
	now := time.Unix(1000, 0)
	record, voucher := make([]byte, wire.UsageSize), make([]byte, wire.VoucherSize)
	for name, c := range map[string]struct {
		m    packetrouter.Usage
		want wire.Outcome
	}{
		"carried":           {packetrouter.Usage{Records: [][]byte{record}, Vouchers: [][]byte{voucher}}, wire.Delivered},
		"only vouchers":     {packetrouter.Usage{Vouchers: [][]byte{voucher}}, wire.Delivered},
		"record too short":  {packetrouter.Usage{Records: [][]byte{record[1:]}}, wire.BadSize},
		"voucher too long":  {packetrouter.Usage{Vouchers: [][]byte{append(slices.Clone(voucher), 0)}}, wire.BadSize},
		"too many records":  {packetrouter.Usage{Records: slices.Repeat([][]byte{record}, 65)}, wire.BadSize},
		"too many vouchers": {packetrouter.Usage{Vouchers: slices.Repeat([][]byte{voucher}, 5)}, wire.BadSize},
	} {
		t.Run(name, func(t *testing.T) {
			x := &carrier{}
			r := wifiRouter(t, x)
			c.m.Realm = "carrier.example"
			connect(t, r, 1, x).Usage(now, c.m)
			if r.Stats().WiFi.Usage[c.want] != 1 || len(x.refused) == 0 != (c.want == wire.Delivered) {
				t.Errorf("%v, refused %v", r.Stats().WiFi.Usage, x.refused)
			}
		})
	}
}

func TestAHotspotCannotFloodPayers(t *testing.T) {
	x := &carrier{}
	r := wifiRouter(t, x)
	s := connect(t, r, 1, x)
	for range 300 {
		s.Radius(time.Unix(1000, 0), radiusFor("carrier.example"))
	}
	if w := r.Stats().WiFi; w.Radius[wire.Delivered] != 200 || w.Radius[wire.RateLimited] != 100 {
		t.Errorf("%v", w.Radius)
	}
	s.Radius(time.Unix(1001, 0), radiusFor("carrier.example"))
	if w := r.Stats().WiFi; w.Radius[wire.Delivered] != 201 {
		t.Error("the bucket does not fill")
	}
}

func TestPayersReachTheirHotspotOnly(t *testing.T) {
	x := &carrier{}
	r := wifiRouter(t, x)
	s := connect(t, r, 1, x)
	v := wire.Voucher{Org: 1, Lane: 2, Unit: wire.UnitMicroDC}
	if !r.PayerRadius(1, packetrouter.Radius{Packet: []byte{1}}) || !r.PayerResults(1, [][]byte{{2}}) ||
		!r.PayerVouchers(1, [][]byte{v.AppendTo(nil), {3}}) {
		t.Error("a connected hotspot is not reached")
	}
	if len(x.back) != 1 || len(x.results) != 1 || len(x.vouchers) != 1 {
		t.Errorf("%d packets, %d results, %d vouchers; the malformed voucher is dropped", len(x.back), len(x.results), len(x.vouchers))
	}
	if r.PayerRadius(2, packetrouter.Radius{}) || r.PayerRadius(77, packetrouter.Radius{}) {
		t.Error("a hotspot that is not here is reached")
	}
	s.Close(time.Unix(1001, 0))
	if !slices.Equal(x.gone, []packetrouter.HotspotID{1}) || r.PayerRadius(1, packetrouter.Radius{}) {
		t.Errorf("gone %v", x.gone)
	}
}

func TestTableKeepsRealmsAndDevicesApart(t *testing.T) {
	payer := packetrouter.RouteDef{ID: "p", Org: 1, Protocol: packetrouter.ProtocolPayer, Realms: []string{"a.example"}}
	mixed, lora, twice := payer, payer, payer
	mixed.DevAddrs = []packetrouter.DevAddrRange{{First: 1, Last: 2}}
	lora.Protocol = packetrouter.ProtocolGWMP
	twice.ID = "q"
	sinks := map[packetrouter.Protocol]packetrouter.Sink{packetrouter.ProtocolGWMP: silent{}}
	for name, defs := range map[string][]packetrouter.RouteDef{
		"devices to a payer": {mixed}, "realms to a network server": {lora}, "one realm, two payers": {payer, twice},
	} {
		if _, err := packetrouter.NewTable(defs, sinks, nil); err == nil {
			t.Errorf("%s: a table", name)
		}
	}
}

type silent struct{}

func (silent) Deliver(d *packetrouter.Delivery) { d.Done(false) }
