package wifi

import (
	"net/netip"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
)

// accounting takes a datagram at the accounting port. It does not block: the
// answer goes out when what it says is on disk.
func (s *Server) accounting(b []byte, from netip.AddrPort) {
	p, ap, why, ok := s.parse(b, from.Addr(), radius.AccountingRequest)
	if !ok {
		s.dropped.add(why)
		return
	}
	r, err := radius.ReadAccounting(p)
	if err != nil {
		s.dropped.add(Malformed)
		return
	}
	now := millis(time.Now())
	key := requestKey{from, p.Code, p.Identifier, p.Authenticator}
	again, full, answer := s.replies.begin(key, now)
	switch {
	case full:
		s.dropped.add(Busy)
	case again:
		if answer != nil {
			s.write(s.sockets.Acct, answer, from)
		}
	default:
		s.account(key, p, r, ap, now)
	}
}

// account changes the book by a new Accounting-Request and answers it once that is
// on disk.
func (s *Server) account(key requestKey, p *radius.Packet, r radius.Reading, ap *AccessPoint, now uint64) {
	station, _ := radius.Station(p) // On and Off have none, and some access points never do
	e := event{
		Reading: r, nas: ap.Name, station: station, written: radius.String(p, radius.TypeCallingStation),
		ceiling: ap.Ceiling, arrival: now,
	}
	for _, c := range radius.Classes(p) {
		if looksLikeGrant(c) {
			e.grants = append(e.grants, c)
		}
	}
	index := s.cfg.Index()
	full := false
	var made []*record
	var kept *packet
	s.book.change(func(st *state) {
		if full = st.full(); full {
			return
		}
		if r.Status == radius.AcctOn || r.Status == radius.AcctOff {
			made = st.reboot(ap.Name, now, s.id.Sign)
			return
		}
		out := st.apply(&e, index, s.id.Sign)
		made = out.records
		switch {
		case !out.counted:
			s.dropped.add(out.reason)
		case !out.again:
			kept = st.forward(out.grant, s.forwardable(p, out.realm, station), now)
		}
	}, func(err error) { s.accounted(key, p, err, full, made, kept, now) })
}

// accounted is called when the book has written what an Accounting-Request
// changed, or could not.
func (s *Server) accounted(key requestKey, p *radius.Packet, err error, full bool, made []*record, kept *packet, now uint64) {
	if err != nil || full {
		s.dropped.add(BookFull)
		s.replies.forget(key) // the access point keeps it and sends it again
		return
	}
	b, err := radius.EncodeReply(radius.NewReply(p, radius.AccountingResponse), p)
	if err != nil {
		s.dropped.add(BadSize)
		return
	}
	s.replies.answered(key, now, b)
	s.write(s.sockets.Acct, b, key.from)
	s.stored(made, kept)
}

// forwardable is an Accounting-Request as the AAA will get it, but for the states
// of proxies.
func (s *Server) forwardable(p *radius.Packet, realm string, station radius.MAC) []byte {
	q := radius.Relay(p, []byte(radius.TunnelSecret))
	if station != (radius.MAC{}) {
		radius.SetStation(q, s.pseudonym(realm, station))
	}
	q.Del(radius.TypeProxyState) // those of the access point's side got their answer
	b, err := radius.EncodeRequest(q)
	if err != nil {
		return nil // it came in a packet of this size, under another secret
	}
	return b
}

// write sends a datagram; one that is lost is asked for again.
func (s *Server) write(conn datagrams, b []byte, to netip.AddrPort) {
	if _, err := conn.WriteToUDPAddrPort(b, to); err != nil {
		s.log.Debug("send to access point", "to", to.String(), "error", err)
	}
}

// datagrams is the sending half of a socket.
type datagrams interface {
	WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error)
}
