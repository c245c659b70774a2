package payerapi

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/packetrouter"
	payerv1 "github.com/hexwave/hexwave/proto/hexwave/payer/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// Bounds of a payer agent's side.
const (
	maxRouters  = 256     // streams
	maxHotspots = 1 << 20 // whose router is remembered
)

// ErrRouter is what a router that is not served gets.
var ErrRouter = errors.New("this router is not served here")

// Core is the payer agent's core. Its methods must not block for long.
type Core interface {
	Radius(now time.Time, h packetrouter.HotspotID, proof, packet []byte)
	Usage(now time.Time, h packetrouter.HotspotID, records, vouchers [][]byte)
}

// ServerConfig describes a payer agent's side.
type ServerConfig struct {
	Chain    wire.ChainHash
	Key      ed25519.PrivateKey // identity of the payer agent
	Routers  []wire.PubKey      // that are served; empty serves any
	Software string
	Log      *slog.Logger
}

// Server serves routers' streams. It is the way back to hotspots: its methods
// Radius, Results and Vouchers send through the router that last carried
// something of the hotspot.
type Server struct {
	payerv1.UnimplementedPayerServer
	cfg  ServerConfig
	core Core
	grpc *grpc.Server

	mu      sync.RWMutex
	through map[packetrouter.HotspotID]*routerLink // guarded by mu
	routers int                                    // guarded by mu
	dropped uint64                                 // guarded by mu: queue full, or hotspot not connected
}

// routerLink is the stream of one router.
type routerLink struct {
	out  chan *payerv1.FromPayer
	done chan struct{} // closed when the stream is over
}

// NewServer returns a server; Attach gives it the core before Run.
func NewServer(cfg ServerConfig) *Server {
	s := &Server{cfg: cfg, through: map[packetrouter.HotspotID]*routerLink{}}
	s.grpc = grpc.NewServer(
		grpc.Creds(credentials.NewTLS(tlsid.Server(cfg.Key, s.allow))),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxConcurrentStreams(2),
		grpc.ConnectionTimeout(helloWithin),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 30 * time.Second, Timeout: 15 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	)
	payerv1.RegisterPayerServer(s.grpc, s)
	return s
}

// Attach sets the core, which calls the server back. It must be called before
// Run.
func (s *Server) Attach(core Core) { s.core = core }

func (s *Server) allow(key wire.PubKey) error {
	if len(s.cfg.Routers) > 0 && !slices.Contains(s.cfg.Routers, key) {
		return fmt.Errorf("%w: %s", ErrRouter, key)
	}
	return nil
}

// Run serves on l until ctx is done.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.grpc.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve routers: %w", err)
	case <-ctx.Done():
	}
	s.grpc.Stop()
	return <-served // nil once it was told to stop
}

// Carry implements payerv1.PayerServer. The handler's goroutine sends, a second
// one receives; it ends when the handler returns.
func (s *Server) Carry(stream grpc.BidiStreamingServer[payerv1.ToPayer, payerv1.FromPayer]) error {
	r := &routerLink{out: make(chan *payerv1.FromPayer, queueSize), done: make(chan struct{})}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave(r)
	greeted := make(chan struct{})
	received := make(chan error, 1)
	go func() { received <- s.receive(stream, r, greeted) }()
	timer := time.NewTimer(helloWithin)
	defer timer.Stop()
	select {
	case <-greeted:
	case err := <-received:
		return err
	case <-timer.C:
		return status.Error(codes.DeadlineExceeded, "no hello in time")
	}
	s.cfg.Log.Info("router connected", "router", routerName(stream.Context()))
	answer := &payerv1.Hello{Version: Version, Chain: s.cfg.Chain[:], Software: s.cfg.Software}
	if err := stream.Send(&payerv1.FromPayer{Message: &payerv1.FromPayer_Hello{Hello: answer}}); err != nil {
		return err
	}
	for {
		select {
		case m := <-r.out:
			if err := stream.Send(m); err != nil {
				return err
			}
		case err := <-received:
			return err
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
}

func (s *Server) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.routers >= maxRouters {
		return status.Error(codes.ResourceExhausted, "too many routers")
	}
	s.routers++
	return nil
}

func (s *Server) leave(r *routerLink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routers--
	close(r.done)
	for h, x := range s.through {
		if x == r {
			delete(s.through, h)
		}
	}
}

func routerName(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok {
		if info, ok := p.AuthInfo.(credentials.TLSInfo); ok {
			if k, err := tlsid.PeerKey(info.State); err == nil {
				return k.String()
			}
		}
	}
	return "unknown"
}

// receive hands on what a router sends until the stream ends. A hello comes
// first and once.
func (s *Server) receive(stream grpc.BidiStreamingServer[payerv1.ToPayer, payerv1.FromPayer], r *routerLink, greeted chan<- struct{}) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	if err := s.checkHello(first.GetHello()); err != nil {
		return err
	}
	close(greeted)
	for {
		m, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		now := time.Now()
		switch x := m.GetMessage().(type) {
		case *payerv1.ToPayer_Radius:
			id := packetrouter.HotspotID(x.Radius.GetHotspot())
			s.seen(id, r)
			s.core.Radius(now, id, x.Radius.GetProof(), x.Radius.GetPacket())
		case *payerv1.ToPayer_Usage:
			id := packetrouter.HotspotID(x.Usage.GetHotspot())
			s.seen(id, r)
			s.core.Usage(now, id, x.Usage.GetRecords(), x.Usage.GetVouchers())
		case *payerv1.ToPayer_Gone:
			s.gone(packetrouter.HotspotID(x.Gone.GetHotspot()), r)
		case *payerv1.ToPayer_Hello:
			return status.Error(codes.InvalidArgument, "a second hello")
		}
	}
}

