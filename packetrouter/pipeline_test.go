package packetrouter_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// bench is a router whose neighbours are in memory and answer at once.
type bench struct {
	router  *packetrouter.Router
	session *packetrouter.Session
	deliver func(*packetrouter.Delivery)

	mu        sync.Mutex
	acks      map[uint64]wire.Outcome // guarded by mu
	allowance uint64                  // guarded by mu: DC left
	reserved  uint64                  // guarded by mu
	booked    []packetrouter.Entry    // guarded by mu
	bookErr   error                   // guarded by mu
	closed    string                  // guarded by mu
	delivered int                     // guarded by mu
	next      uint64
	now       time.Time
}

func newBench(t testing.TB, defs ...packetrouter.RouteDef) *bench {
	t.Helper()
	b := &bench{acks: map[uint64]wire.Outcome{}, allowance: 1 << 40, now: time.Unix(1_700_000_000, 0)}
	b.deliver = func(d *packetrouter.Delivery) { d.Done(true) }
	b.router = packetrouter.New(packetrouter.DefaultLimits(), packetrouter.Ports{
		Budgets: memstore.NewBudgets(600_000_000, 1<<16), Guard: memstore.NewGuard(1024), Directory: memstore.NewDirectory(),
		Book: b, Relay: b, Node: "test",
	})
	b.routes(t, defs...)
	b.router.SetSnapshot(&packetrouter.Snapshot{Hotspots: packetrouter.NewHotspots([]packetrouter.Hotspot{
		{ID: 1, Key: routertest.Key(1).Public, Asserted: true, LoRa: true, Region: 1},
		{ID: 2, Key: routertest.Key(2).Public, LoRa: true, Region: 1},
		{ID: 3, Key: routertest.Key(3).Public, Asserted: true, Region: 1},
	})})
	b.connect(t, 1)
	return b
}

func (b *bench) routes(t testing.TB, defs ...packetrouter.RouteDef) {
	t.Helper()
	table, err := packetrouter.NewTable(defs, map[packetrouter.Protocol]packetrouter.Sink{packetrouter.ProtocolGWMP: sink{func(d *packetrouter.Delivery) {
		b.mu.Lock()
		b.delivered++
		b.mu.Unlock()
		b.deliver(d)
	}}}, b.router.Table())
	if err != nil {
		t.Fatal(err)
	}
	b.router.SetTable(table)
}

func (b *bench) connect(t testing.TB, n byte) {
	t.Helper()
	s, _, err := b.router.Connect(b.now, routertest.Key(n).Public, 1, b)
	if err != nil {
		t.Fatal(err)
	}
	b.session = s
}

// send runs one uplink and returns its outcome, 0 when it is not known yet.
func (b *bench) send(u packetrouter.Uplink) wire.Outcome {
	if u.ID == 0 {
		b.next++
		u.ID = b.next
	}
	b.session.Uplink(b.now, u)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.acks[u.ID]
}

func frameOf(payload []byte) packetrouter.Uplink {
	return packetrouter.Uplink{Payload: payload, Frequency: 868_100_000, SF: 7, Bandwidth: 125_000}
}

func (b *bench) Ack(id uint64, o wire.Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.acks[id] = o
}
func (b *bench) Downlink(uint64, packetrouter.Downlink) bool       { return true }
func (b *bench) Voucher(packetrouter.LaneRef, uint32, []byte)      {}
func (b *bench) Challenges([][]byte)                               {}
func (b *bench) Head(packetrouter.Head)                            {}
func (b *bench) Result(packetrouter.ItemResult)                    {}
func (b *bench) Radius(packetrouter.Radius)                        {}
func (b *bench) RadiusRefused(packetrouter.RadiusRefusal)          {}
func (b *bench) UsageResults([][]byte)                             {}
func (b *bench) Present(packetrouter.HotspotID, [][]byte) [][]byte { return nil }
func (b *bench) Submit(*packetrouter.Hotspot, packetrouter.ItemKind, []byte, func(packetrouter.ItemResult)) {
}

func (b *bench) Close(reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = reason
}

