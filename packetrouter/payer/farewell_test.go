package payer

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// farewells returns the Disconnect-Requests among what went out, and forgets all.
func (i *inbox) farewells(t *testing.T) []delivery {
	t.Helper()
	var out []delivery
	for _, d := range i.taken() {
		if d.proof.Kind != wire.RadiusDynamic {
			continue
		}
		p, err := radius.ParseRequest(d.packet, []byte(radius.TunnelSecret))
		if err != nil || p.Code != radius.DisconnectRequest {
			t.Fatalf("%v: %+v", err, p)
		}
		out = append(out, d)
	}
	return out
}

// TestNewestSupersedes: one subscriber has one live grant. A login elsewhere, or
// from another device, ends the older session; one of the same device at the same
// hotspot only replaces its grant.
func TestNewestSupersedes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		h := [4]*caller{1: newCaller(t, 1), 2: newCaller(t, 2), 3: newCaller(t, 3)}
		var old wire.Grant
		for i, c := range []struct {
			hotspot int
			device  byte
			user    string
			ends    bool
		}{
			{1, 9, user, false},
			{1, 9, user, false},
			{1, 8, user, true},
			{2, 8, user, true},
			{3, 8, "somebody-else@carrier.example", false},
		} {
			g := grantIn(t, o.login(t, h[c.hotspot], c.user, c.device))
			sent := o.in.farewells(t)
			if (len(sent) == 1) != c.ends || len(sent) > 1 {
				t.Fatalf("login %d: %d sessions ended", i, len(sent))
			}
			if c.ends {
				p, err := radius.ParseRequest(sent[0].packet, []byte(radius.TunnelSecret))
				if err != nil {
					t.Fatal(err)
				}
				if classes := radius.Classes(p); sent[0].hotspot != 1 || len(classes) != 1 || !bytes.Equal(classes[0], old.AppendTo(nil)) {
					t.Errorf("login %d: hotspot %d is to end %x", i, sent[0].hotspot, classes)
				}
			}
			if i > 0 && c.user == user {
				if before := o.ledger.grants[old.ID]; before.superseded != millis(time.Now()) {
					t.Errorf("login %d: the older one is superseded at %d", i, before.superseded)
				}
			}
			old = g
			time.Sleep(time.Minute)
		}
		if s := o.Stats(); s.Live != 2 || s.Grants != 5 || s.Disconnects != 2 {
			t.Errorf("stats %+v", s)
		}
	})
}

// TestExpiredIsNotEnded: a session that is over needs no farewell.
func TestExpiredIsNotEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		first := grantIn(t, o.login(t, newCaller(t, 1), user, 9))
		time.Sleep(1860 * time.Second)
		o.login(t, newCaller(t, 2), user, 9)
		if sent := o.in.farewells(t); len(sent) != 0 || o.ledger.grants[first.ID].superseded != 0 {
			t.Errorf("%d sessions ended", len(sent))
		}
	})
}

// elsewhere logs a user in at hotspot 1 and then at hotspot 2, and returns the
// farewell to the first.
func elsewhere(t *testing.T, o *office) delivery {
	t.Helper()
	o.login(t, newCaller(t, 1), user, 9)
	o.login(t, newCaller(t, 2), user, 9)
	sent := o.in.farewells(t)
	if len(sent) != 1 {
		t.Fatalf("%d farewells", len(sent))
	}
	return sent[0]
}

// TestFarewellIsRepeated: three times with the same bytes, then no more.
func TestFarewellIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		first := elsewhere(t, o)
		sent := 1
		for range 10 {
			time.Sleep(time.Second)
			o.repeatFarewells(time.Now())
			for _, d := range o.in.farewells(t) {
				sent++
				if !bytes.Equal(d.raw, first.raw) || !bytes.Equal(d.packet, first.packet) {
					t.Error("other bytes")
				}
			}
		}
		if s := o.Stats(); sent != farewellTries || s.Disconnects != 1 || s.Unanswered != 1 {
			t.Errorf("sent %d times, %+v", sent, s)
		}
	})
}

// TestFarewellAnswered: the hotspot's word ends the repetition; nobody else's
// does.
func TestFarewellAnswered(t *testing.T) {
	for _, code := range []radius.Code{radius.DisconnectACK, radius.DisconnectNAK} {
		synctest.Test(t, func(t *testing.T) {
			o, _ := withCarrier(t)
			d := elsewhere(t, o)
			request, err := radius.ParseRequest(d.packet, []byte(radius.TunnelSecret))
			if err != nil {
				t.Fatal(err)
			}
			packet, err := radius.EncodeReply(radius.NewReply(request, code), request)
			if err != nil {
				t.Fatal(err)
			}
			h, other := newCaller(t, 1), newCaller(t, 2)
			number := func(p *wire.RadiusProof) { p.Exchange = d.proof.Exchange }
			say := func(c *caller, packet []byte, changes ...any) {
				o.hear(c, c.sign(nil, packet, wire.RadiusDynamicAck, [32]byte{}, changes...))
			}
			say(other, packet, number)
			say(h, packet)
			other.id = 2
			forged := other.sign(nil, packet, wire.RadiusDynamicAck, [32]byte{}, number, func(p *wire.RadiusProof) { p.Hotspot = 1 })
			o.hear(h, forged)
			damaged := bytes.Clone(packet)
			damaged[len(damaged)-1] ^= 1
			say(h, damaged, number)
			if s := o.Stats(); s.Acked+s.Refused != 0 || s.Requests[Duplicate] != 2 || s.Requests[BadSignature] != 1 || s.Requests[BadRadius] != 1 {
				t.Errorf("before: %+v", s)
			}
			say(h, packet, number)
			say(h, packet, number)
			time.Sleep(farewellEvery)
			o.repeatFarewells(time.Now())
			s := o.Stats()
			want := [2]uint64{1, 0}
			if code == radius.DisconnectNAK {
				want = [2]uint64{0, 1}
			}
			if [2]uint64{s.Acked, s.Refused} != want || len(o.in.farewells(t)) != 0 {
				t.Errorf("%s: %+v", code, s)
			}
		})
	}
}

// TestFarewellAfterRestart: who was logged in before a restart is known after it.
func TestFarewellAfterRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		o.login(t, newCaller(t, 1), user, 9)
		o.restart()
		o.lane.rotate(t)
		o.open()
		o.login(t, newCaller(t, 2), user, 9)
		if sent := o.in.farewells(t); len(sent) != 1 || sent[0].hotspot != 1 {
			t.Errorf("%d sessions ended", len(sent))
		}
	})
}

// TestFarewellWaitsForTheGrant: as long as the newer grant is not stored, nobody
// hears of it.
func TestFarewellWaitsForTheGrant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		o.login(t, newCaller(t, 1), user, 9)
		h := newCaller(t, 2)
		o.hear(h, h.login(user, 9))
		if err := o.flush(); err != nil || len(o.in.taken()) != 0 {
			t.Error("too early")
		}
		// A crash now, and nothing has happened.
		o.restart()
		if g := o.ledger.newest(lastGrant(o).Subscriber, millis(time.Now())); g == nil || g.Hotspot != 1 || g.superseded != 0 {
			t.Errorf("%+v", g)
		}
	})
}
