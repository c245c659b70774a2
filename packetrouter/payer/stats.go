package payer

import (
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// counters are Stats in the making.
type counters struct {
	requests                                [reasonCount]atomic.Uint64
	records                                 [256]atomic.Uint64 // by wire.UsageVerdict
	accepted, rejected                      atomic.Uint64
	bytes, micro                            atomic.Uint64
	disconnects, acked, refused, unanswered atomic.Uint64
	lost                                    atomic.Uint64
}

// Stats are counters since the start, and gauges.
type Stats struct {
	Requests map[Reason]uint64 // of hotspots; a login that is refused passed before
	Accepted uint64            // logins that got a grant
	Rejected uint64            // logins that the AAA rejected

	Records map[wire.UsageVerdict]uint64
	Bytes   uint64 // accepted, on stable storage
	Micro   uint64 // micro-DC booked, on stable storage

	Disconnects uint64 // asked for
	Acked       uint64 // of these: done, as the hotspot says
	Refused     uint64 // of these: refused by the hotspot
	Unanswered  uint64 // of these: given up
	Lost        uint64 // messages for hotspots that no router took

	Open        int // exchanges under way
	Grants      int // known, live or not
	Live        int // grants under which bytes may be claimed
	Subscribers int
}

// Stats returns a consistent-enough picture for metrics.
func (p *Payer) Stats() Stats {
	now := millis(time.Now())
	s := Stats{
		Requests: map[Reason]uint64{}, Records: map[wire.UsageVerdict]uint64{},
		Accepted: p.stats.accepted.Load(), Rejected: p.stats.rejected.Load(),
		Bytes: p.stats.bytes.Load(), Micro: p.stats.micro.Load(),
		Disconnects: p.stats.disconnects.Load(), Acked: p.stats.acked.Load(), Refused: p.stats.refused.Load(),
		Unanswered: p.stats.unanswered.Load(), Lost: p.stats.lost.Load(), Open: p.exchanges.count(),
	}
	for _, r := range Reasons() {
		s.Requests[r] = p.stats.requests[r].Load()
	}
	for _, v := range wire.UsageVerdicts() {
		s.Records[v] = p.stats.records[v].Load()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Grants, s.Subscribers = len(p.ledger.grants), len(p.ledger.subscribers)
	for _, g := range p.ledger.grants {
		if g.live(now) && g.superseded == 0 {
			s.Live++
		}
	}
	return s
}
