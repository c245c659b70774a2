package uplink

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/proto/gwmp"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

var testChain = wire.HashChainID("uplink-test-1")

// patience bounds what a test waits for; nothing is measured against it.
const patience = 20 * time.Second

// router is a packet router whose every word is the test's.
type router struct {
	routerv1.UnimplementedRouterServer
	address string
	key     wire.PubKey
	streams chan *stream
}

// stream is one connection as the router sees it. Messages go in and out through
// the channels; closing end closes the stream.
type stream struct {
	peer wire.PubKey
	up   chan *routerv1.Up
	down chan *routerv1.Down
	end  chan struct{}
}

func testKey(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(append(make([]byte, 31), n))
}

func pubKey(t *testing.T, k ed25519.PrivateKey) wire.PubKey {
	t.Helper()
	pub, err := wire.Ed25519Key(k.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return pub
}

func startRouter(t *testing.T, n byte) *router {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &router{address: l.Addr().String(), key: pubKey(t, testKey(n)), streams: make(chan *stream, 8)}
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(tlsid.Server(testKey(n), nil))))
	routerv1.RegisterRouterServer(server, r)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	return r
}

func (r *router) Connect(s grpc.BidiStreamingServer[routerv1.Up, routerv1.Down]) error {
	x := &stream{up: make(chan *routerv1.Up, 1024), down: make(chan *routerv1.Down, 64), end: make(chan struct{})}
	if p, ok := peer.FromContext(s.Context()); ok {
		x.peer, _ = tlsid.PeerKey(p.AuthInfo.(credentials.TLSInfo).State)
	}
	r.streams <- x
	go func() { // ends with the stream
		for {
			m, err := s.Recv()
			if err != nil {
				return
			}
			x.up <- m
		}
	}()
	for {
		select {
		case m := <-x.down:
			if err := s.Send(m); err != nil {
				return err
			}
		case <-x.end:
			return nil
		case <-s.Context().Done():
			return s.Context().Err()
		}
	}
}

// next waits for the next connection.
func (r *router) next(t *testing.T) *stream {
	t.Helper()
	return wait(t, r.streams, "a connection")
}

