package payer

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

const user = "someone@carrier.example"

// withCarrier returns an office before an AAA. It must be called in a bubble.
func withCarrier(t *testing.T) (*office, *carrier) {
	t.Helper()
	o, c := newOffice(t), &carrier{t: t}
	o.aaa = c
	o.open()
	return o, c
}

// hear gives the payer a request.
func (o *office) hear(h *caller, c call) { o.Radius(time.Now(), h.id, c.proof, c.packet) }

// login logs a user in and returns what came of it.
func (o *office) login(t *testing.T, h *caller, user string, device byte, changes ...any) *radius.Packet {
	t.Helper()
	c := h.login(user, device, changes...)
	o.hear(h, c)
	o.settle(t)
	var reply *radius.Packet
	for _, d := range o.in.taken() {
		if d.proof.Kind == wire.RadiusAnswer && d.hotspot == h.id && d.proof.Exchange == c.number {
			reply = c.read(t, d)
			continue
		}
		o.in.packets = append(o.in.packets, d)
	}
	if reply == nil {
		t.Fatal("no answer")
	}
	return reply
}

// TestLogin: an Accept becomes a grant, and leaves when that is on the disk.
func TestLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		h := newCaller(t, 1)
		req := h.login(user, 9)
		o.hear(h, req)
		if err := o.flush(); err != nil {
			t.Fatal(err)
		}
		if got := o.in.taken(); len(got) != 0 {
			t.Fatal("the Accept left before the grant was stored")
		}
		o.settle(t)
		got := o.in.taken()
		if len(got) != 1 || got[0].hotspot != 1 {
			t.Fatalf("%d packets", len(got))
		}
		reply := req.read(t, got[0])
		g := grantIn(t, reply)
		now := uint32(time.Now().Unix())
		sub := hmac.New(sha256.New, routertest.LaneKey().Private.Seed())
		sub.Write([]byte("HXS" + user))
		want := wire.Grant{
			Chain: theChain(), Org: uint32(theOrg), Lane: theLane, Hotspot: 1, ID: g.ID, Subscriber: [16]byte(sub.Sum(nil)[:16]),
			Price: price, MaxBytes: 40e9, NotBefore: now, Expires: now + 1860, Reauth: 1800, Interim: 300, Quantum: 10 << 20,
			Client: g.Client, Signature: g.Signature,
		}
		if diff := cmp.Diff(want, g); diff != "" {
			t.Error(diff)
		}
		if g.ID == [16]byte{} || g.Client == [32]byte{} {
			t.Error("no randomness")
		}
		for _, a := range []struct {
			t    radius.Type
			want uint32
		}{{radius.TypeSessionTimeout, 1800}, {radius.TypeTermination, 1}, {radius.TypeAcctInterim, 300}} {
			if v, ok := radius.Uint32(reply, a.t); !ok || v != a.want {
				t.Errorf("attribute %d: %d, %t", a.t, v, ok)
			}
		}
		if classes := radius.Classes(reply); len(classes) != 2 || string(classes[0]) != "the AAA's own" {
			t.Errorf("classes %q", classes)
		}
		if err := radius.PopProxyState(reply, []byte("hotspot")); err != nil {
			t.Error(err)
		}
		if err := radius.PopProxyState(reply, []byte("access point")); err != nil {
			t.Error(err)
		}
		if s := o.Stats(); s.Accepted != 1 || s.Live != 1 || s.Open != 0 || s.Requests[Passed] != 1 {
			t.Errorf("stats %+v", s)
		}
		asked := c.asked[0]
		if radius.UserName(asked) != user || len(radius.EAP(asked)) != 5 {
			t.Error("the AAA was asked something else")
		}
	})
}

