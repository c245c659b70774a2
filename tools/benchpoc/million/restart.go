package million

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/store/v2/snapshots"
	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"
)

// restart closes the node and opens it again, with a place for snapshots.
func (r *run) restart(context.Context) (err error) {
	if r.snapshots, err = snapshots.NewStore(dbm.NewMemDB(), filepath.Join(r.dir, "snapshots")); err != nil {
		return err
	}
	hash, start := r.node.App.LastCommitID().Hash, r.node.start
	if err := r.node.App.Close(); err != nil {
		return err
	}
	if r.Disk, err = size(filepath.Join(r.dir, "data")); err != nil {
		return err
	}
	began := time.Now()
	node, err := r.o.open(r.dir, pruned(), r.snapshooter())
	if err != nil {
		return err
	}
	r.Reopened = time.Since(began)
	r.node, node.start = node, start
	if got := node.App.LastCommitID().Hash; !bytes.Equal(got, hash) {
		return fmt.Errorf("app hash %X after a restart, was %X", got, hash)
	}
	return nil
}

// snapshooter has a node keep snapshots, and make them only when asked.
func (r *run) snapshooter() func(*baseapp.BaseApp) {
	return baseapp.SetSnapshot(r.snapshots, snapshottypes.NewSnapshotOptions(0, 1))
}

// size returns the bytes of the files in a directory.
func size(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}
