package explorertest

import (
	"context"
	"errors"
	"sync"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/source"
)

// ErrAway is what a Source answers while it is away.
var ErrAway = errors.New("node is away")

// Source plays recorded blocks. Its methods may be called from any goroutine.
type Source struct {
	mu      sync.Mutex // guards all below
	chainID string
	genesis explorer.Block
	blocks  []explorer.Block // heights 1, 2, ...
	shown   int              // blocks[:shown] exist
	pruned  int              // blocks[:pruned] are gone
	away    bool
}

var _ source.Source = (*Source)(nil)

// NewSource returns a source of which no block exists yet.
func NewSource(chainID string, genesis explorer.Block, blocks []explorer.Block) *Source {
	return &Source{chainID: chainID, genesis: genesis, blocks: blocks}
}

// Show makes the first n blocks exist.
func (s *Source) Show(n int) { s.set(func() { s.shown = min(n, len(s.blocks)) }) }

// Replace puts another chain's blocks behind the same node.
func (s *Source) Replace(blocks []explorer.Block) { s.set(func() { s.blocks = blocks }) }

// Prune makes the first n blocks unavailable.
func (s *Source) Prune(n int) { s.set(func() { s.pruned = n }) }

// SetAway stops or starts the node.
func (s *Source) SetAway(away bool) { s.set(func() { s.away = away }) }

// SetChainID changes which chain the source claims to be.
func (s *Source) SetChainID(id string) { s.set(func() { s.chainID = id }) }

func (s *Source) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// Head implements source.Source.
func (s *Source) Head(context.Context) (source.Head, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return source.Head{}, ErrAway
	}
	h := source.Head{ChainID: s.chainID, Height: explorer.Height(s.shown), Earliest: explorer.Height(s.pruned + 1)}
	if s.shown > 0 {
		h.Time = s.blocks[s.shown-1].Time
	}
	return h, nil
}

// Genesis implements source.Source.
func (s *Source) Genesis(context.Context) (explorer.Block, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return explorer.Block{}, ErrAway
	}
	return s.genesis, nil
}

// Block implements source.Source.
func (s *Source) Block(_ context.Context, h explorer.Height) (explorer.Block, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.away:
		return explorer.Block{}, ErrAway
	case h == 0 || int(h) > s.shown || int(h) <= s.pruned:
		return explorer.Block{}, source.ErrNoBlock
	}
	return s.blocks[h-1], nil
}
