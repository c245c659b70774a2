package semtech

import (
	"crypto/sha256"
	"net"
	"net/netip"
	"sync"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/proto/wire"
)

// Bounds of one virtual gateway.
const (
	maxPending = 1024 // packets without a PUSH_ACK
	maxServers = 64   // network servers
	recentKept = 64   // uplinks to which a downlink can be matched
	// maxDatagram is more than any PULL_RESP has; what is longer is cut, does not
	// parse, and is counted.
	maxDatagram = 4096
)

// GatewayEUI is the EUI under which network servers know a hotspot: the first 8
// bytes of SHA-256 of its encoded key.
func GatewayEUI(k wire.PubKey) gwmp.EUI {
	sum := sha256.Sum256(k.Bytes())
	return gwmp.EUI(sum[:8])
}

// gateway is one hotspot towards all network servers.
type gateway struct {
	key  wire.PubKey
	eui  gwmp.EUI
	conn *net.UDPConn

	mu       sync.Mutex
	token    uint16                     // guarded by mu
	pending  map[gwmp.Token]*push       // guarded by mu
	servers  map[netip.AddrPort]*server // guarded by mu
	recent   [recentKept]heard          // guarded by mu
	next     int                        // guarded by mu
	lastUsed int64                      // guarded by mu: of the newest uplink, Unix microseconds
	closed   bool                       // guarded by mu
}

// server is what a gateway knows of a network server.
type server struct {
	pulledAt int64 // of the newest PULL_DATA, Unix microseconds
	tokens   int64 // micro-downlinks left
	filledAt int64
}

// heard is an uplink that was handed on.
type heard struct {
	tmst      uint32
	forwarder packetrouter.EUI
	antenna   uint32
	server    netip.AddrPort
}

// push is a PUSH_DATA without its PUSH_ACK.
type push struct {
	gateway  *gateway
	token    gwmp.Token
	to       netip.AddrPort
	data     []byte // in buf, unless a text of the frame is unusually long
	buf      [608]byte
	delivery *packetrouter.Delivery
	again    bool
	deadline int64 // Unix microseconds
}

// send writes one datagram. Like every loss on the way, a refusal of the
// socket shows as a missing answer.
func (g *gateway) send(data []byte, to netip.AddrPort) {
	_, _ = g.conn.WriteToUDPAddrPort(data, to)
}

// begin takes a token for a packet to a server, and reports whether a PULL_DATA
// must go first. ok is false when the gateway is at a bound.
func (g *gateway) begin(p *push, now int64) (pull, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || len(g.pending) >= maxPending {
		return false, false
	}
	s := g.servers[p.to]
	if s == nil {
		if len(g.servers) >= maxServers {
			return false, false
		}
		s = &server{pulledAt: now}
		g.servers[p.to] = s
		pull = true
	}
	for {
		g.token++
		p.token = gwmp.Token{byte(g.token >> 8), byte(g.token)}
		if g.pending[p.token] == nil {
			break
		}
	}
	copy(p.data[1:3], p.token[:])
	u := p.delivery.Uplink
	g.recent[g.next] = heard{u.Tmst, u.Forwarder, u.Antenna, p.to}
	g.next = (g.next + 1) % recentKept
	g.lastUsed = now
	g.pending[p.token] = p
	return pull, true
}

// finish removes a pending packet; false when somebody else did.
func (g *gateway) finish(p *push) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pending[p.token] != p {
		return false
	}
	delete(g.pending, p.token)
	return true
}

// acknowledged finds the packet that a PUSH_ACK is for.
func (g *gateway) acknowledged(token gwmp.Token, from netip.AddrPort) *push {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.pending[token]
	if p == nil || p.to != from {
		return nil
	}
	delete(g.pending, token)
	return p
}

// pull sends a PULL_DATA.
func (g *gateway) pull(to netip.AddrPort, token uint16) {
	d := gwmp.PullData{Version: gwmp.Version2, Token: gwmp.Token{byte(token >> 8), byte(token)}, EUI: g.eui}
	g.send(d.Append(make([]byte, 0, 12)), to)
}

// duePulls returns the servers whose PULL_DATA is older than every.
func (g *gateway) duePulls(now, every int64) []netip.AddrPort {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []netip.AddrPort
	for to, s := range g.servers {
		if now-s.pulledAt >= every {
			s.pulledAt = now
			out = append(out, to)
		}
	}
	return out
}

// allow reports whether a datagram's source is a server of this gateway, and
// takes one downlink from its bucket.
func (g *gateway) allow(from netip.AddrPort, now int64) (known, ok bool) {
	const burst, rate = 32 * 1e6, 10
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.servers[from]
	if s == nil {
		return false, false
	}
	if s.filledAt == 0 {
		s.tokens = burst
	} else {
		s.tokens = min(burst, s.tokens+max(0, now-s.filledAt)*rate)
	}
	s.filledAt = now
	if s.tokens < 1e6 {
		return true, false
	}
	s.tokens -= 1e6
	return true, true
}

// source finds the forwarder that a downlink is for. GWMP does not say, but the
// concentrator clock does: a window opens a whole number of seconds, 1 to 16,
// after the uplink it answers. Failing that it is the newest uplink's.
func (g *gateway) source(server netip.AddrPort, tmst uint32, timed bool) (packetrouter.EUI, uint32) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var newest *heard
	for i := range g.recent {
		h := &g.recent[(g.next-1-i+2*recentKept)%recentKept]
		if h.server != server {
			continue
		}
		if newest == nil {
			newest = h
		}
		if d := tmst - h.tmst; timed && d%1_000_000 == 0 && d >= 1_000_000 && d <= 16_000_000 {
			return h.forwarder, h.antenna
		}
	}
	if newest == nil {
		return 0, 0
	}
	return newest.forwarder, newest.antenna
}
