package twin

// Refusal says why an operation does nothing: the name of the error that the module
// has for it.
type Refusal string

// Error implements error.
func (r Refusal) Error() string { return string(r) }

// The refusals, by module.
const (
	NoFunds Refusal = "bank.ErrInsufficientFunds"

	PriceMode      Refusal = "price.ErrMode"
	PriceFeeder    Refusal = "price.ErrFeeder"
	PriceRange     Refusal = "price.ErrPrice"
	PriceAuthority Refusal = "price.ErrAuthority"

	CreditsAmount     Refusal = "credits.ErrAmount"
	CreditsNothing    Refusal = "credits.ErrNothing"
	CreditsMaxBurn    Refusal = "credits.ErrMaxBurn"
	CreditsMintCap    Refusal = "credits.ErrMintCap"
	CreditsPriceStale Refusal = "credits.ErrPriceStale"
	CreditsReceiver   Refusal = "credits.ErrReceiver"
	CreditsOrder      Refusal = "credits.ErrOrder"
	CreditsOrders     Refusal = "credits.ErrOrders"
	CreditsNoOrder    Refusal = "credits.ErrNoOrder"
	CreditsBalance    Refusal = "credits.ErrBalance"
	CreditsEscrow     Refusal = "credits.ErrEscrow"
	CreditsOwner      Refusal = "credits.ErrOwner"
	CreditsWithdrawal Refusal = "credits.ErrWithdrawal"
	CreditsEarly      Refusal = "credits.ErrEarly"
	CreditsTopUp      Refusal = "credits.ErrTopUp"

	RoutingOrg       Refusal = "routing.ErrOrg"
	RoutingOwner     Refusal = "routing.ErrOwner"
	RoutingOffer     Refusal = "routing.ErrOffer"
	RoutingCredits   Refusal = "routing.ErrCredits"
	RoutingClosed    Refusal = "routing.ErrClosed"
	RoutingInUse     Refusal = "routing.ErrInUse"
	RoutingJoinEUI   Refusal = "routing.ErrJoinEUI"
	RoutingNoJoinEUI Refusal = "routing.ErrNoJoinEUI"
	RoutingBond      Refusal = "routing.ErrBond"
	RoutingSignerKey Refusal = "routing.ErrSignerKey"
	RoutingAllowance Refusal = "routing.ErrAllowance"
	RoutingSigner    Refusal = "routing.ErrSigner"
	RoutingRevoked   Refusal = "routing.ErrRevoked"
	RoutingHeld      Refusal = "routing.ErrHeld"

	HotspotUnknown      Refusal = "hotspot.ErrUnknown"
	HotspotOwner        Refusal = "hotspot.ErrOwner"
	HotspotRetired      Refusal = "hotspot.ErrRetired"
	HotspotWrongOwner   Refusal = "hotspot.ErrWrongOwner"
	HotspotExpired      Refusal = "hotspot.ErrExpired"
	HotspotKeyUsed      Refusal = "hotspot.ErrKeyUsed"
	HotspotAnchorUsed   Refusal = "hotspot.ErrAnchorUsed"
	HotspotSelf         Refusal = "hotspot.ErrSelf"
	HotspotNoOffer      Refusal = "hotspot.ErrNoOffer"
	HotspotNotOffered   Refusal = "hotspot.ErrNotOffered"
	HotspotOfferExpired Refusal = "hotspot.ErrOfferExpired"
	HotspotOfferChanged Refusal = "hotspot.ErrOfferChanged"
	HotspotPayout       Refusal = "hotspot.ErrPayout"
	HotspotAuthority    Refusal = "hotspot.ErrAuthority"

	RewardsMoving  Refusal = "rewards.ErrMoving"
	RewardsRetired Refusal = "rewards.ErrRetired"
	RewardsTooMany Refusal = "rewards.ErrTooMany"

	SettlementItems    Refusal = "settlement.ErrItems"
	SettlementEvidence Refusal = "settlement.ErrEvidence"
	SettlementNoFault  Refusal = "settlement.ErrNoFault"
	SettlementNoBond   Refusal = "settlement.ErrNoBond"

	LaneRelay   Refusal = "lane.ErrRelay"
	LaneProven  Refusal = "lane.ErrProven"
	LaneNoFault Refusal = "lane.ErrNoFault"
)
