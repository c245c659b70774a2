package twin

// Signer is a lane of an org: whom it pays, and what it has at stake.
type Signer struct {
	Payer        bool // counts micro-DC, for Wi-Fi
	Allowance    uint64
	Bond         uint64 // spark
	Payout       Account
	Revoked      bool
	RevokedEpoch uint32
	BondUntilMs  int64
}

// Authorize opens the next lane of an org for a key.
func (e *Economy) Authorize(owner Account, org, key uint32, payer bool, allowance, bond uint64, payout Account) error {
	o, err := e.openOrg(owner, org)
	if err != nil {
		return err
	}
	if e.signerKeys[key] {
		return RoutingSignerKey
	}
	s := Signer{Payer: payer, Bond: bond}
	if err := e.setTerms(&s, allowance, payout); err != nil {
		return err
	}
	if err := e.Send(owner, Routing, bond); err != nil {
		return err
	}
	o.Lanes++
	e.orgs[org] = o
	e.signerKeys[key] = true
	at := signerKey{org, o.Lanes}
	e.signers[at] = s
	e.reserve(at)
	return nil
}

func (e *Economy) setTerms(s *Signer, allowance uint64, payout Account) error {
	if allowance == 0 {
		return RoutingAllowance
	}
	price, worth := e.Prices()
	if price == 0 {
		price = worth
	}
	p := e.Params.Routing
	if s.Bond < max(p.MinBond, cost(part(allowance, p.BondBps, bps), price)) {
		return RoutingBond
	}
	s.Allowance, s.Payout = allowance, payout
	return nil
}

// lane returns a lane of an org that owner has.
func (e *Economy) lane(owner Account, org, lane uint32) (signerKey, Signer, error) {
	at := signerKey{org, lane}
	if _, err := e.anyOrg(owner, org); err != nil {
		return at, Signer{}, err
	}
	s, ok := e.signers[at]
	if !ok {
		return at, s, RoutingSigner
	}
	return at, s, nil
}

// activeLane is lane of one that is not revoked.
func (e *Economy) activeLane(owner Account, org, lane uint32) (signerKey, Signer, error) {
	at, s, err := e.lane(owner, org, lane)
	if err == nil && s.Revoked {
		err = RoutingRevoked
	}
	return at, s, err
}

// SetSigner changes the terms of a lane.
func (e *Economy) SetSigner(owner Account, org, lane uint32, allowance uint64, payout Account) error {
	at, s, err := e.activeLane(owner, org, lane)
	if err != nil {
		return err
	}
	if err := e.setTerms(&s, allowance, payout); err != nil {
		return err
	}
	e.signers[at] = s
	e.reserve(at)
	return nil
}

// AddBond puts more at stake.
func (e *Economy) AddBond(owner Account, org, lane uint32, spark uint64) error {
	at, s, err := e.activeLane(owner, org, lane)
	if err != nil {
		return err
	}
	if spark == 0 {
		return RoutingBond
	}
	s.Bond += spark
	e.signers[at] = s
	return e.Send(owner, Routing, spark)
}

// RevokeSigner ends a lane.
func (e *Economy) RevokeSigner(owner Account, org, lane uint32) error {
	at, _, err := e.activeLane(owner, org, lane)
	if err == nil {
		e.revoke(at)
	}
	return err
}

func (e *Economy) revoke(at signerKey) {
	s := e.signers[at]
	if s.Revoked {
		return
	}
	s.Revoked, s.RevokedEpoch = true, e.epoch
	s.BondUntilMs = e.NowMs + int64(e.Params.Routing.UnbondSeconds)*1000
	e.signers[at] = s
}

// WithdrawBond pays back what is left of the bond of a lane that was revoked long ago.
func (e *Economy) WithdrawBond(owner Account, org, lane uint32) error {
	at, s, err := e.lane(owner, org, lane)
	switch {
	case err != nil:
		return err
	case !s.Revoked || e.NowMs < s.BondUntilMs:
		return RoutingHeld
	case s.Bond == 0:
		return RoutingBond
	}
	spark := s.Bond
	s.Bond = 0
	e.signers[at] = s
	return e.Send(Routing, owner, spark)
}

// slash takes up to spark of a bond, half of it for the prover.
func (e *Economy) slash(at signerKey, spark uint64, prover Account) {
	s := e.signers[at]
	spark = min(spark, s.Bond)
	if spark > 0 && s.Bond-spark < e.Params.Routing.MinBond/2 {
		e.revoke(at)
		s = e.signers[at]
	}
	s.Bond -= spark
	e.signers[at] = s
	e.hxw[Routing] -= spark / 2
	e.hxw[prover] += spark / 2
	e.burn(Routing, spark-spark/2)
}

// confiscate burns a whole bond and revokes the lane.
func (e *Economy) confiscate(at signerKey) (burned uint64) {
	e.revoke(at)
	s := e.signers[at]
	burned, s.Bond = s.Bond, 0
	e.signers[at] = s
	e.burn(Routing, burned)
	return burned
}
