// Package relay carries reports and reveals of hotspots to the chain in the
// fee-free lane, in the name of one lane of the router.
//
// It owns the checks that protect the relay's bond, which answers for every
// item it vouches for (architecture §4, Free lane): layout, chain, witness,
// sortition, signature, and for reveals the hash-chain walk. It owns the order of
// things too: nothing is sent twice, a reveal waits until no report can be accepted
// any more, and a batch that no node took is sent again while it still counts.
// It never judges coverage.
package relay

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// Chain is what relaying needs of a node.
type Chain interface {
	// SubmitReports hands a batch to the fee-free lane. It returns when a node
	// has taken it, which is no promise of inclusion.
	SubmitReports(ctx context.Context, payout string, header, items []byte) error
	// Recorded returns what the chain has of a challenge.
	Recorded(ctx context.Context, challenge uint64) (packetrouter.ChallengeRecord, error)
}

// Signer signs batch headers for the router's lane.
type Signer interface {
	SignBatch(now time.Time, kind wire.BatchKind, validUntil uint64, items []byte) (header []byte, payout string, ok bool)
}

// Bounds of the relay's memory.
const (
	// maxWaiting is how many items may wait for a block.
	maxWaiting = 1 << 16
	// batchLife is how many blocks a batch stays valid, below the lane's limit of 10.
	batchLife = 8
)

// Relay implements packetrouter.Relay.
type Relay struct {
	chain  Chain
	signer Signer
	log    *slog.Logger

	heads chan struct{} // one token: a new snapshot

	mu      sync.Mutex
	snap    *packetrouter.Snapshot                 // guarded by mu
	open    map[uint64]*packetrouter.OpenChallenge // guarded by mu: by id
	seen    map[itemKey]wire.Verdict               // guarded by mu: of open challenges
	reports []waiting                              // guarded by mu
	reveals []waiting                              // guarded by mu

	// Owned by Run: what a node has taken and no block has shown yet.
	taken map[uint64][]waiting // by challenge
}

// itemKey names what may be sent once: a witness's report, or, with witness 0,
// a challenge's reveal.
type itemKey struct {
	challenge uint64
	witness   uint32
}

type waiting struct {
	raw       []byte
	kind      wire.BatchKind
	challenge uint64
	digest    [32]byte
	from      uint64 // first height at which a batch may hold it
	until     uint64 // last height at which the chain accepts it
	tried     uint64 // height at which it was last sent
	told      bool   // the hotspot was told that a node took it
	answer    func(packetrouter.ItemResult)
}

var _ packetrouter.Relay = (*Relay)(nil)

// New returns a relay that sends with each new block.
func New(c Chain, s Signer, log *slog.Logger) *Relay {
	return &Relay{
		chain: c, signer: s, log: log, heads: make(chan struct{}, 1),
		open: map[uint64]*packetrouter.OpenChallenge{}, seen: map[itemKey]wire.Verdict{}, taken: map[uint64][]waiting{},
	}
}

// Update takes a new snapshot.
func (r *Relay) Update(s *packetrouter.Snapshot) {
	open := make(map[uint64]*packetrouter.OpenChallenge, len(s.Challenges))
	for i := range s.Challenges {
		open[s.Challenges[i].ID] = &s.Challenges[i]
	}
	r.mu.Lock()
	r.snap, r.open = s, open
	for k := range r.seen {
		if open[k.challenge] == nil {
			delete(r.seen, k)
		}
	}
	r.mu.Unlock()
	select {
	case r.heads <- struct{}{}:
	default:
	}
}

// wait queues an item that passed.
func (r *Relay) wait(queue *[]waiting, k itemKey, w waiting) wire.Verdict {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.seen[k]; ok {
		return wire.Duplicate
	}
	if len(r.reports)+len(r.reveals) >= maxWaiting {
		return wire.OverQuota
	}
	r.seen[k] = wire.Accepted
	*queue = append(*queue, w)
	return wire.Accepted
}

// Run sends what waits with each new block, until ctx is done.
func (r *Relay) Run(ctx context.Context) error {
	// Reports come in spread over a block; a second look between blocks keeps a
	// late one from missing its close.
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.heads:
			r.confirm(ctx)
		case <-tick.C:
		}
		r.flush(ctx, wire.BatchReports, &r.reports)
		r.flush(ctx, wire.BatchReveals, &r.reveals)
	}
}

