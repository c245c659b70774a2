package chaintest

import (
	"bytes"
	"slices"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
)

// What a block changes of the validators counts from the block after the next, as in
// the engine: who votes on a block and who proposes it follow from the block before the
// last.

// turn ends a block: it notes who voted on it, and sets who votes on the next.
func (c *Chain) turn(updates []abci.ValidatorUpdate) {
	c.t.Helper()
	c.commit = c.voters()
	c.setValidators(c.coming)
	c.coming = updates
}

// setValidators takes changes of the validators for the next block. A new key becomes
// the node's own when it is the one that the node was given for it.
func (c *Chain) setValidators(updates []abci.ValidatorUpdate) {
	c.t.Helper()
	// A rotation takes the power of the old key and gives it to the new one.
	ordered := slices.Clone(updates)
	slices.SortStableFunc(ordered, func(a, b abci.ValidatorUpdate) int { return int(min(a.Power, 1) - min(b.Power, 1)) })
	for _, u := range ordered {
		key := u.PubKey.GetEd25519()
		at := slices.IndexFunc(c.Nodes, func(n *Node) bool { return n.takes(key) })
		if at < 0 {
			c.t.Fatalf("unknown validator %x", key)
		}
		c.Nodes[at].power = u.Power
	}
}

// takes tells whether key is the one that the node signs with, from now on.
func (n *Node) takes(key []byte) bool {
	if next := n.NextConsensus; next != nil && bytes.Equal(next.PubKey().Bytes(), key) {
		n.Consensus, n.NextConsensus = next, nil
	}
	return bytes.Equal(n.Consensus.PubKey().Bytes(), key)
}

// voters are the votes of all validators, in the engine's order.
func (c *Chain) voters() (all []abci.VoteInfo) {
	for _, n := range c.Nodes {
		if n.power > 0 {
			all = append(all, abci.VoteInfo{
				Validator:   abci.Validator{Address: n.Consensus.PubKey().Address(), Power: n.power},
				BlockIdFlag: cmtproto.BlockIDFlagCommit,
			})
		}
	}
	slices.SortFunc(all, func(a, b abci.VoteInfo) int {
		if a.Validator.Power != b.Validator.Power {
			return int(b.Validator.Power - a.Validator.Power)
		}
		return bytes.Compare(a.Validator.Address, b.Validator.Address)
	})
	return all
}

// follow makes the validators of c those of another chain with the same nodes.
func (c *Chain) follow(other *Chain) {
	c.commit, c.coming, c.extended = other.commit, other.coming, other.extended
	for i, n := range c.Nodes {
		n.Consensus, n.NextConsensus, n.power = other.Nodes[i].Consensus, other.Nodes[i].NextConsensus, other.Nodes[i].power
	}
}
