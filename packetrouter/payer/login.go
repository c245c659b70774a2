package payer

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"strings"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// radiusRequest is the Termination-Action of authenticating again (RFC 2865
// §5.29).
const radiusRequest = 1

// admit turns an Accept of the AAA into a grant, or into a Reject.
func (p *Payer) admit(r *request, reply, sent *radius.Packet) {
	who := subscriberOf(p.lane, reply, r.packet)
	out := radius.RelayReply(reply, r.packet)
	seal, why, err := p.reseal(out, r, sent)
	if err != nil {
		p.fail(r, why, err)
		return
	}
	p.mu.Lock()
	g, why := p.newGrant(time.Now(), r, who, reply)
	if why == Passed {
		err = p.issue(g, r, out, seal)
	}
	p.mu.Unlock()
	switch {
	case err != nil:
		p.fail(r, BadAnswer, err)
	case why != Passed:
		p.stats.requests[why].Add(1)
		p.reject(r, why)
	}
}

// anonymous is what the outer identity of a tunnelled method hides behind (RFC
// 7542 §2.4 asks for an empty user part, many say this).
const anonymous = "anonymous"

// subscriberOf names who has logged in, the same for all devices of one
// subscription and opaque to all but the payer.
func subscriberOf(lane Lane, reply, request *radius.Packet) subscriberID {
	name := bytes.TrimRight(reply.Get(radius.TypeCUI), "\x00") // a NUL only asks for one (RFC 4372 §2.1)
	for _, p := range []*radius.Packet{reply, request} {
		if len(name) == 0 {
			name = p.Get(radius.TypeUserName)
		}
	}
	if local, _, _ := strings.Cut(string(name), "@"); local == "" || strings.EqualFold(local, anonymous) {
		// The AAA names nobody: all it leaves to tell subscribers apart is the device.
		sum := lane.Derive("HXD" + radius.String(request, radius.TypeCallingStation))
		return subscriberID(sum[:16])
	}
	sum := lane.Derive("HXS" + string(name))
	return subscriberID(sum[:16])
}

// reseal encrypts the session keys in out, which came from the AAA, for the
// hotspot alone, and returns the key that it needs to read them; why is for an
// error.
func (p *Payer) reseal(out *radius.Packet, r *request, sent *radius.Packet) (seal [32]byte, why Reason, err error) {
	own, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		panic("payer: no randomness: " + err.Error())
	}
	seal = [32]byte(own.PublicKey().Bytes())
	secret, err := radius.SealSecret(p.cfg.Chain, own, r.proof.Seal, r.proof.Seal, seal)
	if err != nil {
		return seal, BadSeal, err
	}
	return seal, BadAnswer, radius.Rekey(out, sent.Secret, sent.Authenticator, secret, r.packet.Authenticator)
}

// newGrant makes the grant for a login, or says why there is none. mu is held.
func (p *Payer) newGrant(now time.Time, r *request, who subscriberID, reply *radius.Packet) (*wire.Grant, Reason) {
	left := p.ledger.left(who, p.rules.subscriberCap, millis(now))
	if left == 0 {
		return nil, SubscriberCap
	}
	price := p.cfg.Price
	if org := p.snapshot.Load().Orgs[r.lane.Org]; org != nil {
		price = max(price, org.WiFiPrice)
	}
	quantum, _, _ := reward.MicroCredits(uint64(p.cfg.Quantum), price, 0) // fits: 30 and 32 bits
	if price == 0 || !p.lane.Reserve(quantum) {
		return nil, PayerUnfunded
	}
	p.lane.Release(quantum)
	if p.box.full() || !p.ledger.room(who) {
		return nil, Overloaded
	}
	reauth := seconds(p.cfg.Reauth)
	if v, ok := radius.Uint32(reply, radius.TypeSessionTimeout); ok && v > 0 {
		reauth = min(reauth, v)
	}
	from := uint32(now.Unix())
	g := &wire.Grant{
		Chain: p.cfg.Chain, Org: uint32(r.lane.Org), Lane: r.lane.Lane, Hotspot: uint32(r.hotspot.ID),
		Subscriber: who, Price: price, MaxBytes: left, NotBefore: from, Expires: from + reauth + uint32(slack/1000),
		Reauth: reauth, Interim: seconds(p.cfg.Interim), Quantum: p.cfg.Quantum,
	}
	_, _ = rand.Read(g.ID[:]) // never fails
	// Random where there is no client key to commit to, so that nobody can tell.
	_, _ = rand.Read(g.Client[:])
	g.Signature = p.lane.Sign(g.AppendBody(nil))
	return g, Passed
}

// issue books a grant; the Accept leaves once it is on stable storage, and the
// session that it ends elsewhere is told. After an error, of an Accept that has no
// room for a grant, nothing is booked. mu is held.
func (p *Payer) issue(g *wire.Grant, r *request, out *radius.Packet, seal [32]byte) error {
	radius.AddClass(out, g.AppendTo(nil))
	radius.SetUint32(out, radius.TypeSessionTimeout, g.Reauth)
	radius.SetUint32(out, radius.TypeTermination, radiusRequest)
	radius.SetUint32(out, radius.TypeAcctInterim, g.Interim)
	packet, err := radius.EncodeReply(out, r.packet)
	if err != nil {
		return err
	}
	now := millis(time.Now())
	var from station
	if mac, err := radius.Station(r.packet); err == nil {
		from = station(mac)
	}
	var ended *wire.Grant
	if old := p.ledger.newest(g.Subscriber, now); old != nil && (old.Hotspot != g.Hotspot || old.station != from) {
		ended = &old.Grant
	}
	p.book(booking{
		hotspot: packetrouter.HotspotID(g.Hotspot),
		memo:    (&grantMemo{now: now, station: from, grant: *g}).appendTo(nil),
	})
	p.box.post(func() {
		p.stats.accepted.Add(1)
		p.answer(r, packet, seal)
		if ended != nil {
			p.farewell(r.lane, ended)
		}
	})
	return nil
}

// reject answers a login with an Access-Reject that says why.
func (p *Payer) reject(r *request, why Reason) {
	// A Failure has the identifier of the response that it answers (RFC 3748 §4.2).
	reply := radius.Reject(r.packet, radius.EAPID(radius.EAP(r.packet)), why.String())
	packet, err := radius.EncodeReply(reply, r.packet)
	if err != nil {
		p.fail(r, BadAnswer, err)
		return
	}
	p.answer(r, packet, [32]byte{})
}
