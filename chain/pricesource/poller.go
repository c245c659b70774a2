package pricesource

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Options say how sources are polled.
type Options struct {
	// Every is the pause between two questions to a source, positive.
	Every time.Duration
	// Timeout is how long one question may take, positive.
	Timeout time.Duration
	// MaxAge is the age from which a quote does not count, positive.
	MaxAge time.Duration
	// Report is told when a source fails after it worked, and with a nil error when
	// it works again; it may be nil. It is called from several goroutines.
	Report func(source string, err error)
}

// Poller asks sources while Run runs and keeps the newest quote of each.
type Poller struct {
	sources []Source
	names   []string
	opts    Options

	mu     sync.Mutex // guards the variables below
	quotes []Quote    // by source; zero before its first quote
}

// NewPoller returns a poller of the sources that specs describe, see Parse. It
// returns ErrSpec for one that cannot be used, for none, for more than MaxSources, and
// for times that are not positive.
func NewPoller(specs []string, o Options) (*Poller, error) {
	if len(specs) == 0 || len(specs) > MaxSources {
		return nil, fmt.Errorf("%w: %d sources, not 1..%d", ErrSpec, len(specs), MaxSources)
	}
	if o.Every <= 0 || o.Timeout <= 0 || o.MaxAge <= 0 {
		return nil, fmt.Errorf("%w: poll every %s for %s, at most %s old", ErrSpec, o.Every, o.Timeout, o.MaxAge)
	}
	p := &Poller{names: specs, opts: o, quotes: make([]Quote, len(specs))}
	for _, spec := range specs {
		s, err := Parse(spec)
		if err != nil {
			return nil, err
		}
		p.sources = append(p.sources, s)
	}
	return p, nil
}

// Run polls until the context ends and returns nil. Each source has a goroutine of
// its own, so that a slow one delays no other.
func (p *Poller) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for i := range p.sources {
		all.Go(func() { p.follow(ctx, i) })
	}
	all.Wait()
	return nil
}

func (p *Poller) follow(ctx context.Context, i int) {
	ticker := time.NewTicker(p.opts.Every)
	defer ticker.Stop()
	works := true
	for {
		err := p.ask(ctx, i)
		if ctx.Err() != nil {
			return
		}
		if works != (err == nil) && p.opts.Report != nil {
			p.opts.Report(p.names[i], err)
		}
		works = err == nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (p *Poller) ask(ctx context.Context, i int) error {
	ctx, cancel := context.WithTimeout(ctx, p.opts.Timeout)
	defer cancel()
	q, err := p.sources[i].Quote(ctx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.quotes[i] = q
	return nil
}

// Newest returns the median of the quotes that are young enough, of two the lower,
// with the time of the oldest of them. It is false when there is none. It never waits
// for a source.
func (p *Poller) Newest() (Quote, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	var prices []uint64
	var oldest time.Time
	for _, q := range p.quotes {
		if q.Price == 0 || now.Sub(q.Time) > p.opts.MaxAge {
			continue
		}
		prices = append(prices, q.Price)
		if oldest.IsZero() || q.Time.Before(oldest) {
			oldest = q.Time
		}
	}
	if len(prices) == 0 {
		return Quote{}, false
	}
	if oldest.After(now) { // a file from the future
		oldest = now
	}
	slices.Sort(prices)
	return Quote{Price: prices[(len(prices)-1)/2], Time: oldest, Sources: len(prices)}, true
}
