package rates

import (
	"slices"
	"time"

	"github.com/hexwave/hexwave/tools/benchchain/node"
)

// tally is what some blocks of one load took.
type tally struct {
	costs []node.Cost
	items []int
}

func (t *tally) add(c *node.Cost, items int) {
	t.costs, t.items = append(t.costs, *c), append(t.items, items)
}

// total is how many items all blocks hold.
func (t *tally) total() (n int) {
	for _, i := range t.items {
		n += i
	}
	return n
}

// each returns the seconds that one item took: those of all blocks by all their items.
func (t *tally) each(of func(*node.Cost) time.Duration) float64 {
	var all time.Duration
	for i := range t.costs {
		all += of(&t.costs[i])
	}
	return all.Seconds() / float64(max(t.total(), 1))
}

// full returns what the blocks took that hold as many items as any, in order of size,
// in ms, and how many items that are.
func (t *tally) full(of func(*node.Cost) time.Duration) (ms []float64, items int) {
	for _, n := range t.items {
		items = max(items, n)
	}
	for i, n := range t.items {
		if n == items {
			ms = append(ms, of(&t.costs[i]).Seconds()*1e3)
		}
	}
	slices.Sort(ms)
	return ms, items
}

// gas returns the most that one transaction used.
func (t *tally) gas() (most int64) {
	for i := range t.costs {
		most = max(most, t.costs[i].Gas)
	}
	return most
}

// block is execution and commit, whole is all that a validator does with a block.
func block(c *node.Cost) time.Duration { return c.Block() }

func whole(c *node.Cost) time.Duration { return c.Check + c.Prepare + c.Judge + c.Block() }

func cpu(c *node.Cost) time.Duration { return c.CPU }

func judge(c *node.Cost) time.Duration { return c.Judge }

func median(sorted []float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}
