package node

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/hexwave/hexwave/chain/app"
)

// ErrRefused is returned when a transaction of the load did not succeed: what is
// measured then is not what was meant.
var ErrRefused = errors.New("a transaction was refused")

// Cost is what a block took.
type Cost struct {
	Check    time.Duration // all its transactions into the pool
	Prepare  time.Duration
	Judge    time.Duration // ProcessProposal
	Finalize time.Duration
	Commit   time.Duration
	CPU      time.Duration // of execution and commit, by the whole process

	Txs     int   // without the first, which the proposer adds
	Bytes   int64 // of the block's transactions
	Gas     int64 // used by the dearest transaction
	Written int64 // bytes to the database
}

// Block is execution and commit.
func (c *Cost) Block() time.Duration { return c.Finalize + c.Commit }

// Done is a block, with the events of its transactions and its own.
type Done struct {
	Cost
	Events []abci.Event
}

// Block offers txs to the pool, proposes, judges, executes and commits the next
// block, and fails unless it holds them all and all succeed.
func (n *Node) Block(txs [][]byte) (*Done, error) {
	d := &Done{}
	began := time.Now()
	lap := func() time.Duration {
		took := time.Since(began)
		began = began.Add(took)
		return took
	}
	for _, raw := range txs {
		res, err := n.App.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
		if err != nil {
			return nil, fmt.Errorf("check transaction: %w", err)
		}
		if res.Code != 0 {
			return nil, fmt.Errorf("%w by the pool: %s", ErrRefused, res.Log)
		}
	}
	d.Check = lap()
	n.height++
	n.now = n.now.Add(n.blockTime)
	proposer, last := n.consensus.PubKey().Address(), n.lastCommit()
	proposal, err := n.App.PrepareProposal(&abci.RequestPrepareProposal{
		MaxTxBytes: app.MaxBlockBytes, Height: n.height, Time: n.now, ProposerAddress: proposer,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare block %d: %w", n.height, err)
	}
	d.Prepare = lap()
	if len(proposal.Txs) != len(txs)+1 {
		return nil, fmt.Errorf("%w: block %d holds %d of %d", ErrRefused, n.height, len(proposal.Txs)-1, len(txs))
	}
	judged, err := n.App.ProcessProposal(&abci.RequestProcessProposal{
		Txs: proposal.Txs, Height: n.height, Time: n.now, ProposerAddress: proposer, Hash: n.hash(), ProposedLastCommit: last,
	})
	if err != nil || !judged.IsAccepted() {
		return nil, errors.Join(fmt.Errorf("%w: the proposal of block %d", ErrRefused, n.height), err)
	}
	d.Judge = lap()
	written, cpu := n.Written.Bytes.Load(), cpuTime()
	res, err := n.App.FinalizeBlock(&abci.RequestFinalizeBlock{
		Txs: proposal.Txs, Height: n.height, Time: n.now, Hash: n.hash(), ProposerAddress: proposer, DecidedLastCommit: last,
	})
	if err != nil {
		return nil, fmt.Errorf("execute block %d: %w", n.height, err)
	}
	d.Finalize = lap()
	if _, err := n.App.Commit(); err != nil {
		return nil, fmt.Errorf("commit block %d: %w", n.height, err)
	}
	d.Commit = lap()
	d.CPU = cpuTime() - cpu
	d.Written, d.Events, d.Txs = n.Written.Bytes.Load()-written, res.Events, len(txs)
	for i, r := range res.TxResults {
		d.Bytes += int64(len(proposal.Txs[i]))
		if r.Code != 0 && i > 0 {
			return nil, fmt.Errorf("%w in block %d: %s", ErrRefused, n.height, r.Log)
		}
		d.Gas, d.Events = max(d.Gas, r.GasUsed), append(d.Events, r.Events...)
	}
	return d, nil
}

// cpuTime returns the processor time of this process, or 0 where that is not known.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
