package network

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/chain/app"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

// running is a network with its load.
type running struct {
	validators []validator
	load       *load
	bare       float64 // signatures a second of the machine alone
}

// warmBlocks is how many blocks settle reports before the measurement begins.
const warmBlocks = 12

// with starts a network with a load of reports a second, calls measure once reports
// settle, and ends everything.
func (o *Options) with(ctx context.Context, rate int, relays uint32, measure func(context.Context, *running) error) error {
	app.Configure()
	enc, err := app.NewEncoding()
	if err != nil {
		return err
	}
	world, err := million.NewWorld(o.Seed, hotspots, o.land(rate))
	if err != nil {
		return err
	}
	crowd, err := newCrowd(world)
	if err != nil {
		return err
	}
	r := &running{}
	if r.bare, err = bare(world, 2*time.Second); err != nil {
		return err
	}
	o.say("bare signatures: %.0f a second", r.bare)
	genesis, err := patch(enc.Codec, world, windowBlocks(rate), relays)
	if err != nil {
		return err
	}
	if r.validators, err = o.make(ctx, genesis); err != nil {
		return err
	}
	ctx, stop, err := o.start(ctx, r.validators)
	if err != nil {
		return err
	}
	defer stop()
	if r.load, err = newLoad(crowd, enc.TxConfig, r.validators, poc.DefaultParams(), o.say); err != nil {
		return err
	}
	if err := o.ready(ctx, r); err != nil {
		return err
	}
	loaded, end := context.WithCancel(ctx)
	group, within := errgroup.WithContext(loaded)
	group.Go(func() error { return r.load.run(within) })
	group.Go(func() error {
		defer end()
		if err := o.warm(within, r); err != nil {
			return err
		}
		return measure(within, r)
	})
	return group.Wait()
}

// ready waits until every validator has a block.
func (o *Options) ready(ctx context.Context, r *running) error {
	began := time.Now()
	for _, n := range r.load.rpcs {
		err := until(ctx, readyWithin, func(ctx context.Context) error {
			if h, err := n.height(ctx); err != nil || h < 1 {
				return fmt.Errorf("no block yet: %w", err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	o.say("four validators over %d hotspots: %.1f s", hotspots, time.Since(began).Seconds())
	return nil
}

// warm waits until reports settle.
func (o *Options) warm(ctx context.Context, r *running) error {
	return until(ctx, readyWithin, func(context.Context) error {
		if n := r.load.blocks.settledBlocks(); n < warmBlocks {
			return fmt.Errorf("%d blocks settled reports", n)
		}
		return nil
	})
}

// Load measures the network under as many reports as it must settle.
func (o *Options) Load(ctx context.Context) (rows []bench.Row, err error) {
	err = o.with(ctx, offeredRate, honestRelays, func(ctx context.Context, r *running) error {
		began := time.Now()
		group, within := errgroup.WithContext(ctx)
		if o.Profile != "" {
			group.Go(func() error { return r.profile(within, o.Profile) })
		}
		var samples []sample
		group.Go(func() (err error) {
			samples, err = watch(within, r.validators, r.load.rpcs, o.For)
			return err
		})
		if err := group.Wait(); err != nil {
			return err
		}
		some := r.load.blocks.between(began, time.Now())
		o.tell(some)
		rows = r.rows(some, samples)
		return nil
	})
	return rows, err
}

// profile writes a CPU profile of the first validator.
func (r *running) profile(ctx context.Context, file string) error {
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=20", r.validators[0].pprof)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("profile a validator: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // only read
	f, err := os.Create(filepath.Clean(file))
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, res.Body); err != nil {
		return fmt.Errorf("profile a validator: %w", err)
	}
	return f.Close()
}
