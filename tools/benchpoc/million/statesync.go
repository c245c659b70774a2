package million

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"
)

// stateSync takes a snapshot and starts another node from it. Both execute one more
// block, after which their app hashes must agree.
func (r *run) stateSync(ctx context.Context) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	hash, height := r.node.App.LastCommitID().Hash, uint64(r.node.height)
	began := time.Now()
	snapshot, err := r.node.App.SnapshotManager().Create(height)
	if err != nil {
		return fmt.Errorf("snapshot of height %d: %w", height, err)
	}
	r.taken = time.Since(began)
	if r.snapshot, err = size(filepath.Join(r.dir, "snapshots")); err != nil {
		return err
	}
	if _, err := r.node.Block(nil, nil); err != nil {
		return err
	}
	next := r.node.App.LastCommitID().Hash
	// Two nodes of a million hotspots are more than some machines hold.
	if err := r.node.App.Close(); err != nil {
		return err
	}
	start := r.node.start
	r.node, err = r.o.open(filepath.Join(r.dir, "joined"), pruned(), r.snapshooter())
	if err != nil {
		return err
	}
	r.node.start = start
	return r.join(ctx, snapshot, hash, next)
}

// join has the node, which is empty, take a snapshot chunk by chunk, as from its
// peers, and execute one block.
func (r *run) join(ctx context.Context, snapshot *snapshottypes.Snapshot, hash, next []byte) error {
	offer, err := snapshot.ToABCI()
	if err != nil {
		return err
	}
	began := time.Now()
	res, err := r.node.App.OfferSnapshot(&abci.RequestOfferSnapshot{Snapshot: &offer, AppHash: hash})
	if err != nil || res.Result != abci.ResponseOfferSnapshot_ACCEPT {
		return errors.Join(fmt.Errorf("offer the snapshot: %v", res), err)
	}
	for i := range snapshot.Chunks {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk, err := os.ReadFile(r.snapshots.PathChunk(snapshot.Height, snapshot.Format, i))
		if err != nil {
			return err
		}
		res, err := r.node.App.ApplySnapshotChunk(&abci.RequestApplySnapshotChunk{Index: i, Chunk: chunk})
		if err != nil || res.Result != abci.ResponseApplySnapshotChunk_ACCEPT {
			return errors.Join(fmt.Errorf("apply chunk %d: %v", i, res), err)
		}
	}
	r.restored = time.Since(began)
	if got := r.node.App.LastCommitID().Hash; !bytes.Equal(got, hash) {
		return fmt.Errorf("app hash %X after state sync, want %X", got, hash)
	}
	r.node.height = int64(snapshot.Height)
	if _, err := r.node.Block(nil, nil); err != nil {
		return err
	}
	if got := r.node.App.LastCommitID().Hash; !bytes.Equal(got, next) {
		return fmt.Errorf("app hash %X a block after state sync, want %X", got, next)
	}
	return nil
}
