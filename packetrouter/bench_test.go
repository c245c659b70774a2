package packetrouter_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// nothing is every neighbour of a benchmarked router, at no cost.
type nothing struct{}

func (nothing) Ack(uint64, wire.Outcome)                          {}
func (nothing) Downlink(uint64, packetrouter.Downlink) bool       { return true }
func (nothing) Voucher(packetrouter.LaneRef, uint32, []byte)      {}
func (nothing) Challenges([][]byte)                               {}
func (nothing) Head(packetrouter.Head)                            {}
func (nothing) Result(packetrouter.ItemResult)                    {}
func (nothing) Radius(packetrouter.Radius)                        {}
func (nothing) RadiusRefused(packetrouter.RadiusRefusal)          {}
func (nothing) UsageResults([][]byte)                             {}
func (nothing) Close(string)                                      {}
func (nothing) Reserve(packetrouter.OrgID, uint32) bool           { return true }
func (nothing) Release(packetrouter.OrgID, uint32)                {}
func (nothing) Append(e *packetrouter.Entry)                      { e.Booked(nil) }
func (nothing) Present(packetrouter.HotspotID, [][]byte) [][]byte { return nil }
func (nothing) Submit(*packetrouter.Hotspot, packetrouter.ItemKind, []byte, func(packetrouter.ItemResult)) {
}

// forgetful lets the benchmark use its frames again and again.
type forgetful struct{ *memstore.Guard }

func (f forgetful) Take(c packetrouter.Counter, t packetrouter.Transmission) packetrouter.Freshness {
	f.Guard.Take(c, t)
	return packetrouter.Fresh
}

// BenchmarkUplink is the whole pipeline with 10,000 routes and 100,000 session
// keys, the budget taken, everything else answered at once.
func BenchmarkUplink(b *testing.B) {
	limits := packetrouter.DefaultLimits()
	limits.Rate, limits.Burst = 1<<24, 1<<24
	r := packetrouter.New(limits, packetrouter.Ports{
		Budgets: memstore.NewBudgets(600_000_000, 1<<16), Guard: forgetful{memstore.NewGuard(1024)}, Directory: memstore.NewDirectory(),
		Book: nothing{}, Relay: nothing{}, Node: "bench",
	})
	var defs []packetrouter.RouteDef
	for i := range packetrouter.DevAddr(10_000) {
		first := 0x48000000 + 16*i
		d := def(first.String(), packetrouter.DevAddrRange{First: first, Last: first + 15})
		for k := range packetrouter.DevAddr(10) {
			d.Keys = append(d.Keys, packetrouter.KeyDef{Addr: first + k, Key: testKey()})
		}
		defs = append(defs, d)
	}
	table, err := packetrouter.NewTable(defs, sinks(), nil)
	if err != nil {
		b.Fatal(err)
	}
	r.SetTable(table)
	r.SetSnapshot(&packetrouter.Snapshot{Hotspots: packetrouter.NewHotspots([]packetrouter.Hotspot{
		{ID: 1, Key: routertest.Key(1).Public, Asserted: true, LoRa: true, Region: 1},
	})})
	s, _, err := r.Connect(time.Now(), routertest.Key(1).Public, 1, nothing{})
	if err != nil {
		b.Fatal(err)
	}
	// Frames of many devices with rising counters, made ahead.
	frames := make([][]byte, 1<<15)
	for i := range frames {
		device := packetrouter.DevAddr(i % 1024)
		frames[i] = dataFrame(b, 0x48000000+16*(device/10)+device%10, uint32(i/1024+1), 12)
	}
	now := time.Unix(1_700_000_000, 0)
	id := uint64(0)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		now = now.Add(time.Millisecond)
		payload := frames[id%uint64(len(frames))]
		id++
		s.Uplink(now, packetrouter.Uplink{ID: id, Payload: payload, Frequency: 868_100_000, SF: 7, Bandwidth: 125_000})
	}
	b.StopTimer()
	st := r.Stats()
	b.ReportMetric(float64(st.Outcomes[wire.Delivered])/float64(id), "delivered/op")
}

func BenchmarkParseFrame(b *testing.B) {
	frame := dataFrame(b, testAddr, 1, 12)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := packetrouter.ParseFrame(frame); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTable builds a table of a million ranges.
func BenchmarkTable(b *testing.B) {
	var defs []packetrouter.RouteDef
	for i := range 1000 {
		d := def(packetrouter.EUI(i).String())
		for k := range 1000 {
			first := packetrouter.DevAddr(binary.BigEndian.Uint32([]byte{0, byte(i >> 2), byte(i<<6 | k>>4), byte(k << 4)}))
			d.DevAddrs = append(d.DevAddrs, packetrouter.DevAddrRange{First: first, Last: first + 7})
		}
		defs = append(defs, d)
	}
	for b.Loop() {
		if _, err := packetrouter.NewTable(defs, sinks(), nil); err != nil {
			b.Fatal(err)
		}
	}
}
