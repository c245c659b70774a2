package twin

import "cmp"

// Org is an organisation with its credits.
type Org struct {
	Owner, OfferedTo Account // to 0 when it is not offered
	Closed           bool
	Lanes            uint32
	joinEUIs         int
	Escrow           Balance
	Reserved         uint64 // DC
	Withdrawing      bool
	Withdrawal       Balance
	ReadyMs          int64
	TopUp            TopUp
}

// CreateOrg adds an org with the next number.
func (e *Economy) CreateOrg(owner Account) error {
	if err := e.fee(owner, e.Params.Routing.FeeOrg); err != nil {
		return err
	}
	e.orgs[uint32(len(e.orgs))+1] = Org{Owner: owner}
	return nil
}

// openOrg returns an org that owner has and that is not closed.
func (e *Economy) openOrg(owner Account, org uint32) (Org, error) {
	o, err := e.anyOrg(owner, org)
	if err == nil && o.Closed {
		err = RoutingClosed
	}
	return o, err
}

func (e *Economy) anyOrg(owner Account, org uint32) (Org, error) {
	o, ok := e.orgs[org]
	switch {
	case !ok:
		return o, RoutingOrg
	case o.Owner != owner:
		return o, RoutingOwner
	}
	return o, nil
}

// OfferOrg offers an org to an account, or to nobody (0).
func (e *Economy) OfferOrg(owner Account, org uint32, to Account) error {
	o, err := e.openOrg(owner, org)
	if err != nil {
		return err
	}
	if to == owner {
		return RoutingOffer
	}
	o.OfferedTo = to
	e.orgs[org] = o
	return nil
}

// AcceptOrg makes who was offered an org without credits its owner.
func (e *Economy) AcceptOrg(to Account, org uint32) error {
	o, ok := e.orgs[org]
	switch {
	case !ok:
		return RoutingOrg
	case o.OfferedTo != to:
		return RoutingOffer
	case o.Escrow.DC+o.Withdrawal.DC > 0:
		return RoutingCredits
	}
	o.Owner, o.OfferedTo, o.TopUp = to, 0, TopUp{}
	e.orgs[org] = o
	return nil
}

// CloseOrg ends an org: it has no lanes any more.
func (e *Economy) CloseOrg(owner Account, org uint32) error {
	o, err := e.openOrg(owner, org)
	if err != nil {
		return err
	}
	if o.joinEUIs > 0 {
		return RoutingInUse
	}
	o.Closed, o.OfferedTo, o.TopUp = true, 0, TopUp{}
	e.orgs[org] = o
	for _, at := range e.signersOf(org) {
		e.revoke(at)
	}
	return nil
}

// AddJoinEUI and RemoveJoinEUI only count here: the n-th is n.
func (e *Economy) AddJoinEUI(owner Account, org uint32, n int) error {
	o, err := e.openOrg(owner, org)
	if err != nil {
		return err
	}
	if n != o.joinEUIs+1 {
		return RoutingJoinEUI
	}
	o.joinEUIs++
	e.orgs[org] = o
	return e.fee(owner, e.Params.Routing.FeeJoinEUI)
}

// RemoveJoinEUI gives up the newest one.
func (e *Economy) RemoveJoinEUI(owner Account, org uint32, n int) error {
	o, err := e.openOrg(owner, org)
	if err != nil {
		return err
	}
	if n != o.joinEUIs {
		return RoutingNoJoinEUI
	}
	o.joinEUIs--
	e.orgs[org] = o
	return nil
}

type signerKey struct{ org, lane uint32 }

func (k signerKey) compare(o signerKey) int {
	return cmp.Or(cmp.Compare(k.org, o.org), cmp.Compare(k.lane, o.lane))
}

// signersOf returns the lanes of an org in order.
func (e *Economy) signersOf(org uint32) (all []signerKey) {
	for lane := uint32(1); lane <= e.orgs[org].Lanes; lane++ {
		all = append(all, signerKey{org, lane})
	}
	return all
}