// TestSessionKeys: only the hotspot can read the keys of an Accept, not who
// carries it.
func TestSessionKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		h, other := newCaller(t, 1), newCaller(t, 2)
		req := h.login(user, 9)
		o.hear(h, req)
		o.settle(t)
		d := o.in.taken()[0]
		reply := req.read(t, d)
		opened := func(secret []byte) bool {
			reply.Secret = secret
			send, recv, err := radius.Keys(reply, req.request)
			return err == nil && bytes.Equal(send, sessionKey('s')) && bytes.Equal(recv, sessionKey('r'))
		}
		if !opened(h.secret(d.proof.Seal)) {
			t.Error("the hotspot cannot read the keys")
		}
		if opened([]byte(radius.TunnelSecret)) || opened([]byte(carrierSecret)) || opened(other.secret(d.proof.Seal)) {
			t.Error("others can read the keys")
		}
	})
}

// TestRounds: a Challenge and a Reject go through as they are.
func TestRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		h := newCaller(t, 1)
		for _, code := range []radius.Code{radius.AccessChallenge, radius.AccessReject} {
			c.answer = func(_, reply *radius.Packet) {
				reply.Code = code
				reply.Add(radius.TypeState, []byte("round 2"))
				radius.SetEAP(reply, bytes.Repeat([]byte{7}, 600))
			}
			reply := o.login(t, h, user, 9)
			if reply.Code != code || radius.String(reply, radius.TypeState) != "round 2" || len(radius.EAP(reply)) != 600 || len(radius.Classes(reply)) != 0 {
				t.Errorf("%s became %+v", code, reply)
			}
		}
		if s := o.Stats(); s.Rejected != 1 || s.Grants != 0 {
			t.Errorf("stats %+v", s)
		}
	})
}

// TestAccounting: an Accounting-Request reaches the AAA, and its answer the
// hotspot.
func TestAccounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		h := newCaller(t, 1)
		req := h.account()
		o.hear(h, req)
		o.settle(t)
		got := o.in.taken()
		if len(got) != 1 || req.read(t, got[0]).Code != radius.AccountingResponse {
			t.Errorf("%d packets", len(got))
		}
	})
}

// TestReasons makes one thing wrong with a request: it goes unanswered, for that
// reason, and reaches no AAA.
func TestReasons(t *testing.T) {
	proven := func(f func(*wire.RadiusProof)) func(*office, *caller) call {
		return func(_ *office, h *caller) call { return h.login(user, 9, f) }
	}
	packet := func(f func(*radius.Packet)) func(*office, *caller) call {
		return func(_ *office, h *caller) call { return h.login(user, 9, f) }
	}
	raw := func(kind wire.RadiusKind, f func([]byte) []byte) func(*office, *caller) call {
		return func(_ *office, h *caller) call {
			c := h.login(user, 9)
			return h.sign(c.request, f(c.packet), kind, [32]byte{1})
		}
	}
	for _, c := range []struct {
		name string
		make func(*office, *caller) call
		want Reason
	}{
		{"other packet", proven(func(p *wire.RadiusProof) { p.Digest[0]++ }), Malformed},
		{"of a payer", proven(func(p *wire.RadiusProof) { p.Kind, p.Org, p.Lane = wire.RadiusAnswer, 1, 3 }), Malformed},
		{"19 bytes", raw(wire.RadiusAccess, func(b []byte) []byte { return b[:19] }), Malformed},
		{"4097 bytes", raw(wire.RadiusAccess, func(b []byte) []byte { return append(b, make([]byte, 4097-len(b))...) }), Malformed},
		{"other chain", proven(func(p *wire.RadiusProof) { p.Chain[0]++ }), WrongChain},
		{"other stream", proven(func(p *wire.RadiusProof) { p.Hotspot = 2 }), UnknownHotspot},
		{"no such hotspot", func(_ *office, h *caller) call { h.id = 9; return h.login(user, 9) }, UnknownHotspot},
		{"LoRa hotspot", func(_ *office, h *caller) call { h.id = 4; return h.login(user, 9) }, UnknownHotspot},
		{"no registry", func(o *office, h *caller) call { o.snapshot.Store(nil); return h.login(user, 9) }, UnknownHotspot},
		{"too old", proven(func(p *wire.RadiusProof) { p.Time -= skew + 1 }), ClockSkew},
		{"too new", proven(func(p *wire.RadiusProof) { p.Time += skew + 1 }), ClockSkew},
		{"not there yet", proven(func(p *wire.RadiusProof) { p.Time = ^uint64(0) }), ClockSkew},
		{"signed by another", func(_ *office, h *caller) call {
			h.id = 2
			c := h.login(user, 9, func(p *wire.RadiusProof) { p.Hotspot = 1 })
			h.id = 1
			return c
		}, BadSignature},
		{"padded", raw(wire.RadiusAccess, func(b []byte) []byte { return append(b, 0) }), BadRadius},
		{"other secret", packet(func(p *radius.Packet) { p.Secret = []byte("guess") }), BadRadius},
		{"login as accounting", raw(wire.RadiusAccounting, func(b []byte) []byte { return b }), BadRadius},
		{"accounting as login", func(_ *office, h *caller) call {
			return h.account(func(p *wire.RadiusProof) { p.Kind, p.Org, p.Lane, p.Seal = wire.RadiusAccess, 0, 0, [32]byte{1} })
		}, BadRadius},
		{"no EAP", packet(func(p *radius.Packet) { p.Del(radius.TypeEAPMessage) }), NoEAP},
		{"no seal", proven(func(p *wire.RadiusProof) { p.Seal = [32]byte{} }), BadSeal},
		{"other realm", packet(func(p *radius.Packet) { p.Set(radius.TypeUserName, []byte("a@other.example")) }), WrongRealm},
		{"no realm", packet(func(p *radius.Packet) { p.Set(radius.TypeUserName, []byte("carrier.example")) }), WrongRealm},
		{"other payer", func(_ *office, h *caller) call {
			return h.account(func(p *wire.RadiusProof) { p.Lane++ })
		}, PayerUnknown},
		{"no lane", func(o *office, h *caller) call { o.lane.hidden = true; return h.login(user, 9) }, PayerUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, aaa := withCarrier(t)
				h := newCaller(t, 1)
				o.hear(h, c.make(o, h))
				o.settle(t)
				s := o.Stats()
				if s.Requests[c.want] != 1 || s.Requests[Passed] != 0 || len(aaa.asked) != 0 || len(o.in.taken()) != 0 {
					t.Errorf("want %s: %v, %d asked", c.want, s.Requests, len(aaa.asked))
				}
			})
		})
	}
}

