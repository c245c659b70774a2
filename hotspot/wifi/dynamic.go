package wifi

import (
	"crypto/sha256"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// Disconnect-Requests to access points (RFC 5176).
const (
	dasPort      = 3799
	dasTries     = 3
	dasEvery     = 2_000 // milliseconds
	maxDynamics  = 4096
	noSession    = 503 // Error-Cause: Session Context Not Found
	causeMissing = 402 // Error-Cause: Missing Attribute
)

// dynamics are the Disconnect-Requests under way.
type dynamics struct {
	conn *net.UDPConn

	mu   sync.Mutex
	open map[dynamicKey]*disconnection // guarded by mu
	next byte                          // guarded by mu

	sent, acked, refused, unanswered atomic.Uint64
}

type dynamicKey struct {
	to netip.AddrPort
	id byte
}

type disconnection struct {
	request *radius.Packet
	raw     []byte
	at      uint64 // of the last try
	tries   int
	done    func(acked bool)
}

func newDynamics(conn *net.UDPConn) dynamics {
	return dynamics{conn: conn, open: map[dynamicKey]*disconnection{}}
}

// ask sends a request; done is called once with whether it was acknowledged.
func (d *dynamics) ask(p *radius.Packet, to netip.AddrPort, now uint64, done func(bool)) {
	d.mu.Lock()
	key := dynamicKey{to, d.next}
	if d.open[key] != nil || len(d.open) >= maxDynamics {
		d.mu.Unlock()
		done(false)
		return
	}
	d.next++
	p.Identifier = key.id
	raw, err := radius.EncodeRequest(p)
	if err != nil {
		d.mu.Unlock()
		done(false)
		return
	}
	d.open[key] = &disconnection{p, raw, now, 1, done}
	d.mu.Unlock()
	d.sent.Add(1)
	_, _ = d.conn.WriteToUDPAddrPort(raw, to) // one that is lost is sent again
}

// answer takes a datagram at the socket of these requests.
func (d *dynamics) answer(b []byte, from netip.AddrPort) {
	if len(b) < radius.MinPacket {
		return
	}
	key := dynamicKey{from, b[1]}
	d.mu.Lock()
	x := d.open[key]
	d.mu.Unlock()
	if x == nil {
		return
	}
	p, err := radius.ParseReply(b, x.request.Secret, x.request, false)
	if err != nil {
		return
	}
	d.mu.Lock()
	delete(d.open, key)
	d.mu.Unlock()
	acked := p.Code == radius.DisconnectACK
	if acked {
		d.acked.Add(1)
	} else {
		d.refused.Add(1)
	}
	x.done(acked)
}

// tick sends again what was not answered, and gives up after some tries.
func (d *dynamics) tick(now uint64) {
	d.mu.Lock()
	var given []*disconnection
	for key, x := range d.open {
		switch {
		case now < x.at+dasEvery:
		case x.tries == dasTries:
			delete(d.open, key)
			given = append(given, x)
		default:
			x.tries++
			x.at = now
			_, _ = d.conn.WriteToUDPAddrPort(x.raw, key.to)
		}
	}
	d.mu.Unlock()
	for _, x := range given {
		d.unanswered.Add(1)
		x.done(false)
	}
}

// disconnect asks access points to end the open sessions that which picks. done,
// which may be nil, is called once with how many there were and how many ended.
func (s *Server) disconnect(which func(*session) bool, done func(asked, ended int)) {
	var list []session
	s.book.read(func(st *state) {
		for _, x := range st.sessions {
			if x.Closed == 0 && which(x) {
				list = append(list, *x)
			}
		}
	})
	now := millis(time.Now())
	var mu sync.Mutex
	left, ended := len(list), 0
	if left == 0 && done != nil {
		done(0, 0)
	}
	for i := range list {
		s.disconnectOne(&list[i], now, func(acked bool) {
			mu.Lock()
			defer mu.Unlock()
			left--
			if acked {
				ended++
			}
			if left == 0 && done != nil {
				done(len(list), ended)
			}
		})
	}
}

func (s *Server) disconnectOne(x *session, now uint64, done func(bool)) {
	var ap *AccessPoint
	for i := range s.cfg.Points {
		if s.cfg.Points[i].Name == x.NAS {
			ap = &s.cfg.Points[i]
		}
	}
	if ap == nil || !ap.dynamic().IsValid() {
		done(false)
		return
	}
	p := radius.NewRequest(radius.DisconnectRequest, ap.Secret)
	p.Add(radius.TypeAcctSession, []byte(x.ID))
	if x.Written != "" {
		p.Add(radius.TypeCallingStation, []byte(x.Written))
	}
	radius.SetUint32(p, radius.TypeEventTimestamp, uint32(now/1000))
	s.dynamic.ask(p, ap.dynamic(), now, done)
}

// dynamic is where an access point takes Disconnect-Requests.
func (a *AccessPoint) dynamic() netip.AddrPort {
	if a.DAS.IsValid() {
		return a.DAS
	}
	if len(a.From) == 1 && a.From[0].IsSingleIP() {
		return netip.AddrPortFrom(a.From[0].Addr(), dasPort)
	}
	return netip.AddrPort{}
}

// disconnectAsked ends the sessions of a grant for its payer, who signed for it, and
// says what came of it.
func (s *Server) disconnectAsked(proof *wire.RadiusProof, packet []byte) {
	now := millis(time.Now())
	s.mu.Lock()
	_, seen := s.asked[proof.Exchange]
	fresh := now <= proof.Time+maxSkew && proof.Time <= now+maxSkew
	if room := len(s.asked) < maxReplies; fresh && !seen && room {
		s.asked[proof.Exchange] = now
	} else {
		s.mu.Unlock()
		s.dropped.add(Replayed)
		return
	}
	s.mu.Unlock()
	request, err := radius.ParseRequest(packet, []byte(radius.TunnelSecret))
	if err != nil || request.Code != radius.DisconnectRequest {
		s.dropped.add(BadAnswer)
		return
	}
	var id grantID
	for _, c := range radius.Classes(request) {
		if g, err := wire.ParseGrant(c); err == nil && g.Org == proof.Org && g.Lane == proof.Lane {
			id = g.ID
		}
	}
	if id == (grantID{}) {
		s.dynamicAnswer(proof, request, causeMissing)
		return
	}
	s.disconnect(func(x *session) bool { return x.Grant == id }, func(_, ended int) {
		cause := uint32(0)
		if ended == 0 {
			cause = noSession
		}
		s.dynamicAnswer(proof, request, cause)
	})
}

// dynamicAnswer sends the payer an ACK, or a NAK with a cause.
func (s *Server) dynamicAnswer(asked *wire.RadiusProof, request *radius.Packet, cause uint32) {
	p := radius.NewReply(request, radius.DisconnectACK)
	if cause != 0 {
		p.Code = radius.DisconnectNAK
		radius.SetUint32(p, radius.TypeErrorCause, cause)
	}
	raw, err := radius.EncodeReply(p, request)
	if err != nil {
		s.dropped.add(BadSize)
		return
	}
	proof := wire.RadiusProof{
		Chain: s.cfg.Chain, Org: asked.Org, Lane: asked.Lane, Hotspot: asked.Hotspot, Kind: wire.RadiusDynamicAck,
		Exchange: asked.Exchange, Time: millis(time.Now()), Digest: sha256.Sum256(raw),
	}
	s.carrier.Radius(hotspot.Radius{Realm: s.realmOf(payerRef{asked.Org, asked.Lane}), Proof: s.signed(&proof), Packet: raw, Exchange: asked.Exchange})
}

// realmOf is a realm of a payer that this hotspot has a grant of.
func (s *Server) realmOf(ref payerRef) string {
	realm := ""
	s.book.read(func(st *state) {
		for _, g := range st.grants {
			if g.payer() == ref {
				realm = g.Realm
			}
		}
	})
	return realm
}
