package twin

// Epoch is the terms of a closed epoch.
type Epoch struct {
	Points                uint64
	Pool, Over, Limit     uint64
	Paid                  uint64 // base pay so far
	Life, Fraction, Ramp  uint64 // as the parameters were when it closed
	Emission, Reemitted   uint64
	Validators, Community uint64
	closedAt              uint64 // height
}

// Totals are spark since the beginning.
type Totals struct {
	Minted, Claimed, Splits            uint64
	Demand, Lapsed                     uint64
	NotEmitted, Unshared, Pointless    uint64
	StayedBurned, Forfeited, Scheduled uint64
	Backing, Reminted                  uint64
	Compensated                        uint64
}

// closeEpoch ends the epoch when its time is over and the one before is rated.
func (e *Economy) closeEpoch() {
	p := e.Params.Rewards
	if e.NowMs < e.startMs+int64(p.EpochSeconds)*1000 || e.rating {
		return
	}
	index := uint64(e.epoch - 1)
	c := Epoch{
		closedAt: e.Height, Life: p.LifetimeMultiplePermille, Fraction: p.DemandFraction, Ramp: p.RampBps,
	}
	for at, points := range e.points {
		if at.epoch == e.epoch {
			c.Points += points
		}
	}
	scheduled := uint64(0)
	if halvings := index / p.HalvingEpochs; halvings < 64 {
		scheduled = p.InitialEmission >> halvings
	}
	scheduled = min(scheduled, less(less(p.MaxSupply, e.premine), e.Totals.Scheduled))
	if p.ReemitSmoothing > 0 {
		e.pool += min(e.fresh, p.ReemitCap)
		c.Reemitted = e.pool / p.ReemitSmoothing
		e.pool -= c.Reemitted
		e.reemitted += c.Reemitted
	}
	c.Emission = scheduled + c.Reemitted
	c.Validators, c.Community = part(c.Emission, p.ValidatorsBps, bps), part(c.Emission, p.CommunityBps, bps)
	work := c.Emission - c.Validators - c.Community
	if year := index / p.EpochsPerYear; year < uint64(len(p.BaseShareBps)) {
		c.Pool = part(work, p.BaseShareBps[year], bps)
	}
	c.Over, c.Limit = c.Points, c.Pool
	if p.MaxPointShareBps > 0 {
		c.Over = max(c.Points, part(e.meanPoints(), p.MaxPointShareBps, bps))
	}
	if p.MaxHotspotPermille > 0 {
		c.Limit = part(c.Pool, p.MaxHotspotPermille, 1000)
	}
	e.mint(Validators, c.Validators)
	e.mint(Community, c.Community)
	e.Totals.Splits += c.Validators + c.Community
	e.Totals.Scheduled += scheduled
	e.Totals.Unshared += work - c.Pool
	e.Totals.NotEmitted += work - c.Pool
	e.cursor, e.rating = 0, true
	if c.Points == 0 {
		e.Totals.Pointless += c.Pool
		e.Totals.NotEmitted += c.Pool
		e.rating = false
	}
	e.closed[e.epoch] = c
	e.turnEpoch()
}

// turnEpoch begins the next epoch: what cells were credited is theirs to pay out, and
// what no rule asks for any more is forgotten.
func (e *Economy) turnEpoch() {
	e.epoch++
	e.startMs += int64(e.Params.Rewards.EpochSeconds) * 1000
	e.fresh = 0
	for cell, c := range e.cells {
		c.Balance, c.Inflow = c.Balance+c.Inflow, 0
		e.cells[cell] = c
	}
	for at := range e.points {
		if at.epoch+1 < e.epoch {
			delete(e.points, at)
		}
	}
	for _, counts := range []map[epochOf]uint64{e.openOf, e.keptOf, e.usedOf} {
		for at := range counts {
			if at.epoch+30 < e.epoch {
				delete(counts, at)
			}
		}
	}
	if e.epoch > 40 {
		delete(e.closed, e.epoch-40)
	}
}

// meanPoints is the mean of the thirty epochs before the current one, or of as many as
// there were.
func (e *Economy) meanPoints() uint64 {
	var sum, n uint64
	for back := uint32(1); back <= 30 && back < e.epoch; back++ {
		sum, n = sum+e.closed[e.epoch-back].Points, n+1
	}
	return sum / max(n, 1)
}

// mint makes new spark.
func (e *Economy) mint(to Account, spark uint64) {
	e.hxw[to] += spark
	e.Minted += spark
	e.Totals.Minted += spark
}