func wait[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// greet reads the hotspot's hello and answers it.
func (s *stream) greet(t *testing.T, window uint32) *routerv1.HotspotHello {
	t.Helper()
	hello := wait(t, s.up, "a hello").GetHello()
	if hello == nil {
		t.Fatal("the first message is no hello")
	}
	s.down <- helloOf(func(h *routerv1.RouterHello) { h.Window = window })
	return hello
}

func helloOf(change func(*routerv1.RouterHello)) *routerv1.Down {
	h := &routerv1.RouterHello{Version: 1, Chain: testChain[:], Hotspot: 42, Window: 8, Head: &routerv1.ChainHead{Height: 9, Time: 1_000, Epoch: 2}}
	change(h)
	return &routerv1.Down{Message: &routerv1.Down_Hello{Hello: h}}
}

// uplinks reads batches until n uplinks are there.
func (s *stream) uplinks(t *testing.T, n int) []*routerv1.Uplink {
	t.Helper()
	var out []*routerv1.Uplink
	for len(out) < n {
		out = append(out, wait(t, s.up, "uplinks").GetUplinks().GetUplinks()...)
	}
	return out
}

func (s *stream) ack(o routerv1.Outcome, ids ...uint64) {
	acks := &routerv1.Acks{}
	for _, id := range ids {
		acks.Acks = append(acks.Acks, &routerv1.Ack{Id: id, Outcome: o})
	}
	s.down <- &routerv1.Down{Message: &routerv1.Down_Acks{Acks: acks}}
}

// side is the hotspot's end: it notes what the client hands on.
type side struct {
	connected  chan uint32
	ended      chan struct{}
	acked      chan uint64
	downlinks  chan hotspot.Downlink
	challenges chan wire.Challenge
	vouchers   chan []byte
	heads      chan hotspot.Head
	radius     chan hotspot.Radius
	refused    chan hotspot.RadiusRefusal
	usage      chan []byte
}

func newSide() *side {
	return &side{
		make(chan uint32, 64), make(chan struct{}, 64), make(chan uint64, 1024), make(chan hotspot.Downlink, 64),
		make(chan wire.Challenge, 64), make(chan []byte, 64), make(chan hotspot.Head, 64),
		make(chan hotspot.Radius, 64), make(chan hotspot.RadiusRefusal, 64), make(chan []byte, 64),
	}
}

func (s *side) Connected(index uint32, h hotspot.Head) { s.connected <- index; s.heads <- h }
func (s *side) Disconnected()                          { s.ended <- struct{}{} }
func (s *side) Head(h hotspot.Head)                    { s.heads <- h }
func (s *side) Downlink(d hotspot.Downlink)            { s.downlinks <- d }
func (s *side) Challenge(c wire.Challenge)             { s.challenges <- c }
func (s *side) Voucher(raw []byte)                     { s.vouchers <- raw }
func (s *side) Radius(m hotspot.Radius)                { s.radius <- m }
func (s *side) RadiusRefused(x hotspot.RadiusRefusal)  { s.refused <- x }
func (s *side) UsageResult(raw []byte)                 { s.usage <- raw }
func (s *side) Acked(id uint64, o wire.Outcome) {
	if o == wire.Delivered {
		s.acked <- id
	}
}

type presented [][]byte

func (p presented) Best() [][]byte { return p }

// startClient runs a client until the test ends.
func startClient(t *testing.T, routers ...Router) (*Client, *Queue, *side) {
	t.Helper()
	q, down := NewQueue(1, 100, time.Minute), newSide()
	c := NewClient(Config{Routers: routers, Key: testKey(1), Chain: testChain, Connection: 77, Software: "test"}, q, presented{{1, 2}}, down, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := c.Run(ctx); err != nil {
			t.Errorf("the client ended with %v", err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	return c, q, down
}

func receive(q *Queue, dev uint32) {
	q.Receive(hotspot.Uplink{Payload: frame(dev, 0), At: time.Now(), SF: 7, Frequency: 868_100_000, RSSI: -900, SNR: 55, Forwarder: gwmp.EUI{0, 0, 0, 0, 0, 0, 0, 9}})
}

func TestHelloAndAcks(t *testing.T) {
	r := startRouter(t, 9)
	c, q, down := startClient(t, Router{Address: r.address, Key: r.key})
	receive(q, 1)
	s := r.next(t)
	hello := s.greet(t, 8)
	want := &routerv1.HotspotHello{Version: 1, Chain: testChain[:], Vouchers: [][]byte{{1, 2}}, Software: "test", Connection: 77, Features: []string{"wifi"}}
	if diff := cmp.Diff(want, hello, protocmp.Transform()); diff != "" {
		t.Errorf("hello (-want +got):\n%s", diff)
	}
	if s.peer != pubKey(t, testKey(1)) {
		t.Errorf("the router sees %s, not the hotspot's key", s.peer)
	}
	if index := wait(t, down.connected, "the index"); index != 42 {
		t.Errorf("index %d, want 42", index)
	}
	if h := wait(t, down.heads, "the head"); h.Height != 9 || h.Epoch != 2 || h.Time.UnixMilli() != 1000 {
		t.Errorf("head %+v", h)
	}
	u := s.uplinks(t, 1)[0]
	if u.GetId() != 1 || u.GetSf() != 7 || u.GetRssi() != -900 || u.GetSnr() != 55 || u.GetForwarder() != 9 || u.GetFrequency() != 868_100_000 {
		t.Errorf("uplink %+v", u)
	}
	if _, inFlight, _ := q.Stats(); inFlight != 1 {
		t.Errorf("%d in flight before the ack", inFlight)
	}
	s.ack(routerv1.Outcome_OUTCOME_DELIVERED, 5, 1) // an id that was never sent is ignored
	if id := wait(t, down.acked, "the ack"); id != 1 {
		t.Errorf("acknowledged %d", id)
	}
	if waiting, inFlight, _ := q.Stats(); waiting+inFlight != 0 {
		t.Errorf("%d waiting, %d in flight after the ack", waiting, inFlight)
	}
	if st := c.State(); !st.Connected || st.Router != r.address || st.Connections != 1 {
		t.Errorf("state %+v", st)
	}
}

func TestWindowBoundsWhatIsInFlight(t *testing.T) {
	r := startRouter(t, 9)
	_, q, down := startClient(t, Router{Address: r.address})
	for n := range uint32(5) {
		receive(q, n)
	}
	s := r.next(t)
	s.greet(t, 2)
	seen := map[uint64]bool{}
	for len(seen) < 5 {
		batch := s.uplinks(t, 1)
		for _, u := range batch {
			if seen[u.GetId()] {
				t.Fatalf("packet %d sent twice on one stream", u.GetId())
			}
			seen[u.GetId()] = true
		}
		if _, inFlight, _ := q.Stats(); inFlight > 2 {
			t.Fatalf("%d in flight in a window of 2", inFlight)
		}
		for _, u := range batch {
			s.ack(routerv1.Outcome_OUTCOME_DELIVERED, u.GetId())
			wait(t, down.acked, "the ack")
		}
	}
}

func TestReconnectSendsAgainWhatWasNotAcknowledged(t *testing.T) {
	r := startRouter(t, 9)
	_, q, down := startClient(t, Router{Address: r.address})
	receive(q, 1)
	receive(q, 1)
	first := r.next(t)
	first.greet(t, 8)
	if ids := first.uplinks(t, 2); ids[0].GetId() != 1 || ids[1].GetId() != 2 {
		t.Fatalf("sent %v", ids)
	}
	first.ack(routerv1.Outcome_OUTCOME_DELIVERED, 1)
	wait(t, down.acked, "the ack")
	close(first.end) // the router is gone with packet 2
	wait(t, down.ended, "the end of the stream")
	second := r.next(t)
	if hello := second.greet(t, 8); hello.GetConnection() <= 77 {
		t.Errorf("connection %d does not rise", hello.GetConnection())
	}
	if again := second.uplinks(t, 1); len(again) != 1 || again[0].GetId() != 2 {
		t.Errorf("sent %v again, want packet 2", again)
	}
}

func TestRouterOfAnotherKindIsLeft(t *testing.T) {
	wrongChain, wrongVersion, rude, good := startRouter(t, 2), startRouter(t, 3), startRouter(t, 4), startRouter(t, 5)
	c, _, down := startClient(t, Router{Address: wrongChain.address}, Router{Address: wrongVersion.address}, Router{Address: rude.address}, Router{Address: good.address})
	for _, step := range []struct {
		r    *router
		says *routerv1.Down
		want error
	}{
		{wrongChain, helloOf(func(h *routerv1.RouterHello) { h.Chain = []byte("other") }), ErrChain},
		{wrongVersion, helloOf(func(h *routerv1.RouterHello) { h.Version = 2 }), ErrVersion},
		{rude, &routerv1.Down{Message: &routerv1.Down_Ping{Ping: &routerv1.Ping{}}}, ErrHello},
	} {
		s := step.r.next(t)
		s.down <- step.says
		for deadline := time.Now().Add(patience); !strings.Contains(c.State().LastError, step.want.Error()); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("last error %q, want %q", c.State().LastError, step.want)
			}
		}
	}
	good.next(t).greet(t, 8)
	wait(t, down.connected, "the good router")
	if st := c.State(); st.Connections != 1 {
		t.Errorf("%d connections counted, want the good one", st.Connections)
	}
}

func TestClientStopsWhenEveryRouterIsOfAnotherNetwork(t *testing.T) {
	first, second := startRouter(t, 2), startRouter(t, 3)
	c := NewClient(Config{
		Routers: []Router{{Address: first.address}, {Address: second.address}}, Key: testKey(1), Chain: testChain,
	}, NewQueue(1, 100, time.Minute), presented{}, newSide(), slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- c.Run(t.Context()) }()
	first.next(t).down <- helloOf(func(h *routerv1.RouterHello) { h.Chain = []byte("other") })
	second.next(t).down <- helloOf(func(h *routerv1.RouterHello) { h.Version = 2 })
	if err := wait(t, ended, "the client to give up"); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), second.address) {
		t.Errorf("ended with %v, want ErrRefused that names the router", err)
	}
}

