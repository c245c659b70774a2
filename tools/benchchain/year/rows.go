package year

import (
	"fmt"

	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchchain/node"
)

// bounded are the kinds that grow for longer than a year, or than a month of blocks of
// two hours, to a bound of their own.
func bounded() map[string]string {
	return map[string]string{
		"rewards 14": "closed epochs, 400",
		"rewards 18": "closed epochs, 400",
		"poc 03":     "randomness of past heights, 1,024",
		"staking 50": "headers of past heights, 10,000",
	}
}

// growing returns the kinds of which there are more records than a month before, by more
// than what comes and goes within an epoch.
func growing(before, after node.State) (all []node.Kind) {
	known := bounded()
	for _, k := range after {
		was := before.Keys(k.Name())
		if _, ok := known[k.Name()]; !ok && k.Keys > was+was/20+blocksAnEpoch {
			all = append(all, k)
		}
	}
	return all
}

// rest returns the bytes of the kinds that have no bound of their own.
func rest(s node.State) (bytes int64) {
	for _, k := range s {
		if _, ok := bounded()[k.Name()]; !ok {
			bytes += k.Bytes
		}
	}
	return bytes
}

// tell prints the records of each kind in the first month and in the last two.
func (r *run) tell() {
	first, before, last := r.months[0].state, r.months[len(r.months)-2].state, r.months[len(r.months)-1].state
	_, _ = fmt.Fprintf(r.o.Log, "%-18s %9s %9s %9s %11s\n", "records", "month 1", "before", "last", "bytes")
	for _, k := range last {
		_, _ = fmt.Fprintf(r.o.Log, "%-18s %9d %9d %9d %11d  %s\n", k.Name(), first.Keys(k.Name()), before.Keys(k.Name()), k.Keys, k.Bytes, bounded()[k.Name()])
	}
}

// Of a chain at a million hotspots with blocks of 6 s, full of coverage.
const (
	blocksADay   = 14_400
	millionDraws = 278
	millionHeard = 14 * millionDraws
	// What cmd/hexwaved writes into a new node's app.toml.
	statesKept = 1_000
	blocksKept = 302_400
)

func (r *run) rows() []bench.Row {
	first, before, last := r.months[0], r.months[len(r.months)-2], r.months[len(r.months)-1]
	firstKeys, firstBytes := first.state.Sum()
	lastKeys, lastBytes := last.state.Sum()
	beforeRest, lastRest := rest(before.state), rest(last.state)
	mb := func(n int64) float64 { return float64(n) / 1e6 }
	in := fmt.Sprintf("state of %d hotspots and %d orgs", r.o.Hotspots, r.o.Orgs)
	rows := []bench.Row{
		{Name: in + ", month 1", Value: mb(firstBytes), Unit: "MB", Better: bench.Lower},
		bench.Row{Name: fmt.Sprintf("%s, month %d", in, r.o.Months), Value: mb(lastBytes), Unit: "MB", Better: bench.Lower}.
			Against("month 1", mb(firstBytes), 0),
		bench.Row{Name: "of it without what has a bound of its own", Value: mb(lastRest), Unit: "MB", Better: bench.Lower}.Against("a month before", mb(beforeRest), 1.02),
		{Name: "records, month 1", Value: float64(firstKeys), Unit: "keys", Better: bench.Lower},
		bench.Row{Name: fmt.Sprintf("records, month %d", r.o.Months), Value: float64(lastKeys), Unit: "keys", Better: bench.Lower}.
			Against("month 1", float64(firstKeys), 0),
		bench.Row{Name: "kinds of record that still grow without a bound", Value: float64(len(growing(before.state, last.state))), Unit: "kinds", Better: bench.Lower}.Goal(0),
	}
	for _, k := range leftovers() {
		rows = append(rows, bench.Row{
			Name: "left: " + k.what, Value: float64(last.state.Keys(k.kind)), Unit: "keys", Better: bench.Lower,
		}.Against("month 1", float64(first.state.Keys(k.kind)), 0))
	}
	rows = append(rows, bench.Row{Name: "database on disk, last month", Value: mb(last.files), Unit: "MB", Better: bench.Lower}.
		Against("a month before", mb(before.files), 0))
	return append(rows, r.disk()...)
}

// leftovers are the kinds that come and go.
func leftovers() []struct{ what, kind string } {
	return []struct{ what, kind string }{
		{"lanes' reservations", "settlement 03"},
		{"settled rows", "settlement 04"},
		{"claims on bonds", "settlement 05"},
		{"marks of voucher batches", "settlement 06"},
		{"marks of report batches", "poc 12"},
		{"challenges", "poc 06"},
		{"journals of points", "rewards 1b"},
		{"pages of points", "rewards 12"},
		{"closed epochs", "rewards 14"},
		{"mints of an epoch", "credits 09"},
		{"withdrawals", "credits 04"},
		{"offers of hotspots", "hotspot 07"},
	}
}

// disk is what a day at a million hotspots writes, and what pruning keeps of it.
func (r *run) disk() []bench.Row {
	each := float64(r.written) / float64(max(r.blocks, 1))
	kept := float64(r.held-r.live) / float64(keep-fewVersions) / each
	day := func(block float64) float64 { return block * blocksADay / 1e9 }
	gb := func(name string, value float64) bench.Row {
		return bench.Row{Name: name, Value: value, Unit: "GB", Better: bench.Lower}
	}
	block := float64(millionHeard*wire.ReportSize + millionDraws*wire.RevealSize)
	results := float64(r.events) / float64(max(r.beacons.reports, 1)) * millionHeard
	return []bench.Row{
		{Name: "state written a block, here", Value: each / 1e3, Unit: "kB", Better: bench.Lower},
		{Name: "of it kept for an old version, here", Value: 100 * kept, Unit: "%", Better: bench.Lower},
		gb("a million hotspots: state written a day", day(r.o.MillionBytes)),
		gb(fmt.Sprintf("a million hotspots: %d old versions of the state", statesKept), r.o.MillionBytes*kept*statesKept/1e9),
		gb("a million hotspots: blocks a day", day(block)),
		gb("a million hotspots: events of reports a day, at most", day(results)),
		gb(fmt.Sprintf("a million hotspots: %d blocks and events kept, at most", blocksKept), (block+results)*blocksKept/1e9),
	}
}
