package wifi

import (
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// exchange is one Access-Request on its way to a payer.
type exchange struct {
	key     requestKey
	request *radius.Packet // as the access point sent it
	sent    *radius.Packet // as the payer got it
	realm   string
	state   []byte // our Proxy-State
	private *ecdh.PrivateKey
	at      uint64 // Unix milliseconds
}

// exchangeLife is how long an answer is waited for, milliseconds.
const exchangeLife = 30_000

// access takes a datagram at the authentication port. It does not block.
func (s *Server) access(b []byte, from netip.AddrPort) {
	p, _, why, ok := s.parse(b, from.Addr(), radius.AccessRequest)
	if !ok {
		s.dropped.add(why)
		return
	}
	now := millis(time.Now())
	key := requestKey{from, p.Code, p.Identifier, p.Authenticator}
	again, full, answer := s.replies.begin(key, now)
	switch {
	case full:
		s.dropped.add(Busy)
	case again:
		if answer != nil {
			s.write(s.sockets.Auth, answer, from)
		}
	default:
		s.login(&exchange{key: key, request: p, at: now})
	}
}

// login checks a new Access-Request and sends it to the payer of its realm.
func (s *Server) login(x *exchange) {
	index := s.cfg.Index()
	station, stationErr := radius.Station(x.request)
	realm, realmErr := radius.Realm(radius.UserName(x.request))
	x.realm = realm
	switch {
	case index == 0:
		s.reject(x, NotRegistered)
		return
	case radius.EAP(x.request) == nil:
		s.reject(x, NoEAP)
		return
	case realmErr != nil:
		s.reject(x, NoRealm)
		return
	case stationErr != nil:
		s.reject(x, NoStation)
		return
	}
	number, ok := s.open(x)
	if !ok {
		s.replies.forget(x.key)
		s.dropped.add(Busy)
		return
	}
	x.sent = radius.Relay(x.request, []byte(radius.TunnelSecret))
	radius.SetStation(x.sent, s.pseudonym(realm, station))
	radius.PushProxyState(x.sent, x.state)
	if !s.send(x, number, index) {
		s.abandon(number)
	}
}

// open gives an exchange its number and a key for sealing; false when too many are
// open.
func (s *Server) open(x *exchange) (uint64, bool) {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return 0, false
	}
	number := randomNumber()
	x.private, x.state = private, binary.BigEndian.AppendUint64(nil, number)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.exchanges[number]; taken || len(s.exchanges) >= maxExchanges {
		return 0, false
	}
	s.exchanges[number] = x
	return number, true
}

func (s *Server) send(x *exchange, number uint64, index uint32) bool {
	raw, err := radius.EncodeRequest(x.sent)
	if err != nil {
		s.dropped.add(BadSize) // no room for what a proxy adds
		return false
	}
	proof := wire.RadiusProof{
		Chain: s.cfg.Chain, Hotspot: index, Kind: wire.RadiusAccess, Exchange: number, Time: x.at,
		Seal: [32]byte(x.private.PublicKey().Bytes()), Digest: sha256.Sum256(raw),
	}
	if !s.carrier.Radius(hotspot.Radius{Realm: x.realm, Proof: s.signed(&proof), Packet: raw, Exchange: number}) {
		s.dropped.add(NoRouter)
		return false
	}
	return true
}

func (s *Server) signed(p *wire.RadiusProof) []byte {
	p.Signature = s.id.Sign(p.AppendBody(nil))
	return p.AppendTo(nil)
}

// take ends an exchange; nil when it is not open.
func (s *Server) take(number uint64) *exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.exchanges[number]
	delete(s.exchanges, number)
	return x
}

// abandon ends an exchange without an answer: the access point may try again.
func (s *Server) abandon(number uint64) {
	if x := s.take(number); x != nil {
		s.replies.forget(x.key)
	}
}

// expire ends exchanges that took too long.
func (s *Server) expire(now uint64) {
	s.mu.Lock()
	var late []*exchange
	for n, x := range s.exchanges {
		if now > x.at+exchangeLife {
			late = append(late, x)
			delete(s.exchanges, n)
		}
	}
	for n, f := range s.forwards {
		if now > f.at+forwardAgain {
			delete(s.forwards, n)
		}
	}
	for n, at := range s.asked {
		if now > at+2*maxSkew {
			delete(s.asked, n)
		}
	}
	s.mu.Unlock()
	for _, x := range late {
		s.dropped.add(TimedOut)
		s.replies.forget(x.key)
	}
}

// reject answers the access point in the payer's stead.
func (s *Server) reject(x *exchange, why Reason) {
	s.rejected.add(why)
	s.reply(x, radius.Reject(x.request, radius.EAPID(radius.EAP(x.request)), why.String()))
}

// reply sends an answer to the access point and keeps it for repetitions.
func (s *Server) reply(x *exchange, p *radius.Packet) {
	b, err := radius.EncodeReply(p, x.request)
	if err != nil {
		s.dropped.add(BadSize)
		s.replies.forget(x.key)
		return
	}
	s.replies.answered(x.key, x.at, b)
	s.write(s.sockets.Auth, b, x.key.from)
}

// refused takes a router's word that something was not carried. A login that no
// wait will mend is rejected.
func (s *Server) refused(m hotspot.RadiusRefusal) {
	s.dropped.add(RouterRefused)
	if m.Exchange == 0 {
		return // usage: it is handed on again
	}
	if f := s.takeForward(m.Exchange); f != nil {
		s.postpone(f, millis(time.Now()))
		return
	}
	switch m.Outcome {
	case wire.NoRoute, wire.Inactive, wire.UnknownSender:
		if x := s.take(m.Exchange); x != nil {
			s.reject(x, RouterRefused)
		}
	default:
		s.abandon(m.Exchange)
	}
}

// pseudonym is what a payer sees of a station: another for each realm and each
// hotspot, always a locally administered address of one device.
func (s *Server) pseudonym(realm string, station radius.MAC) radius.MAC {
	h := hmac.New(sha256.New, s.book.key[:])
	h.Write([]byte(realm))
	h.Write([]byte{0})
	h.Write(station[:])
	m := radius.MAC(h.Sum(nil)[:6])
	m[0] = m[0]&^1 | 2
	return m
}

func randomNumber() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.BigEndian.Uint64(b[:])
}
