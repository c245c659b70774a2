package economy

// meanEpochs is over how many epochs before the mean of points is taken.
const meanEpochs = 30

// rate is what coverage points earn in an epoch.
type rate struct{ pool, over, limit uint64 }

// closeEpoch emits what the epoch that ends emits, and rates its points.
func (w *World) closeEpoch() {
	e := Epoch{Reemitted: w.reemit()}
	index := w.epoch - 1
	e.Emission = w.schedule(index) + e.Reemitted
	e.Validators = part(e.Emission, w.p.ValidatorsBps, bps)
	e.Community = part(e.Emission, w.p.CommunityBps, bps)
	work := e.Emission - e.Validators - e.Community
	if year := index / w.p.EpochsPerYear; year < uint64(len(w.p.BaseShareBps)) {
		e.BasePool = part(work, w.p.BaseShareBps[year], bps)
	}
	turns, votes := part(e.Validators, w.turns, permille), part(e.Community, w.votes, permille)
	ours, others := &w.flow[Coalition], &w.flow[Strangers]
	ours.Validators, ours.Community = ours.Validators+turns, ours.Community+votes
	others.Validators, others.Community = others.Validators+e.Validators-turns, others.Community+e.Community-votes
	ours.Divisions += 2

	points := uint64(0)
	for i := range w.stations {
		points += w.stations[i].points
	}
	r := w.rate(e.BasePool, points)
	w.history = append(w.history, points)
	if len(w.history) > meanEpochs {
		w.history = w.history[1:]
	}
	w.turnCells()
	if points > 0 {
		w.payBase(r, &e)
		w.payDemand()
	}
	for i := range w.stations {
		w.stations[i].points = 0
	}
	w.closed = e
}

// reemit takes what an epoch emits again out of the pool.
func (w *World) reemit() uint64 {
	w.pool += min(w.burned, w.p.ReemitCap)
	w.burned = 0
	out := w.pool / w.p.ReemitSmoothing
	w.pool -= out
	return out
}

// schedule returns what the fixed schedule emits in an epoch, as far as the supply goes.
func (w *World) schedule(index uint64) uint64 {
	spark := min(w.p.InitialEmission>>min(index/w.p.HalvingEpochs, 63), w.p.MaxSupply-w.scheduled)
	w.scheduled += spark
	return spark
}

func (w *World) rate(pool, points uint64) rate {
	r := rate{pool: pool, over: points, limit: pool}
	if w.p.off(PointCaps) {
		return r
	}
	mean, n := uint64(0), uint64(len(w.history))
	for _, p := range w.history {
		mean += p
	}
	if n > 0 {
		mean /= n
	}
	r.over = max(points, part(mean, w.p.MaxPointShareBps, bps))
	r.limit = part(pool, w.p.MaxHotspotPermille, permille)
	return r
}

// turnCells adds what was credited in the epoch that ends to what is paid out.
func (w *World) turnCells() {
	for i := range w.cells {
		c := &w.cells[i]
		c.balance, c.inflow = c.balance+c.inflow, 0
	}
	w.network.balance, w.network.inflow = w.network.balance+w.network.inflow, 0
}

// payBase pays base coverage, of each station up to the end of its life.
func (w *World) payBase(r rate, e *Epoch) {
	for i := range w.stations {
		s := &w.stations[i]
		if s.points == 0 {
			continue
		}
		pay := min(part(r.pool, s.points, r.over), r.limit)
		if end := part(s.bond, w.p.LifetimePermille, permille); !w.p.off(Lifetime) {
			pay = min(pay, end-min(end, s.life))
		}
		s.life, s.pay, e.BasePaid = s.life+pay, s.pay+pay, e.BasePaid+pay
		w.flow[s.side].Base += pay
		w.flow[s.side].Divisions++
	}
}

// payDemand pays a part of each cell's balance to its points; it lapses without any.
func (w *World) payDemand() {
	if w.p.off(OwnCell) {
		w.payNetwork()
		return
	}
	for at := range w.cells {
		c := &w.cells[at]
		share := c.balance / w.p.DemandFraction
		if share == 0 {
			continue
		}
		points := uint64(0)
		for i := range w.stations {
			if w.stations[i].cell == at {
				points += w.stations[i].points
			}
		}
		if points == 0 {
			c.balance -= share
			continue
		}
		for i := range w.stations {
			if s := &w.stations[i]; s.cell == at && s.points > 0 {
				c.balance -= w.payStation(s, part(share, s.points, points))
			}
		}
	}
}

// payStation pays demand money to a station and returns it.
func (w *World) payStation(s *station, spark uint64) uint64 {
	s.pay += spark
	w.flow[s.side].Demand += spark
	w.flow[s.side].Divisions++
	return spark
}

// payNetwork is the pay of cells as it was before it stayed in them: a part of one pool,
// shared by points times the use of the cell in the last thirty epochs.
func (w *World) payNetwork() {
	share, sum := w.network.balance/w.p.DemandFraction, uint64(0)
	weights := make([]uint64, len(w.stations))
	for i := range w.stations {
		if s := &w.stations[i]; s.points > 0 {
			weights[i] = part(s.points, w.cells[s.cell].use, 1e6)
			sum += weights[i]
		}
	}
	for i := range w.stations {
		if weights[i] > 0 {
			w.network.balance -= w.payStation(&w.stations[i], part(share, weights[i], sum))
		}
	}
	for i := range w.cells {
		w.cells[i].use -= w.cells[i].use / meanEpochs
	}
}