func TestPinnedRouterIsTheOnlyOneBelieved(t *testing.T) {
	impostor := startRouter(t, 9)
	c, _, _ := startClient(t, Router{Address: impostor.address, Key: pubKey(t, testKey(8))})
	for deadline := time.Now().Add(patience); c.State().LastError == ""; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the impostor was not refused")
		}
	}
	if st := c.State(); st.Connected || len(impostor.streams) != 0 {
		t.Errorf("state %+v with %d streams", st, len(impostor.streams))
	}
}

func TestResultGoesBackOnTheStreamOfItsDownlink(t *testing.T) {
	r := startRouter(t, 9)
	c, _, down := startClient(t, Router{Address: r.address})
	first := r.next(t)
	first.greet(t, 8)
	order := func(s *stream) hotspot.Downlink {
		s.down <- &routerv1.Down{Message: &routerv1.Down_Downlink{Downlink: &routerv1.Downlink{
			Id: 1, Payload: []byte{0x60}, Forwarder: 9, Windows: tooManyWindows(),
		}}}
		return wait(t, down.downlinks, "a downlink")
	}
	old := order(first)
	if len(old.Windows) != maxWindows || old.Windows[0].Frequency != 868_100_000 || old.Forwarder != (gwmp.EUI{0, 0, 0, 0, 0, 0, 0, 9}) {
		t.Errorf("downlink %+v", old)
	}
	c.Result(hotspot.DownlinkResult{ID: old.ID, Outcome: hotspot.TxTooLate, Window: 1})
	got := wait(t, first.up, "the result").GetDownlinkResult()
	want := &routerv1.DownlinkResult{Id: 1, Result: routerv1.TxResult_TX_RESULT_TOO_LATE, Window: 1}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	close(first.end)
	second := r.next(t)
	second.greet(t, 8)
	fresh := order(second)
	c.Result(hotspot.DownlinkResult{ID: old.ID, Outcome: hotspot.TxNoAck}) // comes late, for a stream that is gone
	c.Result(hotspot.DownlinkResult{ID: fresh.ID, Outcome: hotspot.TxOK})
	if got := wait(t, second.up, "the result").GetDownlinkResult(); got.GetId() != 1 || got.GetResult() != routerv1.TxResult_TX_RESULT_OK {
		t.Errorf("the new stream got %+v, want only its own downlink's result", got)
	}
}

