package types

import errorsmod "cosmossdk.io/errors"

// Errors of a whole message. What is wrong with one item is a Reason.
var (
	// ErrItems is returned for items of the wrong size or number.
	ErrItems = errorsmod.Register(ModuleName, 2, "invalid items")
	// ErrAddress is returned for an account that is none.
	ErrAddress = errorsmod.Register(ModuleName, 3, "invalid address")
)

// Errors of a proof of over-issue.
var (
	// ErrEvidence is returned for vouchers that are not signed by one lane for one open
	// epoch.
	ErrEvidence = errorsmod.Register(ModuleName, 4, "vouchers are no evidence")
	// ErrNoFault is returned when nothing is wrong with them.
	ErrNoFault = errorsmod.Register(ModuleName, 5, "vouchers do not prove over-issue")
	// ErrNoBond is returned when the lane has no bond to lose, such as the second time.
	ErrNoBond = errorsmod.Register(ModuleName, 6, "lane has no bond left")
)

// Errors of administration.
var (
	// ErrParams is returned for parameters that do not hold together.
	ErrParams = errorsmod.Register(ModuleName, 11, "invalid settlement parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 12, "not the authority")
	// ErrGenesis is returned for a state that does not hold together.
	ErrGenesis = errorsmod.Register(ModuleName, 13, "invalid settlement genesis")
	// ErrInvariant is returned when the sums of the stored state do not agree.
	ErrInvariant = errorsmod.Register(ModuleName, 14, "broken invariant")
)