// TestReasonsHaveNames: a metric label each, and none twice.
func TestReasonsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range append(Reasons(), reasonCount) {
		if r.String() == "" || seen[r.String()] {
			t.Errorf("reason %d: %q", r, r)
		}
		seen[r.String()] = true
	}
}

// TestRealmsInAnyCase: the realm is what follows the last @, lower case.
func TestRealmsInAnyCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		if reply := o.login(t, newCaller(t, 1), "x@y@CARRIER.example", 9); reply.Code != radius.AccessAccept {
			t.Error(reply.Code)
		}
	})
}

// TestForgedProofs: one flipped bit anywhere in proof or packet, and the request
// goes nowhere.
func TestForgedProofs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		h := newCaller(t, 1)
		req := h.login(user, 9)
		for i := range len(req.proof) + len(req.packet) {
			proof, packet := bytes.Clone(req.proof), bytes.Clone(req.packet)
			if i < len(proof) {
				proof[i] ^= 1
			} else {
				packet[i-len(proof)] ^= 1
			}
			o.Radius(time.Now(), 1, proof, packet)
			time.Sleep(time.Second) // within the rate
		}
		o.settle(t)
		if len(c.asked) != 0 || len(o.in.taken()) != 0 {
			t.Errorf("%d asked", len(c.asked))
		}
	})
}