func tooManyWindows() []*routerv1.TxWindow {
	out := make([]*routerv1.TxWindow, maxWindows+1)
	for i := range out {
		out[i] = &routerv1.TxWindow{Frequency: 868_100_000, Sf: 7, Bandwidth: 125_000}
	}
	return out
}

func TestControlMessagesBothWays(t *testing.T) {
	r := startRouter(t, 9)
	c, _, down := startClient(t, Router{Address: r.address})
	c.Report(wire.Report{Chain: testChain, Challenge: 3, SF: 7}) // before there is a stream
	s := r.next(t)
	s.greet(t, 8)
	<-down.heads
	if items := wait(t, s.up, "the report").GetReports().GetItems(); len(items) != 1 || len(items[0]) != wire.ReportSize {
		t.Errorf("reports %v", items)
	}
	c.Reveal(wire.Reveal{Chain: testChain, Challenge: 3})
	if items := wait(t, s.up, "the reveal").GetReveals().GetItems(); len(items) != 1 || len(items[0]) != wire.RevealSize {
		t.Errorf("reveals %v", items)
	}
	open := wire.Challenge{Chain: testChain, ID: 5, SF: 7, Index: 1, KnownIndex: 2, Key: r.key}
	for _, m := range []*routerv1.Down{
		{Message: &routerv1.Down_Challenges{Challenges: &routerv1.Items{Items: [][]byte{{1, 2, 3}, open.AppendTo(nil)}}}},
		{Message: &routerv1.Down_Vouchers{Vouchers: &routerv1.Items{Items: [][]byte{{7}}}}},
		{Message: &routerv1.Down_Head{Head: &routerv1.ChainHead{Height: 10}}},
		{Message: &routerv1.Down_Ping{Ping: &routerv1.Ping{Token: 8}}},
	} {
		s.down <- m
	}
	if got := wait(t, down.challenges, "the challenge"); got != open {
		t.Errorf("challenge %+v; the malformed one before it is skipped", got)
	}
	if got := wait(t, down.vouchers, "the voucher"); len(got) != 1 {
		t.Errorf("voucher %v", got)
	}
	if got := wait(t, down.heads, "the head"); got.Height != 10 {
		t.Errorf("head %+v", got)
	}
	if got := wait(t, s.up, "the pong").GetPong(); got.GetToken() != 8 {
		t.Errorf("pong %+v", got)
	}
	s.down <- &routerv1.Down{Message: &routerv1.Down_Drain{Drain: &routerv1.Drain{}}}
	wait(t, down.ended, "the end after the drain")
	r.next(t) // it connects again
}

func TestMessagesWithoutARouterAreBounded(t *testing.T) {
	c := NewClient(Config{}, NewQueue(1, 1, time.Minute), presented{}, newSide(), slog.New(slog.DiscardHandler))
	for range outboxSize + 3 {
		c.Report(wire.Report{})
	}
	if lost := c.State().Lost; lost != 3 {
		t.Errorf("%d counted as lost, want 3", lost)
	}
}
