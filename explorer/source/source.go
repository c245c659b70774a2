// Package source owns the way from a chain to the index: the Source interface, and the Follower that backfills,
// follows and resumes.
//
// It knows no wire format of any chain (an adapter such as chainsource does) and no rule of the map.
package source

import (
	"context"
	"errors"
	"time"

	"github.com/hexwave/hexwave/explorer"
)

// Errors that end following: waiting would not help.
var (
	// ErrOtherChain says that the source serves another chain than before, or another history of it.
	ErrOtherChain = errors.New("the node serves another chain")
	// ErrKeep says that a block could not be kept for the next start.
	ErrKeep = errors.New("blocks cannot be kept")
)

// ErrBehind says that the node has fewer blocks than the index: it is catching up, or serves a chain started anew.
var ErrBehind = errors.New("the node is behind the index")

// ErrNoBlock says that the source does not have a block: not yet, or no longer.
var ErrNoBlock = errors.New("no such block")

// Head is where a chain stands.
type Head struct {
	ChainID  string
	Height   explorer.Height // newest block; 0 before the first
	Time     time.Time       // of that block
	Earliest explorer.Height // oldest block the source still has, at least 1
}

// Source is a chain as the map sees it. Implementations are used by one goroutine at a time.
type Source interface {
	// Head returns where the chain stands.
	Head(ctx context.Context) (Head, error)

	// Genesis returns what the chain held before its first block, as a block of height 0.
	Genesis(ctx context.Context) (explorer.Block, error)

	// Block returns the events of one block, ErrNoBlock if the source does not have it.
	Block(ctx context.Context, h explorer.Height) (explorer.Block, error)
}
