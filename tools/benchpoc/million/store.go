package million

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	dbm "github.com/cosmos/cosmos-db"
)

// Counter counts what is written to a database: keys and values, before the
// database's own log and compaction.
type Counter struct {
	dbm.DB
	Bytes, Writes atomic.Int64

	mu    sync.Mutex
	parts map[string]*[2]int64
}

// Part is what was written under one name.
type Part struct {
	Name          string
	Bytes, Writes int64
}

// Reset forgets what was counted by part.
func (c *Counter) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parts = map[string]*[2]int64{}
}

// Parts returns what was written since Reset by store and kind, most bytes first:
// tree nodes, and for IAVL's fast nodes the first byte of the key.
func (c *Counter) Parts() []Part {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Part
	for name, p := range c.parts {
		all = append(all, Part{name, p[0], p[1]})
	}
	slices.SortFunc(all, func(a, b Part) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return all
}

// partOf names what a key of the database belongs to: "s/k:<store>/" and then IAVL's own prefix.
func partOf(key []byte) string {
	rest, ok := bytes.CutPrefix(key, []byte("s/k:"))
	store, rest, found := bytes.Cut(rest, []byte("/"))
	switch {
	case !ok || !found || len(rest) == 0:
		return "other"
	case rest[0] == 'f' && len(rest) > 1:
		return fmt.Sprintf("%s fast %02x", store, rest[1])
	}
	return fmt.Sprintf("%s tree", store)
}

func (c *Counter) add(key, value []byte) {
	c.Bytes.Add(int64(len(key) + len(value)))
	c.Writes.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parts == nil {
		return
	}
	name := partOf(key)
	p := c.parts[name]
	if p == nil {
		p = new([2]int64)
		c.parts[name] = p
	}
	p[0] += int64(len(key) + len(value))
	p[1]++
}

// Set implements dbm.DB.
func (c *Counter) Set(key, value []byte) error {
	c.add(key, value)
	return c.DB.Set(key, value)
}

// SetSync implements dbm.DB.
func (c *Counter) SetSync(key, value []byte) error {
	c.add(key, value)
	return c.DB.SetSync(key, value)
}

// NewBatch implements dbm.DB.
func (c *Counter) NewBatch() dbm.Batch { return &countedBatch{c.DB.NewBatch(), c} }

// NewBatchWithSize implements dbm.DB.
func (c *Counter) NewBatchWithSize(n int) dbm.Batch {
	return &countedBatch{c.DB.NewBatchWithSize(n), c}
}

type countedBatch struct {
	dbm.Batch
	counter *Counter
}

// Set implements dbm.Batch.
func (b *countedBatch) Set(key, value []byte) error {
	b.counter.add(key, value)
	return b.Batch.Set(key, value)
}
