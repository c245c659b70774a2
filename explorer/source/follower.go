package source

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/index"
)

// maxBackoff is the longest pause between two tries while the node is away.
const maxBackoff = 5 * time.Second

// Follower feeds an index from a source. Set the fields before Run; Status may be called at any time.
type Follower struct {
	Source Source
	Index  *index.Index
	Poll   time.Duration // between looks at the head; at least 10 ms
	Log    *slog.Logger

	// ChainID is the chain to follow; empty takes the one the source serves first.
	ChainID string
	// Keep is called with each block that is in the index now, in order; nil keeps nothing. An error ends following.
	Keep func(chainID string, b explorer.Block) error

	status atomic.Pointer[Status]
	loaded bool // owned by Run: genesis is in the index
}

// Status is what a follower knows of its node.
type Status struct {
	ChainID string
	Head    explorer.Height // newest block known to exist
	Gap     explorer.Height // blocks before this one were not to be had; 0 or 1: none
	Err     error           // of the last try; nil while it works
}

// Status returns how following goes. Before the first try it is the zero Status.
func (f *Follower) Status() Status {
	if s := f.status.Load(); s != nil {
		return *s
	}
	return Status{}
}

// Run follows until ctx ends, then returns nil. A node that is away, restarts or has fallen behind is waited for;
// ErrOtherChain and ErrKeep end it.
func (f *Follower) Run(ctx context.Context) error {
	backoff := f.Poll
	for {
		err := f.step(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrOtherChain), errors.Is(err, ErrKeep), errors.Is(err, index.ErrHeight):
			return err
		case err != nil:
			if f.Status().Err == nil {
				f.Log.Warn("node does not answer, trying again", "error", err)
			}
			f.update(func(s *Status) { s.Err = err })
			backoff = min(2*backoff, maxBackoff)
		default:
			if f.Status().Err != nil {
				f.Log.Info("node answers again", "height", f.Index.View().Height)
			}
			f.update(func(s *Status) { s.Err = nil })
			backoff = f.Poll
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(backoff):
		}
	}
}

// update changes the status; only Run's goroutine calls it.
func (f *Follower) update(change func(*Status)) {
	s := f.Status()
	change(&s)
	f.status.Store(&s)
}

// step brings the index up to the head once.
func (f *Follower) step(ctx context.Context) error {
	head, err := f.Source.Head(ctx)
	if err != nil {
		return fmt.Errorf("ask for the head: %w", err)
	}
	if f.ChainID == "" {
		f.ChainID = head.ChainID
	}
	at := f.Index.View().Height
	if head.ChainID != f.ChainID {
		return fmt.Errorf("%w: %q, not %q", ErrOtherChain, head.ChainID, f.ChainID)
	}
	if head.Height < at {
		f.loaded = false // when it is there again, its history is compared with the index's
		return fmt.Errorf("%w: at block %d, the index at %d; if the chain was started anew, start the explorer anew too", ErrBehind, head.Height, at)
	}
	f.update(func(s *Status) { s.ChainID, s.Head = head.ChainID, head.Height })
	if err := f.load(ctx, head); err != nil {
		return err
	}
	next := at + 1
	if head.Earliest > next {
		f.Log.Warn("the node no longer has the first blocks; the map begins later", "from", head.Earliest)
		f.update(func(s *Status) { s.Gap = head.Earliest })
		next = head.Earliest
	}
	for ; next <= head.Height; next++ {
		b, err := f.Source.Block(ctx, next)
		if err != nil {
			return fmt.Errorf("read block %d: %w", next, err)
		}
		if err := f.add(b); err != nil {
			return err
		}
	}
	return nil
}

// add applies a block and keeps it.
func (f *Follower) add(b explorer.Block) error {
	if err := f.Index.Apply(b); err != nil {
		return fmt.Errorf("apply block %d: %w", b.Height, err)
	}
	if f.Keep == nil {
		return nil
	}
	if err := f.Keep(f.ChainID, b); err != nil {
		return fmt.Errorf("%w: block %d: %w", ErrKeep, b.Height, err)
	}
	return nil
}

// load applies genesis to an empty index; of one that was filled before, it checks that its last block is the source's.
func (f *Follower) load(ctx context.Context, head Head) error {
	if f.loaded {
		return nil
	}
	if v := f.Index.View(); v.Height > 0 {
		if v.Height >= head.Earliest {
			b, err := f.Source.Block(ctx, v.Height)
			if err != nil {
				return fmt.Errorf("read block %d again: %w", v.Height, err)
			}
			if !b.Time.Equal(v.Time) {
				return fmt.Errorf("%w: its block %d is of %s, the index's of %s", ErrOtherChain, v.Height, b.Time.UTC(), v.Time)
			}
		}
	} else {
		b, err := f.Source.Genesis(ctx)
		if err != nil {
			return fmt.Errorf("read genesis: %w", err)
		}
		if err := f.add(b); err != nil {
			return err
		}
	}
	f.loaded = true
	return nil
}
