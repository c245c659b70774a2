package types

import errorsmod "cosmossdk.io/errors"

// Errors of registering a randomness key.
var (
	// ErrValidator is returned when the operator is not a validator.
	ErrValidator = errorsmod.Register(ModuleName, 13, "not a validator")
	// ErrVRFKey is returned for a key or proof that does not verify (RFC 9381).
	ErrVRFKey = errorsmod.Register(ModuleName, 14, "invalid randomness key")
	// ErrVRFKeyUsed is returned for a key that another validator has.
	ErrVRFKeyUsed = errorsmod.Register(ModuleName, 15, "randomness key is another validator's")
)

// Errors of queries and administration.
var (
	// ErrUnknown is returned for a challenge the chain does not know, or no more.
	ErrUnknown = errorsmod.Register(ModuleName, 16, "no such challenge")
	// ErrParams is returned for parameters out of range.
	ErrParams = errorsmod.Register(ModuleName, 17, "invalid poc parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 18, "not the authority")
	// ErrGenesis is returned for a state that contradicts itself.
	ErrGenesis = errorsmod.Register(ModuleName, 19, "invalid poc genesis")
	// ErrLayout is returned for stored bytes that are not the fixed layout.
	ErrLayout = errorsmod.Register(ModuleName, 21, "stored value has a wrong layout")
	// ErrInvariant is returned when drawn, skipped, void and remaining do not make
	// up the frozen set.
	ErrInvariant = errorsmod.Register(ModuleName, 20, "window does not add up")
)
