package semtech

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/proto/wire"
)

// Router is what the egress needs of the packet router.
type Router interface {
	// Downlink sends d to a hotspot and calls done once with the true result.
	Downlink(now time.Time, key wire.PubKey, d packetrouter.Downlink, done func(packetrouter.TxResult, int))
	// Connected reports whether the hotspot has a live stream.
	Connected(key wire.PubKey) bool
}

// Config of an egress.
type Config struct {
	// Bind is the local address of the virtual gateways' sockets; the zero value
	// is any.
	Bind netip.Addr
	// AckWait is how long a PUSH_ACK may take before the packet is sent once
	// more, and then before it counts as lost. 0 means 1 s.
	AckWait time.Duration
	// PullEvery is the time between two PULL_DATA. 0 means 10 s.
	PullEvery   time.Duration
	MaxGateways int // sockets; 0 means 20,000
	Log         *slog.Logger
}

// idleAfter is how long a virtual gateway outlives its hotspot's last uplink
// once the hotspot's stream is gone.
const idleAfter = 5 * time.Minute

// resolveEvery is how often the names of network servers are looked up again.
const resolveEvery = time.Minute

// Egress implements packetrouter.Sink.
type Egress struct {
	cfg    Config
	router Router

	mu       sync.RWMutex
	gateways map[wire.PubKey]*gateway  // guarded by mu
	servers  map[string]netip.AddrPort // guarded by mu: resolved, by host:port
	names    []string                  // guarded by mu: to resolve again
	stopped  bool                      // guarded by mu

	started chan *gateway // gateways whose reader Run has yet to start

	waitMu  sync.Mutex
	waiting []*push // guarded by waitMu; in order of deadline

	stats counters
}

// counters are Stats in the making.
type counters struct{ pushed, resent, lost, acked, pulled, downlinks, badDatagrams, strangers atomic.Uint64 }

// Stats counts datagrams since the start.
type Stats struct {
	Pushed, Resent, Lost, Acked, Pulled, Downlinks uint64
	BadDatagrams                                   uint64 // did not parse, or of a kind that servers do not send
	Strangers                                      uint64 // not from a server of the gateway
	Gateways                                       int
}

var _ packetrouter.Sink = (*Egress)(nil)

// New returns an egress. Run must run for packets to be acknowledged.
func New(cfg Config, router Router) *Egress {
	if cfg.AckWait <= 0 {
		cfg.AckWait = time.Second
	}
	if cfg.PullEvery <= 0 {
		cfg.PullEvery = 10 * time.Second
	}
	if cfg.MaxGateways <= 0 {
		cfg.MaxGateways = 20000
	}
	return &Egress{
		cfg: cfg, router: router, gateways: map[wire.PubKey]*gateway{}, servers: map[string]netip.AddrPort{},
		started: make(chan *gateway, cfg.MaxGateways),
	}
}

// Attach sets the router. It must be called before the first Deliver.
func (e *Egress) Attach(r Router) { e.router = r }

// Stats returns the counters.
func (e *Egress) Stats() Stats {
	e.mu.RLock()
	n := len(e.gateways)
	e.mu.RUnlock()
	return Stats{
		Pushed: e.stats.pushed.Load(), Resent: e.stats.resent.Load(), Lost: e.stats.lost.Load(), Acked: e.stats.acked.Load(),
		Pulled: e.stats.pulled.Load(), Downlinks: e.stats.downlinks.Load(), BadDatagrams: e.stats.badDatagrams.Load(),
		Strangers: e.stats.strangers.Load(), Gateways: n,
	}
}

// SetDestinations makes the servers of a table known and resolves those that
// are new, so that Deliver never waits for a name server.
func (e *Egress) SetDestinations(ctx context.Context, list []*packetrouter.Destination) {
	var names []string
	for _, d := range list {
		if d.Protocol == packetrouter.ProtocolGWMP {
			names = append(names, d.Address)
		}
	}
	e.mu.Lock()
	e.names = names
	e.mu.Unlock()
	e.resolve(ctx, names)
}

