package uplink

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/internal/tlsid"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// protocolVersion is the version of the stream that this client speaks.
const protocolVersion = 1

// Limits of the stream.
const (
	maxMessage   = 1 << 20 // bytes of one message from the router
	outboxSize   = 256     // reports, reveals and results that wait
	wifiSize     = 512     // messages for payers that wait
	maxBatch     = 32      // uplinks in one message
	firstBackoff = 200 * time.Millisecond
	maxBackoff   = 30 * time.Second
	helloWait    = 10 * time.Second
	goodLife     = 10 * time.Second // a stream that lived this long resets the wait
)

// Errors of a stream.
var (
	// ErrVersion is returned when the router speaks another protocol version.
	ErrVersion = errors.New("router speaks another protocol version")
	// ErrChain is returned when the router serves another chain.
	ErrChain = errors.New("router serves another chain")
	// ErrRefused is returned by Run when every router refused this hotspot's hello
	// and none ever took it: no wait mends another chain or protocol version.
	ErrRefused = errors.New("every router refuses this hotspot")
	// ErrHello is returned when the first message is no hello.
	ErrHello = errors.New("router did not say hello")
	errDrain = errors.New("router asked to connect elsewhere")
)

// Router is where and who a packet router is. The zero key accepts any, which
// is for networks one trusts.
type Router struct {
	Address string
	Key     wire.PubKey
}

// Downstream takes what a router sends. Its methods must not block.
type Downstream interface {
	Connected(index uint32, head hotspot.Head)
	Disconnected()
	Head(hotspot.Head)
	Downlink(hotspot.Downlink)
	Challenge(wire.Challenge)
	Voucher(raw []byte)
	Acked(id uint64, outcome wire.Outcome)
	// Radius is a payer's packet, RadiusRefused a router's word that one of ours
	// was not carried, UsageResult a payer's word on a record, wire.UsageResult.
	Radius(hotspot.Radius)
	RadiusRefused(hotspot.RadiusRefusal)
	UsageResult(raw []byte)
}

// featureWiFi is the feature of routers that carry RADIUS and usage.
const featureWiFi = "wifi"

// Vouchers gives the best voucher of each lane, to be presented on connect.
type Vouchers interface {
	Best() [][]byte
}

// Config is what a client needs to know.
type Config struct {
	Routers    []Router
	Key        crypto.Signer
	Chain      wire.ChainHash
	Connection uint64 // number of the first connection; rises with each
	Software   string
}

// Client keeps one stream to one of the routers.
type Client struct {
	cfg      Config
	queue    *Queue
	vouchers Vouchers
	down     Downstream
	log      *slog.Logger
	out      chan outgoing
	wifi     chan *routerv1.Up

	mu    sync.Mutex
	state State // guarded by mu; Connections numbers the streams
}

// State is how the client stands with the routers.
type State struct {
	Connected   bool      `json:"connected"`
	Router      string    `json:"router"`
	Since       time.Time `json:"since"`
	Connections uint64    `json:"connections"`
	Lost        uint64    `json:"lost"` // control messages dropped with no router there
	WiFi        bool      `json:"wifi"` // the router carries Wi-Fi
	LastError   string    `json:"last_error,omitempty"`
}

// NewClient returns a client. Start it with Run.
func NewClient(cfg Config, queue *Queue, vouchers Vouchers, down Downstream, log *slog.Logger) *Client {
	return &Client{cfg: cfg, queue: queue, vouchers: vouchers, down: down, log: log, out: make(chan outgoing, outboxSize), wifi: make(chan *routerv1.Up, wifiSize)}
}

// Report sends a witness report.
func (c *Client) Report(r wire.Report) {
	c.send(outgoing{m: &routerv1.Up{Message: &routerv1.Up_Reports{Reports: &routerv1.Items{Items: [][]byte{r.AppendTo(nil)}}}}})
}

// Reveal sends a reveal.
func (c *Client) Reveal(r wire.Reveal) {
	c.send(outgoing{m: &routerv1.Up{Message: &routerv1.Up_Reveals{Reveals: &routerv1.Items{Items: [][]byte{r.AppendTo(nil)}}}}})
}

// Result sends the outcome of a downlink, on the stream that the downlink came
// on or not at all: ids of downlinks begin again with each stream.
func (c *Client) Result(r hotspot.DownlinkResult) {
	stream, id := splitDownlinkID(r.ID)
	c.send(outgoing{stream, &routerv1.Up{Message: &routerv1.Up_DownlinkResult{DownlinkResult: &routerv1.DownlinkResult{
		Id: id, Result: routerv1.TxResult(r.Outcome), Window: uint32(r.Window),
	}}}})
}

// Radius sends a RADIUS packet towards its payer; false when no router that
// carries Wi-Fi is connected, or too much waits.
func (c *Client) Radius(m hotspot.Radius) bool {
	return c.sendWiFi(&routerv1.Up{Message: &routerv1.Up_Radius{Radius: &routerv1.Radius{
		Realm: m.Realm, Proof: m.Proof, Packet: m.Packet, Exchange: m.Exchange,
	}}})
}

// Usage sends usage records towards their payer, as Radius does.
func (c *Client) Usage(m hotspot.Usage) bool {
	return c.sendWiFi(&routerv1.Up{Message: &routerv1.Up_Usage{Usage: &routerv1.Usage{
		Realm: m.Realm, Records: m.Records, Vouchers: m.Vouchers,
	}}})
}

func (c *Client) sendWiFi(m *routerv1.Up) bool {
	c.mu.Lock()
	ready := c.state.Connected && c.state.WiFi
	c.mu.Unlock()
	if !ready {
		return false
	}
	select {
	case c.wifi <- m:
		return true
	default:
		return false
	}
}

