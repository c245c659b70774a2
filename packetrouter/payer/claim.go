package payer

import (
	"crypto/sha256"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// claim is one usage record on its way through the checks.
type claim struct {
	raw    []byte
	digest [32]byte // SHA-256 of raw
	now    uint64   // Unix milliseconds
	chain  wire.ChainHash
	lane   packetrouter.LaneRef
	snap   *packetrouter.Snapshot
	rules  rules

	usage wire.Usage // set by the check of the layout
	book  *ledger    // set by judge
	grant *grant     // set by the check that it is known
}

func newClaim(raw []byte, now time.Time, chain wire.ChainHash, lane packetrouter.LaneRef, snap *packetrouter.Snapshot, r rules) claim {
	return claim{
		raw: raw, digest: sha256.Sum256(raw), now: millis(now), chain: chain, lane: lane, snap: snap, rules: r,
	}
}

// admit makes the checks that need no ledger, and so no lock. It returns 0 when
// the record passes.
func (c *claim) admit() wire.UsageVerdict { return first(admission[:], c) }

// judge makes the checks of an admitted record against a ledger. It returns the
// verdict, and the memo of a record that takes its place in its chain: one that
// is accepted, or refused for what it says. The others leave no trace.
func (c *claim) judge(l *ledger) (wire.UsageVerdict, *recordMemo) {
	c.book = l
	switch v := first(standing[:], c); v {
	case 0:
	case wire.UsageDuplicate:
		return c.grant.verdictOn(c.usage.Seq, c.digest), nil
	default:
		return v, nil
	}
	v := first(merits[:], c)
	if v == 0 {
		v = wire.UsageAccepted
	}
	return v, &recordMemo{now: c.now, grant: c.usage.Grant, seq: c.usage.Seq, verdict: v, record: c.link()}
}

// rise is by how much the record raises the grant's total, bytes.
func (c *claim) rise() uint64 { return c.grant.rise(c.usage.BytesUp, c.usage.BytesDown) }

func (c *claim) link() link {
	u := &c.usage
	return link{digest: c.digest, time: u.Time, up: u.BytesUp, down: u.BytesDown, nasUp: u.NASUp, nasDown: u.NASDown}
}

// result is the unsigned word on the record. One that has no layout is named by
// its hash alone.
func (c *claim) result(v wire.UsageVerdict, accepted uint64, sender packetrouter.HotspotID) wire.UsageResult {
	r := wire.UsageResult{
		Chain: c.chain, Org: uint32(c.lane.Org), Lane: c.lane.Lane, Hotspot: c.usage.Hotspot, Grant: c.usage.Grant,
		Seq: max(1, c.usage.Seq), Record: c.digest, Verdict: v, Accepted: accepted,
	}
	if v == wire.UsageMalformed {
		r.Hotspot, r.Grant, r.Seq = uint32(sender), [16]byte{}, 1
	}
	return r
}

// millis is a time as signed bodies have it. Before 1970 nothing was signed.
func millis(t time.Time) uint64 { return uint64(max(0, t.UnixMilli())) }