// TestSameAnswerAgain: the same request gets the same bytes, one that is under
// way nothing, and another one under its number nothing.
func TestSameAnswerAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		h := newCaller(t, 1)
		req := h.login(user, 9)
		c.hold = true
		o.hear(h, req)
		o.hear(h, req)
		if len(c.asked) != 1 {
			t.Fatalf("asked %d times", len(c.asked))
		}
		c.held[0]()
		o.settle(t)
		first := o.in.taken()
		o.hear(h, req)
		again := o.in.taken()
		if len(first) != 1 || len(again) != 1 || !bytes.Equal(first[0].raw, again[0].raw) || !bytes.Equal(first[0].packet, again[0].packet) {
			t.Errorf("%d answers, then %d", len(first), len(again))
		}
		h.number--
		o.hear(h, h.login(user, 8))
		if len(o.in.taken()) != 0 || len(c.asked) != 1 {
			t.Error("another request got the answer")
		}
		// As long as the proof counts, nobody makes it a second login.
		time.Sleep(300 * time.Second)
		o.hear(h, req)
		if len(o.in.taken()) != 1 || len(c.asked) != 1 {
			t.Error("replayed")
		}
		time.Sleep(time.Millisecond)
		o.hear(h, req)
		if n := o.Stats().Requests[ClockSkew]; len(o.in.taken()) != 0 || n != 1 {
			t.Error("not too old")
		}
	})
}

// TestNoAnswer: without a word of the AAA there is none to the hotspot, which may
// ask again.
func TestNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		h := newCaller(t, 1)
		req := h.login(user, 9)
		c.silent = true
		o.hear(h, req)
		o.settle(t)
		if s := o.Stats(); s.Requests[NoAnswer] != 1 || s.Open != 0 || len(o.in.taken()) != 0 {
			t.Errorf("stats %+v", s)
		}
		c.silent = false
		o.hear(h, req)
		o.settle(t)
		if len(o.in.taken()) != 1 {
			t.Error("asked again in vain")
		}
	})
}

// TestBadAnswers: what the AAA must not say is dropped.
func TestBadAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(request, reply *radius.Packet)
		want   Reason
	}{
		"no proxy state": {func(_, reply *radius.Packet) { reply.Del(radius.TypeProxyState) }, BadAnswer},
		"proxy states swapped": {func(_, reply *radius.Packet) {
			reply.Attributes[0], reply.Attributes[2] = reply.Attributes[2], reply.Attributes[0]
		}, BadAnswer},
		"keys of another hop": {func(request, reply *radius.Packet) {
			accept(request, reply)
			for _, a := range reply.Attributes {
				if a.Type == radius.TypeVendorSpecific {
					a.Attribute = a.Attribute[:len(a.Attribute)-1]
				}
			}
		}, BadAnswer},
		"no room for a grant": {func(request, reply *radius.Packet) {
			accept(request, reply)
			for range 15 {
				reply.Add(radius.TypeReplyMessage, make([]byte, 253))
			}
		}, BadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, aaa := withCarrier(t)
				aaa.answer = c.answer
				h := newCaller(t, 1)
				o.hear(h, h.login(user, 9))
				o.settle(t)
				if s := o.Stats(); s.Requests[c.want] != 1 || s.Open != 0 || s.Grants != 0 || len(o.in.taken()) != 0 {
					t.Errorf("stats %+v", s)
				}
			})
		})
	}
}

// TestBadSeal: a key that gives everybody the same secret gets no keys.
func TestBadSeal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		h := newCaller(t, 1)
		o.hear(h, h.login(user, 9, func(p *wire.RadiusProof) { p.Seal = [32]byte{1} })) // of low order
		o.settle(t)
		if s := o.Stats(); s.Requests[BadSeal] != 1 || s.Grants != 0 || len(o.in.taken()) != 0 {
			t.Errorf("stats %+v", s)
		}
	})
}

