package types

import (
	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrParams is returned for parameters that do not hold together.
	ErrParams = errorsmod.Register(ModuleName, 2, "invalid price parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 3, "not the authority")
)

// DefaultParams fix HXW at 0.27 USD until there is a market to ask.
func DefaultParams() Params {
	return Params{Mode: MODE_FIXED, FixedPrice: 27_000_000}
}

// Validate returns ErrParams unless the mode is known and the price positive.
func (p Params) Validate() error {
	if p.Mode != MODE_FIXED {
		return errorsmod.Wrapf(ErrParams, "mode %d", p.Mode)
	}
	if p.FixedPrice == 0 {
		return errorsmod.Wrap(ErrParams, "fixed price is 0")
	}
	return nil
}

// DefaultGenesis returns the state of a new chain.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Validate checks the state without a store.
func (g GenesisState) Validate() error { return g.Params.Validate() }
