package chaintest

import (
	"bytes"

	abci "github.com/cometbft/cometbft/abci/types"
)

// Result is what became of one transaction given to NextBlock.
type Result struct {
	// Code is 0 for success; the rest is as the node reports it.
	Code      uint32
	Codespace string
	Log       string
	GasUsed   int64
	Data      []byte
	Events    []abci.Event
	// Height is where it was included, 0 when a node refused it before.
	Height int64
}

// OK tells whether the transaction was included and succeeded.
func (r Result) OK() bool { return r.Code == 0 && r.Height > 0 }

// NextBlock offers txs to the proposer's pool, lets it prepare a block, has all
// nodes judge and execute it, and returns what became of each of txs.
func (c *Chain) NextBlock(txs ...[]byte) []Result {
	c.t.Helper()
	height := c.Height() + 1
	p := c.proposer(height)
	results := make([]Result, len(txs))
	for i, raw := range txs {
		results[i] = c.CheckTx(p, raw)
	}
	proposal := c.Prepare(p)
	for i, n := range c.Nodes {
		if !c.offline[i] && !c.Process(n, p, proposal) {
			c.t.Fatalf("node %d refused an honest proposal at height %d", i, height)
		}
	}
	res := c.Finalize(p, proposal)
	for i, raw := range txs {
		for at, included := range proposal {
			if bytes.Equal(raw, included) {
				results[i] = resultOf(res.TxResults[at], height)
			}
		}
	}
	return results
}

// Skip finalises n blocks without new transactions.
func (c *Chain) Skip(n int) {
	c.t.Helper()
	for range n {
		c.NextBlock()
	}
}

// CheckTx offers a transaction to one node's pool.
func (c *Chain) CheckTx(n *Node, raw []byte) Result {
	c.t.Helper()
	res, err := n.App.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
	if err != nil {
		c.t.Fatalf("check tx: %v", err)
	}
	return Result{Code: res.Code, Codespace: res.Codespace, Log: res.Log, GasUsed: res.GasUsed, Events: res.Events}
}

// Prepare returns the transactions that node p would propose next.
func (c *Chain) Prepare(p *Node) [][]byte {
	c.t.Helper()
	height := c.Height() + 1
	res, err := p.App.PrepareProposal(&abci.RequestPrepareProposal{
		MaxTxBytes: 4 << 20, Height: height, Time: c.timeOf(height), ProposerAddress: p.ConsAddress(),
		LocalLastCommit: c.extendedCommit(),
	})
	if err != nil {
		c.t.Fatalf("prepare proposal: %v", err)
	}
	return res.Txs
}

// Process tells whether node n accepts txs as a proposal of p.
func (c *Chain) Process(n, p *Node, txs [][]byte) bool {
	c.t.Helper()
	height := c.Height() + 1
	res, err := n.App.ProcessProposal(&abci.RequestProcessProposal{
		Txs: txs, Height: height, Time: c.timeOf(height), ProposerAddress: p.ConsAddress(),
		Hash: blockHash(height), ProposedLastCommit: c.lastCommit(),
	})
	if err != nil {
		c.t.Fatalf("process proposal: %v", err)
	}
	return res.IsAccepted()
}

// Finalize executes and commits txs as the next block on every node that is not
// stopped, whatever the nodes would say to the proposal, and fails the test
// when their app hashes differ.
func (c *Chain) Finalize(p *Node, txs [][]byte) *abci.ResponseFinalizeBlock {
	c.t.Helper()
	height := c.Height() + 1
	req := &abci.RequestFinalizeBlock{
		Txs: txs, Height: height, Time: c.timeOf(height), ProposerAddress: p.ConsAddress(),
		Hash: blockHash(height), DecidedLastCommit: c.lastCommit(), Misbehavior: c.Misbehavior,
	}
	c.Misbehavior = nil
	c.extended = c.extend(req)
	var first *abci.ResponseFinalizeBlock
	for i, n := range c.Nodes {
		if c.offline[i] {
			continue
		}
		res := c.finalize(n, req)
		if first == nil {
			first = res
		} else if !bytes.Equal(first.AppHash, res.AppHash) {
			c.t.Fatalf("node %d has another app hash at height %d", i, height)
		}
	}
	c.Blocks = append(c.Blocks, req)
	c.Hashes = append(c.Hashes, first.AppHash)
	c.turn(first.ValidatorUpdates)
	return first
}

func (c *Chain) finalize(n *Node, req *abci.RequestFinalizeBlock) *abci.ResponseFinalizeBlock {
	c.t.Helper()
	res, err := n.App.FinalizeBlock(req)
	if err != nil {
		c.t.Fatalf("finalize block %d: %v", req.Height, err)
	}
	if _, err := n.App.Commit(); err != nil {
		c.t.Fatalf("commit block %d: %v", req.Height, err)
	}
	return res
}

func (c *Chain) apply(n *Node, req *abci.RequestFinalizeBlock) []byte {
	c.t.Helper()
	return c.finalize(n, req).AppHash
}

func (c *Chain) lastCommit() abci.CommitInfo {
	if len(c.Blocks) == 0 {
		return abci.CommitInfo{}
	}
	return abci.CommitInfo{Votes: c.commit}
}

func resultOf(r *abci.ExecTxResult, height int64) Result {
	return Result{
		Code: r.Code, Codespace: r.Codespace, Log: r.Log, GasUsed: r.GasUsed,
		Data: r.Data, Events: r.Events, Height: height,
	}
}
