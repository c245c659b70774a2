package twin

import "cmp"

// TopUp buys credits for an org by itself; without a target it does not.
type TopUp struct {
	Threshold, Target, MaxSpark uint64 // DC, DC, spark an epoch
	Epoch                       uint32 // in which spent counts
	Spent                       uint64 // spark
	Due                         bool
}

func (o *Org) wantTopUp() {
	if o.TopUp.Target > 0 && o.Escrow.DC < o.TopUp.Threshold {
		o.TopUp.Due = true
	}
}

// SetTopUp says how an own org is topped up, if at all.
func (e *Economy) SetTopUp(owner Account, org uint32, threshold, target, maxSpark uint64) error {
	o, err := e.owned(owner, org)
	if err != nil {
		return err
	}
	if target == 0 {
		if threshold != 0 || maxSpark != 0 {
			return CreditsTopUp
		}
		o.TopUp = TopUp{}
	} else {
		if err := e.receiving(owner, org); err != nil {
			return err
		}
		if threshold == 0 || threshold >= target || maxSpark == 0 {
			return CreditsTopUp
		}
		o.TopUp.Threshold, o.TopUp.Target, o.TopUp.MaxSpark = threshold, target, maxSpark
		o.wantTopUp()
	}
	e.orgs[org] = o
	return nil
}

// topUps buys for the orgs that are due, at the end of a block.
func (e *Economy) topUps() {
	for _, org := range sorted(e.orgs, cmp.Compare[uint32]) {
		if e.orgs[org].TopUp.Due {
			e.topUp(org)
		}
	}
}

func (e *Economy) topUp(org uint32) {
	o := e.orgs[org]
	u := o.TopUp
	if o.Escrow.DC >= u.Threshold {
		o.TopUp.Due = false
		e.orgs[org] = o
		return
	}
	if u.Epoch != e.epoch {
		u.Epoch, u.Spent = e.epoch, 0
	}
	price, _ := e.Prices()
	kept, open := e.room(o.Owner, org)
	most := min(less(u.MaxSpark, u.Spent), e.hxw[o.Owner])
	dc := min(u.Target-o.Escrow.DC, kept+open, part(most, price, perCredit))
	if dc == 0 {
		return // still due
	}
	spark := cost(dc, price)
	e.burn(o.Owner, spark)
	e.minted(o.Owner, 0, org, Balance{dc, spark})
	o = e.orgs[org]
	u.Spent += spark
	u.Due = o.Escrow.DC < u.Threshold
	o.TopUp = u
	e.orgs[org] = o
}
