package types

import errorsmod "cosmossdk.io/errors"

// Errors of the cell ledger.
var (
	// ErrNoHome is returned when points are booked for a hotspot without a place.
	ErrNoHome = errorsmod.Register(ModuleName, 2, "hotspot has no place in the ledger")
	// ErrMoving is returned for a second move while the first one drains.
	ErrMoving = errorsmod.Register(ModuleName, 3, "an earlier move has not settled yet")
	// ErrCellFull is returned when a cell has all its slots taken.
	ErrCellFull = errorsmod.Register(ModuleName, 4, "cell is full")
	// ErrOverflow is returned when a sum does not fit its field.
	ErrOverflow = errorsmod.Register(ModuleName, 5, "amount out of range")
	// ErrLayout is returned for stored bytes of the wrong shape: a broken node.
	ErrLayout = errorsmod.Register(ModuleName, 6, "broken ledger record")
)

// Errors of claims.
var (
	// ErrRetired is returned for a hotspot that retired: its pay is owed to the
	// owner, who gets it by MsgClaimOwed.
	ErrRetired = errorsmod.Register(ModuleName, 15, "hotspot has retired; its pay is owed to the owner")
	// ErrTooMany is returned for more than MaxClaims hotspots, or none.
	ErrTooMany = errorsmod.Register(ModuleName, 7, "number of hotspots out of range")
)

// Errors of paying more than there is. They mean that a sum is wrong, and stop what would
// have been paid.
var (
	// ErrUnbacked is returned for a re-mint of more HXW than was burned.
	ErrUnbacked = errorsmod.Register(ModuleName, 16, "more would be minted again than was burned")
	// ErrBreaker is returned when the cells of an epoch earn more than its pool.
	ErrBreaker = errorsmod.Register(ModuleName, 17, "epoch would pay more than its pool")
)

// Errors of administration.
var (
	// ErrParams is returned for parameters that do not hold together.
	ErrParams = errorsmod.Register(ModuleName, 8, "invalid rewards parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 9, "not the authority")
	// ErrGenesis is returned for a state that does not hold together.
	ErrGenesis = errorsmod.Register(ModuleName, 10, "invalid rewards genesis")
	// ErrInvariant is returned when the sums of the stored state do not agree.
	ErrInvariant = errorsmod.Register(ModuleName, 11, "broken invariant")
	// ErrEpoch is returned for an epoch that is not on record.
	ErrEpoch = errorsmod.Register(ModuleName, 12, "unknown epoch")
	// ErrCell is returned for text that is no H3 cell of resolution 6, and for a
	// cell without a record.
	ErrCell = errorsmod.Register(ModuleName, 13, "unknown cell")
	// ErrAddress is returned for text that is no account address.
	ErrAddress = errorsmod.Register(ModuleName, 14, "invalid address")
)
