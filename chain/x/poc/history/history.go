// Package history keeps settled challenges of proof-of-coverage on one node, for
// its own queries: the state forgets a challenge when it is settled, because four
// million a day would fill every validator's disk.
//
// It owns a database of its own and how far back it goes. It is no part of the
// state: nodes may keep more or less, and nothing that a block does depends on
// it. What is in it was computed by this node from the blocks.
package history

import (
	"encoding/binary"
	"fmt"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/hexwave/hexwave/chain/x/poc/types"
)

// Keys of the database.
const (
	prefixRecord = 0x00 // challenge u64 -> types.ChallengeRecord
	prefixBlock  = 0x01 // height u64    -> challenge u64 each
)

// maxPrunes is how many blocks one block's Keep forgets: more than one, so that a
// shorter history is reached after a while.
const maxPrunes = 4

// Store is the history of a node. It is safe for one writer beside readers, as
// its database is.
type Store struct {
	db     dbm.DB
	blocks uint64
}

// New returns the history in db, which goes back some blocks of settlement.
func New(db dbm.DB, blocks uint64) *Store { return &Store{db, blocks} }

// Keep stores the challenges that were settled at a height, if any, and forgets
// those of heights that are too old. Storing a height again replaces it.
func (s *Store) Keep(height uint64, settled []types.ChallengeRecord) error {
	b := s.db.NewBatch()
	defer func() { _ = b.Close() }()
	var ids []byte
	for i := range settled {
		id, ok := settled[i].ID()
		if !ok {
			continue
		}
		raw, err := settled[i].Marshal()
		if err != nil {
			return fmt.Errorf("keep challenge %d: %w", id, err)
		}
		if err := b.Set(key(prefixRecord, id), raw); err != nil {
			return fmt.Errorf("keep challenge %d: %w", id, err)
		}
		ids = binary.BigEndian.AppendUint64(ids, id)
	}
	if len(ids) > 0 {
		if err := b.Set(key(prefixBlock, height), ids); err != nil {
			return fmt.Errorf("keep height %d: %w", height, err)
		}
	}
	if height > s.blocks {
		if err := s.prune(b, height-s.blocks); err != nil {
			return fmt.Errorf("forget old challenges: %w", err)
		}
	}
	if err := b.Write(); err != nil {
		return fmt.Errorf("write history of height %d: %w", height, err)
	}
	return nil
}

// prune removes the oldest blocks that are not above last.
func (s *Store) prune(b dbm.Batch, last uint64) error {
	it, err := s.db.Iterator(key(prefixBlock, 0), key(prefixBlock, last+1))
	if err != nil {
		return err
	}
	defer func() { _ = it.Close() }()
	for n := 0; it.Valid() && n < maxPrunes; n++ {
		for ids := it.Value(); len(ids) >= 8; ids = ids[8:] {
			if err := b.Delete(key(prefixRecord, binary.BigEndian.Uint64(ids))); err != nil {
				return err
			}
		}
		if err := b.Delete(it.Key()); err != nil {
			return err
		}
		it.Next()
	}
	return it.Error()
}

// Record returns a settled challenge, or false when it is not kept.
func (s *Store) Record(challenge uint64) (types.ChallengeRecord, bool, error) {
	var r types.ChallengeRecord
	raw, err := s.db.Get(key(prefixRecord, challenge))
	if err != nil || raw == nil {
		return r, false, err
	}
	if err := r.Unmarshal(raw); err != nil {
		return r, false, fmt.Errorf("read challenge %d from history: %w", challenge, err)
	}
	return r, true, nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

func key(prefix byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{prefix}, n)
}
