package wifi

import (
	"crypto/sha256"

	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// Bounds of the book. Beyond them accounting is not answered: the access point
// keeps it.
const (
	maxSessions = 1 << 16
	maxGrants   = 1 << 16
	maxWaiting  = 1 << 16 // records, and packets for the AAA
)

// event is an Accounting-Request with what was found out about it.
type event struct {
	radius.Reading
	nas     string
	station radius.MAC
	written string
	grants  [][]byte // Class attributes that look like grants, in order
	ceiling uint64   // of the access point, bits a second
	arrival uint64   // Unix milliseconds
}

// outcome is what an event came to.
type outcome struct {
	reason  Reason // why nothing is counted; only where counted is false
	counted bool   // the session is bound
	again   bool   // the same reading as before
	grant   grantID
	realm   string
	records []*record
}

// full reports whether the book can take nothing more.
func (s *state) full() bool {
	return len(s.records) >= maxWaiting || len(s.packets) >= maxWaiting || len(s.sessions) >= maxSessions
}

// apply changes the book by one Start, Interim or Stop. index is the hotspot's on
// chain, 0 while no router has said it; sign signs usage records.
func (s *state) apply(e *event, index uint32, sign func([]byte) wire.Signature) outcome {
	name := sessionName(e.nas, e.Session, e.station)
	x := s.sessions[name]
	if x != nil && x.replayed(e) {
		return outcome{again: true, grant: x.Grant, realm: s.realm(x.Grant), counted: x.Grant != grantID{}}
	}
	if x != nil && x.Closed != 0 && e.Status == radius.AcctStart {
		x = nil // the access point began anew and uses the id again
	}
	if x != nil && (x.Closed != 0 || x.Last == stripped(e.Reading)) {
		x.Seen = e.arrival
		return outcome{again: true, grant: x.Grant, realm: s.realm(x.Grant), counted: x.Grant != grantID{}}
	}
	if x == nil {
		x = &session{NAS: e.nas, ID: e.Session, Station: e.station, Opened: e.arrival}
		s.sessions[name] = x
	}
	x.Written, x.Seen, x.Last = e.written, e.arrival, stripped(e.Reading)
	if _, skew := eventTime(e.Reading, e.arrival); skew == 0 {
		x.Event = max(x.Event, e.Event)
	}
	s.dirty.sessions[name] = true
	at, skew := eventTime(e.Reading, e.arrival)
	before := x.Counter
	var flags wire.UsageFlags
	x.Counter, flags = before.Apply(e.Reading, at, e.ceiling)
	out := s.bind(x, e, index)
	var last *grant
	if out.counted {
		last = s.grants[x.Grant]
		out.realm = last.Realm
		last.Up = add(last.Up, x.Counter.Up-before.Up)
		last.Down = add(last.Down, x.Counter.Down-before.Down)
		out.add(s.report(last, x, at, flags|skew, false, sign, x.Counter.Up != before.Up || x.Counter.Down != before.Down))
	}
	if e.Status == radius.AcctStop {
		out.add(s.close(x, e.arrival, sign))
	}
	return out
}

func (o *outcome) add(r *record) {
	if r != nil {
		o.records = append(o.records, r)
	}
}

// replaySpan is for how long what was recorded of a session can do harm, seconds:
// its grant has ended by then.
const replaySpan = 2 * 24 * 3600

// replayed reports whether an event is older than one that was believed: sent again
// by someone who recorded it, or overtaken. Counters are cumulative, so it says
// nothing that is not known. A clock that was never right decides nothing.
func (x *session) replayed(e *event) bool {
	return e.Event > 0 && e.Event < x.Event && x.Event-e.Event <= replaySpan
}

// stripped is a reading without what a retransmission changes.
func stripped(r radius.Reading) radius.Reading {
	r.Delay, r.Event = 0, 0
	return r
}

func (s *state) realm(id grantID) string {
	if g := s.grants[id]; g != nil {
		return g.Realm
	}
	return ""
}

// bind ties a session to the newest grant that its packet brings. One that brings
// none keeps what it had: some access points repeat Class in a Start only.
func (s *state) bind(x *session, e *event, index uint32) outcome {
	out := outcome{reason: Unbound}
	for _, raw := range e.grants {
		g, err := wire.ParseGrant(raw)
		if err != nil {
			continue
		}
		switch known := s.grants[g.ID]; {
		case known != nil && string(known.Raw) == string(raw):
			s.rebind(x, g.ID)
		case g.Hotspot != index && index != 0:
			out.reason = GrantMismatch
		default:
			out.reason = BadGrant // every grant of ours came with an Accept
		}
	}
	if x.Grant != (grantID{}) && s.grants[x.Grant] != nil {
		out.counted, out.grant = true, x.Grant
	}
	return out
}

// rebind moves an open session from the grant it had to another.
func (s *state) rebind(x *session, to grantID) {
	if x.Grant == to {
		return
	}
	if x.Grant != (grantID{}) {
		s.open[x.Grant]--
	}
	x.Grant = to
	s.open[to]++
}

// close ends a session at its last value. The last session of a grant ends with a
// final record.
func (s *state) close(x *session, now uint64, sign func([]byte) wire.Signature) *record {
	x.Closed = now
	s.dirty.sessions[x.name()] = true
	g := s.grants[x.Grant]
	if g == nil {
		return nil
	}
	if s.open[x.Grant]--; s.open[x.Grant] > 0 {
		return nil
	}
	delete(s.open, x.Grant)
	return s.report(g, x, max(x.Counter.At, g.At), 0, true, sign, g.Seq > 0)
}

// report makes the next usage record of a grant, if there is something to report.
func (s *state) report(g *grant, x *session, at uint64, flags wire.UsageFlags, final bool, sign func([]byte) wire.Signature, needed bool) *record {
	if !needed {
		return nil
	}
	// Records are in order of time, whatever the clocks of access points say.
	g.At = max(g.At, at)
	flags |= wire.UsageFromNAS
	if final {
		flags |= wire.UsageFinal
	}
	u := wire.Usage{
		Chain: g.Chain, Org: g.Org, Lane: g.Lane, Hotspot: g.Hotspot, Grant: g.ID, Seq: g.Seq + 1, Time: g.At,
		BytesUp: g.Up, BytesDown: g.Down, NASUp: g.Up, NASDown: g.Down, Flags: flags, LastEAP: g.Accepted,
		Session: x.hash(), Prev: g.Prev,
	}
	u.Signature = sign(u.AppendBody(nil))
	r := &record{raw: u.AppendTo(nil), realm: g.Realm, micro: s.claim(g, max(x.Seen, x.Closed))}
	g.Seq, g.Prev = u.Seq, sha256.Sum256(r.raw)
	k := recordKey{g.ID, u.Seq}
	s.records[k] = r
	s.dirty.records[k], s.dirty.grants[g.ID] = true, true
	return r
}

// claim is what the bytes that no record of the grant has asked for are worth, and
// asks for it from now on.
func (s *state) claim(g *grant, now uint64) uint64 {
	bytes := add(g.Up, g.Down) - g.claimed
	g.claimed = add(g.Up, g.Down)
	a := s.account(g.payer())
	micro, rest, ok := reward.MicroCredits(bytes, g.Price, a.Rest)
	if !ok {
		return 0 // more than 2^64 micro-DC: no payer would have granted it
	}
	a.Rest = rest
	a.Claimed = add(a.Claimed, micro)
	a.exposure.claims = append(a.exposure.claims, claim{now, micro})
	s.dirty.accounts[a.Payer] = true
	return micro
}

// reboot closes all sessions of an access point, which began anew or ends.
func (s *state) reboot(nas string, now uint64, sign func([]byte) wire.Signature) []*record {
	return s.closeWhere(func(x *session) bool { return x.NAS == nas }, now, sign)
}

// silent closes the sessions that were not heard of for three intervals and a
// minute.
func (s *state) silent(now uint64, sign func([]byte) wire.Signature) []*record {
	return s.closeWhere(func(x *session) bool {
		interim := uint64(defaultInterim)
		if g := s.grants[x.Grant]; g != nil {
			interim = uint64(g.Interim)
		}
		return now > x.Seen+3*interim*1000+60_000
	}, now, sign)
}

// defaultInterim is what a session without a grant is taken to report at, seconds.
const defaultInterim = 300

func (s *state) closeWhere(which func(*session) bool, now uint64, sign func([]byte) wire.Signature) []*record {
	var out []*record
	for _, x := range s.sessions {
		if x.Closed == 0 && which(x) {
			if r := s.close(x, now, sign); r != nil {
				out = append(out, r)
			}
		}
	}
	return out
}

// Times after which things are forgotten, milliseconds.
const (
	keepClosed  = 24 * 3600 * 1000
	keepWaiting = 7 * 24 * 3600 * 1000
)

// prune forgets closed sessions, expired grants that nothing needs, and what has
// waited for a week. It returns how much waited in vain.
func (s *state) prune(now uint64) (lost int) {
	for name, x := range s.sessions {
		if x.Closed != 0 && now > x.Closed+keepClosed {
			delete(s.sessions, name)
			s.dirty.sessions[name] = true
		}
	}
	needed := map[grantID]bool{}
	for _, x := range s.sessions {
		needed[x.Grant] = true
	}
	for k := range s.records {
		if g := s.grants[k.grant]; g == nil || now > g.At+keepWaiting {
			delete(s.records, k)
			s.dirty.records[k] = true
			lost++
			continue
		}
		needed[k.grant] = true
	}
	for n, p := range s.packets {
		if now > p.At+keepWaiting {
			s.drop(n)
			lost++
			continue
		}
		needed[p.Grant] = true
	}
	for id, g := range s.grants {
		if !needed[id] && now > uint64(g.Expires)*1000+keepClosed {
			delete(s.grants, id)
			s.dirty.grants[id] = true
		}
	}
	return lost
}
