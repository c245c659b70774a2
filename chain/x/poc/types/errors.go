package types

import errorsmod "cosmossdk.io/errors"

// Errors of a batch, in the order of its checks.
var (
	// ErrBatchSize is returned for a header or items of a wrong or too large size.
	ErrBatchSize = errorsmod.Register(ModuleName, 2, "wrong batch size")
	// ErrBatchFormat is returned for a header that is not the fixed layout, or of
	// another kind than reports and reveals.
	ErrBatchFormat = errorsmod.Register(ModuleName, 3, "malformed batch")
	// ErrWrongChain is returned for a batch of another chain.
	ErrWrongChain = errorsmod.Register(ModuleName, 4, "signed for another chain")
	// ErrExpired is returned for a batch that is not valid at this height, or for
	// longer than allowed.
	ErrExpired = errorsmod.Register(ModuleName, 5, "batch not valid at this height")
	// ErrRelay is returned when no bonded signer has the lane, or it pays out to
	// another account than the message names.
	ErrRelay = errorsmod.Register(ModuleName, 6, "not a bonded relay")
	// ErrNonce is returned for a nonce that is in use.
	ErrNonce = errorsmod.Register(ModuleName, 7, "nonce in use")
	// ErrRelaySignature is returned when the header is not signed by the lane's key.
	ErrRelaySignature = errorsmod.Register(ModuleName, 8, "wrong relay signature")
	// ErrDigest is returned when the items are not those of the header.
	ErrDigest = errorsmod.Register(ModuleName, 9, "items are not those of the header")
	// ErrQuota is returned when the block has no room left for the relay or the lane.
	ErrQuota = errorsmod.Register(ModuleName, 10, "no room left in the block")
	// ErrItem is returned for an item whose fault is the relay's: not the fixed
	// layout, or a wrong signature.
	ErrItem = errorsmod.Register(ModuleName, 11, "bad item")
	// ErrProver is returned for a prover that is no account.
	ErrProver = errorsmod.Register(ModuleName, 22, "no such prover")
	// ErrProven is returned for a batch that was punished already.
	ErrProven = errorsmod.Register(ModuleName, 23, "batch was punished already")
	// ErrNoFault is returned for an item in which nothing is wrong that a relay
	// could see, or of which it can no longer be told.
	ErrNoFault = errorsmod.Register(ModuleName, 24, "no fault that a relay answers for")
	// ErrNothing is returned for a batch of which no item would be accepted.
	ErrNothing = errorsmod.Register(ModuleName, 12, "no item of the batch would be accepted")
)

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
