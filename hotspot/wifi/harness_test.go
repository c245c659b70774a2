package wifi

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	secret   = "the secret of ap-1"
	patience = 20 * time.Second
)

// site is a server with its sockets on loopback. The test plays access point,
// router, payer and chain.
type site struct {
	*Server
	t    *testing.T
	dir  string
	stop func()

	auth, acct netip.AddrPort
	das        *net.UDPConn // where the access point takes Disconnect-Requests
	sent       chan hotspot.Radius
	usage      chan hotspot.Usage

	mu   sync.Mutex
	down bool // no router is connected
}

func (s *site) Radius(m hotspot.Radius) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		s.sent <- m
	}
	return !s.down
}

func (s *site) Usage(m hotspot.Usage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		s.usage <- m
	}
	return !s.down
}

// onChain knows one payer.
type onChain struct{}

func (onChain) Payer(_ context.Context, o uint32, l uint16) (Payer, error) {
	if o != org || l != lane {
		return Payer{}, errors.New("no such lane")
	}
	return Payer{Key: payerKey().PubKey(), IsPayer: true, Price: tenADC}, nil
}

type noVouchers struct{}

func (noVouchers) Of(uint32, uint16) [][]byte { return nil }

// router is the carrier side of a site, which has methods of the same names for
// what comes down.
type router struct{ s *site }

func (r router) Radius(m hotspot.Radius) bool { return r.s.Radius(m) }
func (r router) Usage(m hotspot.Usage) bool   { return r.s.Usage(m) }

func loopback(t *testing.T) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), das: loopback(t)}
	s.start()
	t.Cleanup(func() { s.stop(); _ = s.das.Close() })
	return s
}

// start runs the server over the book in its folder.
func (s *site) start() {
	s.t.Helper()
	book, err := OpenBook(filepath.Join(s.dir, "sessions.db"), chainHash())
	if err != nil {
		s.t.Fatal(err)
	}
	s.sent, s.usage = make(chan hotspot.Radius, 1000), make(chan hotspot.Usage, 1000)
	sockets := Sockets{loopback(s.t), loopback(s.t), loopback(s.t)}
	s.auth, s.acct = sockets.Auth.LocalAddr().(*net.UDPAddr).AddrPort(), sockets.Acct.LocalAddr().(*net.UDPAddr).AddrPort()
	s.Server = New(Config{
		Chain: chainHash(), Index: func() uint32 { return self },
		Points: []AccessPoint{{
			Name: nas, Secret: []byte(secret), From: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Ceiling: DefaultCeiling,
			DAS: s.das.LocalAddr().(*net.UDPAddr).AddrPort(),
		}},
	}, hotspotKey(), book, router{s}, onChain{}, noVouchers{}, sockets, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	s.stop = func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			s.t.Errorf("the server: %v", err)
		}
		s.stop = func() {}
	}
}

// client is the access point's socket.
func (s *site) client(to netip.AddrPort) *net.UDPConn {
	s.t.Helper()
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

func (s *site) write(c *net.UDPConn, b []byte) {
	s.t.Helper()
	if _, err := c.Write(b); err != nil {
		s.t.Fatal(err)
	}
}

// read waits for a datagram.
func (s *site) read(c *net.UDPConn) []byte {
	s.t.Helper()
	b := make([]byte, radius.MaxPacket)
	_ = c.SetReadDeadline(time.Now().Add(patience)) // an open socket takes it
	n, err := c.Read(b)
	if err != nil {
		s.t.Fatal("no answer: ", err)
	}
	return b[:n]
}

func (s *site) await(what string, ok func() bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("in vain: %s; %+v", what, s.Status())
		}
	}
}

// next is what the router gets next.
func next[T any](t *testing.T, from chan T) T {
	t.Helper()
	select {
	case x := <-from:
		return x
	case <-time.After(patience):
		t.Fatal("nothing reaches the router")
		panic("unreachable")
	}
}

// accessRequest is one of a device with an EAP identity.
func accessRequest(t *testing.T, user string) (*radius.Packet, []byte) {
	t.Helper()
	p := radius.NewRequest(radius.AccessRequest, []byte(secret))
	p.Add(radius.TypeUserName, []byte(user))
	p.Add(radius.TypeNASIdentifier, []byte(nas))
	p.Add(radius.TypeCallingStation, []byte("02-00-00-00-00-01"))
	radius.SetEAP(p, append([]byte{2, 1, 0, byte(5 + len(user)), 1}, user...))
	b, err := radius.EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, b
}

