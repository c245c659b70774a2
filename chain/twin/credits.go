package twin

import "math"

// Mint asks for credits: for HXW, or as many as are named.
type Mint struct {
	From, To          Account // 0: the sender
	Org               uint32
	Burn, DC, MaxBurn uint64
	Wait              bool
}

// MintCredits burns HXW for credits, at once or later.
func (e *Economy) MintCredits(m Mint) error {
	if m.Org != 0 {
		o, ok := e.orgs[m.Org]
		switch {
		case !ok || m.To != 0:
			return CreditsReceiver
		case o.Owner != m.From:
			return CreditsOwner
		case o.Closed:
			return CreditsReceiver
		}
	} else if m.To == 0 {
		m.To = m.From
	}
	if (m.Burn == 0) == (m.DC == 0) {
		return CreditsAmount
	}
	price, _ := e.Prices()
	if price == 0 {
		if m.Wait {
			return e.order(m)
		}
		return CreditsPriceStale
	}
	dc, spark := quote(m.Burn, m.DC, price)
	switch {
	case dc == 0:
		return CreditsNothing
	case dc == math.MaxUint64 || spark == math.MaxUint64:
		return CreditsMintCap
	case m.MaxBurn != 0 && spark > m.MaxBurn:
		return CreditsMaxBurn
	}
	if kept, open := e.room(m.From, m.Org); dc > kept && dc-kept > open {
		if m.Wait {
			return e.order(m)
		}
		return CreditsMintCap
	}
	if e.hxw[m.From] < spark {
		return NoFunds
	}
	e.burn(m.From, spark)
	e.minted(m.From, m.To, m.Org, Balance{dc, spark})
	return nil
}

// quote is what a mint gives and costs at a price.
func quote(burn, dc, price uint64) (uint64, uint64) {
	if burn != 0 {
		return part(burn, price, perCredit), burn
	}
	return dc, cost(dc, price)
}

// room is how many credits an account may mint now: of what is kept for an org, and of
// the open half.
func (e *Economy) room(from Account, org uint32) (kept, open uint64) {
	p := e.Params.Credits
	half := p.Cap - p.Cap/2
	var opened, own, all uint64
	for at, dc := range e.openOf {
		if at.epoch == e.epoch {
			opened += dc
		}
	}
	mine := e.openOf[epochOf{e.epoch, int(from)}]
	open = min(less(half, opened), less(part(half, p.AccountBps, bps), mine))
	if org == 0 {
		return 0, open
	}
	for at, dc := range e.usedOf {
		if at.epoch < e.epoch && at.epoch+30 >= e.epoch {
			all += dc
			if at.of == int(org) {
				own += dc
			}
		}
	}
	return less(part(p.Cap/2, own, all), e.keptOf[epochOf{e.epoch, int(org)}]), open
}

// minted gives credits whose HXW is burned to an account, or into an org's escrow, and
// counts them against the cap.
func (e *Economy) minted(from, to Account, org uint32, b Balance) {
	kept, _ := e.room(from, org)
	kept = min(kept, b.DC)
	e.keptOf[epochOf{e.epoch, int(org)}] += kept
	e.openOf[epochOf{e.epoch, int(from)}] += b.DC - kept
	e.sparkBurned += b.Basis
	if org != 0 {
		e.intoEscrow(org, b)
		return
	}
	e.balances[to] = e.balances[to].add(b)
}

// fee uses up credits of an account and returns their basis, all of which stays burned.
func (e *Economy) fee(payer Account, dc uint64) error {
	basis, err := e.bond(payer, dc)
	if err == nil {
		e.stayBurned(basis)
	}
	return err
}

// bond is a fee that the schedule pays back: it is not counted.
func (e *Economy) bond(payer Account, dc uint64) (basis uint64, err error) {
	b := e.balances[payer]
	if b.DC < dc {
		return 0, CreditsBalance
	}
	if dc == 0 {
		return 0, nil
	}
	rest, taken := b.take(dc)
	e.balances[payer] = rest
	e.basisUsed += taken.Basis
	return taken.Basis, nil
}

func (e *Economy) stayBurned(spark uint64) {
	e.fresh += spark
	e.Totals.StayedBurned += spark
}

// useEscrow uses up reserved credits of an org, as a fee or for carried data.
func (e *Economy) useEscrow(org uint32, dc uint64, carried bool) (basis uint64) {
	if dc == 0 {
		return 0
	}
	o := e.orgs[org]
	o.Reserved -= dc
	e.orgs[org] = o
	if carried {
		e.usedOf[epochOf{e.epoch, int(org)}] += dc
	}
	basis = e.outOfEscrow(org, dc).Basis
	e.basisUsed += basis
	return basis
}
