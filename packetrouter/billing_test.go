package packetrouter_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// slow is a bench of several hotspots whose network server answers when told to.
type slow struct {
	*bench
	sessions []*packetrouter.Session
	waiting  []*packetrouter.Delivery
}

func newSlow(t testing.TB, hotspots int, log []packetrouter.Entry, defs ...packetrouter.RouteDef) *slow {
	t.Helper()
	s := &slow{bench: newBench(t, defs...)}
	for _, e := range log {
		s.router.Restore(e)
	}
	var list []packetrouter.Hotspot
	for n := range hotspots {
		list = append(list, packetrouter.Hotspot{
			ID: packetrouter.HotspotID(n + 11), Key: routertest.Key(byte(n + 11)).Public, Asserted: true, LoRa: true, Region: 1,
		})
	}
	s.router.SetSnapshot(&packetrouter.Snapshot{Hotspots: packetrouter.NewHotspots(list)})
	for n := range hotspots {
		s.connect(t, byte(n+11))
		s.sessions = append(s.sessions, s.session)
	}
	s.deliver = func(d *packetrouter.Delivery) { s.waiting = append(s.waiting, d) }
	return s
}

// hear hands over a frame that a hotspot, from 0, received some time ago, and
// returns the packet's id.
func (s *slow) hear(hotspot int, payload []byte, ago time.Duration) uint64 {
	u := frameOf(payload)
	u.Hold = uint32(ago.Milliseconds())
	s.session = s.sessions[hotspot]
	s.send(u)
	return s.next
}

// end answers for the i-th packet at the network server.
func (s *slow) end(i int, delivered bool) {
	d := s.waiting[i]
	s.waiting = slices.Delete(s.waiting, i, i+1)
	d.Done(delivered)
}

func (s *slow) endAll(delivered bool) {
	for len(s.waiting) > 0 {
		s.end(0, delivered)
	}
}

func TestRepetitionWhileItsOriginalIsInFlight(t *testing.T) {
	for name, order := range map[string][]int{"original first": {0, 0}, "repetition first": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			s := newSlow(t, 1, nil, mainRoute())
			frame := dataFrame(t, testAddr, 7, 4)
			s.hear(0, frame, 10*time.Second)
			s.hear(0, frame, 5*time.Second)
			if len(s.waiting) != 2 {
				t.Fatalf("%d packets at the network server, want 2", len(s.waiting))
			}
			for _, i := range order {
				s.end(i, true)
			}
			if s.acks[1] != wire.Delivered || s.acks[2] != wire.Delivered {
				t.Errorf("original %s, repetition %s", s.acks[1], s.acks[2])
			}
			if len(s.booked) != 1 || s.booked[0].Uplink != 1 {
				t.Errorf("%d entries, want that of the original alone: %+v", len(s.booked), s.booked)
			}
		})
	}
}

func TestRepetitionOfAnOriginalThatFails(t *testing.T) {
	s := newSlow(t, 1, nil, mainRoute())
	frame := dataFrame(t, testAddr, 7, 4)
	s.hear(0, frame, 15*time.Second)
	s.hear(0, frame, 10*time.Second)
	s.end(0, false)
	third := s.hear(0, frame, 5*time.Second)
	fourth := s.hear(0, frame, 0)
	s.endAll(true)
	if s.acks[1] != wire.DeliveryFailed || s.acks[third] != wire.Delivered || s.acks[fourth] != wire.Delivered {
		t.Errorf("outcomes %v", s.acks)
	}
	if len(s.booked) != 1 || s.booked[0].Uplink != third {
		t.Errorf("entries %+v, want one: the counter was free for the third transmission", s.booked)
	}
	if s.reserved != 1 {
		t.Errorf("%d DC are set aside or booked, want 1", s.reserved)
	}
}

func TestACopyThatFailsLeavesTheCounterToTheOther(t *testing.T) {
	d := mainRoute()
	d.MaxCopies = 2
	s := newSlow(t, 2, nil, d)
	frame := dataFrame(t, testAddr, 7, 4)
	s.hear(0, frame, 10*time.Second)
	s.hear(1, frame, 10*time.Second)
	s.end(0, false)
	s.hear(0, frame, 5*time.Second)
	s.endAll(true)
	if len(s.booked) != 1 || s.booked[0].Uplink != 2 {
		t.Errorf("entries %+v, want one, of the copy that was delivered", s.booked)
	}
}

func TestRepetitionAfterARestart(t *testing.T) {
	s := newSlow(t, 1, nil, mainRoute())
	frame := dataFrame(t, testAddr, 7, 4)
	s.hear(0, frame, 10*time.Second)
	s.endAll(true)
	s = newSlow(t, 1, s.booked, mainRoute())
	s.next = 1
	again := s.hear(0, frame, 5*time.Second)
	s.endAll(true)
	if s.acks[again] != wire.Delivered || len(s.booked) != 0 {
		t.Errorf("%s, %d entries; want it delivered and paid before the restart", s.acks[again], len(s.booked))
	}
}

