package engine

import "github.com/hexwave/hexwave/poc/reward"

// book counts points of the epoch that runs, less what a false tag cost.
func (h *Hotspot) book(points uint64) {
	withheld := min(h.debt, points)
	h.debt -= withheld
	h.points += points - withheld
	h.Points += points - withheld
}

// meanPoints is the mean of the points of the last epochs.
type meanPoints struct{ last []uint64 }

const meanEpochs = 7

func (m *meanPoints) value() uint64 {
	if len(m.last) == 0 {
		return 0
	}
	var sum uint64
	for _, p := range m.last {
		sum += p
	}
	return sum / uint64(len(m.last))
}

func (m *meanPoints) add(points uint64) {
	if m.last = append(m.last, points); len(m.last) > meanEpochs {
		m.last = m.last[1:]
	}
}

// payUnit is a day of mean honest pay in the spark of this chain.
const payUnit = 1_000_000_000

// closeEpoch pays the points of an epoch from its pool. The bound of a life is
// left to the analysis: it makes a sum of what is paid, and changes nothing else.
func (c *Chain) closeEpoch() {
	var total uint64
	for _, h := range c.hotspots[1:] {
		total += h.points
	}
	rate := reward.Rate(uint64(c.pool*payUnit), total, c.mean.value(), c.Rules.Caps)
	c.mean.add(total)
	for _, h := range c.hotspots[1:] {
		if h.points == 0 {
			continue
		}
		pay := rate.Pay(h.points, ^uint64(0))
		h.points = 0
		now := pay
		if h.Mature == 0 {
			now = reward.MulDiv(pay, c.Rules.RampBps, 10_000)
		}
		h.Paid += float64(now) / payUnit
		h.Escrow += float64(pay-now) / payUnit
	}
}

// Mark remembers what each hotspot has now.
func (c *Chain) Mark(at int) {
	for _, h := range c.hotspots[1:] {
		h.Marks[at] = Mark{h.Paid, h.Escrow}
	}
}