func (b *bench) Reserve(_ packetrouter.OrgID, dc uint32) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reserved+uint64(dc) > b.allowance {
		return false
	}
	b.reserved += uint64(dc)
	return true
}

func (b *bench) Release(_ packetrouter.OrgID, dc uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved -= uint64(dc)
}

func (b *bench) Append(e *packetrouter.Entry) {
	b.mu.Lock()
	err := b.bookErr
	b.booked = append(b.booked, *e)
	b.mu.Unlock()
	e.Booked(err)
}

func mainRoute() packetrouter.RouteDef {
	d := def("main", packetrouter.DevAddrRange{First: 0x48000000, Last: 0x480000ff})
	d.Joins = []packetrouter.JoinPair{{JoinEUI: testJoin, Any: true}}
	d.Keys = []packetrouter.KeyDef{{Addr: testAddr, Key: testKey()}}
	return d
}

// as connects another hotspot.
func as(n byte) func(*testing.T, *bench, *packetrouter.RouteDef) {
	return func(t *testing.T, b *bench, _ *packetrouter.RouteDef) {
		t.Helper()
		b.connect(t, n)
	}
}

func TestOutcomes(t *testing.T) {
	good := dataFrame(t, testAddr, 1, 4)
	forged := append([]byte(nil), good...)
	forged[9]++
	unkeyed := dataFrame(t, testAddr+1, 1, 4)
	for _, c := range []struct {
		name    string
		prepare func(*testing.T, *bench, *packetrouter.RouteDef)
		uplink  packetrouter.Uplink
		want    wire.Outcome
	}{
		{"good", nil, frameOf(good), wire.Delivered},
		{"empty", nil, frameOf(nil), wire.BadSize},
		{"too long", nil, frameOf(make([]byte, 256)), wire.BadSize},
		{"not LoRaWAN", nil, frameOf([]byte("hello, world")), wire.BadFrame},
		{"not LoRa", nil, packetrouter.Uplink{Payload: good, Frequency: 868_100_000}, wire.BadFrame},
		{"other band", nil, packetrouter.Uplink{Payload: good, Frequency: 915_000_000, SF: 7, Bandwidth: 125_000}, wire.WrongRegionPlan},
		{"no route", nil, frameOf(dataFrame(t, 0x49000000, 1, 4)), wire.NoRoute},
		{"forged", nil, frameOf(forged), wire.BadMIC},
		{"no key, none needed", nil, frameOf(unkeyed), wire.Delivered},
		{"no key, one needed", func(_ *testing.T, _ *bench, d *packetrouter.RouteDef) { d.KeysRequired = true }, frameOf(unkeyed), wire.BadMIC},
		{"no key, cap used up", func(_ *testing.T, _ *bench, d *packetrouter.RouteDef) { d.HourlyCap = 0 }, frameOf(unkeyed), wire.NoCredit},
		{"switched off", func(_ *testing.T, _ *bench, d *packetrouter.RouteDef) { d.Active = false }, frameOf(good), wire.Inactive},
		{"too old", nil, packetrouter.Uplink{Payload: good, Frequency: 868_100_000, SF: 7, Bandwidth: 125_000, Hold: 60_001}, wire.TooOld},
		{"no credit", func(_ *testing.T, b *bench, _ *packetrouter.RouteDef) { b.allowance = 0 }, frameOf(good), wire.NoCredit},
		{"not placed", as(2), frameOf(good), wire.UnknownSender},
		{"Wi-Fi only", as(3), frameOf(good), wire.UnknownSender},
		{"unknown key", as(9), frameOf(good), wire.UnknownSender},
		{"not delivered", func(_ *testing.T, b *bench, _ *packetrouter.RouteDef) {
			b.deliver = func(d *packetrouter.Delivery) { d.Done(false) }
		}, frameOf(good), wire.DeliveryFailed},
		{"not metered", func(_ *testing.T, b *bench, _ *packetrouter.RouteDef) { b.bookErr = errors.New("disk full") }, frameOf(good), wire.Overloaded},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, d := newBench(t), mainRoute()
			if c.prepare != nil {
				c.prepare(t, b, &d)
			}
			b.routes(t, d)
			if got := b.send(c.uplink); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if n := b.router.Pending(); n != 0 {
				t.Errorf("%d packets are still counted as under way", n)
			}
			if c.want != wire.Delivered && c.want != wire.Overloaded && b.reserved != 0 {
				t.Errorf("%d DC are still set aside", b.reserved)
			}
			if got := b.router.Stats().Outcomes[c.want]; got != 1 {
				t.Errorf("counted %d times", got)
			}
		})
	}
}