// TestRefusedLogins: a login that cannot be paid for is rejected by name, and
// leaves no grant.
func TestRefusedLogins(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*office)
		want   Reason
	}{
		{"no allowance", func(o *office) { o.lane.allowance = 104_857_599 }, PayerUnfunded},
		{"no price", func(o *office) {
			o.cfg.Price = 0
			o.open()
			s := theSnapshot()
			s.Orgs[theOrg].WiFiPrice = 0
			o.SetSnapshot(s)
		}, PayerUnfunded},
		{"cap used up", func(o *office) {
			sum := o.lane.Derive("HXS" + user)
			o.ledger.subscribers[subscriberID(sum[:16])] = &subscriber{start: millis(time.Now()), used: 40e9}
		}, SubscriberCap},
		{"too many grants", func(o *office) {
			sum := o.lane.Derive("HXS" + user)
			o.ledger.subscribers[subscriberID(sum[:16])] = &subscriber{known: maxOfSubscriber}
		}, Overloaded},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, _ := withCarrier(t)
				c.change(o)
				reply := o.login(t, newCaller(t, 1), user, 9)
				if reply.Code != radius.AccessReject || radius.String(reply, radius.TypeReplyMessage) != c.want.String() {
					t.Errorf("%s %q, want %s", reply.Code, radius.String(reply, radius.TypeReplyMessage), c.want)
				}
				if !bytes.Equal(radius.EAP(reply), []byte{4, 77, 0, 4}) {
					t.Errorf("EAP %x", radius.EAP(reply))
				}
				if s := o.Stats(); s.Grants != 0 || s.Accepted != 0 || s.Requests[c.want] != 1 {
					t.Errorf("stats %+v", s)
				}
			})
		})
	}
}

// TestEnoughForAQuantum: one quantum of allowance admits, and stays.
func TestEnoughForAQuantum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := withCarrier(t)
		o.lane.allowance = 104_857_600
		if reply := o.login(t, newCaller(t, 1), user, 9); reply.Code != radius.AccessAccept || o.lane.allowance != 104_857_600 {
			t.Errorf("%s, %d left", reply.Code, o.lane.allowance)
		}
	})
}

// TestTerms: what a grant says follows from the AAA, the chain, the settings and
// what the subscriber has used.
func TestTerms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		timeout := uint32(0)
		c.answer = func(request, reply *radius.Packet) {
			accept(request, reply)
			radius.SetUint32(reply, radius.TypeSessionTimeout, timeout)
			radius.SetUint32(reply, radius.TypeTermination, 0)
			radius.SetUint32(reply, radius.TypeAcctInterim, 900)
		}
		o.cfg.Price, o.cfg.SubscriberCap, o.cfg.Quantum = 9_000_000, 5e6, 1<<20
		o.open()
		h := newCaller(t, 1)
		for i, x := range []struct {
			timeout, reauth uint32
			chain, price    uint32
			used, left      uint64
		}{
			{600, 600, 10_000_000, 10_000_000, 0, 5e6},
			{7200, 1800, 8_000_000, 9_000_000, 4e6, 1e6},
			{0, 1800, 8_000_000, 9_000_000, 1e6 - 1, 1},
		} {
			timeout = x.timeout
			s := theSnapshot()
			s.Orgs[theOrg].WiFiPrice = x.chain
			o.SetSnapshot(s)
			if x.used > 0 {
				m := newMeter(lastGrant(o))
				time.Sleep(time.Minute)
				o.Usage(time.Now(), 1, [][]byte{m.draw(x.used, time.Minute)}, nil)
				o.settle(t)
				expect(t, "use", o.in.take(), wire.UsageAccepted)
			}
			reply := o.login(t, h, user, 9)
			g := grantIn(t, reply)
			if g.Reauth != x.reauth || g.Expires-g.NotBefore != x.reauth+60 || g.Price != x.price || g.MaxBytes != x.left || g.Interim != 300 || g.Quantum != 1<<20 {
				t.Errorf("login %d: %+v", i, g)
			}
			if v, _ := radius.Uint32(reply, radius.TypeSessionTimeout); v != x.reauth {
				t.Errorf("login %d: Session-Timeout %d", i, v)
			}
			if v, _ := radius.Uint32(reply, radius.TypeTermination); v != 1 {
				t.Errorf("login %d: Termination-Action %d", i, v)
			}
			if v, _ := radius.Uint32(reply, radius.TypeAcctInterim); v != 300 {
				t.Errorf("login %d: Acct-Interim-Interval %d", i, v)
			}
		}
	})
}

// lastGrant is the newest grant of the one subscriber.
func lastGrant(o *office) wire.Grant {
	for _, s := range o.ledger.subscribers {
		return o.ledger.grants[s.newest].Grant
	}
	return wire.Grant{}
}

