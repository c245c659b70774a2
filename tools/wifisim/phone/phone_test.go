package phone

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/tools/wifisim/aaa"
	"github.com/hexwave/hexwave/tools/wifisim/town"
)

const (
	secret   = "of access point and AAA"
	patience = 20 * time.Second
)

// start runs phones straight before the AAA, as if what is between were glass.
func start(t *testing.T, users ...town.User) (*World, *aaa.Server, town.Town) {
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
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	das := l.LocalAddr().String()
	_ = l.Close() // the access point takes it
	tn := town.Town{Seed: 1, InterimSeconds: 1, Users: users, AccessPoints: []town.AccessPoint{
		{Name: "ap-1", BSSID: "02-00-00-00-01-01", Secret: secret, Auth: auth, Acct: acct, DAS: das},
	}}
	w, err := New(tn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() { _ = server.Run(ctx) }) // ends with ctx
	parts.Go(func() { _ = w.Run(ctx) })      // ends with ctx
	t.Cleanup(func() { cancel(); parts.Wait() })
	w.Start()
	return w, server, tn
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

func TestPhonesAndAAAAgree(t *testing.T) {
	liar := user("carl", "02-00-00-00-00-03")
	liar.Typed = "guessed"
	w, server, _ := start(t, user("anna", "02-00-00-00-00-01"), user("bert", "02-00-00-00-00-02"), liar)
	await(t, "two logins, bytes and a Reject", func() bool {
		f := w.Facts()
		return f.Accepted == 2 && f.RejectedExpected >= 1 && f.Bytes > 0
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	f, a := w.Facts(), server.Facts()
	if f.Bytes != a.Bytes || f.Bytes == 0 || len(f.Sessions) != 2 || a.Sessions != 2 || f.Open != 0 {
		t.Errorf("phones %+v, AAA %+v", f, a)
	}
	if f.KeysRight != 2 || f.KeysWrong != 0 || f.Grants != 0 || f.RejectedUnexpected != 0 || f.AcceptedUnexpected != 0 || a.Bad != 0 {
		t.Errorf("phones %+v, AAA %+v", f, a)
	}
}

func TestDisconnectRequest(t *testing.T) {
	w, _, tn := start(t, user("anna", "02-00-00-00-00-01"))
	await(t, "a session", func() bool { return w.Facts().Open == 1 })
	conn, err := net.Dial("udp", tn.AccessPoints[0].DAS)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ask := func(id byte, key string) *radius.Packet {
		p := radius.NewRequest(radius.DisconnectRequest, []byte(key))
		p.Identifier = id
		p.Add(radius.TypeAcctSession, []byte(w.Facts().Sessions[0].ID))
		b, err := radius.EncodeRequest(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(b); err != nil {
			t.Fatal(err)
		}
		return p
	}
	ask(1, "of another") // no answer: the next one is to the request behind it
	request := ask(2, secret)
	b := make([]byte, radius.MaxPacket)
	_ = conn.SetReadDeadline(time.Now().Add(patience)) // an open socket takes it
	n, err := conn.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if reply, err := radius.ParseReply(b[:n], []byte(secret), request, false); err != nil || reply.Code != radius.DisconnectACK {
		t.Fatalf("%v, %v", reply, err)
	}
	await(t, "the session ends", func() bool { f := w.Facts(); return f.Disconnects == 1 && len(f.Sessions) >= 1 })
}
