package lora

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/gwmp"
)

// inbox keeps what the server hands over.
type inbox chan hotspot.Uplink

func (i inbox) Receive(u hotspot.Uplink) { i <- u }

// startServer serves on loopback until the test ends.
func startServer(t *testing.T) (*Server, inbox) {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	in := make(inbox, 64)
	s := NewServer(conn, in, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
		conn.Close()
	})
	return s, in
}

// remote is a packet forwarder of the test.
type remote struct {
	t    *testing.T
	conn *net.UDPConn
	eui  gwmp.EUI
}

func dialServer(t *testing.T, s *Server, eui gwmp.EUI) *remote {
	t.Helper()
	conn, err := net.DialUDP("udp", nil, s.conn.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &remote{t, conn, eui}
}

func (r *remote) send(raw []byte) {
	r.t.Helper()
	if _, err := r.conn.Write(raw); err != nil {
		r.t.Fatal(err)
	}
}

func (r *remote) receive() gwmp.Packet {
	r.t.Helper()
	buf := make([]byte, 4096)
	if err := r.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		r.t.Fatal(err)
	}
	n, err := r.conn.Read(buf)
	if err != nil {
		r.t.Fatal(err)
	}
	p, err := gwmp.Parse(buf[:n])
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// pull opens the way for downlinks and waits for the answer.
func (r *remote) pull(version uint8, token byte) {
	r.t.Helper()
	r.send(gwmp.PullData{Version: version, Token: gwmp.Token{7, token}, EUI: r.eui}.Append(nil))
	want := gwmp.PullAck{Version: version, Token: gwmp.Token{7, token}}
	if got := r.receive(); got != gwmp.Packet(want) {
		r.t.Errorf("answered %+v, want %+v", got, want)
	}
}

func TestMalformedDatagramsGetNoAnswerAndACounterEach(t *testing.T) {
	s, in := startServer(t)
	r := dialServer(t, s, gwmp.EUI{1})
	head := string(gwmp.Header{Version: 2, Kind: gwmp.KindPushData, EUI: r.eui}.Append(nil))
	for _, raw := range []string{
		"", "\x02", head[:8],
		"\x03\x00\x00\x00" + head[4:] + "{}",
		"\x02\x00\x00\x09" + head[4:],
		head + "{", head + `{"rxpk":[{"data":"#"}]}`,
		"\x02\x00\x00\x01", // PUSH_ACK: only servers send it
		string(gwmp.TxAck{Version: 2, Token: gwmp.Token{9, 9}, EUI: r.eui}.Append(nil)),
	} {
		r.send([]byte(raw))
	}
	// Datagrams of one socket come in order: were one of these answered, the
	// answer would be read here.
	r.pull(2, 1)
	want := map[string]uint64{"short": 3, "version": 1, "kind": 1, "json": 1, "field": 1, "unexpected-kind": 1, "unknown-token": 1}
	if diff := cmp.Diff(want, s.Counters().Refused); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
	if len(in) != 0 {
		t.Errorf("%d frames came out of malformed datagrams", len(in))
	}
}

func TestFramesAreAcknowledgedAndOnlyGoodOnesPassed(t *testing.T) {
	s, in := startServer(t)
	r := dialServer(t, s, gwmp.EUI{1, 2, 3})
	good := gwmp.RxPk{
		Tmst: 4_000_000_000, CRC: gwmp.CRCOK, FreqHz: 868_300_000, Modu: gwmp.LoRa, Datr: gwmp.LoRaRate(9, 125), Codr: "4/5",
		RSSI: -100, RSSIS: -104, HasRSSIS: true, SNR: -35, HasSNR: true, FOff: -120, HasFOff: true, Data: []byte{0x40, 1, 2, 3, 4},
	}
	bad, fsk, empty := good, good, good
	bad.CRC, fsk.Modu, fsk.Datr, empty.Data = gwmp.CRCBad, gwmp.FSK, gwmp.DataRate{BitRate: 50_000}, nil
	r.send(gwmp.PushData{Version: 2, Token: gwmp.Token{1, 2}, EUI: r.eui, RxPks: []gwmp.RxPk{bad, fsk, good, empty}}.Append(nil))
	if got, want := r.receive(), (gwmp.PushAck{Version: 2, Token: gwmp.Token{1, 2}}); got != gwmp.Packet(want) {
		t.Errorf("answered %+v, want %+v", got, want)
	}
	got := <-in
	got.At = time.Time{}
	want := hotspot.Uplink{
		Payload: good.Data, Tmst: good.Tmst, Frequency: good.FreqHz, FreqError: -120, SF: 9, Bandwidth: 125_000, RSSI: -1040, SNR: -35,
		CodeRate: "4/5", Forwarder: r.eui,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("passed (-want +got):\n%s", diff)
	}
	r.pull(2, 1) // the rest of the datagram is through
	if diff := cmp.Diff(map[string]uint64{"crc": 1, "modulation": 1, "empty": 1}, s.Counters().Refused); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
	if f := s.Forwarders(); len(f) != 1 || f[0].Received != 1 || !f[0].Connected {
		t.Errorf("forwarders %+v", f)
	}
}

func TestDownlinksFollowTheForwardersPort(t *testing.T) {
	s, _ := startServer(t)
	before, after := dialServer(t, s, gwmp.EUI{5}), dialServer(t, s, gwmp.EUI{5})
	before.pull(2, 1)
	after.pull(2, 2) // the same forwarder behind another port, as after a restart or a NAT timeout
	answered := make(chan error, 1)
	go func() {
		a, err := s.Transmit(context.Background(), gwmp.EUI{5}, gwmp.TxPk{Imme: true, Data: []byte{1}})
		if err == nil && a.Error != gwmp.TxTooLate {
			err = errors.New("lost the forwarder's word: " + string(a.Error))
		}
		answered <- err
	}()
	order, ok := after.receive().(gwmp.PullResp)
	if !ok || order.Version != 2 {
		t.Fatalf("received %+v, want a PULL_RESP", order)
	}
	after.send(gwmp.TxAck{Version: 2, Token: order.Token, EUI: gwmp.EUI{5}, Error: gwmp.TxTooLate}.Append(nil))
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

func TestTokensBelongToOneForwarder(t *testing.T) {
	s, _ := startServer(t)
	a, b := dialServer(t, s, gwmp.EUI{0xa}), dialServer(t, s, gwmp.EUI{0xb})
	a.pull(2, 1)
	b.pull(2, 1)
	answered := make(chan gwmp.TxAck, 1)
	go func() {
		ack, err := s.Transmit(context.Background(), a.eui, gwmp.TxPk{Imme: true, Data: []byte{1}})
		if err != nil {
			t.Errorf("transmit: %v", err)
		}
		answered <- ack
	}()
	order := a.receive().(gwmp.PullResp)
	b.send(gwmp.TxAck{Version: 2, Token: order.Token, EUI: b.eui, Error: gwmp.TxFreq}.Append(nil)) // another's answer
	b.pull(2, 2)
	if n := s.Counters().Refused["unknown-token"]; n != 1 {
		t.Errorf("%d answers refused, want the one of the wrong forwarder", n)
	}
	a.send(gwmp.TxAck{Version: 2, Token: order.Token, EUI: a.eui}.Append(nil))
	if ack := <-answered; !ack.OK() || ack.EUI != a.eui {
		t.Errorf("answer %+v", ack)
	}
	a.send(gwmp.TxAck{Version: 2, Token: order.Token, EUI: a.eui}.Append(nil)) // again: nobody waits
	a.pull(2, 3)
	if c := s.Counters(); c.Refused["unknown-token"] != 2 || c.Forwarded != 1 {
		t.Errorf("counters %+v", c)
	}
}

func TestVersionOneForwardersDoNotAnswer(t *testing.T) {
	s, _ := startServer(t)
	r := dialServer(t, s, gwmp.EUI{1})
	r.pull(1, 1)
	if ack, err := s.Transmit(t.Context(), gwmp.EUI{}, gwmp.TxPk{Imme: true, Data: []byte{1}}); err != nil || !ack.OK() {
		t.Errorf("transmit: %+v, %v", ack, err)
	}
	if p, ok := r.receive().(gwmp.PullResp); !ok || p.Version != 1 || p.Token != (gwmp.Token{}) {
		t.Errorf("received %+v, want version 1 and token 0", p)
	}
}

func TestTransmitNeedsAForwarder(t *testing.T) {
	s, _ := startServer(t)
	r := dialServer(t, s, gwmp.EUI{1})
	r.send(gwmp.PushData{Version: 2, EUI: r.eui}.Append(nil)) // heard from, but no way back
	r.receive()
	for _, eui := range []gwmp.EUI{{}, {1}, {2}} {
		if _, err := s.Transmit(t.Context(), eui, gwmp.TxPk{}); !errors.Is(err, ErrNoForwarder) {
			t.Errorf("transmit by %s: %v, want %v", eui, err, ErrNoForwarder)
		}
	}
}

func TestForwarderTable(t *testing.T) {
	start := time.Unix(1000, 0)
	table := forwarders{byEUI: map[gwmp.EUI]*forwarder{}}
	pull := func(n byte, at time.Time) {
		f := table.touch(gwmp.EUI{n}, 2, at)
		f.pull, f.pulled = netip.MustParseAddrPort("127.0.0.1:1"), at
	}
	for n := range byte(maxForwarders) {
		pull(n+1, start.Add(time.Duration(n)*time.Second))
	}
	if f, ok := table.target(gwmp.EUI{}, start.Add(20*time.Second)); !ok || f.eui != (gwmp.EUI{maxForwarders}) {
		t.Errorf("any forwarder is %v, want the one seen last", f)
	}
	pull(0xff, start.Add(30*time.Second))
	if _, ok := table.byEUI[gwmp.EUI{1}]; ok || len(table.byEUI) != maxForwarders {
		t.Errorf("%d forwarders with the oldest among them: %v", len(table.byEUI), ok)
	}
	if _, ok := table.target(gwmp.EUI{2}, start.Add(time.Second+forwarderTTL)); ok {
		t.Error("a forwarder that went silent still counts as connected")
	}
}

func FuzzDatagram(f *testing.F) {
	f.Add(gwmp.PullData{Version: 2, EUI: gwmp.EUI{1}}.Append(nil))
	f.Add(gwmp.PushData{Version: 2, RxPks: []gwmp.RxPk{{CRC: gwmp.CRCOK, Datr: gwmp.LoRaRate(7, 125), Data: []byte{1}}}}.Append(nil))
	f.Add(gwmp.TxAck{Version: 2, Error: gwmp.TxPower}.Append(nil))
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		f.Fatal(err)
	}
	defer conn.Close()
	to := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := make(inbox, 4096)
		s := NewServer(conn, in, slog.New(slog.DiscardHandler))
		s.datagram(raw, to, time.Unix(1, 0))
		if c := s.Counters(); c.Frames != uint64(len(in)) {
			t.Errorf("%d frames counted, %d passed", c.Frames, len(in))
		}
		for range len(in) {
			if u := <-in; len(u.Payload) == 0 || u.SF == 0 {
				t.Errorf("passed %+v", u)
			}
		}
	})
}