func TestRefusedCreditFreesTheCounter(t *testing.T) {
	s := newSlow(t, 1, nil, mainRoute())
	frame := dataFrame(t, testAddr, 7, 4)
	s.allowance = 0
	first := s.hear(0, frame, 10*time.Second)
	s.allowance = 1
	s.hear(0, frame, 5*time.Second)
	s.endAll(true)
	if s.acks[first] != wire.NoCredit || len(s.booked) != 1 {
		t.Errorf("first %s, %d entries; want no-credit and the second transmission paid", s.acks[first], len(s.booked))
	}
}

// TestQueuesOfAnOutageArriveTogether: three hotspots heard a frame and its
// repetition while the router was down.
func TestQueuesOfAnOutageArriveTogether(t *testing.T) {
	d := mainRoute()
	d.MaxCopies = 3
	s := newSlow(t, 3, nil, d)
	frame := dataFrame(t, testAddr, 7, 20) // 33 bytes: 2 DC
	for hotspot := range 3 {
		s.hear(hotspot, frame, 10*time.Second)
		s.hear(hotspot, frame, 5*time.Second)
	}
	s.endAll(true)
	if s.delivered != 6 || len(s.booked) != 3 || s.reserved != 6 {
		t.Errorf("%d delivered, %d paid with %d DC; want 6, and 3 with 6 DC", s.delivered, len(s.booked), s.reserved)
	}
}

func TestJoinNonceInFlightIsUsed(t *testing.T) {
	s := newSlow(t, 1, nil, mainRoute())
	join := joinFrame(testJoin, testDev, 1)
	s.hear(0, join, 10*time.Second)
	again := s.hear(0, join, 5*time.Second)
	s.endAll(false)
	third := s.hear(0, join, 0)
	s.endAll(true)
	if s.acks[again] != wire.Replayed || s.acks[third] != wire.Delivered {
		t.Errorf("while in flight %s, after it failed %s", s.acks[again], s.acks[third])
	}
}

// TestACounterIsPaidInOneTransmission: whatever the order in which copies
// arrive, deliveries end and the router is killed, a route pays for a counter of
// a device at most the price of its copies in one transmission.
func TestACounterIsPaidInOneTransmission(t *testing.T) {
	const hotspots, counters, sends = 3, 2, 3
	main, second := mainRoute(), mainRoute()
	main.MaxCopies, second.ID = 2, "second"
	var frames [counters][]byte
	for i := range frames {
		frames[i] = dataFrame(t, testAddr, uint32(i+1), 20)
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := newSlow(t, hotspots, nil, main, second)
		most := map[packetrouter.RouteKey]int{}
		s.router.Table().EachRoute(packetrouter.Frame{Kind: packetrouter.FrameData, Addr: testAddr}, func(r *packetrouter.Route) {
			most[r.Key] = int(r.MaxCopies)
		})
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			switch what := rapid.IntRange(0, 9).Draw(rt, "what"); {
			case what == 0: // the router is killed; what it booked is in its log
				old := s.bench
				s = newSlow(t, hotspots, old.booked, main, second)
				s.now, s.next, s.booked = old.now, old.next, old.booked
			case what == 1:
				s.now = s.now.Add(time.Duration(rapid.IntRange(0, 300).Draw(rt, "ms")) * time.Millisecond)
			case what < 6 && len(s.waiting) > 0:
				s.end(rapid.IntRange(0, len(s.waiting)-1).Draw(rt, "delivery"), rapid.IntRange(0, 3).Draw(rt, "fails") > 0)
			default:
				// Transmissions were sent five seconds apart and wait since.
				send := time.Duration(rapid.IntRange(1, sends).Draw(rt, "transmission")) * 5 * time.Second
				ago := s.now.Sub(time.Unix(1_700_000_000, 0)) + 20*time.Second - send
				s.hear(rapid.IntRange(0, hotspots-1).Draw(rt, "hotspot"), frames[rapid.IntRange(0, counters-1).Draw(rt, "counter")], ago)
			}
			if err := overpaid(s.booked, most); err != "" {
				rt.Fatal(err)
			}
		}
	})
}

// overpaid says what is wrong with the entries of a log.
func overpaid(log []packetrouter.Entry, most map[packetrouter.RouteKey]int) string {
	paid := map[packetrouter.Counter]int{}
	in := map[packetrouter.Counter]packetrouter.Transmission{}
	for _, e := range log {
		if by, ok := in[e.Counter]; ok && by != e.Transmission {
			return "a counter is paid in two transmissions"
		}
		in[e.Counter] = e.Transmission
		paid[e.Counter]++
		if e.Credits != 2 || paid[e.Counter] > most[e.Route] {
			return "a transmission is paid beyond its copies"
		}
	}
	return ""
}