func TestFullCounterIsFound(t *testing.T) {
	b := newBench(t, mainRoute())
	for _, counter := range []uint32{0x30344, 0x30345, 0x40000, 525124, 64<<16 - 1} {
		if got := b.send(frameOf(dataFrame(t, testAddr, counter, 4))); got != wire.Delivered {
			t.Errorf("counter %d: %s", counter, got)
		}
	}
	for _, e := range b.booked {
		if e.Counter.Value < 0x30344 {
			t.Errorf("counter %d was taken for a short one", e.Counter.Value)
		}
	}
}

func TestKnownVectors(t *testing.T) {
	b := newBench(t, mainRoute())
	for _, payload := range []string{
		"40010000480044030168656c6c6f8fb6eed0", // counter 836
		"40010000480044030168656c6c6f26961368", // counter 197444
		"40010000480044030168656c6c6f6d106ea8", // counter 525124
	} {
		if got := b.send(frameOf(unhex(t, payload))); got != wire.Delivered {
			t.Errorf("%s: %s", payload, got)
		}
	}
}

func TestForgedFramesCostABoundedNumberOfMICs(t *testing.T) {
	d := mainRoute()
	for i := range 1000 {
		k := packetrouter.SessionKey{byte(i), byte(i >> 8), 1}
		d.Keys = append(d.Keys, packetrouter.KeyDef{Addr: testAddr, Key: k})
	}
	b := newBench(t, d)
	if got := b.send(frameOf(dataFrame(t, testAddr, 5, 4))); got != wire.Delivered {
		t.Errorf("first key: %s", got)
	}
	forged := dataFrame(t, testAddr, 6, 4)
	forged[9]++
	if got := b.send(frameOf(forged)); got != wire.BadMIC {
		t.Errorf("forged: %s", got)
	}
}

func TestRate(t *testing.T) {
	b := newBench(t, mainRoute())
	limits := b.router.Limits()
	for i := range limits.Burst {
		if got := b.send(frameOf(dataFrame(t, 0x49000000, uint32(i), 4))); got != wire.NoRoute {
			t.Fatalf("packet %d: %s", i, got)
		}
	}
	if got := b.send(frameOf(dataFrame(t, 0x49000000, 1<<15, 4))); got != wire.RateLimited {
		t.Errorf("over the burst: %s", got)
	}
	b.now = b.now.Add(time.Second)
	for i := range limits.Rate {
		if got := b.send(frameOf(dataFrame(t, 0x49000000, uint32(1<<15+i), 4))); got != wire.NoRoute {
			t.Errorf("a second later, packet %d: %s", i, got)
		}
	}
	if got := b.send(frameOf(dataFrame(t, 0x49000000, 1<<14, 4))); got != wire.RateLimited {
		t.Errorf("over the rate: %s", got)
	}
}

func TestRepeatedAndResent(t *testing.T) {
	b := newBench(t, mainRoute())
	u := frameOf(dataFrame(t, testAddr, 1, 4))
	u.ID = 77
	if got := b.send(u); got != wire.Delivered {
		t.Fatal(got)
	}
	if got := b.send(u); got != wire.Delivered || b.delivered != 1 {
		t.Errorf("same id again: %s, %d deliveries", got, b.delivered)
	}
	u.ID = 78
	if got := b.send(u); got != wire.Repeated {
		t.Errorf("same frame, other id: %s", got)
	}
}

