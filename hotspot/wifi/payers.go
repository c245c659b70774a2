package wifi

import (
	"context"
	"sync"
	"time"
)

// How long what a node said of a payer counts, and that it said nothing.
const (
	payerFresh   = time.Minute
	payerMissing = 5 * time.Second
	payerWithin  = 8 * time.Second // to ask
	maxPayers    = 4096
)

// payerCache asks for each payer once in a while.
type payerCache struct {
	ask Payers

	mu    sync.Mutex
	known map[payerRef]cachedPayer // guarded by mu
}

type cachedPayer struct {
	Payer
	err   error
	until time.Time
}

// get returns what the chain says of a payer's lane. It blocks while nodes are
// asked. What was known stays in use while nodes cannot be reached.
func (c *payerCache) get(ctx context.Context, ref payerRef) (Payer, error) {
	now := time.Now()
	c.mu.Lock()
	old, ok := c.known[ref]
	c.mu.Unlock()
	if ok && now.Before(old.until) {
		return old.Payer, old.err
	}
	ctx, cancel := context.WithTimeout(ctx, payerWithin)
	defer cancel()
	p, err := c.ask.Payer(ctx, ref.Org, ref.Lane)
	next := cachedPayer{p, err, now.Add(payerFresh)}
	if err != nil {
		next.until = now.Add(payerMissing)
		if ok && old.err == nil {
			next.Payer, next.err = old.Payer, nil
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxPayers {
		clear(c.known)
	}
	c.known[ref] = next
	return next.Payer, next.err
}
