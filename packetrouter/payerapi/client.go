package payerapi

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/packetrouter"
	payerv1 "github.com/hexwave/hexwave/proto/hexwave/payer/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// Version of the stream protocol that this package speaks.
const Version = 1

// Bounds of a stream.
const (
	maxMessage   = 1 << 20 // bytes
	queueSize    = 1024    // messages that wait to be sent, each way
	maxPayers    = 1024    // streams of one router
	helloWithin  = 10 * time.Second
	firstBackoff = 200 * time.Millisecond
	mostBackoff  = 15 * time.Second
)

// ErrHello: the other side did not say hello, or is of another chain or version.
var ErrHello = errors.New("payer stream: no fitting hello")

// Upstream is the router, as far as a payer's messages go.
type Upstream interface {
	PayerRadius(h packetrouter.HotspotID, m packetrouter.Radius) bool
	PayerResults(h packetrouter.HotspotID, results [][]byte) bool
	PayerVouchers(h packetrouter.HotspotID, vouchers [][]byte) bool
}

// ClientConfig describes a router's side.
type ClientConfig struct {
	Chain    wire.ChainHash
	Key      ed25519.PrivateKey // identity of the router
	Software string
	Log      *slog.Logger
}

// Client keeps one stream to each payer agent that the routes name. It
// implements packetrouter.Payers.
type Client struct {
	cfg     ClientConfig
	up      Upstream
	changed chan struct{} // one token

	mu    sync.RWMutex
	links map[*packetrouter.Destination]*payerLink // guarded by mu
	full  atomic.Uint64
}

// payerLink is the way to one payer agent.
type payerLink struct {
	dest      *packetrouter.Destination
	out       chan *payerv1.ToPayer
	connected atomic.Bool
	cancel    context.CancelFunc // owned by Run; nil until started
}

var _ packetrouter.Payers = (*Client)(nil)

// NewClient returns a client; Run must run for anything to be carried.
func NewClient(cfg ClientConfig, up Upstream) *Client {
	return &Client{cfg: cfg, up: up, changed: make(chan struct{}, 1), links: map[*packetrouter.Destination]*payerLink{}}
}

// SetDestinations makes the payer agents of a table those that are connected to.
// Destinations of other protocols are passed over.
func (c *Client) SetDestinations(list []*packetrouter.Destination) {
	c.mu.Lock()
	old := c.links
	c.links = map[*packetrouter.Destination]*payerLink{}
	for _, d := range list {
		if d.Protocol != packetrouter.ProtocolPayer || len(c.links) == maxPayers {
			continue
		}
		if l := old[d]; l != nil {
			c.links[d] = l
			delete(old, d)
			continue
		}
		c.links[d] = &payerLink{dest: d, out: make(chan *payerv1.ToPayer, queueSize)}
	}
	for _, l := range old {
		if l.cancel != nil {
			l.cancel()
		}
	}
	c.mu.Unlock()
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// Connected is the number of payer agents with a stream, of all that routes name.
func (c *Client) Connected() (connected, all int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, l := range c.links {
		if l.connected.Load() {
			connected++
		}
	}
	return connected, len(c.links)
}

// Dropped is the number of messages that found a queue full.
func (c *Client) Dropped() uint64 { return c.full.Load() }

// Radius implements packetrouter.Payers.
func (c *Client) Radius(d *packetrouter.Destination, h packetrouter.HotspotID, m packetrouter.Radius) bool {
	return c.send(d, &payerv1.ToPayer{Message: &payerv1.ToPayer_Radius{Radius: &payerv1.Radius{
		Hotspot: uint32(h), Proof: m.Proof, Packet: m.Packet,
	}}})
}

// Usage implements packetrouter.Payers.
func (c *Client) Usage(d *packetrouter.Destination, h packetrouter.HotspotID, m packetrouter.Usage) bool {
	return c.send(d, &payerv1.ToPayer{Message: &payerv1.ToPayer_Usage{Usage: &payerv1.Usage{
		Hotspot: uint32(h), Records: m.Records, Vouchers: m.Vouchers,
	}}})
}

// Gone implements packetrouter.Payers.
func (c *Client) Gone(h packetrouter.HotspotID) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, l := range c.links {
		l.put(&payerv1.ToPayer{Message: &payerv1.ToPayer_Gone{Gone: &payerv1.Gone{Hotspot: uint32(h)}}})
	}
}