// answer is what the payer says to a request that reached it, with its proof.
func answer(t *testing.T, m hotspot.Radius, code radius.Code, grant []byte) hotspot.Radius {
	t.Helper()
	request, err := radius.ParseRequest(m.Packet, []byte(radius.TunnelSecret))
	if err != nil {
		t.Fatal(err)
	}
	p := radius.NewReply(request, code)
	for _, x := range request.Attributes {
		if x.Type == radius.TypeProxyState {
			radius.PushProxyState(p, x.Attribute)
		}
	}
	if code != radius.AccountingResponse {
		radius.SetEAP(p, []byte{3, 1, 0, 4})
	}
	if grant != nil {
		radius.AddClass(p, grant)
	}
	raw, err := radius.EncodeReply(p, request)
	if err != nil {
		t.Fatal(err)
	}
	return prove(m.Exchange, wire.RadiusAnswer, raw)
}

func prove(exchange uint64, kind wire.RadiusKind, packet []byte) hotspot.Radius {
	proof := wire.RadiusProof{
		Chain: chainHash(), Org: org, Lane: lane, Hotspot: self, Kind: kind, Exchange: exchange, Time: millis(time.Now()),
		Digest: sha256.Sum256(packet),
	}
	proof.Signature = payerKey().Sign(proof.AppendBody(nil))
	return hotspot.Radius{Proof: proof.AppendTo(nil), Packet: packet, Exchange: exchange}
}

// login lets a device in under a grant, and returns the grant.
func (s *site) login(id byte) []byte {
	s.t.Helper()
	if code := s.loginCode(id); code != radius.AccessAccept {
		s.t.Fatalf("no Accept but %v", code)
	}
	var raw []byte
	s.book.read(func(st *state) { raw = st.grants[grantID{id}].Raw })
	return raw
}

// loginCode has a device ask and the payer accept it, and returns what the access
// point gets.
func (s *site) loginCode(id byte) radius.Code {
	s.t.Helper()
	c := s.client(s.auth)
	p, b := accessRequest(s.t, "anna@carrier.example")
	s.write(c, b)
	g := newGrant(id, self, millis(time.Now()))
	m := next(s.t, s.sent)
	for proofKind(s.t, m) != wire.RadiusAccess {
		m = next(s.t, s.sent) // accounting on its way
	}
	s.Server.Radius(answer(s.t, m, radius.AccessAccept, g.AppendTo(nil)))
	reply, err := radius.ParseReply(s.read(c), []byte(secret), p, true)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply.Code
}

func proofKind(t *testing.T, m hotspot.Radius) wire.RadiusKind {
	t.Helper()
	proof, err := wire.ParseRadiusProof(m.Proof)
	if err != nil {
		t.Fatal(err)
	}
	return proof.Kind
}

// accountingRequest reports a session.
func accountingRequest(t *testing.T, status uint32, session string, down uint32, class []byte) (*radius.Packet, []byte) {
	t.Helper()
	p := radius.NewRequest(radius.AccountingRequest, []byte(secret))
	radius.SetUint32(p, radius.TypeAcctStatus, status)
	p.Add(radius.TypeAcctSession, []byte(session))
	p.Add(radius.TypeNASIdentifier, []byte(nas))
	p.Add(radius.TypeCallingStation, []byte("02-00-00-00-00-01"))
	radius.AddClass(p, class)
	if status != radius.AcctStart {
		radius.SetUint32(p, radius.TypeAcctInput, 0)
		radius.SetUint32(p, radius.TypeAcctOutput, down)
	}
	b, err := radius.EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, b
}

// report sends an Accounting-Request and waits for its answer.
func (s *site) report(status uint32, session string, down uint32, class []byte) {
	s.t.Helper()
	c := s.client(s.acct)
	p, b := accountingRequest(s.t, status, session, down, class)
	s.write(c, b)
	if _, err := radius.ParseReply(s.read(c), []byte(secret), p, false); err != nil {
		s.t.Fatal(err)
	}
}
