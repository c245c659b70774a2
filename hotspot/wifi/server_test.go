package wifi

import (
	"bytes"
	"crypto/sha256"
	"net"
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// Each bad datagram is dropped without an answer, under its name.
func TestBadRADIUS(t *testing.T) {
	s := newSite(t)
	_, good := accessRequest(t, "anna@carrier.example")
	other := radius.NewRequest(radius.AccessRequest, []byte("of another access point"))
	other.Add(radius.TypeUserName, []byte("anna@carrier.example"))
	foreign, err := radius.EncodeRequest(other)
	if err != nil {
		t.Fatal(err)
	}
	wrong := radius.NewRequest(radius.AccessRequest, []byte(secret))
	wrong.Add(radius.TypeNASIdentifier, []byte("ap-9"))
	misnamed, err := radius.EncodeRequest(wrong)
	if err != nil {
		t.Fatal(err)
	}
	bare := append([]byte{1, 7, 0, 26}, make([]byte, 16)...)
	bare = append(bare, 1, 6, 'a', 'n', 'n', 'a')
	_, acct := accountingRequest(t, radius.AcctInterim, "s", 1, nil)
	flipped := append([]byte(nil), acct...)
	flipped[10] ^= 1
	mac := bytes.Index(good, []byte{80, 18})
	forged := append([]byte(nil), good...)
	forged[mac+5] ^= 1
	for _, c := range []struct {
		name string
		b    []byte
		acct bool
		want Reason
	}{
		{"02 without Message-Authenticator", bare, false, NoMessageAuth},
		{"02 a byte of it flipped", forged, false, BadMessageAuth},
		{"under another secret", foreign, false, BadMessageAuth},
		{"authenticator flipped", flipped, true, BadAuthenticator},
		{"oversize", make([]byte, 4097), false, BadSize},
		{"shorter than a header", []byte{1, 2, 3}, false, BadSize},
		{"of another access point's name", misnamed, false, WrongNAS},
		{"accounting at the authentication port", acct, false, BadCode},
		{"a login at the accounting port", good, true, BadCode},
	} {
		before := s.Status().Dropped[c.want.String()]
		to := s.auth
		if c.acct {
			to = s.acct
		}
		s.write(s.client(to), c.b)
		s.await(c.name+" is "+c.want.String(), func() bool { return s.Status().Dropped[c.want.String()] == before+1 })
	}
	if len(s.sent) != 0 || len(s.usage) != 0 {
		t.Error("something went on to the router")
	}
}

func TestUnknownNAS(t *testing.T) {
	s := newSite(t)
	_, good := accessRequest(t, "anna@carrier.example")
	c, err := net.DialUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)}, net.UDPAddrFromAddrPort(s.auth))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s.write(c, good)
	s.await("it is dropped", func() bool { return s.Status().Dropped[UnknownNAS.String()] == 1 })
}

// 02: the first attribute of every answer is a valid Message-Authenticator; a
// request that comes again gets the same answer and goes on once.
func TestScenario02AnswersAreSigned(t *testing.T) {
	s := newSite(t)
	for _, code := range []radius.Code{radius.AccessChallenge, radius.AccessReject} {
		c := s.client(s.auth)
		p, b := accessRequest(t, "anna@carrier.example")
		s.write(c, b)
		m := next(t, s.sent)
		s.write(c, b)
		s.Server.Radius(answer(t, m, code, nil))
		first := s.read(c)
		if reply, err := radius.ParseReply(first, []byte(secret), p, true); err != nil || reply.Code != code || first[20] != byte(radius.TypeMessageAuth) {
			t.Errorf("answer %x: %v", first, err)
		}
		s.write(c, b)
		if again := s.read(c); !bytes.Equal(again, first) {
			t.Errorf("the second answer differs: %x, %x", first, again)
		}
	}
	if len(s.sent) != 0 {
		t.Error("a repetition went on")
	}
}

func TestLoginsRefusedHere(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		name string
		make func(*radius.Packet)
		want Reason
	}{
		{"no realm", func(p *radius.Packet) { p.Set(radius.TypeUserName, []byte("anna")) }, NoRealm},
		{"no EAP", func(p *radius.Packet) { p.Del(radius.TypeEAPMessage) }, NoEAP},
		{"no station", func(p *radius.Packet) { p.Del(radius.TypeCallingStation) }, NoStation},
	} {
		p, _ := accessRequest(t, "anna@carrier.example")
		c.make(p)
		b, err := radius.EncodeRequest(p)
		if err != nil {
			t.Fatal(err)
		}
		conn := s.client(s.auth)
		s.write(conn, b)
		reply, err := radius.ParseReply(s.read(conn), []byte(secret), p, true)
		if err != nil || reply.Code != radius.AccessReject || s.Status().Refused[c.want.String()] != 1 {
			t.Errorf("%s: %v, %v", c.name, err, s.Status().Refused)
		}
	}
}

