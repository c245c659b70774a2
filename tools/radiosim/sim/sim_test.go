package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

// relay is the least that can stand between a forwarder and a network server.
type relay struct {
	hotspot *net.UDPConn // forwarder side
	server  atomic.Pointer[net.UDPConn]
	mu      sync.Mutex // guards the variables below
	up      netip.AddrPort
	down    netip.AddrPort
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{hotspot: c}
	t.Cleanup(func() { c.Close() })
	return r
}

func (r *relay) connect(t *testing.T, lns netip.AddrPort) {
	t.Helper()
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(lns))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	r.server.Store(c)
	go r.upstream()
	go r.downstream(c)
}

func (r *relay) upstream() {
	buf := make([]byte, 65536)
	for {
		n, from, err := r.hotspot.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		h, _, err := gwmp.ParseHeader(buf[:n])
		if err != nil {
			continue
		}
		r.mu.Lock()
		if h.Kind == gwmp.KindPushData {
			r.up = from
		} else {
			r.down = from
		}
		r.mu.Unlock()
		_, _ = r.server.Load().Write(buf[:n])
	}
}

func (r *relay) downstream(c *net.UDPConn) {
	buf := make([]byte, 65536)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		h, _, err := gwmp.ParseHeader(buf[:n])
		if err != nil {
			continue
		}
		r.mu.Lock()
		to := r.down
		if h.Kind == gwmp.KindPushAck {
			to = r.up
		}
		r.mu.Unlock()
		_, _ = r.hotspot.WriteToUDPAddrPort(buf[:n], to)
	}
}

// town is a small topology whose forwarders talk to the relays.
func town(relays []*relay) topology.File {
	f := topology.Generate(topology.Plan{Seed: 3, Hotspots: len(relays), Devices: 6, Lat: 52.52, Lng: 13.405})
	f.Paused = true
	f.Propagation.ClutterDB = 18 // so that every gateway hears most devices
	f.LNS[0].Listen = "127.0.0.1:0"
	for i, r := range relays {
		f.Gateways[i].HotspotUDP = r.hotspot.LocalAddr().String()
	}
	for i := range f.Devices {
		f.Devices[i].SF, f.Devices[i].IntervalMS, f.Devices[i].ConfirmedRatio = 7, 2500, 0.5
	}
	return f
}

// eventually polls until ok or the deadline, far beyond what a run needs.
func eventually(t *testing.T, what string, get func() journal.Stats, ok func(journal.Stats) bool) journal.Stats {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for {
		s := get()
		if ok(s) {
			return s
		}
		if time.Now().After(deadline) {
			b, _ := json.Marshal(s)
			t.Fatalf("never %s: %s", what, b)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func TestEndToEnd(t *testing.T) {
	relays := []*relay{newRelay(t), newRelay(t), newRelay(t)}
	var log syncBuffer
	s, err := New(town(relays), &log)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range relays {
		r.connect(t, s.LNSAddr("lns-1"))
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	get := func() journal.Stats {
		st, err := s.Stats(ctx, 2)
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	eventually(t, "online", get, func(st journal.Stats) bool { return st.GatewaysOnline == 3 })
	if st := get(); st.UplinksSent != 0 {
		t.Errorf("%d uplinks before the start", st.UplinksSent)
	}
	if err := s.SetTraffic(ctx, true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "joined and acknowledged", get, func(st journal.Stats) bool {
		return st.DevicesJoined == st.DevicesOTAA && st.ConfirmedAcked >= 4
	})
	if err := s.SetTraffic(ctx, false); err != nil {
		t.Fatal(err)
	}
	st := eventually(t, "quiet", get, func(st journal.Stats) bool {
		return st.ConfirmedAcked+st.ConfirmedFailed == st.ConfirmedSent &&
			st.DownlinksReceived+st.DownlinksLostRadio+st.RxWindowsMissed == st.DownlinksAnswered && st.UplinksDelivered == st.UplinksHeard
	})
	if st.DownlinksBadMIC != 0 || st.CopiesUnmatched != 0 || st.CopiesRepeated != 0 || st.Malformed != 0 || len(st.LNSDropped) != 0 {
		t.Errorf("unexpected trouble: %+v", st)
	}
	if st.CopiesDelivered <= st.UplinksDelivered || st.CopiesBeyond == 0 {
		t.Errorf("copies %d of %d uplinks, %d beyond two: gateways share no devices", st.CopiesDelivered, st.UplinksDelivered, st.CopiesBeyond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	checkLog(t, log.String(), st)
}

// checkLog counts in the log what the totals claim.
func checkLog(t *testing.T, text string, st journal.Stats) {
	t.Helper()
	counts := map[string]uint64{}
	windows := map[string]int{}
	for line := range strings.Lines(text) {
		var l struct {
			Type, Window string
			Rx           []struct{ Tmst *uint32 }
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		counts[l.Type]++
		if l.Type == "tx_ack" {
			windows[l.Window]++
		}
	}
	if counts["frame"] != st.Frames || counts["copy"] != st.CopiesDelivered {
		t.Errorf("log has %d frames and %d copies, totals say %d and %d", counts["frame"], counts["copy"], st.Frames, st.CopiesDelivered)
	}
	if windows["rx1"] == 0 || windows["rx2"] == 0 {
		t.Errorf("downlinks by window: %v, want both", windows)
	}
}

func TestControl(t *testing.T) {
	c := NewControl(nil)
	defer c.Close()
	srv := httptest.NewServer(c.Handler(t.Context()))
	defer srv.Close()
	call := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b)
	}
	want := func(method, path, body string, status int, part string) {
		t.Helper()
		if code, got := call(method, path, body); code != status || !strings.Contains(got, part) {
			t.Errorf("%s %s: %d %q, want %d with %q", method, path, code, got, status, part)
		}
	}
	file := town([]*relay{newRelay(t)})
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	want("GET", "/healthz", "", 200, "ok")
	want("GET", "/stats", "", 409, "no topology")
	want("POST", "/topology", `{"sede":1}`, 400, "sede")
	want("POST", "/topology", string(text), 200, "lns-1")
	want("POST", "/topology", string(text), 200, "lns-1")
	want("GET", "/stats?budget=3", "", 200, `"uplinks_sent":0`)
	want("GET", "/transmissions", "", 200, "[]")
	want("POST", "/start", "", 200, "true")
	want("POST", "/stop", "", 200, "false")
	want("GET", "/log?since=0", "", 200, "")
}

// syncBuffer is a buffer that the loop writes and the test reads.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
