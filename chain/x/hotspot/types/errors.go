package types

import errorsmod "cosmossdk.io/errors"

// Errors of what a device signed (a registration, renewal or rotation), in the
// order in which they are found.
var (
	// ErrMalformed is returned for bytes that are not the layout of proto/wire.
	ErrMalformed = errorsmod.Register(ModuleName, 2, "malformed statement of the device")
	// ErrWrongChain is returned for a statement made for another chain.
	ErrWrongChain = errorsmod.Register(ModuleName, 3, "statement of the device is for another chain")
	// ErrWrongOwner is returned when the device consented to another owner.
	ErrWrongOwner = errorsmod.Register(ModuleName, 4, "statement of the device names another owner")
	// ErrExpired is returned after the statement's last height.
	ErrExpired = errorsmod.Register(ModuleName, 5, "statement of the device has expired")
	// ErrValidTooLong is returned for a statement that would stay valid for
	// longer than the parameters allow.
	ErrValidTooLong = errorsmod.Register(ModuleName, 6, "statement of the device is valid for too long")
	// ErrKeyPoint is returned for P-256 keys that are no point of the curve: nobody
	// can sign for them.
	ErrKeyPoint = errorsmod.Register(ModuleName, 7, "key is not a point of its curve")
	// ErrKeyUsed is returned for a key that any hotspot has or had.
	ErrKeyUsed = errorsmod.Register(ModuleName, 8, "key was registered before")
	// ErrAnchorUsed is returned for a hash-chain anchor that any hotspot has or
	// had.
	ErrAnchorUsed = errorsmod.Register(ModuleName, 9, "anchor was registered before")
	// ErrSignature is returned when the device did not sign.
	ErrSignature = errorsmod.Register(ModuleName, 10, "wrong signature")
)

// Errors of the location, in the order in which they are found.
var (
	// ErrUnknown is returned for a hotspot that does not exist.
	ErrUnknown = errorsmod.Register(ModuleName, 11, "unknown hotspot")
	// ErrOwner is returned when somebody else than its owner changes a hotspot.
	ErrOwner = errorsmod.Register(ModuleName, 12, "not the owner of the hotspot")
	// ErrLocation is returned for coordinates or a height out of range.
	ErrLocation = errorsmod.Register(ModuleName, 13, "location out of range")
	// ErrGain is returned for an antenna gain outside the parameters.
	ErrGain = errorsmod.Register(ModuleName, 14, "antenna gain out of range")
	// ErrCell is returned when the cell stated does not contain the point.
	ErrCell = errorsmod.Register(ModuleName, 15, "cell does not contain the point")
	// ErrRegion is returned where no channel plan is known for the place.
	ErrRegion = errorsmod.Register(ModuleName, 16, "no region is known for the place")
	// ErrCellFull is returned when the res-6 cell has all the hotspots it may.
	ErrCellFull = errorsmod.Register(ModuleName, 17, "cell is full")
)

// Errors of administration.
var (
	// ErrParams is returned for parameters that do not hold together.
	ErrParams = errorsmod.Register(ModuleName, 18, "invalid hotspot parameters")
	// ErrAuthority is returned when somebody else than governance changes them.
	ErrAuthority = errorsmod.Register(ModuleName, 19, "not the authority")
	// ErrGenesis is returned for a state that does not hold together.
	ErrGenesis = errorsmod.Register(ModuleName, 20, "invalid hotspot genesis")
	// ErrAddress is returned for text that is no account address.
	ErrAddress = errorsmod.Register(ModuleName, 21, "invalid address")
)

// Errors of a hotspot's later life.
var (
	// ErrRetired is returned for everything that a retired hotspot would do.
	ErrRetired = errorsmod.Register(ModuleName, 22, "hotspot has retired")
	// ErrSelf is returned for an offer to the owner.
	ErrSelf = errorsmod.Register(ModuleName, 23, "the hotspot is the account's own")
	// ErrNoOffer is returned when there is no offer to accept or cancel.
	ErrNoOffer = errorsmod.Register(ModuleName, 24, "hotspot is not offered")
	// ErrNotOffered is returned when the offer is to another account.
	ErrNotOffered = errorsmod.Register(ModuleName, 25, "hotspot is offered to another account")
	// ErrOfferExpired is returned after an offer's last height.
	ErrOfferExpired = errorsmod.Register(ModuleName, 26, "offer has expired")
	// ErrOfferChanged is returned when the hotspot is not what was offered.
	ErrOfferChanged = errorsmod.Register(ModuleName, 27, "hotspot has changed since it was offered")
	// ErrWrongHotspot is returned for a device's statement about another hotspot.
	ErrWrongHotspot = errorsmod.Register(ModuleName, 28, "statement of the device is for another hotspot")
	// ErrPayout is returned for parts of pay that do not hold together.
	ErrPayout = errorsmod.Register(ModuleName, 29, "invalid payout split")
	// ErrBan is returned for a ban that ends too late or has too long a reason, or none.
	ErrBan = errorsmod.Register(ModuleName, 30, "invalid ban")
)