// TestSubscribers: who logs in is named by the CUI of the Accept, else its user
// name, else that of the request.
func TestSubscribers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		h := newCaller(t, 1)
		for i, x := range []struct{ cui, name, want string }{
			{"", "", user},
			{"", "alice@carrier.example", "alice@carrier.example"},
			{"cui-7", "alice@carrier.example", "cui-7"},
			{"\x00", "alice@carrier.example", "alice@carrier.example"},
		} {
			c.answer = func(request, reply *radius.Packet) {
				accept(request, reply)
				if x.cui != "" {
					reply.Add(radius.TypeCUI, []byte(x.cui))
				}
				if x.name != "" {
					reply.Add(radius.TypeUserName, []byte(x.name))
				}
			}
			want := o.lane.Derive("HXS" + x.want)
			if g := grantIn(t, o.login(t, h, user, byte(i))); g.Subscriber != [16]byte(want[:16]) {
				t.Errorf("case %d: %x", i, g.Subscriber)
			}
		}
	})
}

// TestOverloadedExchanges: at most 4,096 are under way.
func TestOverloadedExchanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		now := time.Now()
		for i := range maxOpen {
			if o.exchanges.begin(exchangeName{2, uint64(i)}, [32]byte{}, now, now) == nil {
				t.Fatalf("full at %d", i)
			}
		}
		h := newCaller(t, 1)
		o.hear(h, h.login(user, 9))
		if s := o.Stats(); s.Requests[Overloaded] != 1 || s.Open != maxOpen || len(c.asked) != 0 {
			t.Errorf("stats %+v", s)
		}
		time.Sleep(rememberFor)
		o.hear(h, h.login(user, 9))
		if s := o.Stats(); s.Requests[Passed] != 1 {
			t.Errorf("stats %+v", s)
		}
	})
}

// TestRate: a hotspot asks 200 times at once, then 50 times a second.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := withCarrier(t)
		h := newCaller(t, 1)
		req := h.login(user, 9)
		for range requestBurst + 1 {
			o.hear(h, req)
		}
		if s := o.Stats(); s.Requests[RateLimited] != 1 {
			t.Errorf("stats %+v", s)
		}
		time.Sleep(time.Second)
		for range requestRate + 1 {
			o.hear(h, req)
		}
		if s := o.Stats(); s.Requests[RateLimited] != 2 {
			t.Errorf("stats %+v", s)
		}
		if len(c.asked) != 1 {
			t.Errorf("asked %d times", len(c.asked))
		}
	})
}

// A tunnelled login whose AAA names nobody is told from others by its device.
func TestAnonymousSubscribersAreTheirDevices(t *testing.T) {
	lane := newFakeLane()
	of := func(name, station, cui string) subscriberID {
		request := radius.NewRequest(radius.AccessRequest, []byte("x"))
		request.Add(radius.TypeUserName, []byte(name))
		request.Add(radius.TypeCallingStation, []byte(station))
		reply := radius.NewReply(request, radius.AccessAccept)
		if cui != "" {
			reply.Add(radius.TypeCUI, []byte(cui))
		}
		return subscriberOf(lane, reply, request)
	}
	for name, c := range map[string]struct {
		a, b subscriberID
		same bool
	}{
		"two devices, anonymous":    {of("Anonymous@r", "02-01", ""), of("anonymous@r", "02-02", ""), false},
		"two devices, empty":        {of("@r", "02-01", ""), of("@r", "02-02", ""), false},
		"one device, anonymous":     {of("anonymous@r", "02-01", ""), of("anonymous@r", "02-01", ""), true},
		"two devices, one CUI":      {of("anonymous@r", "02-01", "c"), of("@r", "02-02", "c"), true},
		"two devices, one name":     {of("anna@r", "02-01", ""), of("anna@r", "02-02", ""), true},
		"a name that looks like it": {of("02-01@r", "02-09", ""), of("@r", "02-01", ""), false},
	} {
		if (c.a == c.b) != c.same {
			t.Errorf("%s: same is %v", name, c.a == c.b)
		}
	}
}
