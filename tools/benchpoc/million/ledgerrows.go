package million

import (
	"slices"
	"time"

	"github.com/hexwave/hexwave/internal/bench"
)

// figure is one row: what it is of each ledger.
type figure struct {
	name, unit string
	of         func(*Figures) float64
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
		{"block, execute and commit", "ms", func(f *Figures) float64 { return median(f.Blocks, whole) }},
		{"of it, execution", "ms", func(f *Figures) float64 { return median(f.Blocks, func(c Cost) float64 { return ms(c.Finalize) }) }},
		{"of it, commit", "ms", func(f *Figures) float64 { return median(f.Blocks, commit) }},
		{"the longest block", "ms", func(f *Figures) float64 { return longest(f.Blocks, whole) }},
		{"commit while old versions are deleted", "ms", func(f *Figures) float64 { return median(f.deleting(true), commit) }},
		{"commit of the other blocks", "ms", func(f *Figures) float64 { return median(f.deleting(false), commit) }},
		{"the longest block while old versions are deleted", "ms", func(f *Figures) float64 { return longest(f.deleting(true), whole) }},
		{"the longest of the other blocks", "ms", func(f *Figures) float64 { return longest(f.deleting(false), whole) }},
		{"written a block, median", "MB", func(f *Figures) float64 { return median(f.Blocks, megabytes) }},
		{"written a block, mean", "MB", func(f *Figures) float64 { return average(f.Blocks, megabytes) }},
		{"of it, by the rewards module", "MB", func(f *Figures) float64 { return float64(f.Points) / 1e6 / float64(len(f.Blocks)) }},
		{"one move to another cell", "us", func(f *Figures) float64 { return float64(f.Move.Nanoseconds()) / 1e3 }},
	}
}

// deletes is how many blocks from each that asks for pruning are slower for it: the
// trees delete old versions beside what they commit.
const deletes = 3

// deleting returns the blocks of the epoch during which old versions are deleted, or
// the others.
func (f *Figures) deleting(during bool) (some []Cost) {
	for i, c := range f.Blocks {
		if ((f.First+int64(i))%pruneEach < deletes) == during {
			some = append(some, c)
		}
	}
	return some
}

// afterEpoch are the figures of what follows the end of an epoch.
func afterEpoch() []figure {
	after := func(f *Figures) float64 { return longest(slices.Concat(f.Booking, f.Swept), whole) }
	return []figure{
		{"from the end of the epoch until its points are in the pages", "blocks", func(f *Figures) float64 { return float64(len(f.Booking)) }},
		{"the sweep", "blocks", func(f *Figures) float64 { return float64(f.Sweeps) }},
		{"added to a block by the sweep", "ms", func(f *Figures) float64 { return median(f.Swept, whole) - median(f.Blocks, whole) }},
		{"the longest block from the end of the epoch on", "ms", after},
		{"claim, cell of one page, before the sweep", "ms", func(f *Figures) float64 { return f.Before.Small.ms() }},
		{"claim, larger cell, before the sweep", "ms", func(f *Figures) float64 { return f.Before.Large.ms() }},
		{"claim, cell of one page, after the sweep", "ms", func(f *Figures) float64 { return f.After.Small.ms() }},
		{"claim, larger cell, after the sweep", "ms", func(f *Figures) float64 { return f.After.Large.ms() }},
		{"paid by the claims of 1,000 hotspots", "HXW", func(f *Figures) float64 { return float64(sum(f.Paid)) / 1e8 }},
	}
}

// ofNode are the figures of the database and of starts.
func ofNode() []figure {
	seconds := func(of func(*Figures) time.Duration) func(*Figures) float64 {
		return func(f *Figures) float64 { return of(f).Seconds() }
	}
	return []figure{
		{"the database at the end", "MB", func(f *Figures) float64 { return float64(f.Disk) / 1e6 }},
		{"restart of the node", "s", seconds(func(f *Figures) time.Duration { return f.Reopened })},
		{"state sync: the snapshot", "MB", func(f *Figures) float64 { return float64(f.Snapshot) / 1e6 }},
		{"state sync: taking it", "s", seconds(func(f *Figures) time.Duration { return f.Taken })},
		{"state sync: a new node from it", "s", seconds(func(f *Figures) time.Duration { return f.Restored })},
	}
}

// ledgerRows puts both ledgers side by side: the one that is kept as ours, the other
// as the limit. A figure that neither has is left out.
func ledgerRows(pages, journal *Figures) []bench.Row {
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
