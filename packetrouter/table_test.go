package packetrouter_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/packetrouter"
)

// sink is a network server in memory.
type sink struct{ deliver func(*packetrouter.Delivery) }

func (s sink) Deliver(d *packetrouter.Delivery) { s.deliver(d) }

func sinks() map[packetrouter.Protocol]packetrouter.Sink {
	return map[packetrouter.Protocol]packetrouter.Sink{
		packetrouter.ProtocolGWMP: sink{func(d *packetrouter.Delivery) { d.Done(true) }},
	}
}

func def(id string, ranges ...packetrouter.DevAddrRange) packetrouter.RouteDef {
	return packetrouter.RouteDef{
		ID: id, Org: 1, Active: true, Protocol: packetrouter.ProtocolGWMP, Address: "127.0.0.1:1700", MaxCopies: 1,
		MaxAge: time.Minute, HourlyCap: 1 << 40, DevAddrs: ranges,
	}
}

func lookup(t *packetrouter.Table, f packetrouter.Frame) []string {
	var out []string
	t.EachRoute(f, func(r *packetrouter.Route) { out = append(out, r.ID) })
	slices.Sort(out)
	return out
}

// TestTableAgainstScan: the segments find what looking at every range finds.
func TestTableAgainstScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few distinct addresses, so that ends meet often; both ends of the space.
		addr := rapid.OneOf(rapid.Uint32Range(0, 12), rapid.Uint32Range(0xfffffff4, 0xffffffff))
		var defs []packetrouter.RouteDef
		for i := range rapid.IntRange(0, 6).Draw(t, "routes") {
			d := def(string(rune('a' + i)))
			for range rapid.IntRange(0, 3).Draw(t, "ranges") {
				a, b := addr.Draw(t, "a"), addr.Draw(t, "b")
				d.DevAddrs = append(d.DevAddrs, packetrouter.DevAddrRange{First: packetrouter.DevAddr(min(a, b)), Last: packetrouter.DevAddr(max(a, b))})
			}
			defs = append(defs, d)
		}
		table, err := packetrouter.NewTable(defs, sinks(), nil)
		if err != nil {
			t.Fatal(err)
		}
		a := packetrouter.DevAddr(addr.Draw(t, "address"))
		var want []string
		for _, d := range defs {
			if slices.ContainsFunc(d.DevAddrs, func(r packetrouter.DevAddrRange) bool { return r.First <= a && a <= r.Last }) {
				want = append(want, d.ID)
			}
		}
		got := lookup(table, packetrouter.Frame{Kind: packetrouter.FrameData, Addr: a})
		if !slices.Equal(got, want) {
			t.Fatalf("%s: routes %v, want %v", a, got, want)
		}
	})
}

func TestTableJoins(t *testing.T) {
	exact, wild, both := def("exact"), def("wild"), def("both")
	exact.Joins = []packetrouter.JoinPair{{JoinEUI: 1, DevEUI: 2}}
	wild.Joins = []packetrouter.JoinPair{{JoinEUI: 1, Any: true}}
	both.Joins = []packetrouter.JoinPair{{JoinEUI: 1, DevEUI: 2}, {JoinEUI: 1, Any: true}}
	table, err := packetrouter.NewTable([]packetrouter.RouteDef{exact, wild, both}, sinks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		frame packetrouter.Frame
		want  []string
	}{
		{"pair", packetrouter.Frame{Kind: packetrouter.FrameJoin, JoinEUI: 1, DevEUI: 2}, []string{"both", "exact", "wild"}},
		{"other device", packetrouter.Frame{Kind: packetrouter.FrameJoin, JoinEUI: 1, DevEUI: 3}, []string{"both", "wild"}},
		{"unknown JoinEUI", packetrouter.Frame{Kind: packetrouter.FrameJoin, JoinEUI: 2, DevEUI: 2}, nil},
		{"rejoin 1", packetrouter.Frame{Kind: packetrouter.FrameRejoin, Rejoin: 1, JoinEUI: 1, DevEUI: 3}, []string{"both", "wild"}},
		{"rejoin 0", packetrouter.Frame{Kind: packetrouter.FrameRejoin, DevEUI: 2}, []string{"both", "exact"}},
		{"rejoin 0, unknown device", packetrouter.Frame{Kind: packetrouter.FrameRejoin, DevEUI: 9}, nil},
	} {
		if got := lookup(table, c.frame); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTableRefuses(t *testing.T) {
	strange := def("x")
	strange.Protocol = "carrier-pigeon"
	for name, defs := range map[string][]packetrouter.RouteDef{
		"unknown protocol": {strange},
		"same route twice": {def("x"), def("x")},
	} {
		if _, err := packetrouter.NewTable(defs, sinks(), nil); !errors.Is(err, packetrouter.ErrTable) {
			t.Errorf("%s: %v, want %v", name, err, packetrouter.ErrTable)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	a, err := packetrouter.ParseDevAddr("48000001")
	if err != nil || a != 0x48000001 || a.String() != "48000001" {
		t.Errorf("DevAddr %v, %v", a, err)
	}
	e, err := packetrouter.ParseEUI("0102030405060708")
	if err != nil || e != 0x0102030405060708 || e.String() != "0102030405060708" {
		t.Errorf("EUI %v, %v", e, err)
	}
	for _, s := range []string{"", "4800000", "480000011", "4800000g"} {
		if _, err := packetrouter.ParseDevAddr(s); !errors.Is(err, packetrouter.ErrIdentifier) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := packetrouter.ParseEUI("48000001"); !errors.Is(err, packetrouter.ErrIdentifier) {
		t.Errorf("short EUI: %v", err)
	}
}
