package twin

import (
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/lane"
	price "github.com/hexwave/hexwave/chain/x/price/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// refusals are the errors of the modules by the names that the twin has for them.
var refusals = map[Refusal]error{
	NoFunds: sdkerrors.ErrInsufficientFunds,

	PriceMode: price.ErrMode, PriceFeeder: price.ErrFeeder, PriceRange: price.ErrPrice, PriceAuthority: price.ErrAuthority,

	CreditsAmount: credits.ErrAmount, CreditsNothing: credits.ErrNothing, CreditsMaxBurn: credits.ErrMaxBurn,
	CreditsMintCap: credits.ErrMintCap, CreditsPriceStale: credits.ErrPriceStale, CreditsReceiver: credits.ErrReceiver,
	CreditsOrder: credits.ErrOrder, CreditsOrders: credits.ErrOrders, CreditsNoOrder: credits.ErrNoOrder,
	CreditsBalance: credits.ErrBalance, CreditsEscrow: credits.ErrEscrow, CreditsOwner: credits.ErrOwner,
	CreditsWithdrawal: credits.ErrWithdrawal, CreditsEarly: credits.ErrEarly, CreditsTopUp: credits.ErrTopUp,

	RoutingOrg: routing.ErrOrg, RoutingOwner: routing.ErrOwner, RoutingOffer: routing.ErrOffer, RoutingCredits: routing.ErrCredits,
	RoutingClosed: routing.ErrClosed, RoutingInUse: routing.ErrInUse, RoutingJoinEUI: routing.ErrJoinEUI,
	RoutingNoJoinEUI: routing.ErrNoJoinEUI, RoutingBond: routing.ErrBond, RoutingSignerKey: routing.ErrSignerKey,
	RoutingAllowance: routing.ErrAllowance, RoutingSigner: routing.ErrSigner, RoutingRevoked: routing.ErrRevoked,
	RoutingHeld: routing.ErrHeld,

	HotspotUnknown: hotspot.ErrUnknown, HotspotOwner: hotspot.ErrOwner, HotspotRetired: hotspot.ErrRetired,
	HotspotWrongOwner: hotspot.ErrWrongOwner, HotspotExpired: hotspot.ErrExpired, HotspotKeyUsed: hotspot.ErrKeyUsed,
	HotspotAnchorUsed: hotspot.ErrAnchorUsed, HotspotSelf: hotspot.ErrSelf, HotspotNoOffer: hotspot.ErrNoOffer,
	HotspotNotOffered: hotspot.ErrNotOffered, HotspotOfferExpired: hotspot.ErrOfferExpired,
	HotspotOfferChanged: hotspot.ErrOfferChanged, HotspotPayout: hotspot.ErrPayout, HotspotAuthority: hotspot.ErrAuthority,

	RewardsMoving: rewards.ErrMoving, RewardsRetired: rewards.ErrRetired, RewardsTooMany: rewards.ErrTooMany,

	SettlementItems: settlement.ErrItems, SettlementEvidence: settlement.ErrEvidence, SettlementNoFault: settlement.ErrNoFault,
	SettlementNoBond: settlement.ErrNoBond,

	LaneRelay: lane.ErrRelay, LaneProven: lane.ErrProven, LaneNoFault: lane.ErrNoFault,
}
