package types

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DefaultGenesis returns the state of a new chain: epoch 1, which begins with
// the first block.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), CurrentEpoch: 1, SweepCell: NothingLeft}
}

// Validate checks the state without a store.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	if g.CurrentEpoch == 0 {
		return errorsmod.Wrap(ErrGenesis, "epochs begin at 1")
	}
	var held, demand, points uint64
	for i, c := range g.Cells {
		if i > 0 && c.Cell.Cell <= g.Cells[i-1].Cell.Cell {
			return errorsmod.Wrapf(ErrGenesis, "cell %x is out of order", c.Cell.Cell)
		}
		if err := c.validate(g.CurrentEpoch); err != nil {
			return err
		}
		for _, s := range c.Slots {
			held += s.Accrued + s.Escrow
		}
		demand += c.Cell.Balance + c.Cell.Inflow
		points += c.pointsIn(g.CurrentEpoch)
	}
	waiting, err := g.waiting()
	if err != nil {
		return err
	}
	points += waiting
	owed, err := g.owed()
	if err != nil {
		return err
	}
	held += owed
	t := g.Totals
	switch {
	case points != g.PointsCurrent:
		return errorsmod.Wrapf(ErrGenesis, "cells have %d points, the epoch %d", points, g.PointsCurrent)
	case held != t.Claimable || t.Minted != t.Claimed+t.Claimable+t.Splits+t.Forfeited:
		return errorsmod.Wrapf(ErrGenesis, "%d minted is not %d claimed, %d held, %d split and %d forfeited", t.Minted, t.Claimed, held, t.Splits, t.Forfeited)
	case t.Reminted > t.Backing || t.Unshared+t.Pointless > t.NotEmitted:
		return errorsmod.Wrapf(ErrGenesis, "%d of %d minted again, %d and %d of %d not emitted", t.Reminted, t.Backing, t.Unshared, t.Pointless, t.NotEmitted)
	case demand != t.Demand:
		return errorsmod.Wrapf(ErrGenesis, "cells have %d of demand money, not %d", demand, t.Demand)
	}
	if err := g.validateTurns(); err != nil {
		return err
	}
	return g.validateHomes()
}

// validateTurns demands that each validator is there once, in order.
func (g GenesisState) validateTurns() error {
	var last sdk.ValAddress
	for _, t := range g.Turns {
		operator, err := sdk.ValAddressFromBech32(t.Operator)
		if err != nil || t.Turns == 0 || bytes.Compare(operator, last) <= 0 {
			return errorsmod.Wrapf(ErrGenesis, "%d turns of validator %q", t.Turns, t.Operator)
		}
		last = operator
	}
	return nil
}

// waiting returns the points of the current epoch that are in journals only.
func (g GenesisState) waiting() (sum uint64, err error) {
	var f Fold
	if len(g.Fold) > 0 {
		if f, err = DecodeFold(g.Fold); err != nil {
			return 0, err
		}
	}
	for i, b := range g.Booked {
		if i > 0 && b.Height <= g.Booked[i-1].Height {
			return 0, errorsmod.Wrapf(ErrGenesis, "journal of height %d is out of order", b.Height)
		}
		var from PageID
		if f.Active() && f.Step > 0 && b.Height < f.To {
			from, _ = f.Range() // the ranges before are in the points of the cells
		}
		points, err := b.pointsIn(g.CurrentEpoch, from)
		if err != nil {
			return 0, err
		}
		sum += points
	}
	return sum, nil
}

// owed returns what accounts are owed beside the pay of their hotspots.
func (g GenesisState) owed() (sum uint64, err error) {
	var before sdk.AccAddress
	for _, o := range g.Owed {
		owner, err := sdk.AccAddressFromBech32(o.Owner)
		if err != nil || o.Spark == 0 || bytes.Compare(owner, before) <= 0 {
			return 0, errorsmod.Wrapf(ErrGenesis, "what %q is owed", o.Owner)
		}
		before, sum = owner, sum+o.Spark
	}
	return sum, nil
}

func (c CellState) validate(epoch uint32) error {
	if c.Cell.Cell == 0 {
		if c.Cell != (Cell{}) || len(c.PointsEven)+len(c.PointsOdd) != 0 {
			return errorsmod.Wrap(ErrGenesis, "cell 0 has no account and no points")
		}
		return nil
	}
	slots := int(c.Cell.Pages) * PageSlots
	if c.Cell.Pages > MaxPages || len(c.Slots) != slots || len(c.PointsEven) > slots || len(c.PointsOdd) > slots {
		return errorsmod.Wrapf(ErrGenesis, "pages of cell %x", c.Cell.Cell)
	}
	if c.Cell.Swept >= epoch || c.Cell.InflowEpoch > epoch {
		return errorsmod.Wrapf(ErrGenesis, "epochs of cell %x", c.Cell.Cell)
	}
	for _, list := range [][]uint64{c.PointsEven, c.PointsOdd} {
		for i, p := range list {
			if p > MaxPoints || (p > 0 && c.Slots[i].Hotspot == 0) {
				return errorsmod.Wrapf(ErrGenesis, "points of slot %d of cell %x", i, c.Cell.Cell)
			}
		}
	}
	return nil
}

// pointsIn returns the sum of a cell's points in an epoch.
func (c CellState) pointsIn(epoch uint32) (sum uint64) {
	list, of := c.PointsEven, c.EvenEpoch
	if epoch&1 == 1 {
		list, of = c.PointsOdd, c.OddEpoch
	}
	if of != epoch {
		return 0
	}
	for _, p := range list {
		sum += p
	}
	return sum
}

// validateHomes checks that every slot of a cell belongs to the hotspot that
// says so.
func (g GenesisState) validateHomes() error {
	at := map[Place]uint32{}
	for _, c := range g.Cells {
		for i, s := range c.Slots {
			if s.Hotspot != 0 && c.Cell.Cell != 0 {
				at[Place{c.Cell.Cell, uint16(i / PageSlots), uint8(i % PageSlots)}] = s.Hotspot
			}
		}
	}
	for _, h := range g.Homes {
		r := h.Residence()
		for _, p := range []Place{r.Home, r.Old} {
			if p.Cell == 0 {
				continue // the slot of its index, or none
			}
			if h.Hotspot == 0 || at[p] != h.Hotspot {
				return errorsmod.Wrapf(ErrGenesis, "home of hotspot %d", h.Hotspot)
			}
			delete(at, p)
		}
	}
	if len(at) != 0 {
		return errorsmod.Wrapf(ErrGenesis, "%d slots are nobody's home", len(at))
	}
	return nil
}

// Residence returns the stored form of a home.
func (h Home) Residence() Residence {
	return Residence{
		Home:  Place{h.Cell, uint16(h.Page), uint8(h.Slot)},
		Old:   Place{h.OldCell, uint16(h.OldPage), uint8(h.OldSlot)},
		Moved: h.MovedEpoch, Lifetime: h.LifetimeBase,
	}
}
