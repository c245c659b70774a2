package network

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

const (
	// honestRate is how many reports a second are sent beside the flood.
	honestRate = 500
	quietFor   = 20 * time.Second
	floodFor   = time.Minute
	jsonFor    = 20 * time.Second
)

// Flood measures the network at a modest load, and again while it is flooded with
// batches that it must refuse: as routers send them, and then by JSON, of which
// decoding costs more than refusing.
func (o *Options) Flood(ctx context.Context) (rows []bench.Row, err error) {
	err = o.with(ctx, honestRate, honestRelays+floodRelays, func(ctx context.Context, r *running) error {
		quiet, err := o.phase(ctx, r, quietFor, nil)
		if err != nil {
			return err
		}
		f := newFlood(r.load, doors(r.load.nodes), o.say)
		f.profile = o.Profile
		loud, err := o.phase(ctx, r, floodFor, f)
		if err != nil {
			return err
		}
		f.tell()
		share, err := r.settles(ctx, loud)
		if err != nil {
			return err
		}
		rows = floodRows(quiet, loud, share, f)
		byJSON, err := o.phase(ctx, r, jsonFor, newFlood(r.load, doors(r.load.rpcs), o.say))
		if err != nil {
			return err
		}
		rows = append(rows, bench.Row{
			Name:  "the same flood over JSON-RPC, cores a validator takes more",
			Value: more(quiet, byJSON), Unit: "cores", Better: bench.Lower,
		})
		return nil
	})
	return rows, err
}

func newFlood(l *load, doors []offerer, say func(string, ...any)) *flood {
	f := &flood{load: l, doors: doors, say: say}
	for n := range uint32(floodRelays + 1) {
		f.relays = append(f.relays, million.RelayOf(honestRelays+1+n))
	}
	return f
}

// doors returns where validators take transactions, by one protocol.
func doors[T offerer](of []T) (all []offerer) {
	for _, d := range of {
		all = append(all, d)
	}
	return all
}

func (f *flood) tell() {
	for k := range kindCount {
		f.say("flood with %-16s %5d taken, %5d refused", kindNames[k]+":", f.taken[k].Load(), f.refused[k].Load())
	}
}

// settles waits until all beacons of a phase are settled and returns the share of its
// reports that were, percent.
func (r *running) settles(ctx context.Context, p *phase) (float64, error) {
	last := p.blocks[len(p.blocks)-1].height
	err := until(ctx, readyWithin, func(context.Context) error {
		if h := r.load.newest.Load(); h < last+settleBlocks {
			return fmt.Errorf("height %d", h)
		}
		return nil
	})
	return 100 * r.load.blocks.share(p.blocks[0].height, last), err
}

// phase is what was seen in a while.
type phase struct {
	blocks  []block
	samples []sample
}

// phase watches for a while, and floods meanwhile.
func (o *Options) phase(ctx context.Context, r *running, during time.Duration, f *flood) (*phase, error) {
	p := &phase{}
	began := time.Now()
	group, within := errgroup.WithContext(ctx)
	if f != nil {
		f.until = began.Add(during)
		group.Go(func() error {
			f.run(within)
			return nil
		})
		if f.profile != "" {
			group.Go(func() error { return r.profile(within, f.profile) })
		}
	}
	group.Go(func() (err error) {
		p.samples, err = watch(within, r.validators, nil, during)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	p.blocks = r.load.blocks.between(began, began.Add(during))
	if len(p.blocks) < 2 {
		return nil, fmt.Errorf("%w in %s", errStands, during)
	}
	return p, nil
}

func floodRows(quiet, loud *phase, share float64, f *flood) []bench.Row {
	before, while := intervals(quiet.blocks), intervals(loud.blocks)
	busy := coresOf(loud.samples)
	holds := func(s sample) int64 { return s.validators.rss }
	start, end := mean(part(loud.samples, 0, 0.05), holds), mean(part(loud.samples, 0.95, 1), holds)
	var sent int64
	for k := range kindCount {
		sent += f.taken[k].Load() + f.refused[k].Load()
	}
	const flooded = "flooded with useless batches, "
	return []bench.Row{
		{Name: flooded + "offered", Value: float64(sent) / floodFor.Seconds(), Unit: "1/s", Better: bench.Higher},
		bench.Row{Name: flooded + "block interval, median", Value: quantile(while, 0.5), Unit: "s", Better: bench.Lower}.
			Against("the same load without", quantile(before, 0.5), 2),
		bench.Row{Name: flooded + "block interval, longest", Value: quantile(while, 1), Unit: "s", Better: bench.Lower}.
			Against("the same load without", quantile(before, 1), 0),
		bench.Row{Name: flooded + "honest reports that settle", Value: share, Unit: "%", Better: bench.Higher}.Goal(100),
		bench.Row{Name: flooded + "cores a validator takes more", Value: more(quiet, loud), Unit: "cores", Better: bench.Lower}.Goal(0.1),
		bench.Row{Name: flooded + "memory of the largest validator", Value: end, Unit: "MB", Better: bench.Lower}.Against("when it began", start, 0),
		{Name: flooded + "cores of the flood and the honest load", Value: busy.generator, Unit: "cores", Better: bench.Lower},
		{Name: flooded + "cores used by what else ran here", Value: busy.others, Unit: "cores", Better: bench.Lower},
	}
}

// more is how many cores one validator used more in a phase than in another.
func more(than, in *phase) float64 {
	return (coresOf(in.samples).validators - coresOf(than.samples).validators) / validatorCount
}
