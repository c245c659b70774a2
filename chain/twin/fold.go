package twin

// Points reach the ledger later than they are booked, many blocks' together. That must
// change no amount, only when a cell can be rated.

// folding is how far booked points are in the ledger: those of blocks below to, once no
// steps are left, and until then those below from.
type folding struct{ from, to, steps uint64 }

type bookedKey struct{ height, cell uint64 }

// fold takes the blocks that wait, when they are enough, and adds a part of their cells
// in each block.
func (e *Economy) fold() {
	f, n := &e.folding, e.Params.Rewards.FoldBlocks
	if f.steps == 0 {
		if e.Height < f.to+n {
			return
		}
		f.from, f.to = f.to, min(e.Height, f.to+4*n)
		cells := map[uint64]bool{}
		for at := range e.booked {
			if at.height < f.from {
				delete(e.booked, at)
			} else if at.height < f.to {
				cells[at.cell] = true
			}
		}
		f.steps = min(n, uint64(len(cells)))
	}
	f.steps -= min(1, f.steps)
}

// folded tells whether all points of an epoch are in the ledger.
func (e *Economy) folded(t Epoch) bool {
	if e.folding.steps > 0 {
		return t.closedAt <= e.folding.from
	}
	return t.closedAt <= e.folding.to
}
