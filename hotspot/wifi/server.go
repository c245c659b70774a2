package wifi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// Bounds of a server.
const (
	maxExchanges = 1024 // logins under way
	inboxSize    = 1024 // messages of routers that wait
	inboxWorkers = 4    // they may wait for nodes
	tickEvery    = time.Second
)

// Sockets are where a server listens: for authentication, for accounting, and for
// the answers to its Disconnect-Requests.
type Sockets struct{ Auth, Acct, Dynamic *net.UDPConn }

// Server is the RADIUS side of a hotspot.
type Server struct {
	cfg      Config
	id       Signer
	book     *Book
	carrier  Carrier
	payers   *payerCache
	vouchers Vouchers
	sockets  Sockets
	log      *slog.Logger
	replies  replies
	inbox    chan func(context.Context)
	dynamic  dynamics

	mu        sync.Mutex
	exchanges map[uint64]*exchange  // guarded by mu: logins under way
	forwards  map[uint64]*forwarded // guarded by mu: accounting under way
	asked     map[uint64]uint64     // guarded by mu: exchanges of payers' own requests, by time
	withheld  map[payerRef]bool     // guarded by mu

	dropped  tally // datagrams, messages and packets that went nowhere
	rejected tally // logins refused here
	logins   loginCounters
}

type loginCounters struct{ accepted, rejected, challenged, records, refusedRecords, lost atomic.Uint64 }

// New returns a server over a book and open sockets.
func New(cfg Config, id Signer, book *Book, carrier Carrier, payers Payers, vouchers Vouchers, sockets Sockets, log *slog.Logger) *Server {
	return &Server{
		cfg: cfg, id: id, book: book, carrier: carrier, payers: &payerCache{ask: payers, known: map[payerRef]cachedPayer{}},
		vouchers: vouchers, sockets: sockets, log: log, replies: replies{known: map[requestKey]reply{}},
		inbox: make(chan func(context.Context), inboxSize), dynamic: newDynamics(sockets.Dynamic),
		exchanges: map[uint64]*exchange{}, forwards: map[uint64]*forwarded{}, asked: map[uint64]uint64{}, withheld: map[payerRef]bool{},
	}
}

// Run serves until ctx is done or a socket or the book fails.
func (s *Server) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	// The book outlives what promises from it.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	var book errgroup.Group
	failed := make(chan error, 1)
	book.Go(func() error { err := s.book.Run(life); failed <- err; return err })
	group.Go(func() error {
		select {
		case err := <-failed:
			if err == nil {
				err = errStopped
			}
			return err
		case <-ctx.Done():
			return nil
		}
	})
	group.Go(func() error { return s.listen(ctx, s.sockets.Auth, s.access) })
	group.Go(func() error { return s.listen(ctx, s.sockets.Acct, s.accounting) })
	group.Go(func() error { return s.listen(ctx, s.sockets.Dynamic, s.dynamic.answer) })
	for range inboxWorkers {
		group.Go(func() error { return s.work(ctx) })
	}
	group.Go(func() error { return s.tick(ctx) })
	err := group.Wait()
	end()
	if bookErr := book.Wait(); err == nil {
		err = bookErr
	}
	return err
}

// listen reads datagrams, one at a time, until ctx is done. handle must not block.
func (s *Server) listen(ctx context.Context, conn *net.UDPConn, handle func([]byte, netip.AddrPort)) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends the read
	defer stop()
	buf := make([]byte, radius.MaxPacket+1)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("read from %s: %w", conn.LocalAddr(), err)
		case err != nil:
			continue // an ICMP error of an earlier datagram
		}
		handle(buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
	}
}

// parse authenticates a request of an access point. Several may send from one
// address: their secrets tell them apart, and where they share one, their names.
func (s *Server) parse(b []byte, from netip.Addr, code radius.Code) (*radius.Packet, *AccessPoint, Reason, bool) {
	why := UnknownNAS
	var found *AccessPoint
	var p *radius.Packet
	for i := range s.cfg.Points {
		ap := &s.cfg.Points[i]
		if !ap.sendsFrom(from) {
			continue
		}
		if found == nil || !bytes.Equal(ap.Secret, found.Secret) {
			q, err := radius.ParseRequest(b, ap.Secret)
			if err != nil {
				if found == nil {
					why = reasonOf(err)
				}
				continue
			}
			if found == nil {
				found, p = ap, q
			}
		}
		if found != nil && bytes.Equal(ap.Secret, found.Secret) && ap.Name == radius.String(p, radius.TypeNASIdentifier) {
			found = ap
		}
	}
	switch {
	case found == nil:
		return nil, nil, why, false
	case p.Code != code:
		return nil, nil, BadCode, false
	}
	if name := radius.String(p, radius.TypeNASIdentifier); name != "" && name != found.Name {
		return nil, nil, WrongNAS, false
	}
	return p, found, 0, true
}

func (a *AccessPoint) sendsFrom(from netip.Addr) bool {
	return slices.ContainsFunc(a.From, func(p netip.Prefix) bool { return p.Contains(from) })
}

// work runs what routers sent.
func (s *Server) work(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case f := <-s.inbox:
			f(ctx)
		}
	}
}

// post queues work for the inbox; what does not fit is lost, as on any RADIUS hop.
func (s *Server) post(f func(context.Context)) {
	select {
	case s.inbox <- f:
	default:
		s.dropped.add(Busy)
	}
}

// Radius takes a payer's packet from the router. It does not block.
func (s *Server) Radius(m hotspot.Radius) {
	s.post(func(ctx context.Context) { s.fromPayer(ctx, m.Proof, m.Packet) })
}

// UsageResult takes a payer's word on a record. It does not block.
func (s *Server) UsageResult(raw []byte) { s.post(func(ctx context.Context) { s.result(ctx, raw) }) }

// Refused takes a router's word that something was not carried. It does not block.
func (s *Server) Refused(x hotspot.RadiusRefusal) { s.post(func(context.Context) { s.refused(x) }) }

// Vouchered takes a voucher that was verified and stored. It does not block.
func (s *Server) Vouchered(v wire.Voucher) {
	if v.Unit != wire.UnitMicroDC {
		return
	}
	s.book.change(func(st *state) { st.vouch(&v) }, func(error) {}) // the vouchers' own file has it
}

// Connected is called when a stream to a router has begun: what waits is handed on
// at once. It does not block.
func (s *Server) Connected() {
	s.post(func(context.Context) {
		s.mu.Lock()
		clear(s.forwards)
		s.mu.Unlock()
		s.book.read(func(st *state) {
			for _, r := range st.records {
				r.sent = 0
			}
			for _, p := range st.packets {
				p.sent = 0
			}
		})
		s.handOn(millis(time.Now()), true)
	})
}

// tick does what time asks for, once a second.
func (s *Server) tick(ctx context.Context) error {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case at := <-t.C:
			now := millis(at)
			s.expire(now)
			s.replies.prune(now)
			s.dynamic.tick(now)
			s.silence(now)
			s.judge(now)
			s.handOn(now, false)
			if n%60 == 59 {
				s.book.change(func(st *state) { s.logins.lost.Add(uint64(st.prune(now))) }, func(error) {})
			}
		}
	}
}

// silence closes sessions that are not heard of any more.
func (s *Server) silence(now uint64) {
	var made []*record
	s.book.change(func(st *state) { made = st.silent(now, s.id.Sign) }, func(err error) {
		if err == nil {
			s.stored(made, nil)
		}
	})
}
