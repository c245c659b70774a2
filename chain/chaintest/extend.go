package chaintest

import (
	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// extension is what one validator's precommit of a height carries.
type extension struct{ bytes, signature []byte }

// extend has every node vote on a block, before it is executed, as consensus does:
// the running ones extend their votes and must accept each other's. A stopped node
// counts as having voted with nothing, because it is in every last commit as well.
func (c *Chain) extend(req *abci.RequestFinalizeBlock) map[string]extension {
	c.t.Helper()
	from := c.genesis.Consensus.Params.ABCI.VoteExtensionsEnableHeight
	if from == 0 || req.Height < from {
		return nil
	}
	votes := map[string]extension{}
	for i, n := range c.Nodes {
		said := []byte{}
		if !c.offline[i] {
			said = c.extendVote(n, req)
		}
		if n.Vote != nil {
			said = n.Vote
		}
		signed := cmttypes.VoteExtensionSignBytes(ChainID, &cmtproto.Vote{Height: req.Height, Extension: said})
		signature, err := n.Consensus.Sign(signed)
		if err != nil {
			c.t.Fatalf("sign vote extension: %v", err)
		}
		votes[string(n.ConsAddress())] = extension{said, signature}
	}
	return votes
}

// extendVote returns what a node's application adds to its vote, which must be
// acceptable to all running nodes.
func (c *Chain) extendVote(n *Node, req *abci.RequestFinalizeBlock) []byte {
	c.t.Helper()
	res, err := n.App.ExtendVote(c.t.Context(), &abci.RequestExtendVote{
		Hash: req.Hash, Height: req.Height, Time: req.Time, Txs: req.Txs,
		ProposedLastCommit: req.DecidedLastCommit, ProposerAddress: req.ProposerAddress,
	})
	if err != nil || res.VoteExtension == nil {
		c.t.Fatalf("extend vote of height %d: %v, %v", req.Height, res, err)
	}
	for i, other := range c.Nodes {
		if !c.offline[i] && !c.Accepts(other, n, req.Height, res.VoteExtension) {
			c.t.Fatalf("node %d refuses the honest vote extension %x", i, res.VoteExtension)
		}
	}
	return res.VoteExtension
}

// Accepts tells whether node n accepts a vote extension of another at a height.
func (c *Chain) Accepts(n, of *Node, height int64, vote []byte) bool {
	c.t.Helper()
	res, err := n.App.VerifyVoteExtension(&abci.RequestVerifyVoteExtension{
		Hash: blockHash(height), ValidatorAddress: of.ConsAddress(), Height: height, VoteExtension: vote,
	})
	if err != nil {
		c.t.Fatalf("verify vote extension: %v", err)
	}
	return res.IsAccepted()
}

// extendedCommit is what the proposer of the next block saw of the votes on the
// last one.
func (c *Chain) extendedCommit() abci.ExtendedCommitInfo {
	var ext abci.ExtendedCommitInfo
	for _, v := range c.lastCommit().Votes {
		said := c.extended[string(v.Validator.Address)]
		ext.Votes = append(ext.Votes, abci.ExtendedVoteInfo{
			Validator: v.Validator, BlockIdFlag: v.BlockIdFlag,
			VoteExtension: said.bytes, ExtensionSignature: said.signature,
		})
	}
	return ext
}
