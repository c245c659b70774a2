package million

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"

	"github.com/hexwave/hexwave/chain/chaintest"
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
	r.Taken = time.Since(began)
	if r.Snapshot, err = size(filepath.Join(r.dir, "snapshots")); err != nil {
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

// join has the node, which is empty, take a snapshot and execute one block.
func (r *run) join(ctx context.Context, snapshot *snapshottypes.Snapshot, hash, next []byte) error {
	began := time.Now()
	err := chaintest.Restore(r.node.App, snapshot, hash, func(i uint32) ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return os.ReadFile(r.snapshots.PathChunk(snapshot.Height, snapshot.Format, i))
	})
	if err != nil {
		return err
	}
	r.Restored = time.Since(began)
	r.node.height = int64(snapshot.Height)
	if _, err := r.node.Block(nil, nil); err != nil {
		return err
	}
	if got := r.node.App.LastCommitID().Hash; !bytes.Equal(got, next) {
		return fmt.Errorf("app hash %X a block after state sync, want %X", got, next)
	}
	return nil
}
