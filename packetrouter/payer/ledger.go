package payer

import (
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/wire"
)

// Names as a grant has them.
type (
	grantID      [16]byte
	subscriberID [16]byte
	station      [6]byte // pseudonym of a device's MAC address; zero where there was none
)

// ledger is what was granted and taken: the sum of its memos. Times are Unix
// milliseconds.
type ledger struct {
	grants      map[grantID]*grant
	subscribers map[subscriberID]*subscriber
	// rests are what hotspots' bytes are worth beyond whole micro-DC, in 10^-6
	// micro-DC. Those of 0 are not there.
	rests    map[packetrouter.HotspotID]uint32
	verdicts int // remembered, of all grants
}

func newLedger() *ledger {
	return &ledger{
		grants: map[grantID]*grant{}, subscribers: map[subscriberID]*subscriber{},
		rests: map[packetrouter.HotspotID]uint32{},
	}
}

// grant is one grant and the chain of usage records under it.
type grant struct {
	wire.Grant
	station    station
	superseded uint64 // since when the subscriber has a newer one; 0 while this is the newest
	// prior is the grant that this one superseded at the same hotspot, zero where
	// there was none: what the access point counted since the last record of that
	// one belongs to the first record of this.
	prior grantID
	since uint64 // no byte of this grant is older
	seq   uint32 // of the last record; 0 before the first
	tail  link   // the last record, accepted or not
	// spoken are the verdicts on the newest records, oldest first; the last one is
	// on the record seq.
	spoken []spoken
}

// link is what the next record of a chain is compared with. Refused records move
// it too: what they claimed is never paid.
type link struct {
	digest                   [32]byte // SHA-256 of the last record with its signature
	time                     uint64
	up, down, nasUp, nasDown uint64 // bytes, the highest claimed
}

// spoken is the verdict on one record, named by the first half of its digest.
type spoken struct {
	digest  [16]byte
	verdict wire.UsageVerdict
}

// subscriber is who uses grants.
type subscriber struct {
	newest grantID // zero once it is forgotten
	known  int     // grants in the ledger
	start  uint64  // of the running period; 0 before the first use
	used   uint64  // bytes accepted in the period
}

// live reports whether bytes may still be claimed under the grant by its own
// terms.
func (g *grant) live(now uint64) bool { return now < uint64(g.Expires)*1000 }

// old reports whether the grant is no longer known.
func (g *grant) old(now uint64) bool { return now > uint64(g.Expires)*1000+kept }

// find returns a grant, nil when it is not known or no longer.
func (l *ledger) find(id grantID, now uint64) *grant {
	if g := l.grants[id]; g != nil && !g.old(now) {
		return g
	}
	return nil
}

// newest returns the subscriber's newest grant while it is live, nil otherwise.
func (l *ledger) newest(id subscriberID, now uint64) *grant {
	s := l.subscribers[id]
	if s == nil {
		return nil
	}
	if g := l.grants[s.newest]; g != nil && g.live(now) {
		return g
	}
	return nil
}

// left is how many bytes of limit the subscriber may still use.
func (l *ledger) left(id subscriberID, limit, now uint64) uint64 {
	s := l.subscribers[id]
	if s == nil || s.over(now) {
		return limit
	}
	return minus(limit, s.used)
}

// over reports whether the subscriber's next byte begins a period.
func (s *subscriber) over(now uint64) bool { return s.start == 0 || now >= s.start+period }

// use counts accepted bytes.
func (s *subscriber) use(bytes, now uint64) {
	if bytes == 0 {
		return
	}
	if s.over(now) {
		s.start, s.used = now, 0
	}
	s.used = plus(s.used, bytes)
}

// movedSince returns from when the bytes of the grant's next record may be.
func (l *ledger) movedSince(g *grant) uint64 {
	if g.seq > 0 {
		return max(g.since, g.tail.time)
	}
	if p := l.grants[g.prior]; p != nil {
		return max(g.since, p.tail.time)
	}
	return g.since
}

// rise is by how much totals exceed those of the last record, both directions.
func (g *grant) rise(up, down uint64) uint64 {
	return plus(minus(up, g.tail.up), minus(down, g.tail.down))
}

// worth prices bytes for the grant's hotspot: whole micro-DC, and the new rest.
func (l *ledger) worth(g *grant, bytes uint64) (micro uint64, rest uint32, ok bool) {
	return reward.MicroCredits(bytes, g.Price, l.rests[packetrouter.HotspotID(g.Hotspot)])
}

// room reports whether one more grant of the subscriber fits.
func (l *ledger) room(id subscriberID) bool {
	if len(l.grants) >= maxGrants {
		return false
	}
	s := l.subscribers[id]
	if s == nil {
		return len(l.subscribers) < maxSubscribers
	}
	return s.known < maxOfSubscriber
}

// verdictOn returns what was said of the record with a sequence number that was
// seen before: the same again, duplicate for what was accepted, and chain-broken
// for another record. What is too far back to be remembered is too late.
func (g *grant) verdictOn(seq uint32, digest [32]byte) wire.UsageVerdict {
	back := int64(g.seq) - int64(seq)
	if back >= int64(len(g.spoken)) {
		return wire.UsageTooLate
	}
	s := g.spoken[len(g.spoken)-1-int(back)]
	switch {
	case s.digest != [16]byte(digest[:16]):
		return wire.UsageChainBroken
	case s.verdict == wire.UsageAccepted:
		return wire.UsageDuplicate
	}
	return s.verdict
}
