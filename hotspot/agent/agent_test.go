package agent

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/hotspot/lora"
	"github.com/hexwave/hexwave/hotspot/uplink"
	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/proto/gwmp"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	chainID  = "agent-test-1"
	patience = 20 * time.Second
)

var chain = wire.HashChainID(chainID)

// network is a router, a node and a packet forwarder around one agent.
type network struct {
	routerv1.UnimplementedRouterServer
	t     *testing.T
	id    *identity.Identity
	agent *Agent
	radio *net.UDPConn // the forwarder's socket
	up    chan *routerv1.Up
	down  chan *routerv1.Down
	taps  chan hotspot.Uplink
	said  chan wire.Report // through the outbox

	mu    sync.Mutex
	shown map[string][]byte // by query path, or path and data; guarded by mu
}

func laneKey(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(append([]byte{n}, make([]byte, 31)...))
}

func testIdentity(t *testing.T, n byte) *identity.Identity {
	t.Helper()
	id, err := identity.FromSeeds([32]byte{n}, [32]byte{n, 1})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (n *network) Connect(s grpc.BidiStreamingServer[routerv1.Up, routerv1.Down]) error {
	go func() { // ends with the stream
		for {
			m, err := s.Recv()
			if err != nil {
				return
			}
			n.up <- m
		}
	}()
	for {
		select {
		case m := <-n.down:
			if err := s.Send(m); err != nil {
				return err
			}
		case <-s.Context().Done():
			return s.Context().Err()
		}
	}
}

// ServeHTTP is the node.
func (n *network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.Trim(r.URL.Query().Get("path"), `"`)
	n.mu.Lock()
	value, ok := n.shown[path+" "+r.URL.Query().Get("data")]
	if !ok {
		value, ok = n.shown[path]
	}
	n.mu.Unlock()
	code := 1
	if ok {
		code = 0
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"result": map[string]any{
		"response": map[string]any{"code": code, "value": value}, "sync_info": map[string]any{"latest_block_height": "12"},
	}})
}

func (n *network) show(path string, value []byte) {
	n.mu.Lock()
	n.shown[path] = value
	n.mu.Unlock()
}

// outbox sees the reports before the router does.
type outbox struct {
	lora.Outbox
	said chan<- wire.Report
}

func (o outbox) Report(r wire.Report) { o.said <- r; o.Outbox.Report(r) }

func start(t *testing.T) *network {
	t.Helper()
	n := &network{
		t: t, id: testIdentity(t, 1), up: make(chan *routerv1.Up, 64), down: make(chan *routerv1.Down, 64),
		taps: make(chan hotspot.Uplink, 64), said: make(chan wire.Report, 64), shown: map[string][]byte{},
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(tlsid.Server(laneKey(9), nil))))
	routerv1.RegisterRouterServer(server, n)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	node := httptest.NewServer(n)
	t.Cleanup(node.Close)
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	n.agent, err = New(Config{
		ChainID: chainID, StateDir: t.TempDir(), Routers: []uplink.Router{{Address: l.Addr().String()}}, Nodes: []string{node.URL}, Quorum: 1,
		Radio: lora.Radio{Gain: 12, MaxEIRP: 161}, Queue: 10, MaxAge: time.Minute,
	}, n.id, conn, slog.New(slog.DiscardHandler),
		WithTap(func(u hotspot.Uplink) { n.taps <- u }),
		WithOutbox(func(o lora.Outbox) lora.Outbox { return outbox{o, n.said} }))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for name, run := range n.agent.Tasks() {
		running.Go(func() {
			if err := run(ctx); err != nil {
				t.Errorf("%s ended with %v", name, err)
			}
		})
	}
	t.Cleanup(func() { cancel(); running.Wait() })

	if wait(t, n.up, "the hello").GetHello() == nil {
		t.Fatal("the first message is no hello")
	}
	n.down <- &routerv1.Down{Message: &routerv1.Down_Hello{Hello: &routerv1.RouterHello{
		Version: 1, Chain: chain[:], Hotspot: 42, Window: 8, Head: &routerv1.ChainHead{Height: 11, Epoch: 3},
	}}}
	if n.radio, err = net.DialUDP("udp", nil, conn.LocalAddr().(*net.UDPAddr)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.radio.Close() })
	n.send(gwmp.PullData{Version: 2, EUI: gwmp.EUI{1}})
	n.read()
	return n
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

