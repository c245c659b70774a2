package wifi

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// Bounds of handing on.
const (
	sendAgain    = 3_000  // milliseconds without the payer's word; a router may have found no payer
	forwardAgain = 10_000 // milliseconds without the AAA's answer: the payer itself asks for six seconds
	afterRefusal = 2_000  // milliseconds until a router that refused is asked again
	maxRecords   = 64     // of one message
	maxRound     = 512    // records, and packets, handed on at a time
	maxForwards  = 256    // packets under way to AAAs
	maxPresented = 4      // vouchers of one message
)

// forwarded is an Accounting-Request on its way to the AAA.
type forwarded struct {
	number uint64 // of the packet in the book
	grant  grantID
	sent   *radius.Packet
	state  []byte
	at     uint64
}

// stored lets what is on disk now leave, and hands it on.
func (s *Server) stored(made []*record, kept *packet) {
	if len(made) == 0 && kept == nil {
		return
	}
	s.logins.records.Add(uint64(len(made)))
	s.book.read(func(*state) {
		for _, r := range made {
			r.ready = true
		}
		if kept != nil {
			kept.ready = true
		}
	})
	s.post(func(context.Context) { s.handOn(millis(time.Now()), false) })
}

// handOn sends what waits: records in order of their grants, and packets for AAAs.
// With ask set, payers that owe vouchers are asked even without a record.
func (s *Server) handOn(now uint64, ask bool) {
	for _, m := range s.due(now, ask) {
		if !s.carrier.Usage(m) {
			s.dropped.add(NoRouter)
			return
		}
	}
	s.forwardDue(now)
}

// due collects the messages to payers, and takes them as sent.
func (s *Server) due(now uint64, ask bool) []hotspot.Usage {
	type batch struct {
		payer payerRef
		hotspot.Usage
	}
	var out []*batch
	open := map[payerRef]*batch{}
	s.book.read(func(st *state) {
		keys := st.waitingRecords(now)
		for _, k := range keys[:min(len(keys), maxRound)] {
			r, ref := st.records[k], st.grants[k.grant].payer()
			b := open[ref]
			if b == nil || len(b.Records) == maxRecords {
				b = &batch{ref, hotspot.Usage{Realm: r.realm}}
				open[ref], out = b, append(out, b)
			}
			b.Records = append(b.Records, r.raw)
			r.sent = now
		}
		if !ask {
			return
		}
		for _, g := range st.grants {
			if ref := g.payer(); open[ref] == nil && len(st.accounts[ref].exposure.claims) > 0 {
				b := &batch{ref, hotspot.Usage{Realm: g.Realm}}
				open[ref], out = b, append(out, b)
			}
		}
	})
	list := make([]hotspot.Usage, len(out))
	for i, b := range out {
		b.Vouchers = s.vouchers.Of(b.payer.Org, b.payer.Lane)
		b.Vouchers = b.Vouchers[:min(len(b.Vouchers), maxPresented)]
		list[i] = b.Usage
	}
	return list
}

// waitingRecords are the records on disk that were not sent lately: those of a
// grant in order, and the grant that waits longest first, so that a payer that does
// not answer keeps no other waiting.
func (s *state) waitingRecords(now uint64) []recordKey {
	var keys []recordKey
	since := map[grantID]uint64{}
	for k, r := range s.records {
		if r.ready && (r.sent == 0 || now > r.sent+sendAgain) {
			keys = append(keys, k)
			if at, ok := since[k.grant]; !ok || r.sent < at {
				since[k.grant] = r.sent
			}
		}
	}
	slices.SortFunc(keys, func(a, b recordKey) int {
		return cmp.Or(cmp.Compare(since[a.grant], since[b.grant]), bytes.Compare(a.grant[:], b.grant[:]), cmp.Compare(a.seq, b.seq))
	})
	return keys
}

// forwardDue sends packets to AAAs: of each grant one at a time, in order.
func (s *Server) forwardDue(now uint64) {
	s.mu.Lock()
	busy := map[grantID]bool{}
	for _, f := range s.forwards {
		busy[f.grant] = true
	}
	room := maxForwards - len(s.forwards)
	s.mu.Unlock()
	type job struct {
		*packet
		*grant
	}
	var jobs []job
	s.book.read(func(st *state) {
		var numbers []uint64
		for n := range st.packets {
			numbers = append(numbers, n)
		}
		slices.Sort(numbers)
		for _, n := range numbers {
			p := st.packets[n]
			g := st.grants[p.Grant]
			if len(jobs) >= min(room, maxRound) {
				return
			}
			if busy[p.Grant] || g == nil {
				continue
			}
			// The oldest of a grant goes first, and alone, even while it is not due.
			busy[p.Grant] = true
			if p.ready && (p.sent == 0 || now > p.sent+forwardAgain) {
				p.sent = now
				jobs = append(jobs, job{p, g})
			}
		}
	})
	for _, j := range jobs {
		s.forward(j.packet, j.grant, now)
	}
}