func (s *Server) checkHello(h *payerv1.Hello) error {
	switch {
	case h == nil:
		return status.Error(codes.InvalidArgument, "the first message must be a hello")
	case h.GetVersion() != Version || string(h.GetChain()) != string(s.cfg.Chain[:]):
		return status.Error(codes.FailedPrecondition, fmt.Sprintf("version %d on chain %x is not served; this is version %d on chain %x",
			h.GetVersion(), h.GetChain(), Version, s.cfg.Chain))
	}
	return nil
}

// seen remembers the router through which a hotspot is reached. A router that
// lies about it can only keep answers from the hotspot, which then asks again.
func (s *Server) seen(h packetrouter.HotspotID, r *routerLink) {
	s.mu.RLock()
	known := s.through[h] == r
	s.mu.RUnlock()
	if known {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-r.done:
		return // leave has been through
	default:
	}
	if _, ok := s.through[h]; ok || len(s.through) < maxHotspots {
		s.through[h] = r
	}
}

func (s *Server) gone(h packetrouter.HotspotID, r *routerLink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.through[h] == r {
		delete(s.through, h)
	}
}

// Radius sends a packet with its proof to a hotspot; false when no router has it.
func (s *Server) Radius(h packetrouter.HotspotID, proof, packet []byte) bool {
	return s.send(h, &payerv1.FromPayer{Message: &payerv1.FromPayer_Radius{Radius: &payerv1.Radius{Hotspot: uint32(h), Proof: proof, Packet: packet}}})
}

// Results sends words on usage records, wire.UsageResult each.
func (s *Server) Results(h packetrouter.HotspotID, results [][]byte) bool {
	return s.send(h, &payerv1.FromPayer{Message: &payerv1.FromPayer_Results{Results: &payerv1.Items{Hotspot: uint32(h), Items: results}}})
}

// Vouchers sends vouchers, wire.Voucher each.
func (s *Server) Vouchers(h packetrouter.HotspotID, vouchers [][]byte) bool {
	return s.send(h, &payerv1.FromPayer{Message: &payerv1.FromPayer_Vouchers{Vouchers: &payerv1.Items{Hotspot: uint32(h), Items: vouchers}}})
}

func (s *Server) send(h packetrouter.HotspotID, m *payerv1.FromPayer) bool {
	s.mu.RLock()
	r := s.through[h]
	s.mu.RUnlock()
	if r != nil {
		select {
		case r.out <- m:
			return true
		default:
		}
	}
	s.mu.Lock()
	s.dropped++
	s.mu.Unlock()
	return false
}

// ServerStats are gauges and counters of the streams.
type ServerStats struct {
	Routers  int    // streams open
	Hotspots int    // reachable
	Dropped  uint64 // messages for hotspots that could not be handed on
}

// Stats returns how the streams stand.
func (s *Server) Stats() ServerStats {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return ServerStats{s.routers, len(s.through), s.dropped}
}
