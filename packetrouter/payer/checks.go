package payer

import (
	"math/bits"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// check is one rule for usage records: the verdict that its failure gives, and
// the test.
type check struct {
	verdict wire.UsageVerdict
	ok      func(*claim) bool
}

// The order of the three tables is that of docs/spec/wifi.md, Payer: a record.

// admission is what a record must be before the ledger is looked at.
var admission = [...]check{
	{wire.UsageMalformed, hasLayout},
	{wire.UsageWrongChain, ofChain},
	{wire.UsageUnknownHotspot, ofHotspot},
	{wire.UsageBadSignature, signed},
	{wire.UsagePayerUnknown, ofPayer},
}

// standing is where a record belongs. One that is refused here, and neither
// before nor after, does not move the chain of its grant. A failed isNew stands
// for what was said of the record the first time.
var standing = [...]check{
	{wire.UsageGrantUnknown, grantKnown},
	{wire.UsageGrantMismatch, grantOfHotspot},
	{wire.UsageDuplicate, isNew},
	{wire.UsageSeqGap, isNext},
	{wire.UsageChainBroken, buildsOnLast},
}

// merits are what a record says. One that is refused here takes its place in the
// chain: the next builds on it, and its bytes are never paid.
var merits = [...]check{
	{wire.UsageWrongTime, timely},
	{wire.UsageTooLate, recent},
	{wire.UsageRegression, rises},
	{wire.UsageExceedsMoved, wasMoved},
	{wire.UsageStaleAuth, freshlyAuthenticated},
	{wire.UsageGrantExpired, unexpired},
	{wire.UsageGrantSuperseded, notSuperseded},
	{wire.UsageRateImplausible, plausible},
	{wire.UsageExceedsGrant, withinGrant},
	{wire.UsageSubscriberCap, withinCap},
}

// first returns the verdict of the first check that fails, 0 when none does.
func first(list []check, c *claim) wire.UsageVerdict {
	for i := range list {
		if !list[i].ok(c) {
			return list[i].verdict
		}
	}
	return 0
}

// chained reports whether a record with the verdict takes its place in a chain.
func chained(v wire.UsageVerdict) bool {
	for i := range merits {
		if merits[i].verdict == v {
			return true
		}
	}
	return v == wire.UsageAccepted
}

func hasLayout(c *claim) bool {
	u, err := wire.ParseUsage(c.raw)
	if err == nil {
		c.usage = u
	}
	return err == nil
}

func ofChain(c *claim) bool { return c.usage.Chain == c.chain }

func ofHotspot(c *claim) bool {
	return wifiHotspot(c.snap, packetrouter.HotspotID(c.usage.Hotspot)) != nil
}

// wifiHotspot returns a registered hotspot of the Wi-Fi class, nil when the
// registry has none or cannot be read.
func wifiHotspot(s *packetrouter.Snapshot, id packetrouter.HotspotID) *packetrouter.Hotspot {
	if s == nil {
		return nil
	}
	if h := s.Hotspots.ByID(id); h != nil && h.WiFi {
		return h
	}
	return nil
}

func signed(c *claim) bool {
	h := wifiHotspot(c.snap, packetrouter.HotspotID(c.usage.Hotspot))
	return verify.Signature(verify.Signed{Key: h.Key, Body: c.raw[:wire.UsageBodySize], Sig: &c.usage.Signature})
}

func ofPayer(c *claim) bool {
	return packetrouter.OrgID(c.usage.Org) == c.lane.Org && c.usage.Lane == c.lane.Lane
}

func grantKnown(c *claim) bool {
	c.grant = c.book.find(c.usage.Grant, c.now)
	return c.grant != nil
}

func grantOfHotspot(c *claim) bool { return c.grant.Hotspot == c.usage.Hotspot }
func isNew(c *claim) bool          { return c.usage.Seq > c.grant.seq }
func isNext(c *claim) bool         { return c.usage.Seq == c.grant.seq+1 }
func buildsOnLast(c *claim) bool   { return c.usage.Prev == c.grant.tail.digest }

func timely(c *claim) bool {
	return c.usage.Time <= c.now+skew && c.usage.Time >= c.grant.tail.time
}

func recent(c *claim) bool { return c.usage.Time >= minus(c.now, kept) }

func rises(c *claim) bool {
	u, t := &c.usage, &c.grant.tail
	return u.BytesUp >= t.up && u.BytesDown >= t.down && u.NASUp >= t.nasUp && u.NASDown >= t.nasDown
}

// wasMoved compares the sums: vendors disagree on directions. They may have 65
// bits.
func wasMoved(c *claim) bool {
	claimed, over := bits.Add64(c.usage.BytesUp, c.usage.BytesDown, 0)
	moved, more := bits.Add64(c.usage.NASUp, c.usage.NASDown, 0)
	return over < more || over == more && claimed <= moved
}

// freshlyAuthenticated goes by the grant alone: a new authentication makes a new
// grant, so what the hotspot says of the last one is not needed.
func freshlyAuthenticated(c *claim) bool {
	g := c.grant
	return c.usage.Time <= (uint64(g.NotBefore)+uint64(g.Reauth))*1000+slack
}

func unexpired(c *claim) bool { return c.usage.Time <= uint64(c.grant.Expires)*1000 }

func notSuperseded(c *claim) bool {
	return c.grant.superseded == 0 || c.usage.Time <= c.grant.superseded+slack
}

// plausible holds the rise against what the fastest radio moves in the time.
func plausible(c *claim) bool {
	passed := minus(c.usage.Time, c.book.movedSince(c.grant))
	hi, lo := bits.Mul64(passed, c.rules.ceiling)
	if hi >= 1000 {
		return true // more bytes than 64 bits count
	}
	most, _ := bits.Div64(hi, lo, 1000)
	return c.rise() <= plus(most, uint64(c.grant.Quantum))
}

func withinGrant(c *claim) bool {
	_, _, ok := c.book.worth(c.grant, c.rise())
	return ok && plus(c.usage.BytesUp, c.usage.BytesDown) <= c.grant.MaxBytes
}

func withinCap(c *claim) bool {
	return c.rise() <= c.book.left(c.grant.Subscriber, c.rules.subscriberCap, c.now)
}
