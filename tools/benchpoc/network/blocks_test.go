package network

import (
	"math"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/hexwave/hexwave/chain/client"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

var genesisTime = time.Unix(1_800_000_000, 0)

// chainOf returns blocks with intervals in milliseconds, each with as many settled
// reports.
func chainOf(settled int, gaps ...int) []block {
	at := genesisTime
	all := []block{{height: 1, time: at, settled: settled}}
	for i, g := range gaps {
		at = at.Add(time.Duration(g) * time.Millisecond)
		all = append(all, block{height: int64(i + 2), time: at, settled: settled})
	}
	return all
}

func TestRate(t *testing.T) {
	tests := []struct {
		name         string
		some         []block
		middle, mean float64
	}{
		{"no block", nil, 0, 0},
		{"one block, which has no interval", chainOf(100), 0, 0},
		{"less than a span is one span", chainOf(100, 1_000, 1_000), 100, 100},
		{"whole spans", chainOf(1_000, 5_000, 5_000, 5_000, 5_000), 200, 200},
		// Spans of 10, 10 and 20 s: one slow span moves the mean, not the median.
		{"a slow span", chainOf(1_000, 5_000, 5_000, 5_000, 5_000, 20_000), 200, 125},
		{"the rest of the last span does not count for the median", chainOf(1_000, 5_000, 5_000, 1_000), 200, 3_000. / 11},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			middle, mean := rate(tt.some, 10*time.Second)
			if math.Abs(middle-tt.middle) > 1e-9 || math.Abs(mean-tt.mean) > 1e-9 {
				t.Errorf("got %v and %v, want %v and %v", middle, mean, tt.middle, tt.mean)
			}
		})
	}
}

func TestQuantile(t *testing.T) {
	gaps := intervals(chainOf(0, 3_000, 1_000, 2_000))
	for q, want := range map[float64]float64{0: 1, 0.5: 2, 0.99: 3, 1: 3} {
		if got := quantile(gaps, q); got != want {
			t.Errorf("quantile %v of %v is %v, want %v", q, gaps, got, want)
		}
	}
	if got := quantile(intervals(nil), 0.5); got != 0 {
		t.Errorf("the quantile of nothing is %v", got)
	}
}

func settledEvent(id, status, witnesses string) abci.Event {
	return abci.Event{Attributes: []abci.EventAttribute{
		{Key: "id", Value: id}, {Key: "status", Value: status}, {Key: "witnesses", Value: witnesses},
	}}
}

// TestBlocksCount follows challenges from the answers of the crowd to the block that
// settles them.
func TestBlocksCount(t *testing.T) {
	s := newBlocks(t.Logf)
	s.answered(7, 10, 3)
	s.answered(8, 10, 2)
	s.answered(9, 11, 4)
	settled := `"` + poc.STATUS_SETTLED.String() + `"`
	for _, e := range []abci.Event{
		settledEvent(`"7"`, settled, `[{"verdict":1},{"verdict":1},{"verdict":2}]`),
		settledEvent(`"8"`, `"`+poc.STATUS_MISSED.String()+`"`, `[]`),
	} {
		if err := s.settled(e); err != nil {
			t.Fatal(err)
		}
	}
	s.end(&client.Block{Height: 20, Time: genesisTime, Txs: []client.TxOutcome{{Code: 1}, {}, {Code: 5}}})
	all := s.between(genesisTime, genesisTime.Add(time.Second))
	if len(all) != 1 {
		t.Fatalf("%d blocks in the second of the only one", len(all))
	}
	b := all[0]
	if b.settled != 3 || b.beacons != 1 || b.missed != 1 || b.verdicts[wire.Verdict(1)] != 2 || b.verdicts[wire.Verdict(2)] != 1 {
		t.Errorf("counted %+v", b)
	}
	// The first transaction is the randomness, which the application refuses.
	if b.batches != 2 || b.failed != 1 {
		t.Errorf("counted %d batches, %d failed", b.batches, b.failed)
	}
	for _, tt := range []struct {
		from, to int64
		want     float64
	}{{10, 11, 3. / 5}, {10, 12, 3. / 9}, {11, 12, 0}, {12, 20, 0}} {
		if got := s.share(tt.from, tt.to); got != tt.want {
			t.Errorf("of heights %d to %d settled %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
	if n := s.settledBlocks(); n != 1 {
		t.Errorf("%d blocks settled something", n)
	}
	if some := s.between(genesisTime.Add(time.Second), genesisTime.Add(time.Hour)); len(some) != 0 {
		t.Errorf("%d blocks after the last", len(some))
	}
}

func TestSettledEventIncomplete(t *testing.T) {
	for name, e := range map[string]abci.Event{
		"no attribute":   {},
		"no number":      settledEvent(`"seven"`, `"STATUS_SETTLED"`, `[]`),
		"no witnesses":   {Attributes: settledEvent(`"7"`, `"STATUS_SETTLED"`, ``).Attributes[:2]},
		"witnesses torn": settledEvent(`"7"`, `"STATUS_SETTLED"`, `[{`),
	} {
		if err := newBlocks(t.Logf).settled(e); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
