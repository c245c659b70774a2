package chainledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// ErrNoSnapshot: no node has answered yet.
var ErrNoSnapshot = errors.New("no snapshot of the chain yet")

// Config of a follower.
type Config struct {
	ChainID string
	// Nodes are gRPC addresses, tried in order.
	Nodes []string
	// PollEvery is how often a node is asked for a new block. 0 means 250 ms.
	PollEvery time.Duration
	// ListEvery is how often the registry is read again when it has more than
	// SmallRegistry hotspots. 0 means 30 s.
	ListEvery time.Duration
	// Lanes are the signer keys of this router, whose allowances are read.
	Lanes []wire.PubKey
	// Trust makes the orgs proven ones, of the block before the newest; nil believes
	// nodes.
	Trust *Trust
	Log   *slog.Logger
}

// SmallRegistry is how many hotspots are read again with every block.
const SmallRegistry = 2000

// Ledger follows the chain through the first of its nodes that answers. It
// implements what lanes and relay need of a chain.
type Ledger struct {
	cfg   Config
	nodes []*Node

	mu      sync.Mutex
	current int       // guarded by mu: node in use
	newest  time.Time // guarded by mu: when the newest snapshot was made

	// Owned by Run.
	last     *packetrouter.Snapshot
	table    routingtypes.TableHead // of last's orgs
	prover   *prover                // nil: nodes are believed
	listed   []packetrouter.Hotspot
	listedAt time.Time
}

// New prepares a follower. Errors: those of Dial.
func New(cfg Config) (*Ledger, error) {
	if cfg.PollEvery <= 0 {
		cfg.PollEvery = 250 * time.Millisecond
	}
	if cfg.ListEvery <= 0 {
		cfg.ListEvery = 30 * time.Second
	}
	p, err := newProver(cfg.Trust, cfg.ChainID)
	if err != nil {
		return nil, err
	}
	l := &Ledger{cfg: cfg, prover: p}
	for _, a := range cfg.Nodes {
		n, err := Dial(a)
		if err != nil {
			return nil, err
		}
		l.nodes = append(l.nodes, n)
	}
	if len(l.nodes) == 0 {
		return nil, errors.New("no node address is configured")
	}
	return l, nil
}

// node returns the node in use.
func (l *Ledger) node() *Node {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.nodes[l.current]
}

// next turns to another node after a failure.
func (l *Ledger) next() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = (l.current + 1) % len(l.nodes)
}

// Healthy returns an error when the newest snapshot is older than the limit.
func (l *Ledger) Healthy(now time.Time, limit time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.newest.IsZero():
		return ErrNoSnapshot
	case now.Sub(l.newest) > limit:
		return errors.New("newest snapshot is older than " + limit.String())
	}
	return nil
}

