package packetrouter

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/hexwave/hexwave/proto/wire"
)

// Limits of a table. They bound the memory an org's bundle can ask for.
const (
	MaxRoutes   = 1 << 20
	MaxKeys     = 1 << 22
	MaxOverlaps = 1 << 22 // sum over all address segments of the routes they have
)

// ErrTable is returned for routes that cannot be a table.
var ErrTable = errors.New("routes are not a valid table")

// Table finds the routes of a frame. It is immutable but for memos that only
// save work; a new one replaces it whole.
type Table struct {
	routes []*Route

	// starts are the first addresses of segments in which the set of routes is
	// the same, ascending; segments[i] reaches to the next start.
	starts   []DevAddr
	segments [][]*Route

	exact   map[JoinPair][]*Route
	any     map[EUI][]*Route
	devices map[EUI][]*Route // by DevEUI, for rejoins that carry no JoinEUI
	keys    map[keyRef]*keySet
	realms  map[string]*Route

	destinations map[destinationRef]*Destination
}

type destinationRef struct {
	protocol Protocol
	address  string
	key      wire.PubKey
}

// NewTable builds a table. previous, which may be nil, hands down the state of
// destinations and the memos of session keys. Errors: ErrTable.
func NewTable(defs []RouteDef, sinks map[Protocol]Sink, previous *Table) (*Table, error) {
	if len(defs) > MaxRoutes {
		return nil, fmt.Errorf("%w: %d routes, at most %d", ErrTable, len(defs), MaxRoutes)
	}
	t := &Table{
		exact: map[JoinPair][]*Route{}, any: map[EUI][]*Route{}, devices: map[EUI][]*Route{},
		keys: map[keyRef]*keySet{}, realms: map[string]*Route{}, destinations: map[destinationRef]*Destination{},
	}
	seen := map[RouteKey]bool{}
	var edges []edge
	for i := range defs {
		d := &defs[i]
		r, err := t.add(d, sinks, previous)
		if err != nil {
			return nil, err
		}
		if seen[r.Key] {
			return nil, fmt.Errorf("%w: org %s has route %q twice", ErrTable, r.Org, clip(r.ID))
		}
		seen[r.Key] = true
		for _, x := range d.DevAddrs {
			edges = append(edges, edge{uint64(x.First), r, true}, edge{uint64(x.Last) + 1, r, false})
		}
		for _, realm := range d.Realms {
			if t.realms[realm] != nil {
				return nil, fmt.Errorf("%w: realm %q twice", ErrTable, clip(realm))
			}
			t.realms[realm] = r
		}
		t.addJoins(r, d.Joins)
		t.addKeys(r, d.Keys, previous)
	}
	if len(t.keys) > MaxKeys {
		return nil, fmt.Errorf("%w: more than %d devices with session keys", ErrTable, MaxKeys)
	}
	return t, t.cut(edges)
}

func (t *Table) add(d *RouteDef, sinks map[Protocol]Sink, previous *Table) (*Route, error) {
	sink := sinks[d.Protocol]
	if sink == nil && d.Protocol != ProtocolPayer {
		return nil, fmt.Errorf("%w: route %q: protocol %q is not spoken here", ErrTable, clip(d.ID), clip(string(d.Protocol)))
	}
	if payer := d.Protocol == ProtocolPayer; payer && len(d.DevAddrs)+len(d.Joins)+len(d.Keys) > 0 || !payer && len(d.Realms) > 0 {
		return nil, fmt.Errorf("%w: route %q: realms go to payers, devices to network servers", ErrTable, clip(d.ID))
	}
	r := &Route{
		ID: d.ID, Org: d.Org, Key: NewRouteKey(d.Org, d.ID), Active: d.Active, MaxCopies: d.MaxCopies,
		MaxAge: d.MaxAge, KeysRequired: d.KeysRequired, HourlyCap: d.HourlyCap, sink: sink,
	}
	ref := destinationRef{d.Protocol, d.Address, d.PayerKey}
	if r.Destination = t.destinations[ref]; r.Destination == nil {
		if previous != nil {
			r.Destination = previous.destinations[ref]
		}
		if r.Destination == nil {
			r.Destination = &Destination{Protocol: d.Protocol, Address: d.Address, Key: d.PayerKey}
		}
		t.destinations[ref] = r.Destination
	}
	t.routes = append(t.routes, r)
	return r, nil
}

func (t *Table) addJoins(r *Route, pairs []JoinPair) {
	for _, p := range pairs {
		if p.Any {
			t.any[p.JoinEUI] = append(t.any[p.JoinEUI], r)
			continue
		}
		t.exact[p] = append(t.exact[p], r)
		if !slices.Contains(t.devices[p.DevEUI], r) {
			t.devices[p.DevEUI] = append(t.devices[p.DevEUI], r)
		}
	}
}

// edge is where a route's range begins, or the address behind its end.
type edge struct {
	at    uint64
	route *Route
	begin bool
}

// cut sweeps the edges in order and keeps one segment for each change.
func (t *Table) cut(edges []edge) error {
	sort.SliceStable(edges, func(i, j int) bool { return edges[i].at < edges[j].at })
	open := map[*Route]int{}
	var order []*Route // routes open now, in order of opening
	total := 0
	for i := 0; i < len(edges); {
		at := edges[i].at
		for ; i < len(edges) && edges[i].at == at; i++ {
			r := edges[i].route
			if edges[i].begin {
				if open[r]++; open[r] == 1 {
					order = append(order, r)
				}
			} else if open[r]--; open[r] == 0 {
				order = slices.DeleteFunc(order, func(x *Route) bool { return x == r })
			}
		}
		if at > 0xffffffff {
			break
		}
		if total += len(order); total > MaxOverlaps {
			return fmt.Errorf("%w: address ranges overlap too much", ErrTable)
		}
		t.starts = append(t.starts, DevAddr(at))
		t.segments = append(t.segments, slices.Clone(order))
	}
	return nil
}

// Routes returns all routes in order of definition. The slice is the table's.
func (t *Table) Routes() []*Route { return t.routes }

// Destinations returns the network servers that the routes name.
func (t *Table) Destinations() []*Destination {
	out := make([]*Destination, 0, len(t.destinations))
	seen := make(map[*Destination]bool, len(t.destinations))
	for _, r := range t.routes {
		if !seen[r.Destination] {
			seen[r.Destination] = true
			out = append(out, r.Destination)
		}
	}
	return out
}

// ByRealm returns the route of a Wi-Fi realm, nil when there is none.
func (t *Table) ByRealm(realm string) *Route { return t.realms[realm] }

// byAddr returns the routes whose ranges hold the address.
func (t *Table) byAddr(a DevAddr) []*Route {
	// The first segment that starts behind a; the one before it holds a.
	i := sort.Search(len(t.starts), func(i int) bool { return t.starts[i] > a })
	if i == 0 {
		return nil
	}
	return t.segments[i-1]
}

// EachRoute calls f for each route of the frame, each route once.
func (t *Table) EachRoute(f Frame, visit func(*Route)) {
	switch {
	case f.Kind == FrameData:
		for _, r := range t.byAddr(f.Addr) {
			visit(r)
		}
	case f.Kind == FrameRejoin && f.Rejoin != 1:
		for _, r := range t.devices[f.DevEUI] {
			visit(r)
		}
	default:
		exact := t.exact[JoinPair{JoinEUI: f.JoinEUI, DevEUI: f.DevEUI}]
		for _, r := range exact {
			visit(r)
		}
		for _, r := range t.any[f.JoinEUI] {
			if !slices.Contains(exact, r) {
				visit(r)
			}
		}
	}
}