// flush sends the items of one queue whose time has come.
func (r *Relay) flush(ctx context.Context, kind wire.BatchKind, queue *[]waiting) {
	for ctx.Err() == nil {
		batch, expired, height := r.ripe(queue)
		for _, w := range expired {
			if !w.told {
				w.answer(packetrouter.ItemResult{Digest: w.digest, Verdict: wire.TooLate})
			}
		}
		if len(batch) == 0 {
			return
		}
		if left := r.send(ctx, kind, height, batch); len(left) > 0 {
			r.requeue(queue, left)
			return
		}
	}
}

// send puts items into a batch and returns those to try again. A batch is
// refused for any one of its items, so a refused one is halved until the item
// stands alone.
func (r *Relay) send(ctx context.Context, kind wire.BatchKind, height uint64, batch []waiting) []waiting {
	var items []byte
	for _, w := range batch {
		items = append(items, w.raw...)
	}
	header, payout, ok := r.signer.SignBatch(time.Now(), kind, height+batchLife, items)
	if !ok {
		return batch
	}
	err := r.chain.SubmitReports(ctx, payout, header, items)
	switch {
	case err == nil:
		for _, w := range batch {
			if !w.told {
				w.answer(packetrouter.ItemResult{Digest: w.digest, Verdict: wire.Accepted})
			}
			w.told, w.tried = true, height
			r.taken[w.challenge] = append(r.taken[w.challenge], w)
		}
		return nil
	case errors.Is(err, packetrouter.ErrRefused) && len(batch) > 1:
		half := len(batch) / 2
		return append(r.send(ctx, kind, height, batch[:half]), r.send(ctx, kind, height, batch[half:])...)
	}
	r.log.Warn("batch not taken", "kind", kind, "items", len(batch), "err", err)
	for i := range batch {
		batch[i].tried = height
	}
	return batch
}

// confirmBlocks is after how many blocks an item should be on chain. A batch
// falls out of a node's pool whole when another relay's block makes one of its
// items needless.
const confirmBlocks = 2

// maxConfirms bounds the queries after one block.
const maxConfirms = 64

// confirm asks the chain for what was taken some blocks ago, and queues again
// what it does not have.
func (r *Relay) confirm(ctx context.Context) {
	r.mu.Lock()
	height := r.snap.Head.Height
	r.mu.Unlock()
	asked := 0
	for challenge, list := range r.taken {
		if asked == maxConfirms || !slices.ContainsFunc(list, func(w waiting) bool { return height >= w.tried+confirmBlocks }) {
			continue
		}
		asked++
		record, err := r.chain.Recorded(ctx, challenge)
		if err != nil {
			r.log.Warn("items not confirmed", "challenge", challenge, "err", err)
			if list = slices.DeleteFunc(list, func(w waiting) bool { return height >= w.until }); len(list) == 0 {
				delete(r.taken, challenge)
			} else {
				r.taken[challenge] = list
			}
			continue
		}
		var left []waiting
		for _, w := range list {
			has := record.Revealed
			if w.kind == wire.BatchReports {
				has = record.Reports[sha256.Sum256(w.raw[:wire.ReportBodySize])]
			}
			switch {
			case has || height >= w.until:
			case height < w.tried+confirmBlocks:
				left = append(left, w)
			case w.kind == wire.BatchReports:
				r.requeue(&r.reports, []waiting{w})
			default:
				r.requeue(&r.reveals, []waiting{w})
			}
		}
		if r.taken[challenge] = left; len(left) == 0 {
			delete(r.taken, challenge)
		}
	}
}

// ripe takes up to one batch of items that the next block may hold, and those
// that no block will any more.
func (r *Relay) ripe(queue *[]waiting) (batch, expired []waiting, height uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.snap == nil {
		return nil, nil, 0
	}
	height = r.snap.Head.Height
	var later []waiting
	for _, w := range *queue {
		switch {
		case height >= w.until:
			expired = append(expired, w)
		case height < w.from || height == w.tried || len(batch) >= int(r.snap.Relaying.MaxItems):
			later = append(later, w)
		default:
			batch = append(batch, w)
		}
	}
	*queue = later
	return batch, expired, height
}

func (r *Relay) requeue(queue *[]waiting, batch []waiting) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*queue = append(batch, *queue...)
}
