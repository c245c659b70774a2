package radius

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter/payer"
	"github.com/hexwave/hexwave/proto/radius"
)

var _ payer.AAA = (*Client)(nil)

// TestAnswers: each kind of answer arrives with the request as it was sent.
func TestAnswers(t *testing.T) {
	for _, code := range []radius.Code{radius.AccessAccept, radius.AccessReject, radius.AccessChallenge} {
		auth := newAAA(t, func(a *aaa, raw []byte, from *net.UDPAddr) {
			a.send(a.answer(raw, code, func(request, reply *radius.Packet) { radius.AddKeys(reply, request, []byte("send"), []byte("recv")) }), from)
		})
		acct := newAAA(t, accepts)
		c := start(t, auth, acct, nil)
		got := <-ask(t, c, radius.AccessRequest)
		if got.err != nil || got.reply.Code != code {
			t.Fatalf("%s: %+v", code, got)
		}
		send, _, err := radius.Keys(got.reply, got.request)
		if err != nil || string(send) != "send" {
			t.Errorf("keys: %q, %v", send, err)
		}
		if err := radius.PopProxyState(got.reply, []byte("ours")); err != nil {
			t.Error(err)
		}
		if n := len(acct.all()); n != 0 {
			t.Errorf("%d logins at the accounting port", n)
		}
		got = <-ask(t, c, radius.AccountingRequest)
		if got.err != nil || got.reply.Code != radius.AccountingResponse || len(acct.all()) != 1 || len(auth.all()) != 1 {
			t.Errorf("accounting: %+v", got)
		}
		if s := c.Stats(); s.Asked != 2 || s.Answered != 2 || s.UnderWay != 0 || s.Silent {
			t.Errorf("stats %+v", s)
		}
	}
}

// TestAnyPlace: many servers do not put the Message-Authenticator first.
func TestAnyPlace(t *testing.T) {
	auth := newAAA(t, func(a *aaa, raw []byte, from *net.UDPAddr) {
		a.send(signLast(a, raw, radius.AccessAccept), from)
	})
	if got := <-ask(t, start(t, auth, auth, nil), radius.AccessRequest); got.err != nil {
		t.Error(got.err)
	}
}

// TestRepetition: a request is sent three times with the same bytes, and answered
// if one of them arrives.
func TestRepetition(t *testing.T) {
	for _, code := range []radius.Code{radius.AccessRequest, radius.AccountingRequest} {
		for lost := range 4 {
			server := newAAA(t, func(a *aaa, raw []byte, from *net.UDPAddr) {
				if len(a.all()) > lost {
					accepts(a, raw, from)
				}
			})
			c := start(t, server, server, func(c *Config) { c.Wait = 100 * time.Millisecond })
			got := <-ask(t, c, code)
			all := server.all()
			if want := min(lost+1, 3); len(all) < want || (got.err == nil) != (lost < 3) {
				t.Fatalf("%d lost: %d sent, %v", lost, len(all), got.err)
			}
			for _, h := range all {
				if h.raw != all[0].raw || h.from.String() != all[0].from.String() {
					t.Errorf("%d lost: other bytes or another socket", lost)
				}
			}
			if lost == 3 {
				s := c.Stats()
				if !errors.Is(got.err, ErrNoAnswer) || len(all) != 3 || s.NoAnswer != 1 || s.Resent != 2 || !s.Silent || s.UnderWay != 0 {
					t.Errorf("%v, %d sent, %+v", got.err, len(all), s)
				}
			}
		}
	}
}