// 12, 14: what a router changed, and grants of others, let nobody in.
func TestScenario12And14BadAccepts(t *testing.T) {
	s := newSite(t)
	now := millis(time.Now())
	mine := newGrant(1, self, now)
	flipped := mine.AppendTo(nil)
	flipped[60] ^= 1
	bs := newGrant(2, self+1, now)
	old := newGrant(3, self, now-3*3600_000)
	cheap := newGrant(4, self, now)
	cheap.Price = tenADC - 1
	cheap.Signature = payerKey().Sign(cheap.AppendBody(nil))
	forged := newGrant(5, self, now)
	forged.Signature = hotspotKey().Sign(forged.AppendBody(nil))
	for _, c := range []struct {
		name  string
		class []byte
		want  Reason
	}{
		{"12 a byte of the grant flipped", flipped, BadGrant},
		{"14 the grant of hotspot B", bs.AppendTo(nil), GrantMismatch},
		{"expired", old.AppendTo(nil), GrantExpired},
		{"below the org's price", cheap.AppendTo(nil), PriceTooLow},
		{"signed by another", forged.AppendTo(nil), BadGrant},
		{"no grant", nil, NoGrant},
	} {
		before := s.Status().Refused[c.want.String()]
		conn := s.client(s.auth)
		p, b := accessRequest(t, "anna@carrier.example")
		s.write(conn, b)
		s.Server.Radius(answer(t, next(t, s.sent), radius.AccessAccept, c.class))
		reply, err := radius.ParseReply(s.read(conn), []byte(secret), p, true)
		if err != nil || reply.Code != radius.AccessReject || s.Status().Refused[c.want.String()] != before+1 {
			t.Errorf("%s: %v, %v", c.name, err, s.Status().Refused)
		}
	}
	if st := s.Status(); st.Accepted != 0 || st.Grants != 0 {
		t.Errorf("%+v", st)
	}
}

// 12, 14: an answer that a router changed or made is dropped; the true one that
// follows still counts.
func TestScenario12RouterChangesAnswers(t *testing.T) {
	s := newSite(t)
	c := s.client(s.auth)
	p, b := accessRequest(t, "anna@carrier.example")
	s.write(c, b)
	m := next(t, s.sent)
	g := newGrant(1, self, millis(time.Now()))
	good := answer(t, m, radius.AccessAccept, g.AppendTo(nil))
	change := func(want Reason, f func(proof, packet []byte) ([]byte, []byte)) {
		t.Helper()
		before := s.Status().Dropped[want.String()]
		x := good
		x.Proof, x.Packet = f(append([]byte(nil), good.Proof...), append([]byte(nil), good.Packet...))
		s.Server.Radius(x)
		s.await("dropped as "+want.String(), func() bool { return s.Status().Dropped[want.String()] == before+1 })
	}
	change(BadProof, func(proof, packet []byte) ([]byte, []byte) { packet[30] ^= 1; return proof, packet })
	change(BadSignature, func(proof, packet []byte) ([]byte, []byte) { proof[len(proof)-1] ^= 1; return proof, packet })
	resigned := func(f func(*wire.RadiusProof)) func(proof, packet []byte) ([]byte, []byte) {
		return func(raw, packet []byte) ([]byte, []byte) {
			proof, err := wire.ParseRadiusProof(raw)
			if err != nil {
				t.Fatal(err)
			}
			f(&proof)
			proof.Signature = key(8).Sign(proof.AppendBody(nil)) // a router's own
			return proof.AppendTo(nil), packet
		}
	}
	change(BadSignature, resigned(func(*wire.RadiusProof) {}))
	change(UnknownPayer, resigned(func(p *wire.RadiusProof) { p.Org++ }))
	change(BadProof, resigned(func(p *wire.RadiusProof) { p.Hotspot++ }))
	change(UnknownExchange, resigned(func(p *wire.RadiusProof) { p.Exchange++ }))
	s.Server.Radius(good)
	if reply, err := radius.ParseReply(s.read(c), []byte(secret), p, true); err != nil || reply.Code != radius.AccessAccept {
		t.Errorf("the true answer: %v", err)
	}
}

// 12: a payer's word on a record counts only as the payer signed it.
func TestScenario12UsageResults(t *testing.T) {
	s := newSite(t)
	class := s.login(1)
	s.report(radius.AcctStart, "s", 0, class)
	s.report(radius.AcctInterim, "s", 700, class)
	raw := next(t, s.usage).Records[0]
	u, err := wire.ParseUsage(raw)
	if err != nil || u.BytesDown != 700 {
		t.Fatalf("%+v, %v", u, err)
	}
	result := wire.UsageResult{
		Chain: u.Chain, Org: org, Lane: lane, Hotspot: self, Grant: u.Grant, Seq: u.Seq, Record: sha256.Sum256(raw), Verdict: wire.UsageAccepted,
	}
	result.Signature = payerKey().Sign(result.AppendBody(nil))
	good := result.AppendTo(nil)
	bad := append([]byte(nil), good...)
	bad[len(bad)-1] ^= 1
	s.UsageResult(bad)
	s.await("a bad signature", func() bool { return s.Status().Dropped[BadSignature.String()] == 1 })
	if s.Status().RecordsOpen != 1 {
		t.Error("the record is forgotten")
	}
	s.UsageResult(good)
	s.await("the record is settled", func() bool { return s.Status().RecordsOpen == 0 })
	s.UsageResult(good)
	s.await("a second word on it", func() bool { return s.Status().Dropped[BadResult.String()] == 1 })
}

