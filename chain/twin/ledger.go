package twin

// sweep rates the cells in which a hotspot has slots.
func (e *Economy) sweep(index uint32) {
	h := e.hotspots[index]
	e.rate(h.home)
	e.rate(h.old)
}

// slotsOf are the slots of a hotspot.
func (e *Economy) slotsOf(index uint32) []slotKey {
	h := e.hotspots[index]
	var all []slotKey
	if !h.gone {
		all = append(all, slotKey{index, h.home})
	}
	if h.old != 0 {
		all = append(all, slotKey{index, h.old})
	}
	return all
}

// move gives a hotspot a slot in another cell; the one it had drains.
func (e *Economy) move(index uint32, cell uint64) error {
	h := e.hotspots[index]
	if h.old != 0 {
		return RewardsMoving
	}
	e.openCell(cell)
	e.rate(h.home)
	e.rate(cell)
	h = e.hotspots[index]
	was := slotKey{index, h.home}
	if h.home != 0 {
		h.old, h.moved = h.home, e.epoch
	}
	h.home = cell
	e.hotspots[index] = h
	e.slots[slotKey{index, cell}] = Slot{}
	if was.cell == 0 {
		s := e.slots[was]
		delete(e.slots, was)
		e.addPay(index, s.Accrued, s.Kept)
	}
	return nil
}

// Book books points, in 1e-8, of a hotspot that stands somewhere, or left lately.
func (e *Economy) Book(index uint32, points uint64) {
	if at, ok := e.placed(index); ok {
		e.points[pointKey{e.epoch, at}] += points
		e.booked[bookedKey{e.Height, at.cell}] = true
	}
}

// placed is the slot in which a hotspot makes points.
func (e *Economy) placed(index uint32) (slotKey, bool) {
	h, ok := e.hotspots[index]
	switch {
	case !ok:
		return slotKey{}, false
	case h.gone:
		return slotKey{index, h.old}, h.old != 0 && e.epoch <= h.moved+1
	}
	return slotKey{index, h.home}, h.home != 0
}

// Mature pays out what was kept back, and keeps nothing back any more in that slot.
func (e *Economy) Mature(index uint32) {
	at, ok := e.placed(index)
	if !ok {
		return
	}
	s := e.slots[at]
	s.Mature, s.Accrued, s.Kept = true, s.Accrued+s.Kept, 0
	e.slots[at] = s
}

// Claim pays what hotspots have to who is to have it.
func (e *Economy) Claim(all []uint32) error {
	if len(all) == 0 || len(all) > 100 {
		return RewardsTooMany
	}
	for _, index := range all {
		if h, ok := e.hotspots[index]; !ok {
			return HotspotUnknown
		} else if h.Retired {
			return RewardsRetired
		}
		e.sweep(index)
		e.claim(index)
	}
	return nil
}

func (e *Economy) claim(index uint32) {
	var spark uint64
	for _, at := range e.slotsOf(index) {
		s := e.slots[at]
		spark, s.Accrued = spark+s.Accrued, 0
		e.slots[at] = s
	}
	h := e.hotspots[index]
	parts := h.Payout
	if len(parts) == 0 {
		parts = []Part{{h.Owner, bps}}
	}
	dust := spark
	for _, p := range parts {
		got := part(spark, p.Bps, bps)
		dust -= got
		e.hxw[Rewards] -= got
		e.hxw[p.To] += got
		e.Totals.Claimed += got
	}
	e.addPay(index, dust, 0)
}

// ClaimOwed pays an account for hotspots that it has no more.
func (e *Economy) ClaimOwed(owner Account) {
	spark := e.owed[owner]
	delete(e.owed, owner)
	e.hxw[Rewards] -= spark
	e.hxw[owner] += spark
	e.Totals.Claimed += spark
}

// paySeller moves what a sold hotspot has to what its seller is owed; what is kept back
// stays with it.
func (e *Economy) paySeller(index uint32, seller Account) {
	e.sweep(index)
	for _, at := range e.slotsOf(index) {
		s := e.slots[at]
		e.owed[seller] += s.Accrued
		s.Accrued = 0
		e.slots[at] = s
	}
}

// forfeitAll burns what is kept back of a hotspot's pay.
func (e *Economy) forfeitAll(index uint32) {
	e.sweep(index)
	for _, at := range e.slotsOf(index) {
		s := e.slots[at]
		e.forfeit(s.Kept)
		s.Kept = 0
		e.slots[at] = s
	}
}

// leave is retiring: what the hotspot has is its owner's, what was kept back is burned,
// and its slot drains to nowhere.
func (e *Economy) leave(index uint32) error {
	e.sweep(index)
	h := e.hotspots[index]
	if h.old != 0 {
		return RewardsMoving
	}
	e.forfeitAll(index)
	e.paySeller(index, h.Owner)
	h = e.hotspots[index]
	if h.home == 0 {
		delete(e.slots, slotKey{index, 0})
	} else {
		h.old, h.moved = h.home, e.epoch
	}
	h.home, h.gone = 0, true
	e.hotspots[index] = h
	return nil
}

// accrue adds spark that is minted for carried data.
func (e *Economy) accrue(index uint32, spark uint64) {
	e.Totals.Reminted += spark
	e.mint(Rewards, spark)
	e.addPay(index, spark, 0)
}
