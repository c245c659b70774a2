package chaintest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/store/v2/snapshots"
	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"

	"github.com/hexwave/hexwave/chain/app"
)

// snapshotStore is where a node keeps snapshots. Without Options.SnapshotEvery it makes
// them when asked only.
func (c *Chain) snapshotStore() (*snapshots.Store, snapshottypes.SnapshotOptions) {
	c.t.Helper()
	store, err := snapshots.NewStore(dbm.NewMemDB(), c.t.TempDir())
	if err != nil {
		c.t.Fatalf("open a store of snapshots: %v", err)
	}
	if c.opts.SnapshotEvery > 0 {
		return store, snapshottypes.NewSnapshotOptions(c.opts.SnapshotEvery, 0)
	}
	return store, snapshottypes.NewSnapshotOptions(0, 1)
}

// StateSync starts new nodes from a snapshot of the first node at a height, lets them
// execute the blocks after it, and fails the test at the first whose app hash
// differs.
func (c *Chain) StateSync(t testing.TB, height int64) *Chain {
	t.Helper()
	taken, err := c.App.SnapshotManager().Create(uint64(height))
	if err != nil {
		t.Fatalf("snapshot of height %d: %v", height, err)
	}
	joined := prepared(t, c.opts)
	joined.first, joined.start, joined.genesis = c.first, c.start, c.genesis
	at := height - c.first
	for _, n := range joined.Nodes {
		err := Restore(n.App, taken, c.Hashes[at], func(i uint32) ([]byte, error) {
			res, err := c.App.LoadSnapshotChunk(&abci.RequestLoadSnapshotChunk{Height: taken.Height, Format: taken.Format, Chunk: i})
			if err != nil {
				return nil, err
			}
			return res.Chunk, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	joined.Blocks, joined.Hashes = c.Blocks[:at+1:at+1], c.Hashes[:at+1:at+1]
	for i, req := range c.Blocks[at+1:] {
		want := c.Hashes[int(at)+1+i]
		for _, n := range joined.Nodes {
			if got := joined.apply(n, req); !bytes.Equal(got, want) {
				t.Fatalf("after state sync: block %d has app hash %X, want %X", req.Height, got, want)
			}
		}
		joined.Blocks, joined.Hashes = append(joined.Blocks, req), append(joined.Hashes, want)
	}
	joined.follow(c)
	return joined
}

// Restore has an empty application take a snapshot chunk by chunk, as from its peers,
// and fails unless its app hash is then the one that is wanted.
func Restore(a *app.App, taken *snapshottypes.Snapshot, want []byte, chunk func(uint32) ([]byte, error)) error {
	offer, err := taken.ToABCI()
	if err != nil {
		return fmt.Errorf("encode snapshot: %w", err)
	}
	res, err := a.OfferSnapshot(&abci.RequestOfferSnapshot{Snapshot: &offer, AppHash: want})
	if err != nil || res.Result != abci.ResponseOfferSnapshot_ACCEPT {
		return errors.Join(fmt.Errorf("offer a snapshot: %v", res), err)
	}
	for i := range taken.Chunks {
		raw, err := chunk(i)
		if err != nil {
			return fmt.Errorf("load chunk %d: %w", i, err)
		}
		res, err := a.ApplySnapshotChunk(&abci.RequestApplySnapshotChunk{Index: i, Chunk: raw})
		if err != nil || res.Result != abci.ResponseApplySnapshotChunk_ACCEPT {
			return errors.Join(fmt.Errorf("apply chunk %d: %v", i, res), err)
		}
	}
	if got := a.LastCommitID().Hash; !bytes.Equal(got, want) {
		return fmt.Errorf("restored state has app hash %X, want %X", got, want)
	}
	return nil
}