// forward sends one Accounting-Request towards its AAA.
func (s *Server) forward(p *packet, g *grant, now uint64) {
	in, err := radius.ParseRequest(p.Raw, []byte(radius.TunnelSecret))
	if err != nil {
		s.book.change(func(st *state) { st.drop(p.Number) }, func(error) {})
		return
	}
	number := randomNumber()
	f := &forwarded{number: p.Number, grant: p.Grant, sent: radius.Relay(in, in.Secret), at: now, state: binary.BigEndian.AppendUint64(nil, number)}
	radius.PushProxyState(f.sent, f.state)
	raw, err := radius.EncodeRequest(f.sent)
	if err != nil {
		s.book.change(func(st *state) { st.drop(p.Number) }, func(error) {})
		s.dropped.add(BadSize)
		return
	}
	s.mu.Lock()
	s.forwards[number] = f
	s.mu.Unlock()
	proof := wire.RadiusProof{
		Chain: s.cfg.Chain, Org: g.Org, Lane: g.Lane, Hotspot: g.Hotspot, Kind: wire.RadiusAccounting, Exchange: number, Time: now,
		Digest: sha256.Sum256(raw),
	}
	if !s.carrier.Radius(hotspot.Radius{Realm: g.Realm, Proof: s.signed(&proof), Packet: raw, Exchange: number}) {
		s.dropped.add(NoRouter)
		s.takeForward(number)
	}
}

func (s *Server) takeForward(number uint64) *forwarded {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.forwards[number]
	delete(s.forwards, number)
	return f
}

// postpone has a packet that a router refused wait a little.
func (s *Server) postpone(f *forwarded, now uint64) {
	s.book.read(func(st *state) {
		if p := st.packets[f.number]; p != nil {
			p.sent = now - forwardAgain + afterRefusal
		}
	})
}

// accountingAnswered forgets a packet that the AAA has.
func (s *Server) accountingAnswered(f *forwarded, raw []byte) {
	p, err := radius.ParseReply(raw, []byte(radius.TunnelSecret), f.sent, false)
	if err == nil {
		err = radius.PopProxyState(p, f.state)
	}
	if err != nil {
		s.dropped.add(BadAnswer)
		return
	}
	s.book.change(func(st *state) { st.drop(f.number) }, func(error) {})
	s.forwardDue(millis(time.Now()))
}

// result takes a payer's signed word on a record.
func (s *Server) result(ctx context.Context, raw []byte) {
	u, err := wire.ParseUsageResult(raw)
	if err != nil || u.Chain != s.cfg.Chain || u.Hotspot != s.cfg.Index() {
		s.dropped.add(BadResult)
		return
	}
	k := recordKey{u.Grant, u.Seq}
	ours := false
	s.book.read(func(st *state) {
		r, g := st.records[k], st.grants[u.Grant]
		ours = r != nil && g != nil && g.Org == u.Org && g.Lane == u.Lane && sha256.Sum256(r.raw) == u.Record
	})
	if !ours {
		s.dropped.add(BadResult) // answered before, or of a record that something changed on its way
		return
	}
	payer, err := s.payers.get(ctx, payerRef{u.Org, u.Lane})
	switch {
	case err != nil || !payer.IsPayer:
		s.dropped.add(UnknownPayer)
		return
	case !verify.Signature(verify.Signed{Key: payer.Key, Body: raw[:wire.UsageResultBodySize], Sig: &u.Signature}):
		s.dropped.add(BadSignature)
		return
	case !u.Verdict.Final():
		return // presented again
	}
	refused := false
	s.book.change(func(st *state) { refused = st.settle(k, u.Verdict) }, func(error) {})
	if refused {
		s.logins.refusedRecords.Add(1)
		s.log.Warn("payer refuses a usage record; its session ends", "org", u.Org, "verdict", u.Verdict.String())
		s.disconnect(func(x *session) bool { return x.Grant == u.Grant }, nil)
	}
}
