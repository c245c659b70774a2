package payer

import (
	"crypto/sha256"
	"slices"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// request is one RADIUS packet of a hotspot on its way through the checks.
type request struct {
	now      time.Time
	from     packetrouter.HotspotID // whose stream it came on, as the router says
	rawProof []byte
	raw      []byte
	snap     *packetrouter.Snapshot

	proof    wire.RadiusProof      // set by the check of the layout
	hotspot  *packetrouter.Hotspot // set by the check that it is known
	packet   *radius.Packet        // set by the check of RADIUS rules
	lane     packetrouter.LaneRef  // set by the check that there is one
	exchange *exchange             // set by the last check
}

// requestCheck is one rule: why a request that fails it goes no further, and the
// test.
type requestCheck struct {
	reason Reason
	ok     func(*Payer, *request) bool
}

// arrival is for all that hotspots send. The order of both tables is that of
// docs/spec/wifi.md, Payer: a request.
var arrival = [...]requestCheck{
	{Malformed, isProven},
	{WrongChain, isOfChain},
	{UnknownHotspot, isOfHotspot},
	{ClockSkew, isOfNow},
	{RateLimited, isWithinRate},
}

// asking is for Access- and Accounting-Requests.
var asking = [...]requestCheck{
	{Duplicate, isFirst},
	{BadSignature, isSigned},
	{BadRadius, isRadius},
	{NoEAP, hasEAP},
	{BadSeal, hasSeal},
	{WrongRealm, isOfRealm},
	{PayerUnknown, isForPayer},
	{Overloaded, isTaken},
}

// refusal returns the reason of the first check that fails, Passed when none
// does.
func (p *Payer) refusal(list []requestCheck, r *request) Reason {
	for i := range list {
		if !list[i].ok(p, r) {
			return list[i].reason
		}
	}
	return Passed
}

// Radius takes a RADIUS packet and its proof, which a router says are of hotspot
// h. It does not keep the slices. What passes the checks goes to the AAA; an
// answer to the hotspot follows when the AAA has answered and, for an Accept, the
// grant is on stable storage. All else is counted and unanswered, but that the
// same request gets the same answer again for 30 seconds.
func (p *Payer) Radius(now time.Time, h packetrouter.HotspotID, proof, packet []byte) {
	r := &request{now: now, from: h, rawProof: proof, raw: packet, snap: p.snapshot.Load()}
	reason := p.refusal(arrival[:], r)
	if reason == Passed && r.proof.Kind == wire.RadiusDynamicAck {
		reason = p.farewellAnswered(r)
	} else if reason == Passed {
		reason = p.refusal(asking[:], r)
	}
	p.stats.requests[reason].Add(1)
	if r.exchange != nil {
		r.rawProof, r.raw = nil, nil // the caller's
		p.ask(r)
	}
}

func isProven(_ *Payer, r *request) bool {
	if len(r.raw) < radius.MinPacket || len(r.raw) > radius.MaxPacket {
		return false
	}
	proof, err := wire.ParseRadiusProof(r.rawProof)
	if err != nil || proof.Kind.FromPayer() || proof.Digest != sha256.Sum256(r.raw) {
		return false
	}
	r.proof = proof
	return true
}

func isOfChain(p *Payer, r *request) bool { return r.proof.Chain == p.cfg.Chain }

func isOfHotspot(_ *Payer, r *request) bool {
	r.hotspot = wifiHotspot(r.snap, r.from)
	return r.hotspot != nil && packetrouter.HotspotID(r.proof.Hotspot) == r.from
}

func isOfNow(_ *Payer, r *request) bool {
	now := millis(r.now)
	return r.proof.Time <= now+skew && now <= plus(r.proof.Time, skew)
}

func isWithinRate(p *Payer, r *request) bool { return p.rates.request(r.hotspot, r.now) }

// isFirst sends the answer again where the same request had one.
func isFirst(p *Payer, r *request) bool {
	proof, packet, seen := p.exchanges.seen(r.name(), r.proof.Digest, r.now)
	if proof != nil {
		p.sent(p.down.Radius(r.from, proof, packet))
	}
	return !seen
}

func (r *request) name() exchangeName { return exchangeName{r.from, r.proof.Exchange} }

func isSigned(_ *Payer, r *request) bool {
	return verify.Signature(verify.Signed{
		Key: r.hotspot.Key, Body: r.rawProof[:wire.RadiusProofBodySize], Sig: &r.proof.Signature,
	})
}

// isRadius parses the packet under the secret of the tunnel. Kind and code must
// agree, so that a proof for one cannot pass for the other.
func isRadius(_ *Payer, r *request) bool {
	packet, err := radius.ParseRequest(r.raw, []byte(radius.TunnelSecret))
	if err != nil {
		return false
	}
	r.packet = packet
	switch r.proof.Kind {
	case wire.RadiusAccess:
		return packet.Code == radius.AccessRequest
	case wire.RadiusAccounting:
		return packet.Code == radius.AccountingRequest
	}
	return false
}

func (r *request) login() bool { return r.proof.Kind == wire.RadiusAccess }

func hasEAP(_ *Payer, r *request) bool { return !r.login() || len(radius.EAP(r.packet)) > 0 }

// hasSeal refuses a login whose session keys every router could read.
func hasSeal(_ *Payer, r *request) bool { return !r.login() || r.proof.Seal != [32]byte{} }

func isOfRealm(p *Payer, r *request) bool {
	if !r.login() {
		return true
	}
	realm, err := radius.Realm(radius.UserName(r.packet))
	org := r.snap.Orgs[p.lane.Org()]
	return err == nil && org != nil && slices.Contains(org.Realms, realm)
}

// isForPayer holds what a proof names against the lane. A login names no payer,
// but needs a lane to be answered.
func isForPayer(p *Payer, r *request) bool {
	var ok bool
	if r.lane, ok = p.lane.Ref(); !ok {
		return false
	}
	return r.login() || packetrouter.OrgID(r.proof.Org) == r.lane.Org && r.proof.Lane == r.lane.Lane
}

func isTaken(p *Payer, r *request) bool {
	until := time.UnixMilli(int64(r.proof.Time + skew)).Add(time.Millisecond)
	r.exchange = p.exchanges.begin(r.name(), r.proof.Digest, r.now, until)
	return r.exchange != nil
}