// Run calls emit with the first snapshot and with one for each new block seen,
// until ctx is done. A node on the wrong chain ends it: that is a mistake of
// configuration, not an outage.
func (l *Ledger) Run(ctx context.Context, emit func(*packetrouter.Snapshot)) error {
	defer func() {
		for _, n := range l.nodes {
			_ = n.Close() // nothing is on its way any more
		}
		l.prover.close()
	}()
	tick := time.NewTicker(l.cfg.PollEvery)
	defer tick.Stop()
	checked := map[*Node]bool{}
	failing := false
	for {
		n := l.node()
		err := l.step(ctx, n, checked, emit)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrWrongChain):
			return err
		case err != nil:
			if !failing {
				l.cfg.Log.Warn("following the chain", "node", n.Address(), "err", err)
			}
			failing = true
			l.next()
		case failing:
			failing = false
			l.cfg.Log.Info("following the chain again", "node", n.Address())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// step looks once whether there is a new block.
func (l *Ledger) step(ctx context.Context, n *Node, checked map[*Node]bool, emit func(*packetrouter.Snapshot)) error {
	if !checked[n] {
		if err := n.CheckChain(ctx, l.cfg.ChainID); err != nil {
			return err
		}
		checked[n] = true
	}
	height, at, err := n.height(ctx)
	if err != nil {
		return err
	}
	// A node that is behind the one before must not turn time back.
	if height == 0 || l.last != nil && height <= l.last.Head.Height {
		return nil
	}
	s, err := l.read(ctx, n, height, at)
	if err != nil {
		return err
	}
	l.last = s
	l.mu.Lock()
	l.newest = time.Now()
	l.mu.Unlock()
	emit(s)
	return nil
}

// read makes the snapshot of one height.
func (l *Ledger) read(ctx context.Context, n *Node, height uint64, t time.Time) (*packetrouter.Snapshot, error) {
	all, cancel := context.WithTimeout(ctx, 3*queryWithin)
	defer cancel()
	ctx = at(all, height)
	s := &packetrouter.Snapshot{
		Chain: wire.HashChainID(l.cfg.ChainID),
		Head:  packetrouter.Head{Height: height, Time: uint64(t.UnixMilli())},
		Lanes: map[packetrouter.LaneRef]packetrouter.LaneState{},
	}
	var err error
	if s.Head.Epoch, err = n.epoch(ctx); err != nil {
		return nil, err
	}
	if s.Orgs, err = l.readOrgs(all, n, height); err != nil {
		return nil, err
	}
	if s.Challenges, err = n.listChallenges(ctx); err != nil {
		return nil, err
	}
	if s.Settlement, s.Relaying, err = n.params(ctx); err != nil {
		return nil, err
	}
	if err := l.readHotspots(ctx, n, s); err != nil {
		return nil, err
	}
	return s, l.readLanes(ctx, n, s)
}

// readOrgs returns the orgs after the block of a height, or with trust those after the
// block before, which the newest header seals. Orgs of a table that has not changed are
// the same ones as before.
func (l *Ledger) readOrgs(ctx context.Context, n *Node, height uint64) (map[packetrouter.OrgID]*packetrouter.Org, error) {
	if l.prover != nil {
		height--
	}
	if height == 0 {
		return nil, fmt.Errorf("%w: no block seals a table", ErrTable)
	}
	pinned := at(ctx, height)
	head, err := n.tableHead(pinned)
	if err != nil {
		return nil, err
	}
	if l.prover != nil {
		if err := l.prover.check(ctx, int64(height), head); err != nil {
			return nil, err
		}
	}
	if l.last != nil && sameTable(head, l.table) {
		return l.last.Orgs, nil
	}
	orgs, listed, err := n.listOrgs(pinned)
	if err != nil {
		return nil, err
	}
	if !sameTable(head, listed) {
		return nil, fmt.Errorf("%w: its head is %d, then %d", ErrTable, head.Sequence, listed.Sequence)
	}
	l.table = head
	return orgs, nil
}

// readHotspots keeps the old index where nothing changed.
func (l *Ledger) readHotspots(ctx context.Context, n *Node, s *packetrouter.Snapshot) error {
	now := time.Now()
	if l.last != nil && len(l.listed) > SmallRegistry && now.Sub(l.listedAt) < l.cfg.ListEvery {
		s.Hotspots = l.last.Hotspots
		return nil
	}
	list, err := n.listHotspots(ctx)
	if err != nil {
		return err
	}
	l.listedAt = now
	if l.last != nil && slices.Equal(list, l.listed) {
		s.Hotspots = l.last.Hotspots
		return nil
	}
	l.listed = list
	s.Hotspots = packetrouter.NewHotspots(list)
	return nil
}

func (l *Ledger) readLanes(ctx context.Context, n *Node, s *packetrouter.Snapshot) error {
	for id, o := range s.Orgs {
		for _, k := range l.cfg.Lanes {
			signer, ok := o.Lane(k)
			if !ok {
				continue
			}
			ref := packetrouter.LaneRef{Org: id, Lane: signer.Lane}
			state, err := n.lane(ctx, ref)
			if err != nil {
				// A lane has no state before its first epoch begins.
				l.cfg.Log.Debug("lane has no state yet", "org", id, "lane", signer.Lane, "err", err)
				continue
			}
			s.Lanes[ref] = state
		}
	}
	return nil
}