// TestDrops: what does not authenticate is dropped by name and ends nothing; the
// true answer after it counts.
func TestDrops(t *testing.T) {
	other, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	edit := func(f func([]byte)) func(*aaa, []byte) []byte {
		return func(a *aaa, raw []byte) []byte {
			b := a.answer(raw, radius.AccessAccept)
			f(b)
			return b
		}
	}
	cases := []struct {
		name string
		bad  func(a *aaa, raw []byte) []byte
		want Drop
	}{
		{"junk", func(*aaa, []byte) []byte { return []byte("junk") }, BadSize},
		{"cut", func(a *aaa, raw []byte) []byte { b := a.answer(raw, radius.AccessAccept); return b[:len(b)-1] }, BadSize},
		{"longer than a packet", func(a *aaa, raw []byte) []byte {
			return append(a.answer(raw, radius.AccessAccept), make([]byte, 4500)...)
		}, BadSize},
		{"attributes", edit(func(b []byte) { b[21] = 0 }), Malformed},
		{"other identifier", edit(func(b []byte) { b[1]++ }), Unexpected},
		{"other code", func(a *aaa, raw []byte) []byte { b := a.answer(raw, radius.AccessAccept); b[0] = 5; return b }, WrongCode},
		{"authenticator", edit(func(b []byte) { b[4]++ }), Forged},
		{"content", edit(func(b []byte) { b[len(b)-1]++ }), Forged},
		{"no message authenticator", func(a *aaa, raw []byte) []byte { return unsigned(a, raw, radius.AccessAccept) }, NoMessageMAC},
		{"message authenticator of another", func(a *aaa, raw []byte) []byte {
			b := a.answer(raw, radius.AccessAccept)
			b[22]++
			return rehash(b, raw)
		}, ForgedMessageMAC},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			auth := newAAA(t, func(a *aaa, raw []byte, from *net.UDPAddr) {
				a.send(x.bad(a, raw), from)
				accepts(a, raw, from)
			})
			c := start(t, auth, auth, nil)
			if got := <-ask(t, c, radius.AccessRequest); got.err != nil || got.reply.Code != radius.AccessAccept {
				t.Fatalf("%+v", got)
			}
			if s := c.Stats(); s.Dropped[x.want] != 1 || s.Answered != 1 || s.Resent != 0 {
				t.Errorf("want %s: %v", x.want, s.Dropped)
			}
		})
	}
	t.Run("another sender", func(t *testing.T) {
		auth := newAAA(t, func(a *aaa, raw []byte, from *net.UDPAddr) {
			if _, err := other.WriteToUDP(a.answer(raw, radius.AccessReject), from); err != nil {
				t.Error(err)
			}
		})
		c := start(t, auth, auth, nil)
		out := ask(t, c, radius.AccessRequest)
		waitFor(t, "the stranger", func() bool { return c.Stats().Dropped[Stranger] == 1 })
		heard := auth.all()[0]
		auth.send(auth.answer([]byte(heard.raw), radius.AccessAccept), heard.from)
		if got := <-out; got.err != nil || got.reply.Code != radius.AccessAccept {
			t.Errorf("%+v", got)
		}
	})
}

// TestTwiceAndLate: the second answer to a request, and one to a request before,
// answer nothing, though the identifier is in use again.
func TestTwiceAndLate(t *testing.T) {
	auth := newAAA(t, func(a *aaa, raw []byte, from *net.UDPAddr) {
		if len(a.all()) == 1 {
			accepts(a, raw, from)
			accepts(a, raw, from)
		}
	})
	c := start(t, auth, auth, func(c *Config) { c.Sockets = 1 })
	if got := <-ask(t, c, radius.AccessRequest); got.err != nil {
		t.Fatal(got.err)
	}
	waitFor(t, "the second answer", func() bool { return c.Stats().Dropped[Unexpected] == 1 })
	first := auth.all()[0]
	var outs []<-chan outcome
	for range perSocket {
		outs = append(outs, ask(t, c, radius.AccessRequest))
	}
	waitFor(t, "all requests", func() bool { return len(auth.all()) == 1+perSocket })
	auth.send(auth.answer([]byte(first.raw), radius.AccessReject), first.from)
	waitFor(t, "the late answer", func() bool { return c.Stats().Dropped[Forged] == 1 })
	for _, h := range auth.all()[1:] {
		auth.send(auth.answer([]byte(h.raw), radius.AccessAccept), h.from)
	}
	for _, out := range outs {
		if got := <-out; got.err != nil || got.reply.Code != radius.AccessAccept {
			t.Fatalf("%+v", got)
		}
	}
}

// TestIdentifiers: every identifier of every socket is used, none twice at a time,
// and one more request is refused until one ends.
func TestIdentifiers(t *testing.T) {
	auth := newAAA(t, mute)
	c := start(t, auth, auth, func(c *Config) { c.Sockets = 3 })
	const all = 3 * perSocket
	var outs []<-chan outcome
	for range all {
		outs = append(outs, ask(t, c, radius.AccessRequest))
		if len(outs)%64 == 0 { // within the socket's buffer
			waitFor(t, "requests", func() bool { return len(auth.all()) == len(outs) })
		}
	}
	if got := <-ask(t, c, radius.AccessRequest); !errors.Is(got.err, ErrFull) {
		t.Errorf("one too many: %v", got.err)
	}
	if s := c.Stats(); s.UnderWay != all || s.Full != 1 {
		t.Errorf("stats %+v", s)
	}
	type name struct {
		from string
		id   byte
	}
	seen := map[name]bool{}
	for _, h := range auth.all() {
		seen[name{h.from.String(), h.packet.Identifier}] = true
	}
	if len(seen) != all {
		t.Errorf("%d names for %d requests", len(seen), all)
	}
	h := auth.all()[0]
	auth.send(auth.answer([]byte(h.raw), radius.AccessAccept), h.from)
	waitFor(t, "room", func() bool { return c.Stats().UnderWay == all-1 })
	outs = append(outs, ask(t, c, radius.AccessRequest))
	waitFor(t, "the next request", func() bool { return len(auth.all()) == all+1 })
	if last := auth.all()[all]; last.from.String() != h.from.String() || last.packet.Identifier != h.packet.Identifier {
		t.Error("not the identifier that became free")
	}
	if s := c.Stats(); s.UnderWay != all || len(outs) != all+1 {
		t.Errorf("stats %+v", s)
	}
}

