package lane

import errorsmod "cosmossdk.io/errors"

// Codespace is under which the errors of batches are registered.
const Codespace = "lane"

// Errors of a batch, in the order of its checks.
var (
	// ErrNotAdmitted is what a message handler of the lane returns for a message that
	// did not come through the ante branch, such as one nested in an authz execution or
	// a governance proposal.
	ErrNotAdmitted = errorsmod.Register(Codespace, 2, "message did not come through the free lane")
	// ErrSize is returned for a header or items of a wrong or too large size.
	ErrSize = errorsmod.Register(Codespace, 3, "wrong batch size")
	// ErrFormat is returned for a header that is not the fixed layout, or is of a kind
	// that the message does not carry.
	ErrFormat = errorsmod.Register(Codespace, 4, "malformed batch header")
	// ErrWrongChain is returned for a batch of another chain.
	ErrWrongChain = errorsmod.Register(Codespace, 5, "signed for another chain")
	// ErrExpired is returned for a batch that is not valid at this height, or for longer
	// than allowed.
	ErrExpired = errorsmod.Register(Codespace, 6, "batch not valid at this height")
	// ErrRelay is returned when no bonded signer has the lane, or it pays out to another
	// account than the message names.
	ErrRelay = errorsmod.Register(Codespace, 7, "not a bonded relay")
	// ErrNonce is returned for a nonce that is in use.
	ErrNonce = errorsmod.Register(Codespace, 8, "nonce in use")
	// ErrRelaySignature is returned when the header is not signed by the lane's key.
	ErrRelaySignature = errorsmod.Register(Codespace, 9, "wrong relay signature")
	// ErrDigest is returned when the items are not those of the header.
	ErrDigest = errorsmod.Register(Codespace, 10, "items are not those of the header")
	// ErrQuota is returned when the block has no room left for the relay or the lane.
	ErrQuota = errorsmod.Register(Codespace, 11, "no room left in the block")
	// ErrItem is returned for an item whose fault is the relay's: not the fixed layout,
	// or a wrong signature.
	ErrItem = errorsmod.Register(Codespace, 12, "bad item")
	// ErrNothing is returned for a batch of which no item would be accepted.
	ErrNothing = errorsmod.Register(Codespace, 13, "no item of the batch would be accepted")
	// ErrRate is returned by a node whose allowance for the relay is used up, or that
	// does not listen to it for a while. It decides nothing about a block.
	ErrRate = errorsmod.Register(Codespace, 17, "relay is over its rate")
)

// Errors of an accusation.
var (
	// ErrProver is returned for a prover that is no account.
	ErrProver = errorsmod.Register(Codespace, 14, "no such prover")
	// ErrProven is returned for a batch that was punished already.
	ErrProven = errorsmod.Register(Codespace, 15, "batch was punished already")
	// ErrNoFault is returned for an item in which nothing is wrong that a relay could
	// see, or of which it can no longer be told.
	ErrNoFault = errorsmod.Register(Codespace, 16, "no fault that a relay answers for")
)
