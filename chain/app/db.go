package app

import (
	"fmt"
	"path/filepath"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/syndtr/goleveldb/leveldb/filter"
	"github.com/syndtr/goleveldb/leveldb/opt"
)

// Sizes of the state's database. Settling a beacon reads the records of some
// twenty hotspots from anywhere in the state: what the cache does not hold is a
// block of the file to read and to unpack for each.
const (
	dbCache     = 1 << 30 // bytes of unpacked blocks; a small state uses less
	dbBuffer    = 64 << 20
	dbFiles     = 2_000
	bloomBits   = 10
	dbTableSize = 16 << 20
)

// OpenDB opens the database of the state in the data directory of a home, by the
// name of its backend.
func OpenDB(home string, backend dbm.BackendType) (dbm.DB, error) {
	dir := filepath.Join(home, "data")
	if backend != dbm.GoLevelDBBackend {
		return dbm.NewDB("application", backend, dir)
	}
	db, err := dbm.NewGoLevelDBWithOpts("application", dir, &opt.Options{
		Filter: filter.NewBloomFilter(bloomBits), BlockCacheCapacity: dbCache, WriteBuffer: dbBuffer,
		OpenFilesCacheCapacity: dbFiles, CompactionTableSize: dbTableSize,
	})
	if err != nil {
		return nil, fmt.Errorf("open state in %s: %w", dir, err)
	}
	return db, nil
}
