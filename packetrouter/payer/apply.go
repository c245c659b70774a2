package payer

import (
	"fmt"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/proto/wire"
)

// applyGrant adds a grant, which supersedes the subscriber's live one.
func (l *ledger) applyGrant(m *grantMemo) error {
	id, who := grantID(m.grant.ID), subscriberID(m.grant.Subscriber)
	if l.grants[id] != nil || id == (grantID{}) {
		return fmt.Errorf("%w: grant %x is not new", lanes.ErrMemo, id)
	}
	g := &grant{Grant: m.grant, station: m.station, since: uint64(m.grant.NotBefore) * 1000}
	if old := l.newest(who, m.now); old != nil {
		old.superseded = m.now
		if old.Hotspot == g.Hotspot {
			g.prior, g.since = grantID(old.ID), l.movedSince(old)
		}
	}
	s := l.subscribers[who]
	if s == nil {
		s = &subscriber{}
		l.subscribers[who] = s
	}
	s.newest = id
	s.known++
	l.grants[id] = g
	return nil
}

// applyRecord puts a record at the end of its chain and, where it was accepted,
// counts its bytes.
func (l *ledger) applyRecord(m *recordMemo) error {
	g := l.find(m.grant, m.now)
	if g == nil || g.seq == ^uint32(0) || m.seq != g.seq+1 {
		return fmt.Errorf("%w: record %d of grant %x does not follow", lanes.ErrMemo, m.seq, m.grant)
	}
	if !chained(m.verdict) {
		return fmt.Errorf("%w: a record that is %s has no place", lanes.ErrMemo, m.verdict)
	}
	if m.verdict == wire.UsageAccepted {
		rise := g.rise(m.record.up, m.record.down)
		_, rest, ok := l.worth(g, rise)
		if !ok {
			return fmt.Errorf("%w: record %d of grant %x is worth more than there is", lanes.ErrMemo, m.seq, m.grant)
		}
		l.setRest(packetrouter.HotspotID(g.Hotspot), rest)
		l.subscribers[subscriberID(g.Subscriber)].use(rise, m.now)
	}
	g.seq = m.seq
	g.tail.follow(&m.record, m.verdict)
	l.speak(g, spoken{[16]byte(m.record.digest[:16]), m.verdict})
	return nil
}

// follow moves the end of a chain to a record. Nothing goes back: the bytes of a
// refused record are lost, and a record at a wrong time is no measure of time.
func (t *link) follow(r *link, v wire.UsageVerdict) {
	t.digest = r.digest
	if v != wire.UsageWrongTime {
		t.time = max(t.time, r.time)
	}
	t.up, t.down = max(t.up, r.up), max(t.down, r.down)
	t.nasUp, t.nasDown = max(t.nasUp, r.nasUp), max(t.nasDown, r.nasDown)
}

func (l *ledger) setRest(h packetrouter.HotspotID, rest uint32) {
	if rest == 0 {
		delete(l.rests, h)
		return
	}
	l.rests[h] = rest
}

// speak remembers a verdict, at the bounds in the place of the grant's oldest.
func (l *ledger) speak(g *grant, s spoken) {
	if n := len(g.spoken); n > 0 && (n >= maxVerdicts || l.verdicts >= maxAllVerdicts) {
		g.spoken = append(g.spoken[:0], g.spoken[1:]...)
		l.verdicts--
	}
	g.spoken = append(g.spoken, s)
	l.verdicts++
}

// sweep forgets grants that are old, periods that are over, and subscribers of
// whom nothing is left. The order does not matter: each is judged alone.
func (l *ledger) sweep(now uint64) {
	for id, g := range l.grants {
		if !g.old(now) {
			continue
		}
		delete(l.grants, id)
		l.verdicts -= len(g.spoken)
		s := l.subscribers[subscriberID(g.Subscriber)]
		s.known--
		if s.newest == id {
			s.newest = grantID{}
		}
	}
	for id, s := range l.subscribers {
		if s.start != 0 && s.over(now) {
			s.start, s.used = 0, 0
		}
		if s.known == 0 && s.start == 0 {
			delete(l.subscribers, id)
		}
	}
}

// stale reports whether a sweep would forget something.
func (l *ledger) stale(now uint64) bool {
	for _, g := range l.grants {
		if g.old(now) {
			return true
		}
	}
	for _, s := range l.subscribers {
		if s.start != 0 && s.over(now) {
			return true
		}
	}
	return false
}