// until polls a condition that another goroutine brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func (n *network) send(p gwmp.Packet) {
	n.t.Helper()
	if _, err := n.radio.Write(p.Append(nil)); err != nil {
		n.t.Fatal(err)
	}
}

func (n *network) read() gwmp.Packet {
	n.t.Helper()
	buf := make([]byte, 4096)
	if err := n.radio.SetReadDeadline(time.Now().Add(patience)); err != nil {
		n.t.Fatal(err)
	}
	size, err := n.radio.Read(buf)
	if err != nil {
		n.t.Fatal(err)
	}
	p, err := gwmp.Parse(buf[:size])
	if err != nil {
		n.t.Fatal(err)
	}
	return p
}

// hear is a frame on the air.
func (n *network) hear(payload []byte) {
	n.t.Helper()
	n.send(gwmp.PushData{Version: 2, EUI: gwmp.EUI{1}, RxPks: []gwmp.RxPk{{
		CRC: gwmp.CRCOK, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(9, 125), RSSI: -100, SNR: 35, HasSNR: true, Data: payload,
	}}})
	if _, ok := n.read().(gwmp.PushAck); !ok {
		n.t.Error("the frame was not acknowledged to the forwarder")
	}
}

func (n *network) challenge(id uint64, beaconer *identity.Identity) wire.Challenge {
	return wire.Challenge{
		Chain: chain, ID: id, Hotspot: 43, Drawn: 10, TxAt: uint64(time.Now().UnixMilli()), Frequency: 868_100_000, Bandwidth: 125, SF: 9,
		Power: 140, Key: beaconer.PubKey(), Index: 19, KnownIndex: 20, Known: beaconer.Preimage(chain, 20), Close: 16, Reveal: 20, Settle: 21,
	}
}

func (n *network) offer(c wire.Challenge) {
	n.down <- &routerv1.Down{Message: &routerv1.Down_Challenges{Challenges: &routerv1.Items{Items: [][]byte{c.AppendTo(nil)}}}}
}

func TestPacketsGoToTheRouterAndBeaconsToCoverage(t *testing.T) {
	n := start(t)
	other := testIdentity(t, 2)
	c := n.challenge(7, other)
	n.offer(c)
	until(t, "the challenge is open", func() bool { return n.agent.Status().Coverage.Open == 1 })
	beacon := wire.NewBeacon(7, other.Preimage(chain, c.Index))
	packet := []byte{0x40, 1, 2, 3, 4, 0, 1, 0, 1, 9, 9, 9, 9}
	n.hear(beacon[:])
	n.hear(packet)
	if r := wait(t, n.said, "the report in the outbox"); r.Challenge != 7 || r.Witness != 42 {
		t.Errorf("report %+v", r)
	}
	var reports, uplinks int
	for reports+uplinks < 2 {
		switch m := wait(t, n.up, "both at the router").GetMessage().(type) {
		case *routerv1.Up_Reports:
			reports++
		case *routerv1.Up_Uplinks:
			u := m.Uplinks.GetUplinks()
			if uplinks++; len(u) != 1 || string(u[0].GetPayload()) != string(packet) {
				t.Errorf("uplinks %v, want the packet alone", u)
			}
			n.down <- &routerv1.Down{Message: &routerv1.Down_Acks{Acks: &routerv1.Acks{Acks: []*routerv1.Ack{{
				Id: u[0].GetId(), Outcome: routerv1.Outcome_OUTCOME_DELIVERED,
			}}}}}
		}
	}
	if a, b := wait(t, n.taps, "the tap"), wait(t, n.taps, "the tap"); len(a.Payload) != wire.BeaconSize || len(b.Payload) != len(packet) {
		t.Errorf("the tap saw %d and %d bytes", len(a.Payload), len(b.Payload))
	}
	until(t, "the delivery is counted", func() bool { return n.agent.Status().Uplinks["delivered"] == 1 })
	if s := n.agent.Status(); s.Hotspot != 42 || s.Height != 11 || s.Epoch != 3 || !s.Router.Connected || s.Radio.Frames != 2 || s.Coverage.Heard[lora.HeardReported] != 1 {
		t.Errorf("status %+v", s)
	}
}

