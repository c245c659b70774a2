package wifi

import (
	"context"
	"time"

	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// fromPayer takes a packet with its proof, checks who sent it and hands it on.
func (s *Server) fromPayer(ctx context.Context, raw, packet []byte) {
	proof, err := wire.ParseRadiusProof(raw)
	if err != nil || proof.Chain != s.cfg.Chain || !proof.Kind.FromPayer() || proof.Hotspot != s.cfg.Index() || !proof.Covers(packet) {
		s.dropped.add(BadProof)
		return
	}
	if proof.Kind == wire.RadiusAnswer && !s.awaited(proof.Exchange) {
		s.dropped.add(UnknownExchange)
		return
	}
	payer, err := s.payers.get(ctx, payerRef{proof.Org, proof.Lane})
	switch {
	case err != nil || !payer.IsPayer || payer.Revoked:
		s.dropped.add(UnknownPayer)
		return
	case !verify.Signature(verify.Signed{Key: payer.Key, Body: raw[:wire.RadiusProofBodySize], Sig: &proof.Signature}):
		s.dropped.add(BadSignature)
		return
	}
	if proof.Kind == wire.RadiusDynamic {
		s.disconnectAsked(&proof, packet)
		return
	}
	if f := s.takeForward(proof.Exchange); f != nil {
		s.accountingAnswered(f, packet)
		return
	}
	if x := s.take(proof.Exchange); x != nil {
		s.loginAnswered(x, &proof, payer, packet)
	}
}

// awaited reports whether an exchange is open.
func (s *Server) awaited(number uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exchanges[number] != nil || s.forwards[number] != nil
}

// loginAnswered hands a payer's answer to the access point. What does not hold is
// dropped, and the access point may try again; an Accept on terms that are not
// good becomes a Reject.
func (s *Server) loginAnswered(x *exchange, proof *wire.RadiusProof, payer Payer, packet []byte) {
	p, err := radius.ParseReply(packet, []byte(radius.TunnelSecret), x.sent, true)
	if err == nil {
		err = radius.PopProxyState(p, x.state)
	}
	if err != nil {
		s.log.Debug("answer of a payer", "org", proof.Org, "error", err)
		s.dropped.add(BadAnswer)
		s.replies.forget(x.key)
		return
	}
	switch p.Code {
	case radius.AccessAccept:
		s.accept(x, proof, payer, p)
	case radius.AccessReject:
		s.logins.rejected.Add(1)
		s.reply(x, radius.RelayReply(p, x.request))
	default:
		s.logins.challenged.Add(1)
		s.reply(x, radius.RelayReply(p, x.request))
	}
}

// accept checks an Accept's grant, notes it, and lets the device in once that is
// on disk.
func (s *Server) accept(x *exchange, proof *wire.RadiusProof, payer Payer, p *radius.Packet) {
	now := millis(time.Now())
	g, why, ok := s.checkGrant(p, proof, payer, now)
	if !ok {
		s.log.Info("login refused: terms", "org", proof.Org, "reason", why.String())
		s.reject(x, why)
		return
	}
	out := radius.RelayReply(p, x.request)
	if err := s.rekey(x, proof, out); err != nil {
		s.log.Debug("session keys of a payer", "org", proof.Org, "error", err)
		s.dropped.add(BadAnswer)
		s.replies.forget(x.key)
		return
	}
	g.Realm, g.Accepted = x.realm, now
	full := false
	s.book.change(func(st *state) {
		if full = len(st.grants) >= maxGrants; !full {
			st.admit(g)
		}
	}, func(err error) {
		switch {
		case err != nil:
			s.replies.forget(x.key)
		case full:
			s.reject(x, BookFull)
		default:
			s.logins.accepted.Add(1)
			s.reply(x, out)
		}
	})
}

// rekey opens the session keys that the payer sealed for this exchange and
// encrypts them for the access point.
func (s *Server) rekey(x *exchange, proof *wire.RadiusProof, p *radius.Packet) error {
	if proof.Seal == [32]byte{} {
		return nil // an EAP method without keys has none to hide
	}
	secret, err := radius.SealSecret(s.cfg.Chain, x.private, proof.Seal, [32]byte(x.private.PublicKey().Bytes()), proof.Seal)
	if err != nil {
		return err
	}
	return radius.Rekey(p, secret, x.sent.Authenticator, x.request.Secret, x.request.Authenticator)
}

// checkGrant finds the one grant of an Accept and checks it, cheapest first.
func (s *Server) checkGrant(p *radius.Packet, proof *wire.RadiusProof, payer Payer, now uint64) (*grant, Reason, bool) {
	var raw []byte
	for _, c := range radius.Classes(p) {
		if looksLikeGrant(c) {
			if raw != nil {
				return nil, BadGrant, false
			}
			raw = c
		}
	}
	if raw == nil {
		return nil, NoGrant, false
	}
	g, err := wire.ParseGrant(raw)
	switch {
	case err != nil || g.Chain != s.cfg.Chain || g.Org != proof.Org || g.Lane != proof.Lane:
		return nil, BadGrant, false
	case g.Hotspot != proof.Hotspot:
		return nil, GrantMismatch, false
	case uint64(g.Expires)*1000 <= now || uint64(g.NotBefore)*1000 > now+maxSkew:
		return nil, GrantExpired, false
	case g.Price == 0 || g.Price < max(payer.Price, s.cfg.MinPrice):
		return nil, PriceTooLow, false
	case s.isWithholding(payerRef{g.Org, g.Lane}):
		return nil, Withholding, false
	case !verify.Signature(verify.Signed{Key: payer.Key, Body: raw[:wire.GrantBodySize], Sig: &g.Signature}):
		return nil, BadGrant, false
	}
	return &grant{Raw: append([]byte(nil), raw...), Grant: g}, 0, true
}

// looksLikeGrant tells a grant from a Class of the AAA's own.
func looksLikeGrant(class []byte) bool {
	return len(class) == wire.GrantSize && string(class[:4]) == "HXG1"
}
