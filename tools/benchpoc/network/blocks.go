package network

import (
	"slices"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/hexwave/hexwave/chain/client"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// blocks is what was seen of the chain. It is safe for concurrent use.
type blocks struct {
	say func(format string, a ...any)

	mu    sync.Mutex
	all   []block
	now   block             // that is being read
	asked map[uint64]made   // by challenge that is not settled
	drawn map[int64]outcome // by height of the draw
}

// made is what the crowd made of a challenge.
type made struct {
	drawn   int64
	reports int
}

// outcome is what became of the reports on the challenges of one block.
type outcome struct{ asked, settled int }

// tellEvery is after how many blocks a line is printed.
const tellEvery = 10

// block is what one block settled.
type block struct {
	height   int64
	time     time.Time // of its header
	settled  int       // reports
	verdicts map[wire.Verdict]int
	missed   int // challenges nobody revealed, or void
	beacons  int // challenges settled
	batches  int // lane transactions
	failed   int // of them
}

func newBlocks(say func(string, ...any)) *blocks {
	return &blocks{
		say: say, now: block{verdicts: map[wire.Verdict]int{}}, asked: map[uint64]made{}, drawn: map[int64]outcome{},
	}
}

// answered counts the reports made on a challenge.
func (s *blocks) answered(challenge uint64, drawn int64, reports int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[challenge] = made{drawn, reports}
	o := s.drawn[drawn]
	o.asked += reports
	s.drawn[drawn] = o
}

// share returns which part of the reports on challenges of some heights settled.
func (s *blocks) share(from, to int64) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all outcome
	for h := from; h < to; h++ {
		all.asked += s.drawn[h].asked
		all.settled += s.drawn[h].settled
	}
	return float64(all.settled) / float64(max(all.asked, 1))
}

// settled counts a settled challenge of the block that is being read.
func (s *blocks) settled(e abci.Event) error {
	var status string
	var id uint64
	if err := attribute(e, "id", (*number)(&id)); err != nil {
		return err
	}
	var witnesses []struct {
		Verdict wire.Verdict `json:"verdict"`
	}
	if err := attribute(e, "status", &status); err != nil {
		return err
	}
	if status != poc.STATUS_SETTLED.String() {
		s.now.missed++
		return nil
	}
	if err := attribute(e, "witnesses", &witnesses); err != nil {
		return err
	}
	s.now.beacons++
	s.now.settled += len(witnesses)
	s.settledAs(id, len(witnesses))
	for _, w := range witnesses {
		s.now.verdicts[w.Verdict]++
	}
	return nil
}

func (s *blocks) settledAs(challenge uint64, reports int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.asked[challenge]
	delete(s.asked, challenge)
	o := s.drawn[m.drawn]
	o.settled += reports
	s.drawn[m.drawn] = o
}

// end takes the rest of a block.
func (s *blocks) end(b *client.Block) {
	s.now.height, s.now.time = b.Height, b.Time
	for n, t := range b.Txs {
		if n == 0 {
			continue // the randomness, which is no transaction to the application
		}
		s.now.batches++
		if t.Code != 0 {
			s.now.failed++
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, s.now)
	if n := len(s.all); n%tellEvery == 0 {
		s.say("height %d: %.2f s a block, %d reports settled, %d batches", b.Height,
			s.all[n-1].time.Sub(s.all[n-tellEvery].time).Seconds()/(tellEvery-1), s.now.settled, s.now.batches)
	}
	s.now = block{verdicts: map[wire.Verdict]int{}}
}

// pause is the newest interval, at most a few seconds.
func (s *blocks) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.all)
	if n < 2 {
		return 0
	}
	return min(s.all[n-1].time.Sub(s.all[n-2].time), 3*time.Second)
}

// settledBlocks returns how many blocks settled something.
func (s *blocks) settledBlocks() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.all {
		if s.all[i].settled > 0 {
			n++
		}
	}
	return n
}

// between returns the blocks whose headers lie in a span of time.
func (s *blocks) between(from, to time.Time) []block {
	s.mu.Lock()
	defer s.mu.Unlock()
	var some []block
	for _, b := range s.all {
		if !b.time.Before(from) && b.time.Before(to) {
			some = append(some, b)
		}
	}
	return some
}

// intervals returns the distances between blocks in seconds, ascending.
func intervals(some []block) []float64 {
	var all []float64
	for i := 1; i < len(some); i++ {
		all = append(all, some[i].time.Sub(some[i-1].time).Seconds())
	}
	slices.Sort(all)
	return all
}

// quantile returns a quantile of an ascending list, 0 of an empty one.
func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	return all[min(int(q*float64(len(all))), len(all)-1)]
}

// rate returns the median over spans of the reports settled a second, and the
// mean.
func rate(some []block, span time.Duration) (middle, mean float64) {
	if len(some) < 2 {
		return 0, 0
	}
	first, last := some[0].time, some[len(some)-1].time
	var rates []float64
	var from int
	total, inSpan := 0, 0
	for i, b := range some[1:] {
		total += b.settled
		inSpan += b.settled
		if d := b.time.Sub(some[from].time); d >= span || (i == len(some)-2 && len(rates) == 0) {
			rates = append(rates, float64(inSpan)/d.Seconds())
			from, inSpan = i+1, 0
		}
	}
	slices.Sort(rates)
	return quantile(rates, 0.5), float64(total) / last.Sub(first).Seconds()
}