func TestWindow(t *testing.T) {
	b := newBench(t, mainRoute())
	var waiting []*packetrouter.Delivery
	b.deliver = func(d *packetrouter.Delivery) { waiting = append(waiting, d) }
	window := b.router.Limits().Window
	b.now = b.now.Add(time.Hour)
	for i := range window {
		b.now = b.now.Add(100 * time.Millisecond)
		if got := b.send(frameOf(dataFrame(t, testAddr, uint32(i+1), 4))); got != 0 {
			t.Fatalf("packet %d: %s before its delivery", i, got)
		}
	}
	if got := b.send(frameOf(dataFrame(t, testAddr, 1<<14, 4))); got != wire.Overloaded {
		t.Errorf("over the window: %s", got)
	}
	for _, d := range waiting {
		d.Done(true)
	}
	if b.router.Pending() != 0 || len(b.booked) != window {
		t.Errorf("%d under way, %d booked of %d", b.router.Pending(), len(b.booked), window)
	}
}

func TestTwoRoutesOnePays(t *testing.T) {
	a, c := mainRoute(), mainRoute()
	c.ID, c.Keys = "closed", []packetrouter.KeyDef{{Addr: testAddr, Key: packetrouter.SessionKey{1}}}
	b := newBench(t, a, c)
	if got := b.send(frameOf(dataFrame(t, testAddr, 1, 4))); got != wire.Delivered || b.delivered != 1 || len(b.booked) != 1 {
		t.Errorf("%s, %d deliveries, %d entries; one route has the key, one has not", got, b.delivered, len(b.booked))
	}
	e := mainRoute()
	e.ID = "second"
	b.routes(t, a, e)
	if got := b.send(frameOf(dataFrame(t, testAddr, 2, 4))); got != wire.Delivered || b.delivered != 3 || len(b.booked) != 3 {
		t.Errorf("%s, %d deliveries, %d entries; both routes take it", got, b.delivered, len(b.booked))
	}
}

func TestKeyOverridesCopies(t *testing.T) {
	d := mainRoute()
	d.MaxCopies, d.Keys[0].MaxCopies = 1, 2
	b := newBench(t, d)
	frame := frameOf(dataFrame(t, testAddr, 1, 4))
	first := b.send(frame)
	snap := *b.router.Snapshot()
	snap.Hotspots = packetrouter.NewHotspots([]packetrouter.Hotspot{
		{ID: 4, Key: routertest.Key(4).Public, Asserted: true, LoRa: true, Region: 1},
		{ID: 5, Key: routertest.Key(5).Public, Asserted: true, LoRa: true, Region: 1},
	})
	b.router.SetSnapshot(&snap)
	b.connect(t, 4)
	second := b.send(frame)
	b.connect(t, 5)
	third := b.send(frame)
	if first != wire.Delivered || second != wire.Delivered || third != wire.BudgetSpent {
		t.Errorf("%s, %s, %s", first, second, third)
	}
}

func TestNewestConnectionWins(t *testing.T) {
	b := newBench(t, mainRoute())
	if _, _, err := b.router.Connect(b.now, routertest.Key(1).Public, 2, &bench{acks: map[uint64]wire.Outcome{}}); err != nil {
		t.Fatal(err)
	}
	if b.closed == "" {
		t.Error("the older stream was not closed")
	}
	if _, _, err := b.router.Connect(b.now, routertest.Key(1).Public, 1, b); !errors.Is(err, packetrouter.ErrStale) {
		t.Errorf("an older connection: %v", err)
	}
}

func TestStrangersAreBounded(t *testing.T) {
	b := newBench(t, mainRoute())
	most := b.router.Limits().MaxStrangers
	var open []*packetrouter.Session
	for i := range most + 1 {
		var seed [32]byte
		seed[0], seed[1] = byte(i), byte(i>>8)
		k, err := wire.Ed25519Key(seed[:])
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := b.router.Connect(b.now, k, 1, b)
		if want := i >= most; (err != nil) != want {
			t.Fatalf("stranger %d: %v", i, err)
		}
		if err == nil {
			open = append(open, s)
		}
	}
	for _, s := range open {
		s.Close(b.now)
	}
	if _, _, err := b.router.Connect(b.now, routertest.Key(99).Public, 1, b); err != nil {
		t.Errorf("after the strangers left: %v", err)
	}
}
