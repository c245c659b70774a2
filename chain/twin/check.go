package twin

import "fmt"

// Check returns what cannot be of an economy whose sums are right: HXW that came from
// nowhere, basis that was not burned, more minted again than was burned, an account that
// does not hold what it owes, or a number that fell below 0 and went around.
func (e *Economy) Check() error {
	var supply uint64
	for _, spark := range e.hxw {
		supply += spark
		if spark > 1<<62 {
			return fmt.Errorf("an account has %d spark", spark)
		}
	}
	if supply+e.Burned != e.Given+e.Minted {
		return fmt.Errorf("supply %d, given %d, minted %d, burned %d", supply, e.Given, e.Minted, e.Burned)
	}
	if err := e.checkOrgs(); err != nil {
		return err
	}
	return e.checkHolders()
}

// checkOrgs checks basis and reservations.
func (e *Economy) checkOrgs() error {
	held := e.basisUsed
	for _, b := range e.balances {
		held += b.Basis
	}
	for org, o := range e.orgs {
		held += o.Escrow.Basis + o.Withdrawal.Basis
		reserved := uint64(0)
		for at, l := range e.lanes {
			if at.org == org {
				reserved += l.left()
			}
		}
		if reserved != o.Reserved || o.Reserved > o.Escrow.DC {
			return fmt.Errorf("org %d has %d of %d DC reserved, its lanes %d", org, o.Reserved, o.Escrow.DC, reserved)
		}
	}
	if held != e.sparkBurned {
		return fmt.Errorf("basis of %d for %d spark burned", held, e.sparkBurned)
	}
	return nil
}

// checkHolders checks what the accounts of the modules hold, and what was minted.
func (e *Economy) checkHolders() error {
	var deposits, bonds, owed, demand uint64
	for _, o := range e.orders {
		deposits += o.Deposit
	}
	for _, s := range e.signers {
		bonds += s.Bond
	}
	for _, s := range e.slots {
		owed += s.Accrued + s.Kept
	}
	for _, spark := range e.owed {
		owed += spark
	}
	for index, h := range e.hotspots {
		if h.Life > 3*h.Basis {
			return fmt.Errorf("hotspot %d got %d spark of base pay for %d", index, h.Life, h.Basis)
		}
	}
	for _, c := range e.cells {
		demand += c.Balance + c.Inflow
	}
	t := e.Totals
	switch {
	case deposits != e.hxw[Credits] || bonds != e.hxw[Routing] || owed != e.hxw[Rewards] || demand != t.Demand:
		return fmt.Errorf("deposits %d, bonds %d, owed %d, demand %d of %d; accounts %v", deposits, bonds, owed, demand, t.Demand, e.hxw)
	case t.Reminted > t.Backing || t.Scheduled > 240_000_000*hxw:
		return fmt.Errorf("%d minted again of %d, %d by schedule", t.Reminted, t.Backing, t.Scheduled)
	case e.reemitted+e.pool > t.StayedBurned || t.Minted > t.Scheduled+e.Burned:
		return fmt.Errorf("%d emitted again of %d, %d minted, %d by schedule, %d burned", e.reemitted, t.StayedBurned, t.Minted, t.Scheduled, e.Burned)
	case t.Minted != t.Claimed+t.Splits+t.Forfeited+owed:
		return fmt.Errorf("minted %d, claimed %d, splits %d, forfeited %d, owed %d", t.Minted, t.Claimed, t.Splits, t.Forfeited, owed)
	}
	return nil
}
