package aaa

import (
	"context"
	"net"
	"testing"
	"time"

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

func ask(t *testing.T, c net.Conn, p *radius.Packet) *radius.Packet {
	t.Helper()
	b, err := radius.EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second)) // an open socket takes it
	buf := make([]byte, radius.MaxPacket)
	n, err := c.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := radius.ParseReply(buf[:n], p.Secret, p, false)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func login(t *testing.T, c net.Conn, name, password string) radius.Code {
	t.Helper()
	p := radius.NewRequest(radius.AccessRequest, []byte(secret))
	radius.SetEAP(p, EAP(eapResponse, 1, typeIdentity, []byte(name)))
	challenge := ask(t, c, p)
	eap := radius.EAP(challenge)
	if challenge.Code != radius.AccessChallenge || len(eap) < 22 {
		t.Fatalf("%v: %x", challenge.Code, eap)
	}
	p = radius.NewRequest(radius.AccessRequest, []byte(secret))
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
	if f := s.Facts(); f.Accepted != 1 || f.Rejected != 2 || f.Bad != 0 {
		t.Errorf("%+v", f)
	}
}

// A session counts what was said last, whatever is said again.
func TestAccounting(t *testing.T) {
	s, _, acct := start(t)
	for _, c := range []struct{ status, down, giga uint32 }{
		{radius.AcctStart, 0, 0}, {radius.AcctInterim, 700, 0}, {radius.AcctStop, 500, 1}, {radius.AcctStop, 500, 1}, {radius.AcctInterim, 700, 0},
	} {
		p := radius.NewRequest(radius.AccountingRequest, []byte(secret))
		radius.SetUint32(p, radius.TypeAcctStatus, c.status)
		p.Add(radius.TypeAcctSession, []byte("s"))
		radius.SetUint32(p, radius.TypeAcctOutput, c.down)
		radius.SetUint32(p, radius.TypeAcctOutputGiga, c.giga)
		if reply := ask(t, acct, p); reply.Code != radius.AccountingResponse {
			t.Errorf("%v", reply.Code)
		}
	}
	if f := s.Facts(); f.Sessions != 1 || f.Bytes != 1<<32+500 {
		t.Errorf("%+v", f)
	}
}

func TestForeignSecretIsNotAnswered(t *testing.T) {
	s, auth, _ := start(t)
	p := radius.NewRequest(radius.AccessRequest, []byte("another"))
	b, err := radius.EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auth.Write(b); err != nil {
		t.Fatal(err)
	}
	login(t, auth, "anna", "pw") // answered behind it, so that it has been read
	if f := s.Facts(); f.Bad != 1 || f.Accepted != 1 {
		t.Errorf("%+v", f)
	}
}
