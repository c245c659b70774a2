package network

import (
	"maps"
	"slices"
	"time"

	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	// offeredRate is how many reports a second the load is made for, and target
	// how many must settle.
	offeredRate = 3_200
	target      = 2_800
	// notGrowing is by how much what should stay as it is may differ all the same.
	notGrowing = 1.15
	// settleBlocks is longer than a challenge lives.
	settleBlocks = 22
	// span is over how long a rate is taken, of which the median counts.
	span = 10 * time.Second
)

// tell prints what became of the reports.
func (o *Options) tell(some []block) {
	verdicts := map[wire.Verdict]int{}
	var missed, beacons, batches, failed int
	for _, b := range some {
		for v, n := range b.verdicts {
			verdicts[v] += n
		}
		missed, beacons = missed+b.missed, beacons+b.beacons
		batches, failed = batches+b.batches, failed+b.failed
	}
	o.say("%d blocks, %d batches, %d of them failed; %d beacons settled, %d missed or void", len(some), batches, failed, beacons, missed)
	for _, v := range slices.Sorted(maps.Keys(verdicts)) {
		o.say("%8d reports: %s", verdicts[v], v)
	}
}

func (r *running) rows(some []block, samples []sample) []bench.Row {
	middle, average := rate(some, span)
	gaps := intervals(some)
	used := coresOf(samples)
	waits := func(s sample) int64 { return s.waiting }
	holds := func(s sample) int64 { return s.validators.rss }
	third, end := mean(part(samples, 0.3, 0.36), holds), mean(part(samples, 0.95, 1), holds)
	before, after := mean(part(samples, 0, 0.2), waits), mean(part(samples, 0.8, 1), waits)
	const four = "four validators on this machine, "
	return []bench.Row{
		bench.Row{Name: four + "reports settled a second, median of 10 s", Value: middle, Unit: "1/s", Better: bench.Higher}.
			Against("all cores' bare Ed25519 batches, by four", r.bare/validatorCount, 0).Goal(target),
		bench.Row{Name: four + "reports settled a second, mean", Value: average, Unit: "1/s", Better: bench.Higher}.Goal(target),
		{Name: "block interval, median", Value: quantile(gaps, 0.5), Unit: "s", Better: bench.Lower},
		{Name: "block interval, p99", Value: quantile(gaps, 0.99), Unit: "s", Better: bench.Lower},
		bench.Row{Name: "mempool, last fifth of the run", Value: after, Unit: "MB", Better: bench.Lower}.Against("first fifth", before, notGrowing),
		bench.Row{Name: "memory of the largest validator, end", Value: end, Unit: "MB", Better: bench.Lower}.Against("after a third", third, notGrowing),
		{Name: "cores used by four validators", Value: used.validators, Unit: "cores", Better: bench.Lower},
		{Name: "cores used by the load", Value: used.generator, Unit: "cores", Better: bench.Lower},
		{Name: "cores used by what else ran here", Value: used.others, Unit: "cores", Better: bench.Lower},
		bench.Row{Name: "reports that settled, of those sent", Value: 100 * r.load.blocks.share(some[0].height-settleBlocks, some[len(some)-1].height-settleBlocks), Unit: "%", Better: bench.Higher}.Goal(99),
		{Name: "batches that no node took", Value: float64(r.load.refused.Load()), Unit: "", Better: bench.Lower},
	}
}
