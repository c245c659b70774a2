package grpcapi

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"net"
	"time"

	"golang.org/x/net/netutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/packetrouter"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// Version of the stream protocol that this package speaks.
const Version = 1

// FeatureWiFi is the feature of a router that carries RADIUS and usage.
const FeatureWiFi = "wifi"

// Bounds of what a hotspot may send.
const (
	maxMessage  = 1 << 20 // bytes
	maxUplinks  = 256     // in one message
	maxItems    = 256     // reports or reveals in one message
	maxFeatures = 32
	maxFeature  = 32 // bytes
	maxVouchers = 256
	helloWithin = 10 * time.Second
)

// Config of a server.
type Config struct {
	Key            ed25519.PrivateKey // identity of the router
	MaxConnections int
	Software       string // for the hello
	Log            *slog.Logger
}

// Server serves hotspot streams.
type Server struct {
	routerv1.UnimplementedRouterServer
	cfg    Config
	router *packetrouter.Router
	grpc   *grpc.Server
}

// New returns a server for router.
func New(cfg Config, router *packetrouter.Router) *Server {
	s := &Server{cfg: cfg, router: router}
	s.grpc = grpc.NewServer(
		grpc.Creds(credentials.NewTLS(tlsid.Server(cfg.Key, nil))),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxConcurrentStreams(2), // the old stream and the one that replaces it
		grpc.ConnectionTimeout(helloWithin),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 30 * time.Second, Timeout: 15 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		// Buffers for ten thousand mostly idle streams, not for a few fast ones.
		grpc.ReadBufferSize(8<<10), grpc.WriteBufferSize(8<<10),
	)
	routerv1.RegisterRouterServer(s.grpc, s)
	return s
}

// Run serves on l until ctx is done, then drains: every stream is told to go
// elsewhere, and what is left after grace is cut.
func (s *Server) Run(ctx context.Context, l net.Listener, grace time.Duration) error {
	if s.cfg.MaxConnections > 0 {
		l = netutil.LimitListener(l, s.cfg.MaxConnections)
	}
	served := make(chan error, 1)
	go func() { served <- s.grpc.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve hotspots: %w", err)
	case <-ctx.Done():
	}
	s.router.Drain("the router is stopping; connect elsewhere")
	cut := time.AfterFunc(grace, s.grpc.Stop)
	defer cut.Stop()
	s.grpc.GracefulStop()
	return nil
}

// Connect implements routerv1.RouterServer. The handler's goroutine sends, a
// second one receives; it ends when the handler returns.
func (s *Server) Connect(stream grpc.BidiStreamingServer[routerv1.Up, routerv1.Down]) error {
	key, err := peerKey(stream.Context())
	if err != nil {
		return status.Error(codes.Unauthenticated, err.Error())
	}
	r := &receiver{
		stream: stream, key: key, log: s.cfg.Log,
		hello: make(chan *routerv1.HotspotHello, 1), session: make(chan *packetrouter.Session, 1), done: make(chan error, 1),
	}
	go r.run()
	hello, err := r.await()
	if err != nil {
		return err
	}
	snap := s.router.Snapshot()
	if err := checkHello(hello, snap.Chain); err != nil {
		return err
	}
	l := newLink()
	r.link = l
	session, welcome, err := s.router.Connect(time.Now(), key, hello.GetConnection(), l)
	if err != nil {
		return refuse(err)
	}
	defer func() { session.Close(time.Now()) }()
	if err := stream.Send(s.hello(welcome)); err != nil {
		return err
	}
	r.session <- session
	session.Greet()
	return s.send(stream, session, l, r.done)
}

func (s *Server) hello(w packetrouter.Welcome) *routerv1.Down {
	return &routerv1.Down{Message: &routerv1.Down_Hello{Hello: &routerv1.RouterHello{
		Version: Version, Chain: w.Chain[:], Hotspot: uint32(w.Hotspot), Head: head(w.Head),
		Software: s.cfg.Software, Window: uint32(w.Window), Features: []string{FeatureWiFi},
	}}}
}

// send writes what the link collects until one side ends the stream.
func (s *Server) send(stream grpc.BidiStreamingServer[routerv1.Up, routerv1.Down], session *packetrouter.Session, l *link, received <-chan error) error {
	for {
		select {
		case err := <-received:
			return err
		case <-stream.Context().Done():
			return stream.Context().Err()
		case <-l.wake:
		}
		o := l.take()
		if o.overrun {
			return status.Error(codes.ResourceExhausted, "the hotspot reads too slowly")
		}
		if err := o.send(stream.Send); err != nil {
			return err
		}
		switch {
		case o.closing != "":
			// The hotspot keeps what is unacknowledged and sends it elsewhere.
			_ = stream.Send(&routerv1.Down{Message: &routerv1.Down_Drain{Drain: &routerv1.Drain{}}})
			return status.Error(codes.Unavailable, o.closing)
		case o.head != nil && session.Registered():
			return status.Error(codes.Unavailable, "the hotspot is registered now; connect again")
		}
	}
}

func peerKey(ctx context.Context) (wire.PubKey, error) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return wire.PubKey{}, tlsid.ErrNoIdentity
	}
	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok {
		return wire.PubKey{}, tlsid.ErrNoIdentity
	}
	return tlsid.PeerKey(info.State)
}
