package aaa

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/proto/radius"
)

const secret = "of the one client"

// start runs a server with one user and returns sockets to its ports.
func start(t *testing.T) (s *Server, auth, acct net.Conn) {
	t.Helper()
	s, err := Listen("127.0.0.1:0", "127.0.0.1:0", secret, map[string]string{"anna": "pw"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	a, b := s.Addrs()
	dial := func(to string) net.Conn {
		c, err := net.Dial("udp", to)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	return s, dial(a), dial(b)
}

func encode(t *testing.T, p *radius.Packet) []byte {
	t.Helper()
	b, err := radius.EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func send(t *testing.T, c net.Conn, b []byte) {
	t.Helper()
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, c net.Conn) []byte {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(30 * time.Second)) // an open socket takes it
	buf := make([]byte, radius.MaxPacket)
	n, err := c.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

// ask fails when the next answer is to anything but p.
func ask(t *testing.T, c net.Conn, p *radius.Packet) *radius.Packet {
	t.Helper()
	send(t, c, encode(t, p))
	reply, err := radius.ParseReply(receive(t, c), p.Secret, p, true)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func identity(key, name string) *radius.Packet {
	p := radius.NewRequest(radius.AccessRequest, []byte(key))
	radius.SetEAP(p, EAP(eapResponse, 1, typeIdentity, []byte(name)))
	return p
}

func accounting(key, session string, status uint32, up, down uint64) *radius.Packet {
	p := radius.NewRequest(radius.AccountingRequest, []byte(key))
	radius.SetUint32(p, radius.TypeAcctStatus, status)
	p.Add(radius.TypeAcctSession, []byte(session))
	radius.SetUint32(p, radius.TypeAcctInput, uint32(up))
	radius.SetUint32(p, radius.TypeAcctInputGiga, uint32(up>>32))
	radius.SetUint32(p, radius.TypeAcctOutput, uint32(down))
	radius.SetUint32(p, radius.TypeAcctOutputGiga, uint32(down>>32))
	return p
}

func login(t *testing.T, c net.Conn, name, password string) radius.Code {
	t.Helper()
	challenge := ask(t, c, identity(secret, name))
	eap := radius.EAP(challenge)
	if challenge.Code != radius.AccessChallenge || len(eap) < 22 {
		t.Fatalf("%v: %x", challenge.Code, eap)
	}
	p := radius.NewRequest(radius.AccessRequest, []byte(secret))
	p.Add(radius.TypeState, challenge.Get(radius.TypeState))
	radius.SetEAP(p, EAP(eapResponse, eap[1], typeMD5, append([]byte{16}, Response(eap[1], password, eap[6:22])...)))
	return ask(t, c, p).Code
}

func TestLogins(t *testing.T) {
	s, auth, _ := start(t)
	for _, c := range []struct {
		name, password string
		want           radius.Code
	}{
		{"anna", "pw", radius.AccessAccept}, {"anna", "other", radius.AccessReject}, {"nobody", "pw", radius.AccessReject},
	} {
		if got := login(t, auth, c.name, c.password); got != c.want {
			t.Errorf("%s, %s: %v", c.name, c.password, got)
		}
	}
	if diff := cmp.Diff(Facts{Accepted: 1, Rejected: 2}, s.Facts()); diff != "" {
		t.Error(diff)
	}
}

// A session counts once, as the most that was said of it, whatever is said again.
func TestAccounting(t *testing.T) {
	s, _, acct := start(t)
	for _, c := range []struct {
		session  string
		status   uint32
		up, down uint64
	}{
		{"a", radius.AcctStart, 0, 0},
		{"a", radius.AcctInterim, 50, 700},
		{"a", radius.AcctStop, 2<<32 + 7, 1<<32 + 500},
		{"a", radius.AcctStop, 2<<32 + 7, 1<<32 + 500}, // a new request: the access point missed the answer
		{"a", radius.AcctInterim, 50, 700},             // late
		{"b", radius.AcctStop, 1, 2},
	} {
		ask(t, acct, accounting(secret, c.session, c.status, c.up, c.down))
	}
	again := encode(t, accounting(secret, "b", radius.AcctStop, 1, 2))
	send(t, acct, again)
	first := receive(t, acct)
	send(t, acct, again)
	if !bytes.Equal(first, receive(t, acct)) {
		t.Error("one request has two answers")
	}
	if diff := cmp.Diff(Facts{Sessions: 2, Bytes: 3<<32 + 507 + 3}, s.Facts()); diff != "" {
		t.Error(diff)
	}
}

// Behind each datagram goes one that is answered: it shows that the one before was
// read, and ask, that it had no answer.
func TestWhatDoesNotAuthenticateIsNotAnswered(t *testing.T) {
	s, auth, acct := start(t)
	forged := encode(t, identity(secret, "anna"))
	forged[radius.MinPacket+2] ^= 1                       // Message-Authenticator is the first attribute
	bare, err := identity(secret, "anna").MarshalBinary() // EncodeRequest would sign
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"another secret":           encode(t, identity("another", "anna")),
		"forged":                   forged,
		"no Message-Authenticator": bare,
	} {
		before := s.Facts().Bad
		send(t, auth, b)
		if reply := ask(t, auth, identity(secret, "anna")); reply.Code != radius.AccessChallenge {
			t.Errorf("%s: %v", name, reply.Code)
		}
		if got := s.Facts().Bad - before; got != 1 {
			t.Errorf("%s: counted %d times", name, got)
		}
	}
	send(t, acct, encode(t, accounting("another", "s", radius.AcctStop, 1, 1)))
	ask(t, acct, accounting(secret, "t", radius.AcctStop, 2, 2))
	if diff := cmp.Diff(Facts{Bad: 4, Sessions: 1, Bytes: 4}, s.Facts()); diff != "" {
		t.Error(diff)
	}
}
