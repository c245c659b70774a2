package million

import (
	"slices"
	"time"

	"github.com/hexwave/hexwave/internal/bench"
)

// figure is one row: what it is of each ledger.
type figure struct {
	name, unit string
	of         func(*figures) float64
}

func whole(c Cost) float64 { return ms(c.Finalize + c.Commit) }

func commit(c Cost) float64 { return ms(c.Commit) }

func megabytes(c Cost) float64 { return float64(c.Bytes) / 1e6 }

func average(costs []Cost, of func(Cost) float64) (sum float64) {
	for _, c := range costs {
		sum += of(c) / float64(len(costs))
	}
	return sum
}

// inEpoch are the figures of the blocks of an epoch.
func inEpoch() []figure {
	return []figure{
		{"block, execute and commit", "ms", func(f *figures) float64 { return median(f.blocks, whole) }},
		{"of it, execution", "ms", func(f *figures) float64 { return median(f.blocks, func(c Cost) float64 { return ms(c.Finalize) }) }},
		{"of it, commit", "ms", func(f *figures) float64 { return median(f.blocks, commit) }},
		{"the longest block", "ms", func(f *figures) float64 { return longest(f.blocks, whole) }},
		{"commit while old versions are deleted", "ms", func(f *figures) float64 { return median(f.deleting(true), commit) }},
		{"commit of the other blocks", "ms", func(f *figures) float64 { return median(f.deleting(false), commit) }},
		{"the longest block while old versions are deleted", "ms", func(f *figures) float64 { return longest(f.deleting(true), whole) }},
		{"the longest of the other blocks", "ms", func(f *figures) float64 { return longest(f.deleting(false), whole) }},
		{"written a block, median", "MB", func(f *figures) float64 { return median(f.blocks, megabytes) }},
		{"written a block, mean", "MB", func(f *figures) float64 { return average(f.blocks, megabytes) }},
		{"of it, by the rewards module", "MB", func(f *figures) float64 { return float64(f.points) / 1e6 / float64(len(f.blocks)) }},
		{"one move to another cell", "us", func(f *figures) float64 { return float64(f.move.Nanoseconds()) / 1e3 }},
	}
}

// deletes is how many blocks from each that asks for pruning are slower for it: the
// trees delete old versions beside what they commit.
const deletes = 3

// deleting returns the blocks of the epoch during which old versions are deleted, or
// the others.
func (f *figures) deleting(during bool) (some []Cost) {
	for i, c := range f.blocks {
		if ((f.first+int64(i))%pruneEach < deletes) == during {
			some = append(some, c)
		}
	}
	return some
}

// afterEpoch are the figures of what follows the end of an epoch.
func afterEpoch() []figure {
	after := func(f *figures) float64 { return longest(slices.Concat(f.booking, f.swept), whole) }
	return []figure{
		{"from the end of the epoch until its points are in the pages", "blocks", func(f *figures) float64 { return float64(len(f.booking)) }},
		{"the sweep", "blocks", func(f *figures) float64 { return float64(f.sweeps) }},
		{"added to a block by the sweep", "ms", func(f *figures) float64 { return median(f.swept, whole) - median(f.blocks, whole) }},
		{"the longest block from the end of the epoch on", "ms", after},
		{"claim, cell of one page, before the sweep", "ms", func(f *figures) float64 { return f.before.small.ms() }},
		{"claim, larger cell, before the sweep", "ms", func(f *figures) float64 { return f.before.large.ms() }},
		{"claim, cell of one page, after the sweep", "ms", func(f *figures) float64 { return f.after.small.ms() }},
		{"claim, larger cell, after the sweep", "ms", func(f *figures) float64 { return f.after.large.ms() }},
		{"paid by the claims of 1,000 hotspots", "HXW", func(f *figures) float64 { return float64(sum(f.paid)) / 1e8 }},
	}
}

// ofNode are the figures of the database and of starts.
func ofNode() []figure {
	seconds := func(of func(*figures) time.Duration) func(*figures) float64 {
		return func(f *figures) float64 { return of(f).Seconds() }
	}
	return []figure{
		{"the database at the end", "MB", func(f *figures) float64 { return float64(f.disk) / 1e6 }},
		{"restart of the node", "s", seconds(func(f *figures) time.Duration { return f.reopened })},
		{"state sync: the snapshot", "MB", func(f *figures) float64 { return float64(f.snapshot) / 1e6 }},
		{"state sync: taking it", "s", seconds(func(f *figures) time.Duration { return f.taken })},
		{"state sync: a new node from it", "s", seconds(func(f *figures) time.Duration { return f.restored })},
	}
}

// ledgerRows puts both ledgers side by side: the one that is kept as ours, the other
// as the limit. A figure that neither has is left out.
func ledgerRows(pages, journal *figures) []bench.Row {
	var rows []bench.Row
	for _, f := range slices.Concat(inEpoch(), afterEpoch(), ofNode()) {
		p, j := f.of(pages), f.of(journal)
		if p == 0 && j == 0 {
			continue
		}
		better := bench.Lower
		if f.unit == "HXW" {
			better = bench.Higher
		}
		rows = append(rows, bench.Row{Name: "ledger: " + f.name, Value: j, Unit: f.unit, Better: better}.Against("pages", p, 0))
	}
	return rows
}