// 04: the same report five times gets five answers and makes one record.
func TestScenario04FiveAnswersOneRecord(t *testing.T) {
	s := newSite(t)
	class := s.login(1)
	s.report(radius.AcctStart, "s", 0, class)
	c := s.client(s.acct)
	_, b := accountingRequest(t, radius.AcctInterim, "s", 700, class)
	var first []byte
	for i := range 5 {
		s.write(c, b)
		got := s.read(c)
		if i == 0 {
			first = got
		}
		if !bytes.Equal(got, first) {
			t.Errorf("answer %d: %x, want %x", i, got, first)
		}
	}
	s.report(radius.AcctInterim, "s", 700, class) // under a new identifier
	if st := s.Status(); st.Records != 1 || st.Payers[0].Claimed != 7000 {
		t.Errorf("%+v", st)
	}
}

// 09: what was answered survives the end of the process exactly once; what was not
// is told again by the access point and counts once.
func TestScenario09Restart(t *testing.T) {
	s := newSite(t)
	class := s.login(1)
	s.mu.Lock()
	s.down = true
	s.mu.Unlock()
	s.report(radius.AcctStart, "s", 0, class)
	s.report(radius.AcctInterim, "s", 700, class)
	s.stop()
	s.mu.Lock()
	s.down = false
	s.mu.Unlock()
	s.start()
	s.Connected()
	records := next(t, s.usage).Records
	if len(records) != 1 || s.Status().RecordsOpen != 1 || s.Status().PacketsOpen != 2 {
		t.Fatalf("%d records; %+v", len(records), s.Status())
	}
	s.report(radius.AcctInterim, "s", 700, class) // its answer was lost
	s.report(radius.AcctStop, "s", 900, class)
	if st := s.Status(); st.Payers[0].Claimed != 9000 || st.Sessions != 0 {
		t.Errorf("%+v", st)
	}
}

// What waits for the disk is not answered when the disk fails.
func TestScenario09NothingIsAnsweredThatIsNotWritten(t *testing.T) {
	s := newSite(t)
	class := s.login(1)
	s.book.mu.Lock()
	s.book.failed = ErrBook
	s.book.mu.Unlock()
	c := s.client(s.acct)
	_, b := accountingRequest(t, radius.AcctInterim, "s", 700, class)
	s.write(c, b)
	s.await("the report is dropped", func() bool { return s.Status().Dropped[BookFull.String()] == 1 })
	_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := c.Read(make([]byte, 100)); err == nil {
		t.Errorf("an answer of %d bytes", n)
	}
}

// A payer that refuses a record, or asks for it, ends the session: the access point
// gets a Disconnect-Request that names it.
func TestPayerEndsASession(t *testing.T) {
	s := newSite(t)
	class := s.login(1)
	s.report(radius.AcctStart, "s", 0, class)
	request := radius.NewRequest(radius.DisconnectRequest, []byte(radius.TunnelSecret))
	radius.AddClass(request, class)
	raw, err := radius.EncodeRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	for len(s.sent) > 0 {
		<-s.sent
	}
	asked := prove(99, wire.RadiusDynamic, raw)
	s.Server.Radius(asked)
	b := make([]byte, radius.MaxPacket)
	_ = s.das.SetReadDeadline(time.Now().Add(patience))
	n, from, err := s.das.ReadFromUDPAddrPort(b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := radius.ParseRequest(b[:n], []byte(secret))
	if err != nil || got.Code != radius.DisconnectRequest || radius.String(got, radius.TypeAcctSession) != "s" {
		t.Fatalf("%v, %v", got, err)
	}
	ack, err := radius.EncodeReply(radius.NewReply(got, radius.DisconnectACK), got)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.das.WriteToUDPAddrPort(ack, from); err != nil {
		t.Fatal(err)
	}
	for {
		m := next(t, s.sent)
		proof, err := wire.ParseRadiusProof(m.Proof)
		if err != nil {
			t.Fatal(err)
		}
		if proof.Kind != wire.RadiusDynamicAck {
			continue // accounting on its way
		}
		if reply, err := radius.ParseReply(m.Packet, []byte(radius.TunnelSecret), request, false); err != nil || reply.Code != radius.DisconnectACK {
			t.Errorf("%v, %v", reply, err)
		}
		break
	}
	s.Server.Radius(asked)
	s.await("the same wish again", func() bool { return s.Status().Dropped[Replayed.String()] == 1 })
}
