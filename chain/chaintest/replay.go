package chaintest

import (
	"bytes"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtencoding "github.com/cometbft/cometbft/crypto/encoding"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
)

// Replay executes the blocks of c on fresh nodes and fails the test at the first
// block whose app hash differs.
func (c *Chain) Replay(t testing.TB) *Chain {
	t.Helper()
	again := prepared(t, c.opts)
	again.first, again.start = c.first, c.start
	again.initChain(c.genesis, nil)
	for i, req := range c.Blocks {
		for _, n := range again.Nodes {
			if got := again.apply(n, req); !bytes.Equal(got, c.Hashes[i]) {
				t.Fatalf("replay: block %d has app hash %X, had %X", req.Height, got, c.Hashes[i])
			}
		}
		again.Blocks = append(again.Blocks, req)
		again.Hashes = append(again.Hashes, c.Hashes[i])
	}
	again.follow(c)
	return again
}

// ExportImport writes the whole state as a genesis and starts new nodes from
// it, which continue at the next height.
func (c *Chain) ExportImport(t testing.TB) *Chain {
	t.Helper()
	out, err := c.App.Export(false, nil)
	if err != nil {
		t.Fatalf("export: %v", err)
	}
	var validators []abci.ValidatorUpdate
	for _, v := range out.Validators {
		key, err := cmtencoding.PubKeyToProto(v.PubKey)
		if err != nil {
			t.Fatalf("export: %v", err)
		}
		validators = append(validators, abci.ValidatorUpdate{PubKey: key, Power: v.Power})
	}
	doc := genutiltypes.NewAppGenesisWithVersion(ChainID, out.AppState)
	doc.GenesisTime, doc.InitialHeight = c.Time(), out.Height
	doc.Consensus.Params = c.genesis.Consensus.Params

	next := prepared(t, c.opts)
	next.first, next.start = out.Height, c.start
	for i, n := range next.Nodes {
		n.Consensus = c.Nodes[i].Consensus
	}
	next.initChain(doc, validators)
	return next
}
