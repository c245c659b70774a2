package wifi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// gather is how long changes are collected before one write. RADIUS clients wait
// seconds for an answer.
const gather = 10 * time.Millisecond

// Book is what the sessions of a site have carried, on disk. Changes are made in
// memory and written in order; what is promised waits for the write.
type Book struct {
	store *store
	key   [32]byte // for pseudonyms

	mu      sync.Mutex
	state   *state        // guarded by mu
	waiting []func(error) // guarded by mu: called when what was changed so far is written
	failed  error         // guarded by mu: no write will follow

	wake chan struct{} // one token: there is something to write
}

// OpenBook opens the book in a file, which need not exist. Errors: ErrBook.
func OpenBook(path string, chain wire.ChainHash) (*Book, error) {
	s, err := openStore(path)
	if err != nil {
		return nil, err
	}
	key, err := s.pseudonymKey(func() (k [32]byte) {
		_, _ = rand.Read(k[:]) // never fails (crypto/rand)
		return k
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open session book: %w", err), s.close())
	}
	st, err := s.load(chain, millis(time.Now()))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read session book %s: %w", path, err), s.close())
	}
	return &Book{store: s, key: key, state: st, wake: make(chan struct{}, 1)}, nil
}

// change runs f over the state; done is called when what it changed is on disk, or
// with why it will never be. f runs at once, done later or at once.
func (b *Book) change(f func(*state), done func(error)) {
	b.mu.Lock()
	if b.failed != nil {
		err := b.failed
		b.mu.Unlock()
		done(err)
		return
	}
	f(b.state)
	b.waiting = append(b.waiting, done)
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// read runs f over the state, which it must not change.
func (b *Book) read(f func(*state)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b.state)
}

// Run writes changes until ctx is done, then what is left, and closes the file. A
// write that fails ends it: what is in memory is then not what is on disk.
func (b *Book) Run(ctx context.Context) error {
	var err error
	for err == nil && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-b.wake:
			timer := time.NewTimer(gather)
			select {
			case <-ctx.Done():
			case <-timer.C:
			}
			timer.Stop()
			err = b.flush()
		}
	}
	if err == nil {
		err = b.flush()
	}
	b.mu.Lock()
	if b.failed = err; err == nil {
		b.failed = errStopped
	}
	left := b.waiting
	b.waiting = nil
	b.mu.Unlock()
	for _, done := range left {
		done(errStopped)
	}
	return errors.Join(err, b.store.close())
}

var errStopped = errors.New("session book is closed")

// flush writes what was changed and answers those who wait for it.
func (b *Book) flush() error {
	b.mu.Lock()
	list, err := b.state.puts()
	waiting := b.waiting
	b.waiting = nil
	b.mu.Unlock()
	if err == nil && len(list) > 0 {
		err = b.store.write(list)
	}
	if err != nil {
		err = fmt.Errorf("write session book: %w", err)
		b.mu.Lock()
		b.failed = err // before anyone is told, so that nothing more is promised
		b.mu.Unlock()
	}
	for _, done := range waiting {
		done(err)
	}
	return err
}

func millis(t time.Time) uint64 { return uint64(max(0, t.UnixMilli())) }
