package twin

const (
	hxw = 100_000_000 // spark
	day = 86_400      // seconds
)

// Launch returns the parameters that the network starts with.
func Launch() Params {
	return Params{
		Price: PriceParams{
			Fixed: 27_000_000, Window: 3_600, Stale: 600, ClampBps: 1_000, Min: 10_000, Max: 10_000_000_000_000, MaxAge: 3_600,
		},
		Credits: CreditsParams{
			Cap: 20_000_000_000, AccountBps: 500, SuspendBelow: 1_010, WithdrawSeconds: 7 * day, OrderEpochs: 10, MinOrder: hxw,
		},
		Routing: RoutingParams{
			FeeOrg: 10_000_000, FeeJoinEUI: 1_000_000, MinBond: 1_000 * hxw, BondBps: 1_250, UnbondSeconds: 7 * day,
		},
		Hotspot: HotspotParams{
			FeeFull: 4_000_000, FeeData: 50_000, FeeWiFi: 50_000, FeeLocation: 500_000, FeeLocationData: 50_000, FeeTransfer: 10_000,
		},
		Rewards: RewardsParams{
			EpochSeconds: day, InitialEmission: 16_438_356_164_383, HalvingEpochs: 730, ValidatorsBps: 600, CommunityBps: 700,
			BaseShareBps: []uint64{10_000, 7_500, 5_000, 2_500, 1_000}, EpochsPerYear: 365, MaxPointShareBps: 5_000,
			MaxHotspotPermille: 10, LifetimeMultiplePermille: 1_000, DemandFraction: 30, ReemitCap: 164_383_561_643,
			ReemitSmoothing: 7, SweepCells: 10, FoldBlocks: 128, RampBps: 1_000, MaxSupply: 240_000_000 * hxw,
		},
		Settlement: SettlementParams{
			RouterBps: 100, DemandBps: 300, BurnBps: 100, ItemFee: 10, MinStep: 1_000, MaxItems: 1_000, BadBatch: 10 * hxw,
			OpenBlocks: 1_200, DutySeconds: 7_200, ShortfallBps: 100, ShortfallMin: 1_000,
		},
	}
}
