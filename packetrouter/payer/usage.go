package payer

import (
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// Bounds of one message of usage.
const (
	maxRecords  = 64
	maxVouchers = 4
)

// Usage takes usage records that a router says are of hotspot h, and the vouchers
// that it holds. The lane resumes at the vouchers before the records are decided.
// Signed results go to h once all that was decided is on stable storage; records
// above the hotspot's rate, and those that come while the payer cannot book, get
// none and are presented again.
func (p *Payer) Usage(now time.Time, h packetrouter.HotspotID, records, vouchers [][]byte) {
	if len(records) > maxRecords || len(vouchers) > maxVouchers {
		p.stats.records[wire.UsageMalformed].Add(uint64(len(records)))
		return
	}
	lane, ok := p.lane.Ref()
	if !ok || p.box.full() {
		p.stats.records[wire.UsageOverloaded].Add(uint64(len(records)))
		return
	}
	snap := p.snapshot.Load()
	hotspot := wifiHotspot(snap, h)
	n := p.rates.records(hotspot, len(records), now)
	p.stats.records[wire.UsageOverloaded].Add(uint64(len(records) - n))
	if hotspot != nil {
		if newer := p.lane.Present(h, vouchers); len(newer) > 0 {
			p.sent(p.down.Vouchers(h, newer))
		}
	}
	if n == 0 {
		return
	}
	claims := make([]claim, n)
	results := make([]wire.UsageResult, n)
	for i := range claims {
		claims[i] = newClaim(records[i], now, p.cfg.Chain, lane, snap, p.rules)
		results[i].Verdict = claims[i].admit()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range claims {
		v, accepted := results[i].Verdict, uint64(0)
		if v == 0 {
			v, accepted = p.decide(&claims[i])
		}
		p.stats.records[v].Add(1)
		results[i] = claims[i].result(v, accepted, h)
	}
	p.box.post(func() { p.tell(h, results) })
}

// decide settles an admitted record: its verdict, and how many bytes of it are
// paid. mu is held.
func (p *Payer) decide(c *claim) (v wire.UsageVerdict, accepted uint64) {
	v, memo := c.judge(p.ledger)
	if memo == nil {
		return v, 0
	}
	b := booking{hotspot: packetrouter.HotspotID(c.usage.Hotspot)}
	if v == wire.UsageAccepted {
		b.bytes = c.rise()
		b.micro, _, _ = p.ledger.worth(c.grant, b.bytes) // withinGrant has seen that it fits
		if !p.lane.Reserve(b.micro) {
			return wire.UsagePayerUnfunded, 0
		}
	}
	b.memo = memo.appendTo(nil)
	p.book(b)
	return v, b.bytes
}

// tell signs and sends words on records. Only Run calls it.
func (p *Payer) tell(h packetrouter.HotspotID, results []wire.UsageResult) {
	signed := make([][]byte, len(results))
	for i := range results {
		results[i].Signature = p.lane.Sign(results[i].AppendBody(nil))
		signed[i] = results[i].AppendTo(nil)
	}
	p.sent(p.down.Results(h, signed))
}
