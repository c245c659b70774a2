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
	// ErrPriceStale is returned while nobody knows what HXW is worth.
	ErrPriceStale = errorsmod.Register(ModuleName, 14, "price is stale")
	// ErrReceiver is returned unless credits go to an account or to an org that is.
	ErrReceiver = errorsmod.Register(ModuleName, 15, "no such receiver")
	// ErrOrder is returned for an order that is too small, or without a bound to hold.
	ErrOrder = errorsmod.Register(ModuleName, 16, "order cannot wait")
	// ErrOrders is returned when too many orders wait, of the account or of all.
	ErrOrders = errorsmod.Register(ModuleName, 17, "too many orders wait")
	// ErrNoOrder is returned for an order that does not wait, or is another's.
	ErrNoOrder = errorsmod.Register(ModuleName, 18, "no such order")
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
	// ErrWithdrawal is returned when an org has none, or has one already.
	ErrWithdrawal = errorsmod.Register(ModuleName, 19, "withdrawal")
	// ErrEarly is returned for a withdrawal that is not ready.
	ErrEarly = errorsmod.Register(ModuleName, 20, "withdrawal is not ready")
	// ErrTopUp is returned for a top-up that could do nothing.
	ErrTopUp = errorsmod.Register(ModuleName, 21, "invalid top-up")
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
