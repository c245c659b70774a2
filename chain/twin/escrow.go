package twin

// owned returns an org of an owner.
func (e *Economy) owned(owner Account, org uint32) (Org, error) {
	o, ok := e.orgs[org]
	if !ok || o.Owner != owner {
		return o, CreditsOwner
	}
	return o, nil
}

// receiving checks that owner has an org and that credits may come into it.
func (e *Economy) receiving(owner Account, org uint32) error {
	o, err := e.owned(owner, org)
	if err == nil && o.Closed {
		err = CreditsReceiver
	}
	return err
}

// FundOrg moves own credits into the escrow of an own org.
func (e *Economy) FundOrg(owner Account, org uint32, dc uint64) error {
	if err := e.receiving(owner, org); err != nil {
		return err
	}
	b := e.balances[owner]
	if dc == 0 || dc > b.DC {
		return CreditsBalance
	}
	rest, taken := b.take(dc)
	e.balances[owner] = rest
	e.intoEscrow(org, taken)
	return nil
}

// MoveEscrow moves free credits between own orgs.
func (e *Economy) MoveEscrow(owner Account, from, to uint32, dc uint64) error {
	if err := e.receiving(owner, to); err != nil {
		return err
	}
	taken, err := e.takeFree(owner, from, dc)
	if err == nil {
		e.intoEscrow(to, taken)
	}
	return err
}

func (e *Economy) takeFree(owner Account, org uint32, dc uint64) (Balance, error) {
	o, err := e.owned(owner, org)
	if err != nil {
		return Balance{}, err
	}
	if dc == 0 || dc > o.Escrow.DC-o.Reserved {
		return Balance{}, CreditsEscrow
	}
	return e.outOfEscrow(org, dc), nil
}

// intoEscrow adds credits to an escrow, of which the lanes reserve what they lack.
func (e *Economy) intoEscrow(org uint32, b Balance) {
	o := e.orgs[org]
	before := o.Escrow.DC
	o.Escrow = o.Escrow.add(b)
	e.orgs[org] = o
	least := e.Params.Credits.SuspendBelow
	if before < least && o.Escrow.DC >= least {
		e.Crossed = append(e.Crossed, Crossing{org, false})
	}
	e.reserveAll(org)
}

func (e *Economy) outOfEscrow(org uint32, dc uint64) (taken Balance) {
	o := e.orgs[org]
	before := o.Escrow.DC
	o.Escrow, taken = o.Escrow.take(dc)
	o.wantTopUp()
	e.orgs[org] = o
	least := e.Params.Credits.SuspendBelow
	if before >= least && o.Escrow.DC < least {
		e.Crossed = append(e.Crossed, Crossing{org, true})
	}
	return taken
}

// Withdraw takes free credits out of the escrow of an own org.
func (e *Economy) Withdraw(owner Account, org uint32, dc uint64) error {
	if e.orgs[org].Withdrawing {
		return CreditsWithdrawal
	}
	taken, err := e.takeFree(owner, org, dc)
	if err != nil {
		return err
	}
	o := e.orgs[org]
	o.Withdrawing, o.Withdrawal = true, taken
	o.ReadyMs = e.NowMs + int64(e.Params.Credits.WithdrawSeconds)*1000
	e.orgs[org] = o
	return nil
}

// CancelWithdraw puts a withdrawal back.
func (e *Economy) CancelWithdraw(owner Account, org uint32) error {
	b, err := e.withdrawn(owner, org, false)
	if err == nil {
		e.intoEscrow(org, b)
	}
	return err
}

// Redeem gives a withdrawal that is ready to its owner.
func (e *Economy) Redeem(owner Account, org uint32) error {
	b, err := e.withdrawn(owner, org, true)
	if err == nil {
		e.balances[owner] = e.balances[owner].add(b)
	}
	return err
}

func (e *Economy) withdrawn(owner Account, org uint32, ready bool) (Balance, error) {
	o, err := e.owned(owner, org)
	switch {
	case err != nil:
		return Balance{}, err
	case !o.Withdrawing:
		return Balance{}, CreditsWithdrawal
	case ready && e.NowMs < o.ReadyMs:
		return Balance{}, CreditsEarly
	}
	b := o.Withdrawal
	o.Withdrawing, o.Withdrawal, o.ReadyMs = false, Balance{}, 0
	e.orgs[org] = o
	return b, nil
}