func (c *Client) send(d *packetrouter.Destination, m *payerv1.ToPayer) bool {
	c.mu.RLock()
	l := c.links[d]
	c.mu.RUnlock()
	if l == nil || !l.connected.Load() {
		return false
	}
	if l.put(m) {
		return true
	}
	c.full.Add(1)
	return false
}

func (l *payerLink) put(m *payerv1.ToPayer) bool {
	select {
	case l.out <- m:
		return true
	default:
		return false
	}
}

// Run keeps the streams until ctx is done.
func (c *Client) Run(ctx context.Context) error {
	var streams sync.WaitGroup
	defer streams.Wait()
	for {
		c.mu.Lock()
		for _, l := range c.links {
			if l.cancel != nil {
				continue
			}
			var own context.Context
			own, l.cancel = context.WithCancel(ctx)
			streams.Go(func() { c.keep(own, l) })
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil
		case <-c.changed:
		}
	}
}

// keep connects to one payer agent, and again, until ctx is done.
func (c *Client) keep(ctx context.Context, l *payerLink) {
	wait := firstBackoff
	for ctx.Err() == nil {
		err := c.stream(ctx, l)
		if l.connected.Swap(false) {
			wait = firstBackoff
		}
		if ctx.Err() != nil {
			return
		}
		c.cfg.Log.Warn("payer stream ended", "payer", l.dest.Address, "err", err, "retry_in", wait)
		timer := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		wait = min(2*wait, mostBackoff)
	}
}

// stream runs one stream until it ends.
func (c *Client) stream(ctx context.Context, l *payerLink) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn, err := grpc.NewClient("passthrough:///"+l.dest.Address,
		grpc.WithTransportCredentials(credentials.NewTLS(tlsid.Client(c.cfg.Key, l.dest.Key))),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 10 * time.Second, PermitWithoutStream: true}))
	if err != nil {
		return fmt.Errorf("dial %s: %w", l.dest.Address, err)
	}
	defer func() { _ = conn.Close() }() // the stream has said all
	stream, err := payerv1.NewPayerClient(conn).Carry(ctx)
	if err != nil {
		return fmt.Errorf("open stream: %w", err)
	}
	hello := &payerv1.Hello{Version: Version, Chain: c.cfg.Chain[:], Software: c.cfg.Software}
	if err := stream.Send(&payerv1.ToPayer{Message: &payerv1.ToPayer_Hello{Hello: hello}}); err != nil {
		return fmt.Errorf("send hello: %w", err)
	}
	received := make(chan error, 1)
	greeted := make(chan struct{})
	go func() { received <- c.receive(stream, greeted) }() // ends with the stream, which cancel closes
	timer := time.NewTimer(helloWithin)
	defer timer.Stop()
	select {
	case <-greeted:
	case err := <-received:
		return err
	case <-timer.C:
		return fmt.Errorf("%w: nothing within %s", ErrHello, helloWithin)
	case <-ctx.Done():
		return ctx.Err()
	}
	c.cfg.Log.Info("payer connected", "payer", l.dest.Address)
	l.connected.Store(true)
	for {
		select {
		case m := <-l.out:
			if err := stream.Send(m); err != nil {
				return fmt.Errorf("send: %w", err)
			}
		case err := <-received:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// receive hands on what the payer sends until the stream ends.
func (c *Client) receive(stream payerv1.Payer_CarryClient, greeted chan<- struct{}) error {
	m, err := stream.Recv()
	if err != nil {
		return fmt.Errorf("receive hello: %w", err)
	}
	if h := m.GetHello(); h == nil || h.GetVersion() != Version || string(h.GetChain()) != string(c.cfg.Chain[:]) {
		return ErrHello
	}
	close(greeted)
	for {
		m, err := stream.Recv()
		if err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		switch x := m.GetMessage().(type) {
		case *payerv1.FromPayer_Radius:
			c.up.PayerRadius(packetrouter.HotspotID(x.Radius.GetHotspot()), packetrouter.Radius{Proof: x.Radius.GetProof(), Packet: x.Radius.GetPacket()})
		case *payerv1.FromPayer_Results:
			c.up.PayerResults(packetrouter.HotspotID(x.Results.GetHotspot()), x.Results.GetItems())
		case *payerv1.FromPayer_Vouchers:
			c.up.PayerVouchers(packetrouter.HotspotID(x.Vouchers.GetHotspot()), x.Vouchers.GetItems())
		}
	}
}
