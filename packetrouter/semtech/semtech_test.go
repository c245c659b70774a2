package semtech_test

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/packetrouter/semtech"
	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/proto/wire"
)

// router records downlinks and answers them with one result.
type router struct {
	mu        sync.Mutex
	downlinks []packetrouter.Downlink // guarded by mu
	result    packetrouter.TxResult   // guarded by mu
}

func (r *router) Connected(wire.PubKey) bool { return true }

func (r *router) Downlink(_ time.Time, _ wire.PubKey, d packetrouter.Downlink, done func(packetrouter.TxResult, int)) {
	r.mu.Lock()
	r.downlinks = append(r.downlinks, d)
	x := r.result
	r.mu.Unlock()
	done(x, 0)
}

func (r *router) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.downlinks)
}

func start(t *testing.T, change func(*semtech.Config), lns ...*routertest.LNS) (*semtech.Egress, *router) {
	t.Helper()
	r := &router{result: packetrouter.TxOK}
	c := semtech.Config{AckWait: 300 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&c)
	}
	e := semtech.New(c, r)
	var dests []*packetrouter.Destination
	for _, l := range lns {
		dests = append(dests, &packetrouter.Destination{Protocol: packetrouter.ProtocolGWMP, Address: l.Address()})
	}
	e.SetDestinations(context.Background(), dests)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return e, r
}

// deliver hands one packet over and returns how it ended.
func deliver(e *semtech.Egress, address string, key wire.PubKey, u packetrouter.Uplink) bool {
	d := packetrouter.Delivery{
		Hotspot: &packetrouter.Hotspot{ID: 1, Key: key}, Uplink: &u,
		Destination: &packetrouter.Destination{Protocol: packetrouter.ProtocolGWMP, Address: address},
	}
	end := make(chan bool, 1)
	d.OnDone(func(ok bool) { end <- ok })
	e.Deliver(&d)
	return <-end
}

func packet(tmst uint32) packetrouter.Uplink {
	return packetrouter.Uplink{Payload: []byte{1, 2, 3}, Tmst: tmst, Frequency: 868_100_000, SF: 7, Bandwidth: 125_000, Forwarder: packetrouter.EUI(tmst)}
}

func wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("gave up waiting for %s", what)
		}
	}
}

func TestEachHotspotIsAGateway(t *testing.T) {
	lns := routertest.NewLNS(t)
	e, _ := start(t, nil, lns)
	for n := byte(1); n <= 3; n++ {
		for range 2 {
			if !deliver(e, lns.Address(), routertest.Key(n).Public, packet(uint32(n))) {
				t.Fatalf("hotspot %d: not delivered", n)
			}
		}
	}
	sources := map[netip.AddrPort]bool{}
	for n := byte(1); n <= 3; n++ {
		pulls := lns.Pulls(semtech.GatewayEUI(routertest.Key(n).Public))
		if len(pulls) != 1 {
			t.Errorf("hotspot %d: %d PULL_DATA, want one before the first packet", n, len(pulls))
			continue
		}
		sources[pulls[0]] = true
	}
	if len(sources) != 3 || lns.Early() != 0 || e.Stats().Gateways != 3 {
		t.Errorf("%d sockets, %d packets before PULL_DATA, %+v", len(sources), lns.Early(), e.Stats())
	}
}

func TestPullDataGoesOn(t *testing.T) {
	lns := routertest.NewLNS(t)
	e, _ := start(t, func(c *semtech.Config) { c.PullEvery = 100 * time.Millisecond }, lns)
	k := routertest.Key(1).Public
	deliver(e, lns.Address(), k, packet(1))
	wait(t, "more PULL_DATA", func() bool { return len(lns.Pulls(semtech.GatewayEUI(k))) >= 3 })
}

func TestUnknownServerAndSilentServer(t *testing.T) {
	lns := routertest.NewLNS(t)
	lns.Silent.Store(true)
	e, _ := start(t, func(c *semtech.Config) { c.AckWait = 30 * time.Millisecond }, lns)
	if deliver(e, "127.0.0.1:9", routertest.Key(1).Public, packet(1)) {
		t.Error("delivered to a server that no route names")
	}
	if deliver(e, lns.Address(), routertest.Key(1).Public, packet(1)) {
		t.Error("delivered to a silent server")
	}
	if s := e.Stats(); s.Pushed != 1 || s.Resent != 1 || s.Lost != 1 {
		t.Errorf("%+v", s)
	}
}

