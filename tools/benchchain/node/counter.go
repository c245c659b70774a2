package node

import (
	"sync/atomic"

	dbm "github.com/cosmos/cosmos-db"
)

// Counter counts the keys and values that are written to a database, before the
// database's own log and compaction.
type Counter struct {
	dbm.DB
	Bytes atomic.Int64
}

// Set implements dbm.DB.
func (c *Counter) Set(key, value []byte) error {
	c.count(key, value)
	return c.DB.Set(key, value)
}

// SetSync implements dbm.DB.
func (c *Counter) SetSync(key, value []byte) error {
	c.count(key, value)
	return c.DB.SetSync(key, value)
}

// NewBatch implements dbm.DB.
func (c *Counter) NewBatch() dbm.Batch { return &batch{c.DB.NewBatch(), c} }

// NewBatchWithSize implements dbm.DB.
func (c *Counter) NewBatchWithSize(size int) dbm.Batch {
	return &batch{c.DB.NewBatchWithSize(size), c}
}

func (c *Counter) count(key, value []byte) { c.Bytes.Add(int64(len(key) + len(value))) }

type batch struct {
	dbm.Batch
	counter *Counter
}

// Set implements dbm.Batch.
func (b *batch) Set(key, value []byte) error {
	b.counter.count(key, value)
	return b.Batch.Set(key, value)
}