func TestOwnChallengeIsTransmittedAndTellsTheIndex(t *testing.T) {
	n := start(t)
	c := n.challenge(0, n.id)
	for c.ID = 1; c.ID <= 5; c.ID++ { // a busy machine may miss a slot
		c.TxAt += 700
		record := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), c.AppendTo(nil))
		n.show(fmt.Sprintf("/hexwave.poc.v1.Query/Challenge 0x08%02x", c.ID), protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), record))
		n.offer(c)
	}
	order, ok := n.read().(gwmp.PullResp)
	if !ok {
		t.Fatal("the forwarder got no PULL_RESP")
	}
	sent, err := wire.ParseBeacon(order.TxPk.Data)
	if err != nil {
		t.Fatal(err)
	}
	if want := wire.NewBeacon(uint64(sent.ShortID()), n.id.Preimage(chain, c.Index)); sent != want {
		t.Errorf("transmitted %x, want %x", order.TxPk.Data, want)
	}
	n.send(gwmp.TxAck{Version: 2, Token: order.Token, EUI: gwmp.EUI{1}})
	until(t, "the beacon is counted", func() bool { return n.agent.Status().Coverage.Beacons > 0 })
	if i := n.agent.Index(); i != c.Hotspot {
		t.Errorf("index %d, want %d of the challenge", i, c.Hotspot)
	}
}

func TestDownlinkIsTransmittedAndItsResultReturned(t *testing.T) {
	n := start(t)
	n.down <- &routerv1.Down{Message: &routerv1.Down_Downlink{Downlink: &routerv1.Downlink{
		Id: 1, Payload: []byte{0x60, 1}, Windows: []*routerv1.TxWindow{{Tmst: 5, Frequency: 868_100_000, Sf: 7, Bandwidth: 125_000}},
	}}}
	order := n.read().(gwmp.PullResp)
	n.send(gwmp.TxAck{Version: 2, Token: order.Token, EUI: gwmp.EUI{1}, Error: gwmp.TxTooLate})
	if r := wait(t, n.up, "the result").GetDownlinkResult(); r.GetId() != 1 || r.GetResult() != routerv1.TxResult_TX_RESULT_TOO_LATE {
		t.Errorf("result %+v", r)
	}
}

func TestVouchersAreBelievedWithTheLanesKeyOnly(t *testing.T) {
	n := start(t)
	authorise := func(key ed25519.PrivateKey) {
		pub, err := wire.Ed25519Key(key.Public().(ed25519.PublicKey))
		if err != nil {
			t.Fatal(err)
		}
		signer := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 4)
		signer = protowire.AppendBytes(protowire.AppendTag(signer, 3, protowire.BytesType), pub.Bytes())
		org := protowire.AppendBytes(protowire.AppendTag(nil, 4, protowire.BytesType), signer)
		n.show("/hexwave.routing.v1.Query/Org", protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), org))
	}
	push := func(key ed25519.PrivateKey, cum uint64) {
		v := wire.Voucher{Chain: chain, Org: 5, Lane: 4, Hotspot: 42, Epoch: 3, Unit: wire.UnitDC, Cum: cum, Seq: cum, Issued: cum}
		v.Signature = wire.Signature(ed25519.Sign(key, v.AppendBody(nil)))
		n.down <- &routerv1.Down{Message: &routerv1.Down_Vouchers{Vouchers: &routerv1.Items{Items: [][]byte{v.AppendTo(nil)}}}}
	}
	held := func(cum uint64) func() bool {
		return func() bool {
			s := n.agent.Status()
			return len(s.Vouchers) == 1 && s.Vouchers[0].Amount == cum
		}
	}
	refused := func(times uint64) func() bool {
		return func() bool { return n.agent.Status().Refused == times }
	}
	push(laneKey(1), 10)
	until(t, "a voucher of an unknown lane is refused", refused(1))
	authorise(laneKey(1))
	push(laneKey(1), 20)
	until(t, "the voucher is held", held(20))
	push(laneKey(2), 30)
	until(t, "another key is refused", refused(2))
	authorise(laneKey(2)) // the org gave the lane a new key
	push(laneKey(2), 40)
	until(t, "the voucher of the new key is held", held(40))
}

func TestStartsAreCountedAndNeverGoBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	for want := uint64(1); want <= 3; want++ {
		if n, err := countStart(dir); err != nil || n != want {
			t.Errorf("start %d: %d, %v", want, n, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "starts"), []byte("many"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := countStart(dir); err == nil {
		t.Errorf("read a damaged count as %d", n)
	}
}

func TestMetricsHaveNoDuplicates(t *testing.T) {
	n := start(t)
	n.hear([]byte{0x40, 1})
	registry := prometheus.NewRegistry()
	registry.MustRegister(n.agent)
	families, err := registry.Gather()
	if err != nil || len(families) < 4 {
		t.Errorf("%d metrics, %v", len(families), err)
	}
}
