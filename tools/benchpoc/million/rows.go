package million

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// rows are the figures of the blocks measured.
func (o *Options) rows(node *Node, load *Load, costs []Cost, start time.Duration) ([]bench.Row, error) {
	reports := load.Sent.Reports / max(int(node.height-load.first), 1)
	bare, err := signatures(load, reports)
	if err != nil {
		return nil, err
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return nil, fmt.Errorf("read memory use: %w", err)
	}
	all := median(costs, func(c Cost) float64 { return ms(c.Finalize + c.Commit) })
	at := fmt.Sprintf("block of %d hotspots (%d reports)", o.Hotspots, reports)
	return []bench.Row{
		bench.Row{Name: at + ", execute and commit", Value: all, Unit: "ms", Better: bench.Lower}.
			Against("its signatures, bare batches", bare, 0).Goal(600),
		{Name: "of it, execution", Value: median(costs, func(c Cost) float64 { return ms(c.Finalize) }), Unit: "ms", Better: bench.Lower},
		{Name: "of it, commit", Value: median(costs, func(c Cost) float64 { return ms(c.Commit) }), Unit: "ms", Better: bench.Lower},
		bench.Row{Name: at + ", written", Value: median(costs, func(c Cost) float64 { return float64(c.Bytes) / 1e6 }), Unit: "MB", Better: bench.Lower}.Goal(2),
		bench.Row{Name: "memory at most", Value: float64(usage.Maxrss) / (1 << 20), Unit: "GiB", Better: bench.Lower}.Goal(8),
		{Name: "start of a node", Value: start.Seconds(), Unit: "s", Better: bench.Lower},
	}, nil
}

// median returns the median of some blocks, 0 of none.
func median(costs []Cost, of func(Cost) float64) float64 {
	if len(costs) == 0 {
		return 0
	}
	all := make([]float64, len(costs))
	for i, c := range costs {
		all[i] = of(c)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// signatures returns how long it takes to verify as many reports as a block has,
// and nothing else, in ms: the median of five.
func signatures(load *Load, reports int) (float64, error) {
	var signed []verify.Signed
	for i := range reports {
		index := uint32(i%len(load.world.Keys) + 1)
		r := wire.Report{Chain: load.chain, Challenge: uint64(i), Witness: index, SF: 7}
		sig := wire.Signature(ed25519.Sign(load.world.Private(index), r.AppendBody(nil)))
		signed = append(signed, verify.Signed{Key: load.world.Keys[index-1], Body: r.AppendBody(nil), Sig: &sig})
	}
	v := verify.NewVerifier()
	var took []float64
	for range 5 {
		began := time.Now()
		for rest := signed; len(rest) > 0; rest = rest[min(len(rest), batchItems):] {
			if _, bad := v.Bad(rest[:min(len(rest), batchItems)]); bad {
				return 0, fmt.Errorf("verify %d reports: one is bad", reports)
			}
		}
		took = append(took, ms(time.Since(began)))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