func (e *Egress) resolve(ctx context.Context, names []string) {
	resolved := make(map[string]netip.AddrPort, len(names))
	for _, n := range names {
		addr, err := lookup(ctx, n)
		if err != nil {
			e.cfg.Log.Warn("network server not found; packets for it are refused", "address", n, "err", err)
			e.mu.RLock()
			addr = e.servers[n] // the last known address, if any
			e.mu.RUnlock()
		}
		if addr.IsValid() {
			resolved[n] = addr
		}
	}
	e.mu.Lock()
	e.servers = resolved
	e.mu.Unlock()
}

func lookup(ctx context.Context, address string) (netip.AddrPort, error) {
	if a, err := netip.ParseAddrPort(address); err == nil {
		return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()), nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	n, err := net.DefaultResolver.LookupPort(ctx, "udp", port)
	if err != nil {
		return netip.AddrPort{}, err
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if len(addrs) == 0 {
		return netip.AddrPort{}, fmt.Errorf("%s has no address", host)
	}
	return netip.AddrPortFrom(addrs[0].Unmap(), uint16(n)), nil
}

// Deliver implements packetrouter.Sink.
func (e *Egress) Deliver(d *packetrouter.Delivery) {
	now := time.Now().UnixMicro()
	e.mu.RLock()
	to, known := e.servers[d.Destination.Address]
	g := e.gateways[d.Hotspot.Key]
	e.mu.RUnlock()
	if !known {
		d.Done(false)
		return
	}
	if g == nil {
		var err error
		if g, err = e.open(d.Hotspot.Key, now); err != nil {
			e.cfg.Log.Warn("virtual gateway not opened", "err", err)
			d.Done(false)
			return
		}
	}
	p := &push{gateway: g, to: to, delivery: d, deadline: now + e.cfg.AckWait.Microseconds()}
	p.encode()
	pull, ok := g.begin(p, now)
	if !ok {
		d.Done(false)
		return
	}
	// From here on the packet may end at any time, and d with it.
	if pull {
		e.stats.pulled.Add(1)
		g.pull(to, uint16(now))
	}
	e.waitMu.Lock()
	e.waiting = append(e.waiting, p)
	e.waitMu.Unlock()
	e.stats.pushed.Add(1)
	g.send(p.data, to)
}

// encode writes the datagram but for its token.
func (p *push) encode() {
	u := p.delivery.Uplink
	rx := [1]gwmp.RxPk{{
		Tmst: u.Tmst, CRC: gwmp.CRCOK, FreqHz: u.Frequency, Datr: gwmp.LoRaRate(u.SF, uint16(u.Bandwidth/1000)),
		Codr: u.CodeRate, RSSI: int16((int(u.RSSI) - 5) / 10), SNR: u.SNR, HasSNR: true, Data: u.Payload,
	}}
	if rx[0].Codr == "" {
		rx[0].Codr = "4/5"
	}
	d := gwmp.PushData{Version: gwmp.Version2, EUI: p.gateway.eui, RxPks: rx[:]}
	p.data = d.Append(p.buf[:0])
}

var errStopped = errors.New("egress has stopped")

// open makes the virtual gateway of a hotspot.
func (e *Egress) open(key wire.PubKey, now int64) (*gateway, error) {
	e.mu.Lock()
	if g := e.gateways[key]; g != nil {
		e.mu.Unlock()
		return g, nil
	}
	if e.stopped || len(e.gateways) >= e.cfg.MaxGateways {
		e.mu.Unlock()
		return nil, fmt.Errorf("%w or has %d virtual gateways", errStopped, e.cfg.MaxGateways)
	}
	var local *net.UDPAddr
	if e.cfg.Bind.IsValid() {
		local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(e.cfg.Bind, 0))
	}
	conn, err := net.ListenUDP("udp", local)
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	g := &gateway{
		key: key, eui: GatewayEUI(key), conn: conn, token: uint16(now), lastUsed: now,
		pending: map[gwmp.Token]*push{}, servers: map[netip.AddrPort]*server{},
	}
	e.gateways[key] = g
	e.mu.Unlock()
	e.started <- g
	return g, nil
}
