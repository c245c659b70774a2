package app

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/mempool"
	"github.com/cosmos/gogoproto/proto"
)

// batchID names a lane batch by the hash of its message.
type batchID [sha256.Size]byte

type waiting struct {
	id     batchID
	size   int
	pooled mempool.PooledTx
}

// LanePool is the application mempool: one first-in-first-out queue of bounded
// bytes for each lane, and behind them the SDK's pool ordered by sender and
// sequence. It is safe for concurrent use.
type LanePool struct {
	*mempool.SenderNonceMempool
	lanes []Lane

	mu     sync.Mutex
	queues [][]waiting
	held   []int
	known  map[batchID]bool
}

var _ mempool.ExtMempool = (*LanePool)(nil)

// NewLanePool makes an empty pool that holds at most maxTxs paying transactions
// and each lane's PoolBytes.
func NewLanePool(lanes []Lane, maxTxs int) *LanePool {
	return &LanePool{
		SenderNonceMempool: mempool.NewSenderNonceMempool(mempool.SenderNonceMaxTxOpt(maxTxs)),
		lanes:              lanes,
		queues:             make([][]waiting, len(lanes)),
		held:               make([]int, len(lanes)),
		known:              map[batchID]bool{},
	}
}

// Admits returns ErrLaneKnown or ErrLaneFull when a batch of size bytes could
// not be inserted now. It is asked before any signature is checked.
func (p *LanePool) Admits(l Lane, tx sdk.Tx, size int) error {
	id, err := idOf(tx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.lanes {
		if p.lanes[i].MsgURL == l.MsgURL {
			return p.admits(i, id, size)
		}
	}
	return ErrLaneShape
}

func (p *LanePool) admits(i int, id batchID, size int) error {
	if p.known[id] {
		return ErrLaneKnown
	}
	if p.held[i]+size > p.lanes[i].PoolBytes {
		return ErrLaneFull
	}
	return nil
}

// Insert adds a transaction. A lane batch that is known or finds its lane full
// is refused with the same errors as Admits.
func (p *LanePool) Insert(ctx context.Context, tx sdk.Tx, opt mempool.InsertOption) error {
	i, ok := laneOf(p.lanes, tx)
	if !ok {
		return p.SenderNonceMempool.Insert(ctx, tx, opt)
	}
	id, err := idOf(tx)
	if err != nil {
		return err
	}
	size := len(sdk.UnwrapSDKContext(ctx).TxBytes())
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.admits(i, id, size); err != nil {
		return err
	}
	p.known[id] = true
	p.held[i] += size
	p.queues[i] = append(p.queues[i], waiting{id, size, mempool.NewPooledTx(tx, opt.GasWanted)})
	return nil
}

// Remove drops a transaction; mempool.ErrTxNotFound tells that it was not here.
func (p *LanePool) Remove(tx sdk.Tx) error {
	i, ok := laneOf(p.lanes, tx)
	if !ok {
		return p.SenderNonceMempool.Remove(tx)
	}
	id, err := idOf(tx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.IndexFunc(p.queues[i], func(w waiting) bool { return w.id == id })
	if at < 0 {
		return mempool.ErrTxNotFound
	}
	p.held[i] -= p.queues[i][at].size
	p.queues[i] = slices.Delete(p.queues[i], at, at+1)
	delete(p.known, id)
	return nil
}

// RemoveWithReason drops a transaction for whatever reason.
func (p *LanePool) RemoveWithReason(_ context.Context, tx sdk.Tx, _ mempool.RemoveReason) error {
	return p.Remove(tx)
}

// CountTx returns how many transactions wait.
func (p *LanePool) CountTx() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.known) + p.SenderNonceMempool.CountTx()
}

// SelectBy visits lane batches in order of arrival, lane by lane, and then the
// paying transactions, until visit returns false. visit may not change the pool.
func (p *LanePool) SelectBy(ctx context.Context, txs [][]byte, visit func(mempool.PooledTx) bool) {
	for _, tx := range p.batches() {
		if !visit(tx) {
			return
		}
	}
	p.SenderNonceMempool.SelectBy(ctx, txs, visit)
}

// Select returns an iterator over what SelectBy would visit.
func (p *LanePool) Select(ctx context.Context, txs [][]byte) mempool.Iterator {
	paid := p.SenderNonceMempool.Select(ctx, txs)
	batches := p.batches()
	if len(batches) == 0 {
		return paid
	}
	return &laneIterator{batches: batches, paid: paid}
}

func (p *LanePool) batches() []mempool.PooledTx {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []mempool.PooledTx
	for _, q := range p.queues {
		for _, w := range q {
			all = append(all, w.pooled)
		}
	}
	return all
}

type laneIterator struct {
	batches []mempool.PooledTx
	paid    mempool.Iterator
}

func (it *laneIterator) Next() mempool.Iterator {
	if len(it.batches) == 1 {
		return it.paid
	}
	return &laneIterator{batches: it.batches[1:], paid: it.paid}
}

func (it *laneIterator) Tx() mempool.PooledTx { return it.batches[0] }

func idOf(tx sdk.Tx) (batchID, error) {
	raw, err := proto.Marshal(tx.GetMsgs()[0])
	if err != nil {
		return batchID{}, err
	}
	return sha256.Sum256(raw), nil
}
