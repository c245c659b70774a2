package twin

import "cmp"

// Cell is the demand account of a cell.
type Cell struct {
	Rated           uint32 // last epoch that is
	Balance, Inflow uint64 // spark: to pay out, and credited in the current epoch
}

// Slot is what a hotspot has in a cell.
type Slot struct {
	Accrued, Kept uint64 // spark
	Mature        bool
}

type slotKey struct {
	hotspot uint32
	cell    uint64
}

type pointKey struct {
	epoch uint32
	slotKey
}

// openCell makes the account of a cell, with nothing to rate.
func (e *Economy) openCell(cell uint64) {
	if _, ok := e.cells[cell]; !ok {
		e.cells[cell] = Cell{Rated: e.epoch - 1}
	}
}

// rate pays the points that were made in a cell in the epoch before, once.
func (e *Economy) rate(cell uint64) {
	number := e.epoch - 1
	t, ok := e.closed[number]
	c, exists := e.cells[cell]
	if !ok || t.Points == 0 || !e.folded(t) || !exists || c.Rated >= number {
		return
	}
	share := uint64(0)
	if t.Fraction > 0 {
		share = c.Balance / t.Fraction
	}
	var earners []pointKey
	var points uint64
	for at, n := range e.points {
		if at.epoch == number && at.cell == cell {
			earners, points = append(earners, at), points+n
		}
	}
	for _, at := range earners {
		h := e.hotspots[at.hotspot]
		n := e.points[at]
		left := less(part(h.Basis, t.Life, 1000), h.Life)
		base, demand := min(part(t.Pool, n, t.Over), t.Limit, left), part(share, n, points)
		h.Life += base
		e.hotspots[at.hotspot] = h
		t.Paid += base
		c.Balance -= demand
		e.Totals.Demand -= demand
		e.mint(Rewards, base+demand)
		e.credit(at.slotKey, base+demand, t.Ramp)
	}
	if points == 0 {
		c.Balance -= share
		e.Totals.Demand -= share
		e.Totals.Lapsed += share
	}
	c.Rated = number
	e.cells[cell], e.closed[number] = c, t
	e.drain(cell, number)
}

// credit adds rated pay to a slot. Of who left, what is kept back is burned and the rest
// is owed at once.
func (e *Economy) credit(at slotKey, spark, ramp uint64) {
	s := e.slots[at]
	now := spark
	if !s.Mature {
		now = part(spark, min(ramp, bps), bps)
	}
	s.Accrued, s.Kept = s.Accrued+now, s.Kept+spark-now
	if h := e.hotspots[at.hotspot]; h.gone {
		e.forfeit(s.Kept)
		e.owed[h.Owner] += s.Accrued
		s.Accrued, s.Kept = 0, 0
	}
	e.slots[at] = s
}

// drain lets the slots go that were left before an epoch that is rated.
func (e *Economy) drain(cell uint64, number uint32) {
	for index, h := range e.hotspots {
		if h.old != cell || h.moved >= number {
			continue
		}
		at := slotKey{index, cell}
		s := e.slots[at]
		delete(e.slots, at)
		h.old, h.moved = 0, 0
		e.hotspots[index] = h
		e.addPay(index, s.Accrued, s.Kept)
	}
}

// addPay adds to what a hotspot has at home.
func (e *Economy) addPay(index uint32, accrued, kept uint64) {
	h := e.hotspots[index]
	if h.gone {
		e.owed[h.Owner] += accrued + kept
		return
	}
	at := slotKey{index, h.home}
	s := e.slots[at]
	if s.Mature {
		accrued, kept = accrued+kept, 0
	}
	s.Accrued, s.Kept = s.Accrued+accrued, s.Kept+kept
	e.slots[at] = s
}

// rateSome rates a block's share of the cells.
func (e *Economy) rateSome() {
	if !e.rating || !e.folded(e.closed[e.epoch-1]) {
		return
	}
	n := max(e.Params.Rewards.SweepCells, (uint64(len(e.cells))+7_199)/7_200)
	for _, cell := range sorted(e.cells, cmp.Compare[uint64]) {
		if cell < e.cursor {
			continue
		}
		e.rate(cell)
		e.cursor = cell + 1
		if n--; n == 0 {
			return
		}
	}
	e.rating = false
	t := e.closed[e.epoch-1]
	e.Totals.NotEmitted += t.Pool - t.Paid
}

// forfeit burns what was kept back.
func (e *Economy) forfeit(spark uint64) {
	e.burn(Rewards, spark)
	e.Totals.Forfeited += spark
}
