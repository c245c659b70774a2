package types

import errorsmod "cosmossdk.io/errors"

// Errors of a whole message. What is wrong with one item is a Reason.
var (
	// ErrItems is returned for items of the wrong size or number.
	ErrItems = errorsmod.Register(ModuleName, 2, "invalid items")
	// ErrBatch is returned for a batch header that does not fit its message.
	ErrBatch = errorsmod.Register(ModuleName, 3, "invalid batch header")
	// ErrWrongChain is returned for a batch made for another chain.
	ErrWrongChain = errorsmod.Register(ModuleName, 4, "batch is for another chain")
	// ErrBatchTime is returned before and after the heights at which a batch may
	// be included.
	ErrBatchTime = errorsmod.Register(ModuleName, 5, "batch is not valid at this height")
	// ErrRelay is returned when the batch's lane is unknown or revoked.
	ErrRelay = errorsmod.Register(ModuleName, 6, "relay is not bonded")
	// ErrSender is returned when the sender of a batch is not its relay's payout
	// account, which makes the bytes outside the signature fixed.
	ErrSender = errorsmod.Register(ModuleName, 7, "sender is not the relay's payout account")
	// ErrNonce is returned for a batch that was used before.
	ErrNonce = errorsmod.Register(ModuleName, 8, "batch was used before")
	// ErrSignature is returned when the relay did not sign the batch.
	ErrSignature = errorsmod.Register(ModuleName, 9, "wrong batch signature")
	// ErrItem is returned by the fee-free lane for an item that would not pay.
	ErrItem = errorsmod.Register(ModuleName, 10, "item is refused")
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
