package bundle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// retryEvery is how often a bundle that is not the one on chain is looked for
// again.
const retryEvery = 2 * time.Second

// Loader keeps the routes of a router at the bundles that its orgs have on
// chain. An org whose newest bundle is not to be had keeps the routes it has.
type Loader struct {
	sources map[packetrouter.OrgID]string
	apply   func([]packetrouter.RouteDef) error
	log     *slog.Logger

	snapshots chan *packetrouter.Snapshot // newest only

	mu     sync.Mutex
	failed map[packetrouter.OrgID]error // guarded by mu

	// Owned by Run.
	loaded map[packetrouter.OrgID]loaded
}

// loaded is an org's routes and the record they were checked against.
type loaded struct {
	record packetrouter.Org
	routes []packetrouter.RouteDef
}

// NewLoader returns a loader. sources has the file or https URL of each org's
// bundle; apply is called from Run with all routes whenever they changed.
func NewLoader(sources map[packetrouter.OrgID]string, apply func([]packetrouter.RouteDef) error, log *slog.Logger) *Loader {
	return &Loader{
		sources: sources, apply: apply, log: log, snapshots: make(chan *packetrouter.Snapshot, 1),
		failed: map[packetrouter.OrgID]error{}, loaded: map[packetrouter.OrgID]loaded{},
	}
}

// Update hands over a new snapshot. It never blocks.
func (l *Loader) Update(s *packetrouter.Snapshot) {
	for {
		select {
		case l.snapshots <- s:
			return
		default:
		}
		select {
		case <-l.snapshots:
		default:
		}
	}
}

// Healthy returns an error while an org's bundle on chain is not loaded.
func (l *Loader) Healthy() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	for org, err := range l.failed {
		errs = append(errs, fmt.Errorf("org %s: %w", org, err))
	}
	return errors.Join(errs...)
}

// Run loads until ctx is done: when the chain's record of an org changes, when
// reload is signalled, and again where it failed.
func (l *Loader) Run(ctx context.Context, reload <-chan struct{}) error {
	retry := time.NewTicker(retryEvery)
	defer retry.Stop()
	var snap *packetrouter.Snapshot
	for {
		force := false
		select {
		case <-ctx.Done():
			return nil
		case snap = <-l.snapshots:
		case <-reload:
			force = true
		case <-retry.C:
			if l.Healthy() == nil {
				continue
			}
		}
		if snap != nil {
			l.load(ctx, snap, force)
		}
	}
}

// load reads what is missing and applies the whole when anything changed.
func (l *Loader) load(ctx context.Context, snap *packetrouter.Snapshot, force bool) {
	changed := false
	for org, from := range l.sources {
		record := snap.Orgs[org]
		old, have := l.loaded[org]
		if record == nil || record.BundleSequence == 0 {
			l.note(org, fmt.Errorf("%w: the org has no bundle on chain", ErrNotCurrent))
			if have {
				delete(l.loaded, org)
				changed = true
			}
			continue
		}
		if have && !force && sameRecord(&old.record, record) {
			l.note(org, nil)
			continue
		}
		routes, err := readRoutes(ctx, from, snap.Chain, record)
		l.note(org, err)
		if err != nil {
			changed = l.dropRealms(org, record) || changed
			continue
		}
		l.loaded[org] = loaded{*record, routes}
		changed = true
		l.log.Info("routes loaded", "org", org, "sequence", record.BundleSequence, "routes", len(routes))
	}
	if changed {
		if err := l.apply(l.all()); err != nil {
			l.log.Error("routes refused; the old ones stay", "err", err)
		}
	}
}

// dropRealms takes realms that an org has lost out of routes that stay in use
// for want of newer ones: they may be another org's by now.
func (l *Loader) dropRealms(org packetrouter.OrgID, record *packetrouter.Org) bool {
	changed := false
	for i := range l.loaded[org].routes {
		r := &l.loaded[org].routes[i]
		kept := slices.DeleteFunc(slices.Clone(r.Realms), func(x string) bool { return !slices.Contains(record.Realms, x) })
		changed = changed || len(kept) != len(r.Realms)
		r.Realms = kept
	}
	return changed
}

func readRoutes(ctx context.Context, from string, chain wire.ChainHash, record *packetrouter.Org) ([]packetrouter.RouteDef, error) {
	data, err := Read(ctx, from)
	if err != nil {
		return nil, err
	}
	return Open(data, chain, record)
}

// sameRecord compares what a bundle is checked against.
func sameRecord(a, b *packetrouter.Org) bool {
	return a.BundleSequence == b.BundleSequence && a.BundleDigest == b.BundleDigest && a.BundleKey == b.BundleKey &&
		reflect.DeepEqual(a.Ranges, b.Ranges) && reflect.DeepEqual(a.JoinEUIs, b.JoinEUIs) && reflect.DeepEqual(a.Realms, b.Realms)
}

// note records, and logs when it is news, whether an org's bundle is loaded.
func (l *Loader) note(org packetrouter.OrgID, err error) {
	l.mu.Lock()
	old := l.failed[org]
	if err == nil {
		delete(l.failed, org)
	} else {
		l.failed[org] = err
	}
	l.mu.Unlock()
	if err != nil && (old == nil || old.Error() != err.Error()) {
		l.log.Warn("bundle not loaded", "org", org, "err", err)
	}
}

// all returns the routes of all orgs, in order of org.
func (l *Loader) all() []packetrouter.RouteDef {
	var orgs []packetrouter.OrgID
	for org := range l.loaded {
		orgs = append(orgs, org)
	}
	slices.Sort(orgs)
	var out []packetrouter.RouteDef
	for _, org := range orgs {
		out = append(out, l.loaded[org].routes...)
	}
	return out
}