func TestDownlinkFindsItsForwarder(t *testing.T) {
	lns := routertest.NewLNS(t)
	e, r := start(t, nil, lns)
	k := routertest.Key(1).Public
	for _, tmst := range []uint32{1_000, 2_500, 4_000} {
		deliver(e, lns.Address(), k, packet(tmst))
	}
	eui := semtech.GatewayEUI(k)
	tx := gwmp.TxPk{HasTmst: true, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(9, 125), Data: []byte{9}}
	for i, c := range []struct {
		tmst uint32
		want packetrouter.EUI
	}{
		{1_000 + 1_000_000, 1_000},
		{2_500 + 5_000_000, 2_500},
		{4_000 + 6_000_000, 4_000},
		{123, 4_000}, // answers nothing known: the newest
	} {
		tx.Tmst = c.tmst
		lns.Downlink(eui, tx)
		wait(t, "the downlink", func() bool { return r.count() == i+1 })
		r.mu.Lock()
		got := r.downlinks[i].Forwarder
		r.mu.Unlock()
		if got != c.want {
			t.Errorf("downlink at %d: forwarder %d, want %d", c.tmst, got, c.want)
		}
	}
}

func TestEveryResultHasAWord(t *testing.T) {
	lns := routertest.NewLNS(t)
	e, r := start(t, nil, lns)
	k := routertest.Key(1).Public
	deliver(e, lns.Address(), k, packet(1))
	words := map[gwmp.TxError]bool{}
	n := 0
	for x := packetrouter.TxOK; x <= packetrouter.TxOther; x++ {
		r.mu.Lock()
		r.result = x
		r.mu.Unlock()
		lns.Downlink(semtech.GatewayEUI(k), gwmp.TxPk{Imme: true, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(9, 125), Data: []byte{9}})
		n++
		wait(t, "a TX_ACK", func() bool { return len(lns.TxAcks()) == n })
		a := lns.TxAcks()[n-1]
		words[a.Error] = true
		if a.OK() != (x == packetrouter.TxOK) {
			t.Errorf("%s is told as %q", x, a.Error)
		}
	}
	if len(words) != int(packetrouter.TxOther) {
		t.Errorf("%d words for %d results", len(words), packetrouter.TxOther)
	}
}

func TestHostileServer(t *testing.T) {
	lns := routertest.NewLNS(t)
	e, r := start(t, nil, lns)
	k := routertest.Key(1).Public
	deliver(e, lns.Address(), k, packet(1))
	gateway := lns.Pulls(semtech.GatewayEUI(k))[0]
	stranger, err := net.Dial("udp", gateway.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }()
	resp := gwmp.PullResp{Version: 2, TxPk: gwmp.TxPk{Imme: true, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(9, 125), Data: []byte{9}}}
	for _, b := range [][]byte{resp.Append(nil), {2, 0, 0, 1}, {}, []byte("garbage"), make([]byte, 9000), {2, 0, 0, 3, '{'}} {
		if _, err := stranger.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, "the stranger to be counted", func() bool { return e.Stats().Strangers >= 1 && e.Stats().BadDatagrams >= 2 })
	if r.count() != 0 {
		t.Error("a stranger transmitted")
	}
	// A server that floods hurts itself: what is over its rate is refused.
	for range 100 {
		lns.Downlink(semtech.GatewayEUI(k), resp.TxPk)
	}
	wait(t, "all answers", func() bool { return len(lns.TxAcks()) == 100 })
	if n := r.count(); n < 32 || n > 60 {
		t.Errorf("%d of 100 downlinks at once reached the hotspot; the burst is 32", n)
	}
}

func TestStopEndsWhatWaits(t *testing.T) {
	lns := routertest.NewLNS(t)
	lns.Silent.Store(true)
	r := &router{}
	e := semtech.New(semtech.Config{AckWait: time.Hour, Log: slog.New(slog.DiscardHandler)}, r)
	e.SetDestinations(context.Background(), []*packetrouter.Destination{{Protocol: packetrouter.ProtocolGWMP, Address: lns.Address()}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	end := make(chan bool, 1)
	go func() { end <- deliver(e, lns.Address(), routertest.Key(1).Public, packet(1)) }()
	wait(t, "the packet to be sent", func() bool { return e.Stats().Pushed == 1 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if <-end {
		t.Error("a packet without PUSH_ACK counts as delivered")
	}
	if deliver(e, lns.Address(), routertest.Key(1).Public, packet(2)) {
		t.Error("delivered after the stop")
	}
}
