package payer

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// ask hands a request to the AAA, under a Proxy-State of the payer's own.
func (p *Payer) ask(r *request) {
	var state [8]byte
	_, _ = rand.Read(state[:]) // never fails
	q := radius.Relay(r.packet, nil)
	radius.PushProxyState(q, state[:])
	p.aaa.Ask(q, func(reply, sent *radius.Packet, err error) {
		if err != nil {
			p.fail(r, NoAnswer, err)
			return
		}
		if err := radius.PopProxyState(reply, state[:]); err != nil {
			p.fail(r, BadAnswer, err)
			return
		}
		p.answered(r, reply, sent)
	})
}

// fail ends an exchange without an answer. The hotspot may ask again.
func (p *Payer) fail(r *request, why Reason, err error) {
	p.exchanges.abandon(r.exchange)
	p.stats.requests[why].Add(1)
	p.log.Debug("exchange with the AAA failed", "hotspot", r.from, "reason", why.String(), "err", err)
}

// answered continues with what the AAA says; sent is what it was asked.
func (p *Payer) answered(r *request, reply, sent *radius.Packet) {
	switch {
	case r.login() && reply.Code == radius.AccessAccept:
		p.admit(r, reply, sent)
		return
	case r.login() && reply.Code == radius.AccessReject:
		p.stats.rejected.Add(1)
	case r.login() && reply.Code == radius.AccessChallenge:
	case !r.login() && reply.Code == radius.AccountingResponse:
	default:
		p.fail(r, BadAnswer, radius.ErrCode)
		return
	}
	packet, err := radius.EncodeReply(radius.RelayReply(reply, r.packet), r.packet)
	if err != nil {
		p.fail(r, BadAnswer, err)
		return
	}
	p.answer(r, packet, [32]byte{})
}

// answer proves a packet and sends it. seal is the payer's key where the packet
// has session keys.
func (p *Payer) answer(r *request, packet []byte, seal [32]byte) {
	proof := wire.RadiusProof{
		Chain: p.cfg.Chain, Org: uint32(r.lane.Org), Lane: r.lane.Lane, Hotspot: uint32(r.hotspot.ID),
		Kind: wire.RadiusAnswer, Exchange: r.proof.Exchange, Time: millis(time.Now()), Seal: seal,
		Digest: sha256.Sum256(packet),
	}
	proof.Signature = p.lane.Sign(proof.AppendBody(nil))
	signed := proof.AppendTo(nil)
	p.exchanges.finish(r.exchange, signed, packet)
	p.sent(p.down.Radius(r.from, signed, packet))
}
