package search

// simpler lists plans that are a little simpler than p: with one thing less, or one
// number that is easier to tell. None of them leads back to p.
func simpler(p Plan) []Plan {
	l := list{from: p}
	for i := range p.Acts {
		l.withoutAct(i)
	}
	for i := range p.Stands {
		l.withoutStand(i)
		l.set(p.Stands[i].Points, round(p.Stands[i].Points), func(q *Plan) *uint64 { return &q.Stands[i].Points })
	}
	l.set(p.Year, 0, func(q *Plan) *uint64 { return &q.Year })
	for _, to := range []uint64{0, whole} {
		if p.Turns != 0 {
			l.set(p.Turns, to, func(q *Plan) *uint64 { return &q.Turns })
		}
		if p.Votes != 0 {
			l.set(p.Votes, to, func(q *Plan) *uint64 { return &q.Votes })
		}
	}
	for i, a := range p.Acts {
		l.set(a.Settle, 0, func(q *Plan) *uint64 { return &q.Acts[i].Settle })
		if a.Settle != 0 {
			l.set(a.Settle, whole, func(q *Plan) *uint64 { return &q.Acts[i].Settle })
		}
		l.set(a.Burn, 0, func(q *Plan) *uint64 { return &q.Acts[i].Burn })
		l.set(a.Burn, round(a.Burn), func(q *Plan) *uint64 { return &q.Acts[i].Burn })
		l.set(a.Wait, 0, func(q *Plan) *uint64 { return &q.Acts[i].Wait })
		l.set(a.Wait, a.Wait/day*day, func(q *Plan) *uint64 { return &q.Acts[i].Wait })
		l.set(a.Price, midPrice, func(q *Plan) *uint64 { return &q.Acts[i].Price })
		if a.Price != midPrice && a.Price != minPrice && a.Price != maxPrice {
			l.set(a.Price, minPrice, func(q *Plan) *uint64 { return &q.Acts[i].Price })
			l.set(a.Price, maxPrice, func(q *Plan) *uint64 { return &q.Acts[i].Price })
		}
	}
	return l.plans
}

// round keeps the first digit of a number.
func round(x uint64) uint64 {
	unit := uint64(1)
	for x/unit >= 10 {
		unit *= 10
	}
	return x / unit * unit
}

// list is plans made from one.
type list struct {
	from  Plan
	plans []Plan
}

// set adds a plan in which a number is another, if it is.
func (l *list) set(is, to uint64, at func(q *Plan) *uint64) {
	if is == to {
		return
	}
	q := l.from.clone()
	*at(&q) = to
	l.plans = append(l.plans, q)
}

// withoutAct adds plans without an act: what comes after it earlier, at its time, or at
// its time and with its money.
func (l *list) withoutAct(i int) {
	gone := l.from.Acts[i]
	for _, keep := range []struct{ wait, burn uint64 }{{0, 0}, {gone.Wait, 0}, {gone.Wait, gone.Burn}} {
		q := l.from.clone()
		if i+1 < len(q.Acts) {
			q.Acts[i+1].Wait += keep.wait
			q.Acts[i+1].Burn += keep.burn
		}
		q.Acts = append(q.Acts[:i], q.Acts[i+1:]...)
		l.plans = append(l.plans, q)
	}
}

func (l *list) withoutStand(i int) {
	q := l.from.clone()
	q.Stands = append(q.Stands[:i], q.Stands[i+1:]...)
	for j := range q.Acts {
		if q.Acts[j].Stand > i {
			q.Acts[j].Stand--
		}
	}
	l.plans = append(l.plans, q)
}
