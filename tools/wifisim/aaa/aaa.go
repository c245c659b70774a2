// Package aaa is a carrier's AAA of the simulator: EAP-MD5 logins of users with
// passwords (RFC 3748 §5.4), and a ledger of what accounting says. It knows
// nothing of grants or pay: to the programs under test it is a stranger's server.
package aaa

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/hexwave/hexwave/proto/radius"
)

// Codes and types of EAP (RFC 3748 §4, §5).
const (
	eapRequest   = 1
	eapResponse  = 2
	eapSuccess   = 3
	typeIdentity = 1
	typeMD5      = 4
)

// Facts are what the server has seen.
type Facts struct {
	Accepted uint64 `json:"accepted"`
	Rejected uint64 `json:"rejected"`
	Bad      uint64 `json:"bad"` // datagrams that do not authenticate
	Sessions int    `json:"sessions"`
	Bytes    uint64 `json:"bytes"` // of all sessions, both directions
}

// Server is the AAA.
type Server struct {
	secret     []byte
	auth, acct *net.UDPConn

	mu       sync.Mutex
	users    map[string]string   // guarded by mu: passwords
	rounds   map[string]round    // guarded by mu: challenges by State
	answered map[[16]byte][]byte // guarded by mu: by request authenticator
	ledger   map[string]uint64   // guarded by mu: bytes by session
	facts    Facts               // guarded by mu
}

type round struct {
	user      string
	challenge []byte
}

// maxKept bounds answers and challenges remembered.
const maxKept = 1 << 16

// Listen opens the server's ports.
func Listen(auth, acct, secret string, users map[string]string) (*Server, error) {
	s := &Server{
		secret: []byte(secret), users: users, rounds: map[string]round{}, answered: map[[16]byte][]byte{}, ledger: map[string]uint64{},
	}
	var err error
	if s.auth, err = listen(auth); err != nil {
		return nil, err
	}
	if s.acct, err = listen(acct); err != nil {
		_ = s.auth.Close() // nothing was read
		return nil, err
	}
	return s, nil
}

func listen(address string) (*net.UDPConn, error) {
	a, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("AAA address: %w", err)
	}
	return net.ListenUDP("udp", a)
}

// Addrs are where the server listens.
func (s *Server) Addrs() (auth, acct string) {
	return s.auth.LocalAddr().String(), s.acct.LocalAddr().String()
}

// Facts returns what was seen.
func (s *Server) Facts() Facts {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.facts
	f.Sessions = len(s.ledger)
	for _, n := range s.ledger {
		f.Bytes += n
	}
	return f
}

// Run serves until ctx is done.
func (s *Server) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { s.serve(ctx, s.auth, s.login) })
	both.Go(func() { s.serve(ctx, s.acct, s.account) })
	both.Wait()
	return nil
}

func (s *Server) serve(ctx context.Context, conn *net.UDPConn, handle func(*radius.Packet) *radius.Packet) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends the read
	defer stop()
	buf := make([]byte, radius.MaxPacket)
	for ctx.Err() == nil {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			continue
		}
		s.datagram(conn, buf[:n], from, handle)
	}
}

// datagram answers one request; the same request gets the same bytes again.
func (s *Server) datagram(conn *net.UDPConn, b []byte, from netip.AddrPort, handle func(*radius.Packet) *radius.Packet) {
	p, err := radius.ParseRequest(b, s.secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.facts.Bad++
		return
	}
	raw := s.answered[p.Authenticator]
	if raw == nil {
		reply := handle(p)
		if reply == nil {
			return
		}
		if raw, err = radius.EncodeReply(reply, p); err != nil {
			return
		}
		if len(s.answered) >= maxKept {
			clear(s.answered)
		}
		s.answered[p.Authenticator] = raw
	}
	_, _ = conn.WriteToUDPAddrPort(raw, from) // the client asks again
}

// login is one round of EAP. mu is held.
func (s *Server) login(p *radius.Packet) *radius.Packet {
	eap := radius.EAP(p)
	if p.Code != radius.AccessRequest || len(eap) < 5 || eap[0] != eapResponse {
		return nil
	}
	switch eap[4] {
	case typeIdentity:
		return s.challenge(p, eap)
	case typeMD5:
		return s.verify(p, eap)
	}
	s.facts.Rejected++
	return radius.Reject(p, eap[1], "method")
}

func (s *Server) challenge(p *radius.Packet, eap []byte) *radius.Packet {
	state := make([]byte, 16)
	challenge := make([]byte, 16)
	_, _ = rand.Read(state)     // never fails (crypto/rand)
	_, _ = rand.Read(challenge) // never fails (crypto/rand)
	if len(s.rounds) >= maxKept {
		clear(s.rounds)
	}
	s.rounds[string(state)] = round{string(eap[5:]), challenge}
	q := radius.NewReply(p, radius.AccessChallenge)
	q.Add(radius.TypeState, state)
	radius.SetEAP(q, EAP(eapRequest, eap[1]+1, typeMD5, append([]byte{16}, challenge...)))
	return q
}

func (s *Server) verify(p *radius.Packet, eap []byte) *radius.Packet {
	state := string(p.Get(radius.TypeState))
	r, ok := s.rounds[state]
	delete(s.rounds, state)
	password, known := s.users[r.user]
	if !ok || !known || len(eap) < 22 || !bytes.Equal(eap[6:22], Response(eap[1], password, r.challenge)) {
		s.facts.Rejected++
		return radius.Reject(p, eap[1], "password")
	}
	s.facts.Accepted++
	q := radius.NewReply(p, radius.AccessAccept)
	radius.SetEAP(q, []byte{eapSuccess, eap[1], 0, 4})
	cui := sha256.Sum256([]byte("cui" + r.user))
	q.Add(radius.TypeCUI, []byte(hex.EncodeToString(cui[:8])))
	send, recv := Keys(password, r.challenge)
	radius.AddKeys(q, p, send, recv)
	return q
}

// account notes what an Accounting-Request says. mu is held.
func (s *Server) account(p *radius.Packet) *radius.Packet {
	r, err := radius.ReadAccounting(p)
	if err != nil {
		return nil
	}
	if r.Session != "" {
		key := r.NAS + "\x00" + r.Session + "\x00" + radius.String(p, radius.TypeCallingStation)
		s.ledger[key] = max(s.ledger[key], r.In.Total()+r.Out.Total())
	}
	return radius.NewReply(p, radius.AccountingResponse)
}

// EAP builds an EAP packet with a type.
func EAP(code, id, kind byte, data []byte) []byte {
	n := 5 + len(data)
	return append([]byte{code, id, byte(n >> 8), byte(n), kind}, data...)
}

// Response is the answer of EAP-MD5 to a challenge.
func Response(id byte, password string, challenge []byte) []byte {
	sum := md5.Sum(append(append([]byte{id}, password...), challenge...))
	return sum[:]
}

// Keys are session keys that both ends of a login can make. EAP-MD5 has none; these
// show whether every hop passed them on.
func Keys(password string, challenge []byte) (send, recv []byte) {
	a := sha256.Sum256(append([]byte("send"+password), challenge...))
	b := sha256.Sum256(append([]byte("recv"+password), challenge...))
	return a[:], b[:]
}
