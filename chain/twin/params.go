package twin

// Params are the numbers of governance, by module.
type Params struct {
	Price      PriceParams
	Credits    CreditsParams
	Routing    RoutingParams
	Hotspot    HotspotParams
	Rewards    RewardsParams
	Settlement SettlementParams
}

// PriceParams say where the price comes from: feeders, or else it is fixed.
type PriceParams struct {
	FromFeeders   bool
	Feeders       []Account
	Fixed         uint64 // 1e-8 US$
	Window, Stale uint64 // s
	ClampBps      uint64 // an hour
	Min, Max      uint64 // 1e-8 US$
	MaxAge        uint64 // s
}

// CreditsParams bound the buying of credits.
type CreditsParams struct {
	Cap             uint64 // DC an epoch
	AccountBps      uint64
	SuspendBelow    uint64 // DC
	WithdrawSeconds uint64
	OrderEpochs     uint32
	MinOrder        uint64 // spark
}

// RoutingParams are fees in DC, and what bonds are.
type RoutingParams struct {
	FeeOrg, FeeJoinEUI uint64
	MinBond            uint64 // spark
	BondBps            uint64
	UnbondSeconds      uint64
}

// HotspotParams are fees in DC.
type HotspotParams struct {
	FeeFull, FeeData, FeeWiFi    uint64
	FeeLocation, FeeLocationData uint64
	FeeTransfer, FeePayout       uint64
	FeeRetire                    uint64
}

// RewardsParams say what an epoch emits and how it is shared.
type RewardsParams struct {
	EpochSeconds             uint64
	InitialEmission          uint64 // spark
	HalvingEpochs            uint64
	ValidatorsBps            uint64
	CommunityBps             uint64
	BaseShareBps             []uint64 // by year
	EpochsPerYear            uint64
	MaxPointShareBps         uint64
	MaxHotspotPermille       uint64
	LifetimeMultiplePermille uint64
	DemandFraction           uint64
	ReemitCap                uint64 // spark
	ReemitSmoothing          uint64
	SweepCells               uint64 // a block
	FoldBlocks               uint64 // whose points are added together
	RampBps                  uint64
	MaxSupply                uint64 // spark
}

// SettlementParams say what carried data pays.
type SettlementParams struct {
	RouterBps, DemandBps, BurnBps uint64
	ItemFee, MinStep              uint64 // DC
	MaxItems                      int
	BadBatch                      uint64 // spark
	OpenBlocks                    uint64
	DutySeconds                   uint64
	ShortfallBps, ShortfallMin    uint64
}
