package network

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/gogoproto/proto"
	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/chain/client"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

const (
	// batchItems is how many reports a relay puts into a batch, and honestRelays
	// how many relays there are.
	batchItems   = 500
	honestRelays = 8
	// batchLife is for how many blocks a batch may be included.
	batchLife = 8
	// tries is how often a refused batch is offered, each time to the next node.
	tries    = 4
	retryGap = 300 * time.Millisecond
	queued   = 256
)

// load answers the challenges of the network: one goroutine follows the blocks and
// signs, one a validator sends.
type load struct {
	crowd  *crowd
	cfg    sdk.TxConfig
	rpcs   []*rpc
	nodes  []entry
	params poc.Params
	relays []*million.Relay
	say    func(format string, a ...any)

	queues  []chan outgoing
	nonce   uint64
	sent    int // batches
	reports map[int64][][]byte
	reveals map[int64][][]byte

	blocks  *blocks
	newest  atomic.Int64 // height
	recent  atomic.Pointer[[][]byte]
	offered atomic.Int64 // reports in batches that a node took
	refused atomic.Int64 // batches that none took
}

// outgoing is a batch on its way to a relay's node.
type outgoing struct {
	tx      []byte
	reports int
	due     time.Time // so that the batches of a block do not come all at once
	until   int64     // last height at which it may be included
}

func newLoad(c *crowd, cfg sdk.TxConfig, all []validator, p poc.Params, say func(string, ...any)) (*load, error) {
	l := &load{
		crowd: c, cfg: cfg, params: p, say: say, blocks: newBlocks(say),
		reports: map[int64][][]byte{}, reveals: map[int64][][]byte{},
	}
	for i := range all {
		node, err := newEntry(&all[i])
		if err != nil {
			return nil, err
		}
		l.nodes = append(l.nodes, node)
		l.rpcs = append(l.rpcs, newRPC(all[i].RPC))
		l.queues = append(l.queues, make(chan outgoing, queued))
	}
	for org := range uint32(honestRelays) {
		l.relays = append(l.relays, million.RelayOf(org+1))
	}
	return l, nil
}

// run answers until ctx ends, which is no error. It follows the first validator.
func (l *load) run(ctx context.Context) error {
	defer func() {
		for _, n := range l.nodes {
			_ = n.Close() // all that sends has ended
		}
	}()
	group, within := errgroup.WithContext(ctx)
	for i := range l.queues {
		group.Go(func() error { return l.send(within, i) })
	}
	group.Go(func() error {
		return l.nodes[0].Follow(within, 1, func(b *client.Block) error { return l.heard(within, b) })
	})
	if err := group.Wait(); ctx.Err() == nil {
		return err
	}
	return nil
}

// heard takes a block: answers its challenges, and sends what waited for it. A
// report goes out a block after its challenge, when every validator has that.
func (l *load) heard(ctx context.Context, b *client.Block) error {
	l.newest.Store(b.Height)
	for _, e := range b.Events {
		switch e.Type {
		case proto.MessageName(&poc.EventChallenge{}):
			var raw []byte
			if err := attribute(e, "challenge", &raw); err != nil {
				return err
			}
			h, err := wire.ParseChallenge(raw)
			if err != nil {
				return fmt.Errorf("read challenge: %w", err)
			}
			reports, reveal := l.crowd.answer(&h, l.params.NearTarget, l.params.FarTarget)
			l.blocks.answered(h.ID, b.Height, len(reports))
			l.remember(reports)
			l.reports[b.Height+1] = append(l.reports[b.Height+1], reports...)
			l.reveals[int64(h.Close)+1] = append(l.reveals[int64(h.Close)+1], reveal)
		case proto.MessageName(&poc.EventSettled{}):
			if err := l.blocks.settled(e); err != nil {
				return err
			}
		}
	}
	l.blocks.end(b)
	reports, reveals := l.reports[b.Height], l.reveals[b.Height]
	delete(l.reports, b.Height)
	delete(l.reveals, b.Height)
	if len(reports)+len(reveals) == 0 {
		return nil
	}
	step := l.blocks.pause() / time.Duration(2+(len(reports)+len(reveals))/batchItems)
	if err := l.put(ctx, wire.BatchReports, reports, step); err != nil {
		return err
	}
	return l.put(ctx, wire.BatchReveals, reveals, step)
}

// remember keeps as many of the newest reports as a batch may hold.
func (l *load) remember(reports [][]byte) {
	var all [][]byte
	if before := l.recent.Load(); before != nil {
		all = *before
	}
	all = append(slices.Clip(all), reports...)
	all = all[max(0, len(all)-int(l.params.MaxBatchItems)):]
	l.recent.Store(&all)
}

// put hands items out in batches to relays and validators by turns.
func (l *load) put(ctx context.Context, kind wire.BatchKind, items [][]byte, step time.Duration) error {
	due, until := time.Now(), l.newest.Load()+batchLife
	for len(items) > 0 {
		n := min(len(items), batchItems)
		l.nonce++
		tx, err := l.relays[l.sent%len(l.relays)].Batch(l.cfg, wire.Batch{
			Chain: l.crowd.chain, Kind: kind, Nonce: l.nonce, ValidUntil: uint64(until),
		}, items[:n])
		if err != nil {
			return fmt.Errorf("make batch: %w", err)
		}
		o := outgoing{tx: tx, due: due, until: until}
		if kind == wire.BatchReports {
			o.reports = n
		}
		select {
		case l.queues[l.sent%len(l.queues)] <- o:
		case <-ctx.Done():
			return ctx.Err()
		}
		l.sent++
		items, due = items[n:], due.Add(step)
	}
	return nil
}

// send offers batches to a validator, and what it refuses to the others.
func (l *load) send(ctx context.Context, at int) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case o := <-l.queues[at]:
			if !sleep(ctx, time.Until(o.due)) {
				return nil
			}
			l.offer(ctx, at, o)
		}
	}
}

func (l *load) offer(ctx context.Context, at int, o outgoing) {
	err := errLate
	for n := 0; n < tries && l.newest.Load() < o.until; n++ {
		if err = l.nodes[(at+n)%len(l.nodes)].broadcast(ctx, o.tx); err == nil {
			l.offered.Add(int64(o.reports))
			return
		}
		if !sleep(ctx, retryGap) {
			return
		}
	}
	l.refused.Add(1)
	l.say("no node took a batch of %d reports: %v", o.reports, err)
}

// sleep waits and tells whether ctx still lives.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

var errLate = errors.New("it waited too long to be sent")

var errEvent = errors.New("event lacks an attribute")

// attribute reads one attribute of a typed event, which is JSON.
func attribute(e abci.Event, key string, into any) error {
	for _, a := range e.Attributes {
		if a.Key == key {
			return json.Unmarshal([]byte(a.Value), into)
		}
	}
	return fmt.Errorf("%w: %s of %s", errEvent, key, e.Type)
}

// number is an integer that JSON carries as a string.
type number uint64

// UnmarshalJSON reads a quoted integer.
func (n *number) UnmarshalJSON(raw []byte) error {
	v, err := strconv.ParseUint(string(bytes.Trim(raw, `"`)), 10, 64)
	*n = number(v)
	return err
}
