package radius

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
)

const secret = "a secret of 24 characters"

// aaa is a server on one UDP port that does what a test tells it.
type aaa struct {
	t      *testing.T
	conn   *net.UDPConn
	handle func(a *aaa, raw []byte, from *net.UDPAddr)

	mu    sync.Mutex
	heard []heard // guarded by mu
}

// heard is a request as it came.
type heard struct {
	raw    string
	from   *net.UDPAddr
	packet *radius.Packet
}

func newAAA(t *testing.T, handle func(a *aaa, raw []byte, from *net.UDPAddr)) *aaa {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	a := &aaa{t: t, conn: conn, handle: handle}
	var done sync.WaitGroup
	done.Go(a.serve)
	t.Cleanup(func() { _ = conn.Close(); done.Wait() })
	return a
}

func (a *aaa) address() string { return a.conn.LocalAddr().String() }

func (a *aaa) serve() {
	buf := make([]byte, 5000)
	for {
		n, from, err := a.conn.ReadFromUDP(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		raw := append([]byte(nil), buf[:n]...)
		p, err := radius.ParseRequest(raw, []byte(secret))
		if err != nil {
			a.t.Errorf("request: %v", err)
			continue
		}
		a.mu.Lock()
		a.heard = append(a.heard, heard{string(raw), from, p})
		a.mu.Unlock()
		a.handle(a, raw, from)
	}
}

// all returns what was heard so far.
func (a *aaa) all() []heard {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]heard(nil), a.heard...)
}

// answer makes the answer to a request, after changes.
func (a *aaa) answer(raw []byte, code radius.Code, changes ...func(request, reply *radius.Packet)) []byte {
	request, err := radius.ParseRequest(raw, []byte(secret))
	if err != nil {
		a.t.Error(err)
		return nil
	}
	reply := radius.NewReply(request, code)
	for _, change := range changes {
		change(request, reply)
	}
	b, err := radius.EncodeReply(reply, request)
	if err != nil {
		a.t.Error(err)
	}
	return b
}

func (a *aaa) send(b []byte, to *net.UDPAddr) {
	if _, err := a.conn.WriteToUDP(b, to); err != nil && !errors.Is(err, net.ErrClosed) {
		a.t.Error(err)
	}
}

// accepts is an AAA that accepts everybody.
func accepts(a *aaa, raw []byte, from *net.UDPAddr) {
	code := radius.AccessAccept
	if radius.Code(raw[0]) == radius.AccountingRequest {
		code = radius.AccountingResponse
	}
	a.send(a.answer(raw, code), from)
}

// mute is an AAA that says nothing.
func mute(*aaa, []byte, *net.UDPAddr) {}

// start runs a client of servers for both ports.
func start(t *testing.T, auth, acct *aaa, change func(*Config)) *Client {
	t.Helper()
	cfg := Config{Auth: auth.address(), Acct: acct.address(), Secret: []byte(secret), Wait: 10 * time.Second, Sockets: 2}
	if change != nil {
		change(&cfg)
	}
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	waitFor(t, "sockets", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.sockets != nil
	})
	return c
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("gave up waiting for %s", what)
		}
	}
}

// outcome is what an answer function was told.
type outcome struct {
	reply, request *radius.Packet
	err            error
}

// request makes a login, or an accounting packet.
func request(code radius.Code) *radius.Packet {
	p := radius.NewRequest(code, nil)
	p.Add(radius.TypeUserName, []byte("anonymous@carrier.example"))
	if code == radius.AccessRequest {
		radius.SetEAP(p, []byte{2, 1, 0, 5, 1})
	}
	radius.PushProxyState(p, []byte("ours"))
	return p
}

// ask asks and returns where the outcome comes, once.
func ask(t *testing.T, c *Client, code radius.Code) <-chan outcome {
	t.Helper()
	out := make(chan outcome, 1)
	c.Ask(request(code), func(reply, request *radius.Packet, err error) {
		select {
		case out <- outcome{reply, request, err}:
		default:
			t.Error("answered twice")
		}
	})
	return out
}
