package routertest

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
)

// LNS is a network server that speaks GWMP on a real socket.
type LNS struct {
	t    *testing.T
	conn *net.UDPConn
	// Silent makes it acknowledge nothing while set.
	Silent atomic.Bool
	// OnFrame, set before the first packet, is called for each frame.
	OnFrame func(l *LNS, f Frame)

	mu     sync.Mutex
	frames []Frame                       // guarded by mu
	pulls  map[gwmp.EUI][]netip.AddrPort // guarded by mu: every PULL_DATA
	early  int                           // guarded by mu: PUSH_DATA before any PULL_DATA
	acks   []gwmp.TxAck                  // guarded by mu
	token  byte                          // guarded by mu
}

// Frame is one rxpk that arrived.
type Frame struct {
	Gateway gwmp.EUI
	Rx      gwmp.RxPk
	At      time.Time
}

// NewLNS starts a network server on loopback; the test's end stops it.
func NewLNS(t *testing.T) *LNS {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	l := &LNS{t: t, conn: conn, pulls: map[gwmp.EUI][]netip.AddrPort{}}
	done := make(chan struct{})
	go func() { defer close(done); l.serve() }()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return l
}

// Address is its host:port.
func (l *LNS) Address() string { return l.conn.LocalAddr().String() }

func (l *LNS) serve() {
	buf := make([]byte, gwmp.MaxDatagram)
	for {
		n, from, err := l.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		p, err := gwmp.Parse(buf[:n])
		if err != nil {
			l.t.Errorf("network server got a bad datagram: %v", err)
			continue
		}
		l.handle(p, from)
	}
}

func (l *LNS) handle(p gwmp.Packet, from netip.AddrPort) {
	switch m := p.(type) {
	case gwmp.PullData:
		l.mu.Lock()
		l.pulls[m.EUI] = append(l.pulls[m.EUI], from)
		l.mu.Unlock()
		l.send(gwmp.PullAck{Version: m.Version, Token: m.Token}, from)
	case gwmp.PushData:
		l.push(m, from)
	case gwmp.TxAck:
		l.mu.Lock()
		l.acks = append(l.acks, m)
		l.mu.Unlock()
	}
}

func (l *LNS) push(m gwmp.PushData, from netip.AddrPort) {
	if l.Silent.Load() {
		return
	}
	var fresh []Frame
	l.mu.Lock()
	if len(l.pulls[m.EUI]) == 0 {
		l.early++
	}
	for _, rx := range m.RxPks {
		fresh = append(fresh, Frame{m.EUI, rx, time.Now()})
	}
	l.frames = append(l.frames, fresh...)
	l.mu.Unlock()
	l.send(gwmp.PushAck{Version: m.Version, Token: m.Token}, from)
	if l.OnFrame != nil {
		for _, f := range fresh {
			l.OnFrame(l, f)
		}
	}
}

func (l *LNS) send(p gwmp.Packet, to netip.AddrPort) {
	if _, err := l.conn.WriteToUDPAddrPort(p.Append(nil), to); err != nil {
		l.t.Logf("network server: %v", err)
	}
}

// Frames returns what arrived so far.
func (l *LNS) Frames() []Frame {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Frame(nil), l.frames...)
}

// Early is the number of PUSH_DATA that came before their gateway's PULL_DATA.
func (l *LNS) Early() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.early
}

// TxAcks returns the TX_ACKs so far.
func (l *LNS) TxAcks() []gwmp.TxAck {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]gwmp.TxAck(nil), l.acks...)
}

// Pulls returns where a gateway's PULL_DATA came from, one entry each.
func (l *LNS) Pulls(g gwmp.EUI) []netip.AddrPort {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]netip.AddrPort(nil), l.pulls[g]...)
}

// Downlink sends a PULL_RESP to a gateway and returns its token.
func (l *LNS) Downlink(g gwmp.EUI, tx gwmp.TxPk) gwmp.Token {
	l.mu.Lock()
	l.token++
	token := gwmp.Token{0xd0, l.token}
	at := l.pulls[g]
	l.mu.Unlock()
	if len(at) == 0 {
		l.t.Errorf("gateway %s has sent no PULL_DATA", g)
		return token
	}
	l.send(gwmp.PullResp{Version: gwmp.Version2, Token: token, TxPk: tx}, at[len(at)-1])
	return token
}
