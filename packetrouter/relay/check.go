package relay

import (
	"crypto/sha256"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Submit implements packetrouter.Relay. A refused item is answered at once, a
// good one when a node has taken the batch that holds it.
func (r *Relay) Submit(h *packetrouter.Hotspot, kind packetrouter.ItemKind, item []byte, answer func(packetrouter.ItemResult)) {
	digest := sha256.Sum256(item)
	v := r.accept(h, kind, item, digest, answer)
	if v != wire.Accepted {
		answer(packetrouter.ItemResult{Digest: digest, Verdict: v})
	}
}

func (r *Relay) accept(h *packetrouter.Hotspot, kind packetrouter.ItemKind, item []byte, digest [32]byte, answer func(packetrouter.ItemResult)) wire.Verdict {
	r.mu.Lock()
	snap := r.snap
	r.mu.Unlock()
	switch {
	case h == nil || snap == nil:
		return wire.UnknownHotspot
	case kind == packetrouter.ItemReport:
		return r.report(snap, h, item, digest, answer)
	}
	return r.reveal(snap, item, digest, answer)
}

// report checks what the relay answers for, cheapest first.
func (r *Relay) report(snap *packetrouter.Snapshot, h *packetrouter.Hotspot, item []byte, digest [32]byte, answer func(packetrouter.ItemResult)) wire.Verdict {
	p, err := wire.ParseReport(item)
	switch {
	case err != nil:
		return wire.Malformed
	case p.Chain != snap.Chain:
		return wire.WrongChain
	case packetrouter.HotspotID(p.Witness) != h.ID:
		return wire.UnknownHotspot
	}
	c, v := r.openChallenge(p.Challenge)
	switch {
	case v != wire.Accepted:
		return v
	case snap.Head.Height >= c.Close:
		return wire.TooLate
	case c.Hotspot == p.Witness:
		return wire.SelfWitness
	}
	if r.known(itemKey{p.Challenge, p.Witness}) {
		return wire.Duplicate
	}
	if !drawn(snap, c, h) {
		return wire.NotEligible
	}
	if !verify.Signature(verify.Signed{Key: h.Key, Body: item[:wire.ReportBodySize], Sig: &p.Signature}) {
		return wire.BadSignature
	}
	return r.wait(&r.reports, itemKey{p.Challenge, p.Witness}, waiting{raw: item, kind: wire.BatchReports, challenge: c.ID, digest: digest, until: c.Close, answer: answer})
}

func (r *Relay) reveal(snap *packetrouter.Snapshot, item []byte, digest [32]byte, answer func(packetrouter.ItemResult)) wire.Verdict {
	p, err := wire.ParseReveal(item)
	switch {
	case err != nil:
		return wire.Malformed
	case p.Chain != snap.Chain:
		return wire.WrongChain
	}
	c, v := r.openChallenge(p.Challenge)
	switch {
	case v != wire.Accepted:
		return v
	case snap.Head.Height >= c.Reveal:
		return wire.TooLate
	}
	if r.known(itemKey{challenge: p.Challenge}) {
		// Somebody's reveal is on its way, and the first one counts.
		return wire.AlreadyRevealed
	}
	if c.KnownIndex-c.Index > snap.Relaying.MaxWalk ||
		wire.WalkPreimage(snap.Chain, c.Key, c.Index, c.KnownIndex, p.Preimage) != c.Known {
		return wire.BadPreimage
	}
	return r.wait(&r.reveals, itemKey{challenge: p.Challenge}, waiting{raw: item, kind: wire.BatchReveals, challenge: c.ID, digest: digest, from: c.Close, until: c.Reveal, answer: answer})
}

func (r *Relay) openChallenge(id uint64) (*packetrouter.OpenChallenge, wire.Verdict) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.open[id]; c != nil {
		return c, wire.Accepted
	}
	return nil, wire.UnknownChallenge
}

func (r *Relay) known(k itemKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.seen[k]
	return ok
}

// drawn tells whether sortition lets a hotspot report a challenge. A report of
// one that it does not would fill the lane for nothing. The registry may be a
// little older than the challenge: an end without a place in it may stand in
// either stratum.
func drawn(snap *packetrouter.Snapshot, c *packetrouter.OpenChallenge, h *packetrouter.Hotspot) bool {
	s := verify.Sortition{
		Near: c.Near, NearTarget: snap.Relaying.NearTarget,
		Far: c.Far, FarTarget: snap.Relaying.FarTarget,
	}
	beaconer := snap.Hotspots.ByID(packetrouter.HotspotID(c.Hotspot))
	if beaconer == nil || beaconer.Zone == 0 || h.Zone == 0 {
		return s.Possible(&c.Challenge, uint32(h.ID))
	}
	return s.Eligible(&c.Challenge, uint32(h.ID), !geo.Touch(beaconer.Zone, h.Zone))
}
