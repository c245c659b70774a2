package rates

import (
	"fmt"

	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/proto/wire"
)

// What architecture and issue ask for.
const (
	itemMs  = 1.0
	shareMs = 300.0
)

const bare = "bare bank sends, executed and committed, by turns"

// rows are the figures.
func (r *run) rows() ([]bench.Row, error) {
	p, err := r.node.App.Keepers.Settlement.Params(r.node.Context())
	if err != nil {
		return nil, err
	}
	send := r.sends.each(block)
	var rows []bench.Row
	for _, k := range []struct {
		name string
		of   *tally
	}{
		{fmt.Sprintf("settle, first of %d of an epoch", r.first.total()), &r.first},
		{"settle, a higher voucher later", &r.higher},
		{"settle, of the epoch before", &r.past},
	} {
		rows = append(rows, bench.Row{Name: k.name + ": an item with commit", Value: 1e3 * k.of.each(block), Unit: "ms", Better: bench.Lower}.
			Against("one bare bank send", 1e3*send, 0).Goal(itemMs))
	}
	rows = append(rows, bench.Row{Name: "settle, first: an item with commit, processor", Value: 1e3 * r.first.each(cpu), Unit: "ms", Better: bench.Lower}.
		Against("one bare bank send", 1e3*r.sends.each(cpu), 0))
	rows = append(rows, r.share(&p)...)
	for _, k := range []struct {
		name string
		each float64
	}{
		{"transfers, from the pool to the commit", r.sends.each(whole)},
		{"settlements", r.first.each(block)},
		{"settlements, from the pool to the commit", r.first.each(whole)},
		{"claims, one hotspot a transaction", r.single.each(block)},
		{"claims, a hundred a transaction", r.batched.each(block)},
	} {
		rows = append(rows, bench.Row{Name: k.name, Value: 1 / k.each, Unit: "1/s", Better: bench.Higher}.Against(bare, 1/send, 0))
	}
	return append(rows,
		bench.Row{Name: "gas of a send", Value: float64(r.sends.gas()), Unit: "gas", Better: bench.Lower},
		bench.Row{Name: "gas of a claim of one hotspot", Value: float64(r.single.gas()), Unit: "gas", Better: bench.Lower},
		bench.Row{Name: "gas of a claim of a hundred", Value: float64(r.batched.gas()), Unit: "gas", Better: bench.Lower},
	), nil
}

// share is what settlement takes of a block that holds as much of it as it may.
func (r *run) share(p *settlement.Params) []bench.Row {
	took, items := r.first.full(block)
	judged, _ := r.first.full(judge)
	busy, _ := r.first.full(cpu)
	idle, _ := r.empty.full(cpu)
	nothing, _ := r.empty.full(block)
	base := median(nothing)
	each := (median(took) - base) / float64(max(items, 1))
	fits := shareMs / max(each, 1e-9)
	longest := 0.0
	for _, ms := range took {
		longest = max(longest, ms)
	}
	kib := func(bytes float64) float64 { return bytes / (1 << 10) }
	name := fmt.Sprintf("a block of %d vouchers", items)
	return []bench.Row{
		bench.Row{Name: name + ": share of settlement", Value: median(took) - base, Unit: "ms", Better: bench.Lower}.
			Against("the same block without", base, 0).Goal(shareMs),
		bench.Row{Name: name + ": share in the longest", Value: longest - base, Unit: "ms", Better: bench.Lower}.Goal(shareMs),
		bench.Row{Name: name + ": share of settlement, processor", Value: median(busy) - median(idle), Unit: "ms", Better: bench.Lower}.
			Against("the same block without", median(idle), 0),
		{Name: name + ": judging the proposal", Value: median(judged), Unit: "ms", Better: bench.Lower},
		{Name: name + ": written", Value: r.first.written(items) / 1e6, Unit: "MB", Better: bench.Lower},
		bench.Row{Name: "lane bytes a block that fit the share", Value: kib(fits * wire.VoucherSize), Unit: "KiB", Better: bench.Higher}.
			Against("lane_bytes_per_block", kib(float64(p.LaneBytesPerBlock)), 1),
	}
}

// written is the mean of what the full blocks wrote, in bytes.
func (t *tally) written(items int) float64 {
	var sum, n float64
	for i := range t.costs {
		if t.items[i] == items {
			sum, n = sum+float64(t.costs[i].Written), n+1
		}
	}
	return sum / max(n, 1)
}
