package types

import errorsmod "cosmossdk.io/errors"

// Errors of minting.
var (
	// ErrAmount is returned unless exactly one of burn and credits is set.
	ErrAmount = errorsmod.Register(ModuleName, 2, "set either burn or credits")
	// ErrNothing is returned when the HXW offered is worth less than one credit.
	ErrNothing = errorsmod.Register(ModuleName, 3, "worth less than one data credit")
	// ErrMaxBurn is returned when the credits would cost more than allowed.
	ErrMaxBurn = errorsmod.Register(ModuleName, 4, "costs more than the bound")
	// ErrMintCap is returned when the epoch's mint is used up.
	ErrMintCap = errorsmod.Register(ModuleName, 5, "mint cap of the epoch reached")
)

// Errors of spending.
var (
	// ErrBalance is returned when an account has too few credits.
	ErrBalance = errorsmod.Register(ModuleName, 6, "not enough data credits")
	// ErrEscrow is returned when an org has too few free credits in escrow.
	ErrEscrow = errorsmod.Register(ModuleName, 7, "not enough free data credits in escrow")
	// ErrReserved is returned when more is burned or released than is reserved.
	ErrReserved = errorsmod.Register(ModuleName, 8, "not enough reserved data credits")
	// ErrOwner is returned when credits would move to another owner's org.
	ErrOwner = errorsmod.Register(ModuleName, 9, "not the owner of the org")
)

// Errors of administration.
var (
	// ErrParams is returned for parameters that do not hold together.
	ErrParams = errorsmod.Register(ModuleName, 10, "invalid credits parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 11, "not the authority")
	// ErrGenesis is returned for a state whose sums do not agree.
	ErrGenesis = errorsmod.Register(ModuleName, 12, "invalid credits genesis")
	// ErrAddress is returned for text that is no account address.
	ErrAddress = errorsmod.Register(ModuleName, 13, "invalid address")
)
