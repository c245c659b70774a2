package types

import (
	errorsmod "cosmossdk.io/errors"
)

// Errors of the module, one for each reason of a refusal.
var (
	// ErrParams is returned for parameters that do not hold together.
	ErrParams = errorsmod.Register(ModuleName, 2, "invalid price parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 3, "not the authority")
	// ErrMode is returned when a price is submitted in another mode than FEEDERS.
	ErrMode = errorsmod.Register(ModuleName, 4, "prices are not taken from feeders")
	// ErrFeeder is returned when somebody who is not listed submits a price.
	ErrFeeder = errorsmod.Register(ModuleName, 5, "not a price feeder")
	// ErrPrice is returned for a price outside of min_price..max_price.
	ErrPrice = errorsmod.Register(ModuleName, 6, "price out of range")
	// ErrGenesis is returned for a genesis whose samples do not hold together.
	ErrGenesis = errorsmod.Register(ModuleName, 7, "invalid price genesis")
	// ErrInvariant is returned by CheckInvariants.
	ErrInvariant = errorsmod.Register(ModuleName, 8, "price invariant broken")
)
