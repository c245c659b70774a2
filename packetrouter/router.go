package packetrouter

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/hexwave/hexwave/proto/wire"
)

// Limits bound what one router and one hotspot may use.
type Limits struct {
	MaxInFlight int // packets without an outcome, all hotspots
	Window      int // the same, of one hotspot
	Rate        int // packets a second of one hotspot, steady
	Burst       int // packets of one hotspot at once
	MaxLegs     int // routes that one packet may take
	MaxPeers    int // hotspots remembered, connected or not
	// MaxStrangers are the streams of keys that no registered hotspot has.
	MaxStrangers int
	Downlinks    int // downlinks without a result, of one hotspot
}

// MaxWindow is the largest window of a hotspot: the router must know each
// packet of two windows again after a reconnect.
const MaxWindow = idSlots / 2

// DefaultLimits fit a machine with two cores.
func DefaultLimits() Limits {
	return Limits{
		MaxInFlight: 65536, Window: 256, Rate: 25, Burst: 250, MaxLegs: 8, MaxPeers: 20000,
		MaxStrangers: 256, Downlinks: 64,
	}
}

// Ports are the router's collaborators. All are needed; Relay and Book may be
// set later, before the first Connect, because they call back.
type Ports struct {
	Budgets   Budgets
	Guard     ReplayGuard
	Directory Directory
	Book      Book
	Relay     Relay
	// Payers may be nil: the router carries no Wi-Fi then.
	Payers Payers
	// Node names this router in the directory.
	Node string
}

// Errors of Connect.
var (
	// ErrFull: as many hotspots are connected as the router takes.
	ErrFull = errors.New("router is full")
	// ErrStale: a newer connection of the same hotspot is known.
	ErrStale = errors.New("a newer connection of this hotspot is open")
	// ErrDraining: the router is about to stop.
	ErrDraining = errors.New("router is draining")
)

// Router joins hotspots to routes. Its methods may be called from any
// goroutine.
type Router struct {
	limits    Limits
	stages    []stage
	budgets   Budgets
	guard     ReplayGuard
	directory Directory
	book      Book
	relay     Relay
	payers    Payers
	node      string

	table    atomic.Pointer[Table]
	snapshot atomic.Pointer[Snapshot]
	pool     sync.Pool

	inFlight       atomic.Int64
	outcomes       [256]atomic.Uint64 // by wire.Outcome
	unbooked       atomic.Uint64
	creditsMetered atomic.Uint64
	downlinks      [16]atomic.Uint64 // by TxResult
	wifi           wifiCounters

	mu        sync.Mutex
	peers     map[wire.PubKey]*peer  // guarded by mu
	restored  map[HotspotID][]uint64 // guarded by mu: ids metered before a restart
	strangers int                    // guarded by mu: streams of keys that are not registered
	draining  bool                   // guarded by mu
}

// New returns a router with an empty table and snapshot.
func New(limits Limits, p Ports) *Router {
	r := &Router{
		limits: limits, stages: pipeline(), budgets: p.Budgets, guard: p.Guard, directory: p.Directory,
		book: p.Book, relay: p.Relay, payers: p.Payers, node: p.Node,
		peers: map[wire.PubKey]*peer{}, restored: map[HotspotID][]uint64{},
	}
	if r.payers == nil {
		r.payers = noPayers{}
	}
	r.pool.New = func() any { return &transit{legs: make([]leg, 0, 2)} }
	r.snapshot.Store(&Snapshot{})
	empty, err := NewTable(nil, nil, nil)
	if err != nil {
		panic("packetrouter: no routes are always a table")
	}
	r.table.Store(empty)
	return r
}

// Attach sets the ports that call the router back. It must be called before
// the first Connect.
func (r *Router) Attach(b Book, y Relay) { r.book, r.relay = b, y }

// AttachPayers sets the way to payer agents, which calls the router back. It must
// be called before the first Connect.
func (r *Router) AttachPayers(p Payers) { r.payers = p }

// Limits returns the limits in force.
func (r *Router) Limits() Limits { return r.limits }

// SetTable replaces the routes. Packets under way keep the routes they have.
func (r *Router) SetTable(t *Table) { r.table.Store(t) }

// Table returns the routes in force.
func (r *Router) Table() *Table { return r.table.Load() }

// Snapshot returns the newest snapshot.
func (r *Router) Snapshot() *Snapshot { return r.snapshot.Load() }

// Restore tells the router of a delivery that was metered before a restart, so
// that neither the packet nor a copy of it is metered again.
func (r *Router) Restore(e Entry) {
	r.budgets.Restore(e.Route, e.Transmission)
	if e.Counter.Session != 0 || e.Counter.Nonce {
		r.guard.Restore(e.Counter, e.Transmission)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.restored[e.Hotspot] = append(r.restored[e.Hotspot], e.Uplink)
}

// Stats are counters since the start, and gauges.
type Stats struct {
	Outcomes  map[wire.Outcome]uint64
	Credits   uint64 // DC metered
	Unbooked  uint64 // deliveries that could not be metered
	Downlinks map[TxResult]uint64
	WiFi      WiFiStats
	InFlight  int64
	Connected int
	Hotspots  int // registered, in the snapshot
	Routes    int
	Head      Head
}

// Stats returns a consistent-enough picture for metrics.
func (r *Router) Stats() Stats {
	s := Stats{
		Outcomes: map[wire.Outcome]uint64{}, Downlinks: map[TxResult]uint64{}, WiFi: r.wifi.stats(),
		Credits: r.creditsMetered.Load(), Unbooked: r.unbooked.Load(), InFlight: r.inFlight.Load(),
		Hotspots: r.snapshot.Load().Hotspots.Len(), Routes: len(r.table.Load().routes), Head: r.snapshot.Load().Head,
	}
	for _, o := range wire.Outcomes() {
		s.Outcomes[o] = r.outcomes[o].Load()
	}
	for x := TxOK; x <= TxOther; x++ {
		s.Downlinks[x] = r.downlinks[x].Load()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.peers {
		if p.session.Load() != nil {
			s.Connected++
		}
	}
	return s
}
