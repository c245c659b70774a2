package packetrouter

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// peerMemory is how long a hotspot that left is remembered: long enough for
// every packet it may send again.
const peerMemory = 10 * time.Minute

// Session is one live stream of one hotspot.
type Session struct {
	router     *Router
	peer       *peer
	link       Link
	connection uint64
	indexed    HotspotID // at the time of the hello
	inFlight   atomic.Int64

	mu        sync.Mutex
	nextDown  uint64                     // guarded by mu
	downlinks map[uint64]pendingDownlink // guarded by mu
	closed    bool                       // guarded by mu
	lastSeen  uint64                     // guarded by mu: highest challenge id pushed
}

type pendingDownlink struct {
	done     func(TxResult, int)
	deadline int64
}

// Welcome is what the hello of the router needs.
type Welcome struct {
	Hotspot HotspotID // 0 while it is not registered
	Head    Head
	Window  int
	Chain   wire.ChainHash
}

// Connect opens the session of a stream whose handshake proved key. The newest
// connection of a hotspot wins: an older live one is closed. Errors: ErrFull,
// ErrStale, ErrDraining.
func (r *Router) Connect(now time.Time, key wire.PubKey, connection uint64, link Link) (*Session, Welcome, error) {
	s := &Session{router: r, link: link, connection: connection, downlinks: map[uint64]pendingDownlink{}}
	snap := r.snapshot.Load()
	w := Welcome{Head: snap.Head, Window: r.limits.Window, Chain: snap.Chain}
	if h := snap.Hotspots.ByKey(key); h != nil {
		w.Hotspot, s.indexed = h.ID, h.ID
	}
	p, err := r.peer(key, w.Hotspot)
	if err != nil {
		return nil, w, err
	}
	if !r.directory.Claim(key, connection, r.node) {
		r.leave(now, p, s.indexed)
		return nil, w, ErrStale
	}
	s.peer = p
	if old := p.session.Swap(s); old != nil {
		old.end()
		old.link.Close("a newer connection of this hotspot took over")
	}
	return s, w, nil
}

// peer finds or makes the memory of a hotspot.
func (r *Router) peer(key wire.PubKey, id HotspotID) (*peer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return nil, ErrDraining
	}
	p := r.peers[key]
	if p == nil && len(r.peers) >= r.limits.MaxPeers || id == 0 && r.strangers >= r.limits.MaxStrangers {
		return nil, ErrFull
	}
	if p == nil {
		p = &peer{key: key}
		r.peers[key] = p
	}
	p.mu.Lock()
	p.leftAt = 0
	p.mu.Unlock()
	if id == 0 {
		r.strangers++
	}
	if id != 0 {
		for _, u := range r.restored[id] {
			p.recall(u)
		}
		delete(r.restored, id)
	}
	return p, nil
}

// Present takes the vouchers of the hello and sends the newer ones back.
func (s *Session) Present(vouchers [][]byte) {
	if s.indexed == 0 {
		return
	}
	for _, raw := range s.router.book.Present(s.indexed, vouchers) {
		s.router.PushVoucher(s.indexed, raw)
	}
}

// Uplink starts a packet on its way. It never blocks; the outcome follows by
// the link. A packet sent again is not treated again.
func (s *Session) Uplink(now time.Time, u Uplink) {
	o, again := s.peer.begin(u.ID)
	if again {
		if o != 0 {
			s.link.Ack(u.ID, o)
		}
		return
	}
	t := s.router.take()
	t.peer, t.session, t.up, t.now = s.peer, s, u, Micros(now)
	s.router.advance(t)
}

// Submit takes a report or reveal for the chain.
func (s *Session) Submit(kind ItemKind, item []byte) {
	h := s.router.snapshot.Load().Hotspots.ByKey(s.peer.key)
	s.router.relay.Submit(h, kind, item, s.link.Result)
}

// Registered reports whether the hotspot was unknown at its hello and is
// registered now: its stream should be opened again.
func (s *Session) Registered() bool {
	return s.indexed == 0 && s.router.snapshot.Load().Hotspots.ByKey(s.peer.key) != nil
}

// Close ends the session. Packets under way go on; their acks reach the
// hotspot's next stream.
func (s *Session) Close(now time.Time) {
	s.peer.session.CompareAndSwap(s, nil)
	s.router.leave(now, s.peer, s.indexed)
	s.router.directory.Release(s.peer.key, s.connection)
	if s.indexed != 0 && s.peer.session.Load() == nil {
		s.router.payers.Gone(s.indexed)
	}
	s.end()
}

// leave starts the time after which a peer is forgotten. Strangers are
// forgotten at once: anyone can make keys.
func (r *Router) leave(now time.Time, p *peer, id HotspotID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id == 0 {
		r.strangers--
	}
	if p.session.Load() != nil {
		return
	}
	p.mu.Lock()
	p.leftAt = Micros(now)
	p.mu.Unlock()
	if id == 0 && r.peers[p.key] == p {
		delete(r.peers, p.key)
	}
}

// end answers the downlinks that can no longer be sent.
func (s *Session) end() {
	s.mu.Lock()
	s.closed = true
	open := s.downlinks
	s.downlinks = nil
	s.mu.Unlock()
	for _, d := range open {
		s.router.downlinkDone(d, TxNoForwarder, 0)
	}
}

// Tick drops what timed out: downlinks without a result and hotspots that left
// long ago. It is to be called about once a second.
func (r *Router) Tick(now time.Time) {
	at := Micros(now)
	r.mu.Lock()
	var sessions []*Session
	for k, p := range r.peers {
		if s := p.session.Load(); s != nil {
			sessions = append(sessions, s)
			continue
		}
		p.mu.Lock()
		left := p.leftAt
		p.mu.Unlock()
		if left != 0 && at-left > Micros(time.UnixMicro(0).Add(peerMemory)) {
			delete(r.peers, k)
		}
	}
	r.mu.Unlock()
	for _, s := range sessions {
		s.expire(at)
	}
}

// Drain refuses new sessions and closes all open ones.
func (r *Router) Drain(reason string) {
	r.mu.Lock()
	r.draining = true
	open := make([]*Session, 0, len(r.peers))
	for _, p := range r.peers {
		if s := p.session.Load(); s != nil {
			open = append(open, s)
		}
	}
	r.mu.Unlock()
	for _, s := range open {
		s.link.Close(reason)
	}
}

// Connected reports whether the hotspot has a live stream here.
func (r *Router) Connected(key wire.PubKey) bool {
	r.mu.Lock()
	p := r.peers[key]
	r.mu.Unlock()
	return p != nil && p.session.Load() != nil
}

// Pending is the number of packets without an outcome.
func (r *Router) Pending() int64 { return r.inFlight.Load() }

// sessions returns the live streams.
func (r *Router) sessions() []*Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]*Session, 0, len(r.peers))
	for _, p := range r.peers {
		if s := p.session.Load(); s != nil {
			out = append(out, s)
		}
	}
	return slices.Clip(out)
}