// TestStop: what is under way ends once, and nothing starts any more.
func TestStop(t *testing.T) {
	auth := newAAA(t, mute)
	c, err := NewClient(Config{Auth: auth.address(), Acct: auth.address(), Secret: []byte(secret)})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-ask(t, c, radius.AccessRequest); !errors.Is(got.err, ErrStopped) {
		t.Errorf("before: %v", got.err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	var out <-chan outcome
	waitFor(t, "sockets", func() bool {
		out = ask(t, c, radius.AccessRequest)
		return c.Stats().UnderWay == 1
	})
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := <-out; !errors.Is(got.err, ErrStopped) {
		t.Errorf("under way: %v", got.err)
	}
	if got := <-ask(t, c, radius.AccessRequest); !errors.Is(got.err, ErrStopped) {
		t.Errorf("after: %v", got.err)
	}
}

// TestConcurrent: many ask at once while the AAA loses every third packet.
func TestConcurrent(t *testing.T) {
	auth := newAAA(t, func(a *aaa, raw []byte, from *net.UDPAddr) {
		if len(a.all())%3 != 0 {
			accepts(a, raw, from)
		}
	})
	c := start(t, auth, auth, func(c *Config) { c.Wait, c.Tries = 50*time.Millisecond, 20 })
	var askers sync.WaitGroup
	for range 8 {
		askers.Go(func() {
			for range 50 {
				p := request(radius.AccessRequest)
				want := bytes.Clone(p.Authenticator[:])
				done := make(chan outcome, 1)
				c.Ask(p, func(reply, request *radius.Packet, err error) { done <- outcome{reply, request, err} })
				if got := <-done; got.err != nil || !bytes.Equal(got.request.Authenticator[:], want) {
					t.Errorf("%+v", got)
				}
			}
		})
	}
	askers.Wait()
	if s := c.Stats(); s.Asked != 400 || s.Answered != 400 || s.Resent == 0 || s.UnderWay != 0 {
		t.Errorf("stats %+v", s)
	}
}

// TestRefusedPackets: what cannot be asked is answered at once and keeps no
// identifier.
func TestRefusedPackets(t *testing.T) {
	auth := newAAA(t, mute)
	c := start(t, auth, auth, nil)
	for name, p := range map[string]*radius.Packet{
		"an answer": radius.NewRequest(radius.AccessAccept, nil),
		"too long": func() *radius.Packet {
			p := request(radius.AccessRequest)
			for range 17 {
				p.Add(radius.TypeReplyMessage, make([]byte, 253))
			}
			return p
		}(),
	} {
		var got []error
		c.Ask(p, func(_, _ *radius.Packet, err error) { got = append(got, err) })
		if len(got) != 1 || got[0] == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	if s := c.Stats(); s.Asked != 0 || s.UnderWay != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestConfig(t *testing.T) {
	for name, x := range map[string]struct {
		cfg  Config
		want error
	}{
		"no secret": {Config{Auth: "127.0.0.1:1812", Acct: "127.0.0.1:1813"}, ErrSecret},
		"no auth":   {Config{Acct: "127.0.0.1:1813", Secret: []byte("x")}, ErrAddress},
		"no port":   {Config{Auth: "127.0.0.1", Acct: "127.0.0.1:1813", Secret: []byte("x")}, ErrAddress},
		"port 0":    {Config{Auth: "127.0.0.1:1812", Acct: "127.0.0.1:0", Secret: []byte("x")}, ErrAddress},
		"no host":   {Config{Auth: "127.0.0.1:1812", Acct: ":1813", Secret: []byte("x")}, ErrAddress},
	} {
		if _, err := NewClient(x.cfg); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c := (Config{}).withDefaults(); c.Wait != 2*time.Second || c.Tries != 3 || c.Sockets != 16 {
		t.Errorf("defaults %+v", c)
	}
	for d := range dropCount + 1 {
		if (d.String() == "unspecified") != (d == dropCount) {
			t.Errorf("drop %d: %s", d, d)
		}
	}
}
