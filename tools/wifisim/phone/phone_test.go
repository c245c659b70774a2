package phone

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/tools/wifisim/aaa"
	"github.com/hexwave/hexwave/tools/wifisim/town"
)

const (
	secret   = "of access point and AAA"
	patience = 30 * time.Second
)

// start runs phones straight before the AAA, as if what is between were glass.
func start(t *testing.T, users ...town.User) (*World, *aaa.Server) {
	t.Helper()
	passwords := map[string]string{}
	for _, u := range users {
		passwords[u.Name] = u.Password
	}
	server, err := aaa.Listen("127.0.0.1:0", "127.0.0.1:0", secret, passwords)
	if err != nil {
		t.Fatal(err)
	}
	auth, acct := server.Addrs()
	w, err := New(town.Town{Seed: 1, InterimSeconds: 1, Users: users, AccessPoints: []town.AccessPoint{
		{Name: "ap-1", BSSID: "02-00-00-00-01-01", Secret: secret, Auth: auth, Acct: acct, DAS: "127.0.0.1:0"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() { _ = server.Run(ctx) }) // ends with ctx
	parts.Go(func() { _ = w.Run(ctx) })      // ends with ctx
	t.Cleanup(func() { cancel(); parts.Wait() })
	w.Start()
	return w, server
}

func user(name, mac string) town.User {
	return town.User{Name: name + "@carrier.example", Password: "pw-" + name, MAC: mac, AP: "ap-1", Rate: 100_000}
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// leave has all phones leave; what they counted is then what the AAA was told.
func leave(t *testing.T, w *World, server *aaa.Server) (Facts, aaa.Facts) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	f, a := w.Facts(), server.Facts()
	if f.Bytes != a.Bytes || f.Bytes == 0 || len(f.Sessions) != a.Sessions || f.Open != 0 {
		t.Errorf("phones %+v, AAA %+v", f, a)
	}
	return f, a
}

func TestPhonesAndAAAAgree(t *testing.T) {
	liar := user("carl", "02-00-00-00-00-03")
	liar.Typed = "guessed"
	w, server := start(t, user("anna", "02-00-00-00-00-01"), user("bert", "02-00-00-00-00-02"), liar)
	await(t, "two logins, bytes and a Reject", func() bool {
		f := w.Facts()
		return f.Accepted == 2 && f.RejectedExpected >= 1 && f.Bytes > 0
	})
	f, a := leave(t, w, server)
	// The AAA sends keys, and no grants: those are the payer's, who is not here. A
	// phone that is rejected tries again after a while, so Rejects have no number.
	want := Facts{Accepted: 2, KeysRight: 2, RejectedExpected: a.Rejected, Bytes: a.Bytes}
	if diff := cmp.Diff(want, f, cmpopts.IgnoreFields(Facts{}, "Sessions", "AccountingSent", "AccountingAgain", "AccountingAnswered")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(aaa.Facts{Accepted: 2, Rejected: a.Rejected, Sessions: 2, Bytes: f.Bytes}, a); diff != "" {
		t.Error(diff)
	}
}

func (w *World) isOpen(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sessions[id] != nil
}

func disconnect(t *testing.T, c net.Conn, id byte, key, session string) *radius.Packet {
	t.Helper()
	p := radius.NewRequest(radius.DisconnectRequest, []byte(key))
	p.Identifier = id
	p.Add(radius.TypeAcctSession, []byte(session))
	b, err := radius.EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
	return p
}

// answer fails when what comes next is no answer to request.
func answer(t *testing.T, c net.Conn, request *radius.Packet) radius.Code {
	t.Helper()
	b := make([]byte, radius.MaxPacket)
	_ = c.SetReadDeadline(time.Now().Add(patience)) // an open socket takes it
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := radius.ParseReply(b[:n], request.Secret, request, false)
	if err != nil {
		t.Fatal(err)
	}
	return reply.Code
}

func TestDisconnectRequest(t *testing.T) {
	w, server := start(t, user("anna", "02-00-00-00-00-01"))
	await(t, "a session with bytes", func() bool { f := w.Facts(); return f.Open == 1 && f.Bytes > 0 })
	conn, err := net.Dial("udp", w.das["ap-1"].LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	id := w.Facts().Sessions[0].ID

	// The first has no answer: the next one is to the request behind it.
	disconnect(t, conn, 1, "of another", id)
	if code := answer(t, conn, disconnect(t, conn, 2, secret, "no such session")); code != radius.DisconnectNAK {
		t.Errorf("no such session: %v", code)
	}
	if f := w.Facts(); f.Disconnects != 0 || !w.isOpen(id) {
		t.Fatalf("the session has ended without a request for it: %+v", f)
	}
	if code := answer(t, conn, disconnect(t, conn, 3, secret, id)); code != radius.DisconnectACK {
		t.Fatalf("the session: %v", code)
	}
	await(t, "the session ends", func() bool { return !w.isOpen(id) })
	if f, _ := leave(t, w, server); f.Disconnects != 1 {
		t.Errorf("%+v", f)
	}
}
