package types

import errorsmod "cosmossdk.io/errors"

// Errors of orgs.
var (
	// ErrOrg is returned for an org that does not exist.
	ErrOrg = errorsmod.Register(ModuleName, 2, "unknown org")
	// ErrOwner is returned when somebody else than its owner changes an org.
	ErrOwner = errorsmod.Register(ModuleName, 3, "not the owner of the org")
	// ErrKey is returned for bytes that are no usable key.
	ErrKey = errorsmod.Register(ModuleName, 4, "invalid key")
	// ErrBundle is returned for a sequence that does not rise or a digest of the
	// wrong size.
	ErrBundle = errorsmod.Register(ModuleName, 5, "invalid bundle")
	// ErrOffer is returned for an offer of an org to its owner, and when the org is not
	// offered to who accepts it.
	ErrOffer = errorsmod.Register(ModuleName, 26, "org is not offered")
	// ErrCredits is returned when an org that has credits would get another owner.
	ErrCredits = errorsmod.Register(ModuleName, 27, "org has credits")
	// ErrClosed is returned for an org that was closed.
	ErrClosed = errorsmod.Register(ModuleName, 28, "org is closed")
	// ErrInUse is returned when an org that has JoinEUIs would be closed.
	ErrInUse = errorsmod.Register(ModuleName, 29, "org has JoinEUIs")
)

// Errors of addresses.
var (
	// ErrBlocks is returned for a number of blocks out of range.
	ErrBlocks = errorsmod.Register(ModuleName, 6, "number of DevAddr blocks out of range")
	// ErrDevAddrsGone is returned when the network has too few addresses left.
	ErrDevAddrsGone = errorsmod.Register(ModuleName, 7, "no DevAddrs left")
	// ErrNetID is returned for what is no NetID, or one that is not known or known already.
	ErrNetID = errorsmod.Register(ModuleName, 25, "invalid NetID")
	// ErrJoinEUI is returned when the org has the JoinEUI already.
	ErrJoinEUI = errorsmod.Register(ModuleName, 8, "JoinEUI already added")
	// ErrNoJoinEUI is returned for a JoinEUI that the org does not have.
	ErrNoJoinEUI = errorsmod.Register(ModuleName, 30, "JoinEUI not found")
	// ErrJoinEUIs is returned when the org has MaxJoinEUIs JoinEUIs.
	ErrJoinEUIs = errorsmod.Register(ModuleName, 31, "too many JoinEUIs")
	// ErrRanges is returned when the org has MaxRanges ranges of DevAddrs.
	ErrRanges = errorsmod.Register(ModuleName, 32, "too many ranges of DevAddrs")
)

// Errors of signers.
var (
	// ErrSignerKind is returned for a kind that is not in the list.
	ErrSignerKind = errorsmod.Register(ModuleName, 9, "unknown signer kind")
	// ErrBond is returned for a bond below the minimum.
	ErrBond = errorsmod.Register(ModuleName, 10, "bond too small")
	// ErrSignerKey is returned for a key that signs for some lane already.
	ErrSignerKey = errorsmod.Register(ModuleName, 11, "key is authorised already")
	// ErrLanes is returned when the org has MaxLanes lanes.
	ErrLanes = errorsmod.Register(ModuleName, 12, "too many lanes")
	// ErrAllowance is returned for an allowance of 0.
	ErrAllowance = errorsmod.Register(ModuleName, 13, "allowance is 0")
	// ErrRevoked is returned for a lane that was revoked.
	ErrRevoked = errorsmod.Register(ModuleName, 23, "lane is revoked")
	// ErrHeld is returned for a bond that is not free: the lane signs, or was revoked
	// lately.
	ErrHeld = errorsmod.Register(ModuleName, 24, "bond is held")
)

// Errors of Wi-Fi realms.
var (
	// ErrRealm is returned for text that is no DNS name in lower case.
	ErrRealm = errorsmod.Register(ModuleName, 18, "invalid realm")
	// ErrRealmTaken is returned for a realm that an org has already.
	ErrRealmTaken = errorsmod.Register(ModuleName, 19, "realm is taken")
	// ErrNoRealm is returned for a realm that the org does not have.
	ErrNoRealm = errorsmod.Register(ModuleName, 20, "realm not found")
	// ErrSigner is returned for a lane that the org has not.
	ErrSigner = errorsmod.Register(ModuleName, 22, "no such lane")
	// ErrRealms is returned when the org has MaxRealms realms.
	ErrRealms = errorsmod.Register(ModuleName, 21, "too many realms")
)

// Errors of administration.
var (
	// ErrParams is returned for parameters that do not hold together.
	ErrParams = errorsmod.Register(ModuleName, 14, "invalid routing parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 15, "not the authority")
	// ErrGenesis is returned for a state that does not hold together.
	ErrGenesis = errorsmod.Register(ModuleName, 16, "invalid routing genesis")
	// ErrTable is returned when the table of orgs is not what its orgs give.
	ErrTable = errorsmod.Register(ModuleName, 33, "table of orgs does not hold together")
	// ErrAddress is returned for text that is no account address.
	ErrAddress = errorsmod.Register(ModuleName, 17, "invalid address")
)