// outgoing is a control message, for one stream or, with 0, for any.
type outgoing struct {
	stream uint64
	m      *routerv1.Up
}

// streamBits are the bits of a downlink's id that number its stream, within this
// process. What is left is more downlinks than a stream can have.
const streamBits = 24

// downlinkID makes a router's id for a downlink unique among streams.
func downlinkID(stream, id uint64) uint64 {
	return stream<<(64-streamBits) | id&(1<<(64-streamBits)-1)
}

func splitDownlinkID(id uint64) (stream, original uint64) {
	return id >> (64 - streamBits), id & (1<<(64-streamBits) - 1)
}

func (c *Client) send(m outgoing) {
	select {
	case c.out <- m:
	default:
		c.mu.Lock()
		c.state.Lost++
		c.mu.Unlock()
	}
}

// State returns how the client stands.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Run connects, and connects again, until ctx is done. A stream that lived well
// resets the wait; a router that fails leads to the next one. Errors: ErrRefused.
func (c *Client) Run(ctx context.Context) error {
	wait := firstBackoff
	refusals := 0 // routers in a row that refused the hello
	for n := uint64(0); ; n++ {
		router := c.cfg.Routers[n%uint64(len(c.cfg.Routers))]
		started := time.Now()
		err := c.connect(ctx, router, c.cfg.Connection+n)
		c.queue.Return()
		c.disconnected(err)
		if ctx.Err() != nil {
			return nil
		}
		if refusals++; !refused(err) || c.State().Connections > 0 {
			refusals = 0
		}
		if refusals == len(c.cfg.Routers) {
			return fmt.Errorf("%s: %w: %w", router.Address, ErrRefused, err)
		}
		if time.Since(started) > goodLife || errors.Is(err, errDrain) {
			wait = firstBackoff
		}
		c.log.Warn("router stream ended", "router", router.Address, "error", err, "retry_in", wait)
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return nil
		}
		wait = min(2*wait, maxBackoff)
	}
}

// refused reports whether a stream ended because the two sides are not of one
// network or speak different versions.
func refused(err error) bool {
	return errors.Is(err, ErrChain) || errors.Is(err, ErrVersion) || status.Code(err) == codes.FailedPrecondition
}

func (c *Client) disconnected(err error) {
	c.mu.Lock()
	was := c.state.Connected
	for len(c.wifi) > 0 {
		<-c.wifi // was for the stream that ended; its sender asks again
	}
	c.state.Connected, c.state.Router, c.state.WiFi = false, "", false
	if err != nil {
		c.state.LastError = err.Error()
	}
	c.mu.Unlock()
	if was {
		c.down.Disconnected()
	}
}

// connect runs one stream until it ends.
func (c *Client) connect(ctx context.Context, router Router, connection uint64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn, err := grpc.NewClient("passthrough:///"+router.Address,
		grpc.WithTransportCredentials(credentials.NewTLS(tlsid.Client(c.cfg.Key, router.Key))),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 10 * time.Second, PermitWithoutStream: true}))
	if err != nil {
		return fmt.Errorf("dial %s: %w", router.Address, err)
	}
	defer func() { _ = conn.Close() }() // the stream has said all
	stream, err := routerv1.NewRouterClient(conn).Connect(ctx)
	if err != nil {
		return fmt.Errorf("open stream: %w", err)
	}
	hello, err := c.greet(stream, connection)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.state.Connected, c.state.Router, c.state.Since = true, router.Address, time.Now()
	c.state.WiFi = slices.Contains(hello.GetFeatures(), featureWiFi)
	c.state.Connections++
	number := c.state.Connections & (1<<streamBits - 1)
	c.mu.Unlock()
	c.down.Connected(hello.GetHotspot(), head(hello.GetHead()))
	c.log.Info("connected", "router", router.Address, "hotspot", hello.GetHotspot(), "height", hello.GetHead().GetHeight())

	settled := make(chan struct{}, 1)
	received := make(chan error, 1)
	go func() { received <- c.receive(stream, number, settled) }() // ends with the stream, which cancel closes
	err = c.transmit(ctx, stream, number, int(max(1, hello.GetWindow())), settled, received)
	cancel()
	return err
}

// greet exchanges hellos and checks that both mean the same network.
func (c *Client) greet(stream routerv1.Router_ConnectClient, connection uint64) (*routerv1.RouterHello, error) {
	err := stream.Send(&routerv1.Up{Message: &routerv1.Up_Hello{Hello: &routerv1.HotspotHello{
		Version: protocolVersion, Chain: c.cfg.Chain[:], Vouchers: c.vouchers.Best(), Software: c.cfg.Software, Connection: connection,
		Features: []string{featureWiFi},
	}}})
	if err != nil {
		return nil, fmt.Errorf("send hello: %w", err)
	}
	type answer struct {
		m   *routerv1.Down
		err error
	}
	got := make(chan answer, 1)
	go func() { // ends when the stream does, at the latest when connect returns
		m, err := stream.Recv()
		got <- answer{m, err}
	}()
	var a answer
	select {
	case a = <-got:
	case <-time.After(helloWait):
		return nil, fmt.Errorf("after %s: %w", helloWait, ErrHello)
	}
	if a.err != nil {
		return nil, fmt.Errorf("receive hello: %w", a.err)
	}
	hello := a.m.GetHello()
	switch {
	case hello == nil:
		return nil, ErrHello
	case hello.GetVersion() != protocolVersion:
		return nil, fmt.Errorf("version %d: %w", hello.GetVersion(), ErrVersion)
	case string(hello.GetChain()) != string(c.cfg.Chain[:]):
		return nil, ErrChain
	}
	return hello, nil
}
