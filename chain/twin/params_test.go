package twin

import (
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	price "github.com/hexwave/hexwave/chain/x/price/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// The modules' parameters for those of the model; what the model has not is as by
// default.

func (p PriceParams) real() price.Params {
	r := price.DefaultParams()
	if p.FromFeeders {
		r.Mode = price.MODE_FEEDERS
	}
	for _, a := range p.Feeders {
		r.Feeders = append(r.Feeders, name(a))
	}
	r.FixedPrice, r.WindowSeconds, r.StaleSeconds, r.ClampBpsPerHour = p.Fixed, p.Window, p.Stale, uint32(p.ClampBps)
	r.MinPrice, r.MaxPrice, r.FeederMaxAge = p.Min, p.Max, p.MaxAge
	return r
}

func (p CreditsParams) real() credits.Params {
	r := credits.DefaultParams()
	r.MaxMintPerEpoch, r.AccountBps, r.SuspendBelow = p.Cap, uint32(p.AccountBps), p.SuspendBelow
	r.WithdrawSeconds, r.OrderEpochs, r.MinOrder = p.WithdrawSeconds, p.OrderEpochs, p.MinOrder
	return r
}

func (p RoutingParams) real() routing.Params {
	r := routing.DefaultParams()
	r.FeeOrg, r.FeeJoinEui, r.MinBond, r.BondBps, r.UnbondSeconds = p.FeeOrg, p.FeeJoinEUI, p.MinBond, uint32(p.BondBps), p.UnbondSeconds
	return r
}

func (p HotspotParams) real() hotspot.Params {
	r := hotspot.DefaultParams()
	r.FeeFullLora, r.FeeDataLora, r.FeeWifi = p.FeeFull, p.FeeData, p.FeeWiFi
	r.FeeLocation, r.FeeLocationData = p.FeeLocation, p.FeeLocationData
	r.FeeTransfer, r.FeePayout, r.FeeRetire = p.FeeTransfer, p.FeePayout, p.FeeRetire
	return r
}

func (p RewardsParams) real() rewards.Params {
	r := rewards.DefaultParams()
	r.FoldBlocks, r.BaseShareBps = uint32(p.FoldBlocks), nil
	for _, share := range p.BaseShareBps {
		r.BaseShareBps = append(r.BaseShareBps, uint32(share))
	}
	r.EpochSeconds, r.InitialEmission, r.HalvingEpochs = p.EpochSeconds, p.InitialEmission, uint32(p.HalvingEpochs)
	r.ValidatorsBps, r.CommunityBps, r.EpochsPerYear = uint32(p.ValidatorsBps), uint32(p.CommunityBps), uint32(p.EpochsPerYear)
	r.MaxPointShareBps, r.MaxHotspotPermille = p.MaxPointShareBps, uint32(p.MaxHotspotPermille)
	r.LifetimeMultiplePermille, r.DemandFraction = uint32(p.LifetimeMultiplePermille), uint32(p.DemandFraction)
	r.ReemitCap, r.ReemitSmoothing, r.SweepCellsPerBlock = p.ReemitCap, uint32(p.ReemitSmoothing), uint32(p.SweepCells)
	r.RampBps, r.MaxSupply = uint32(p.RampBps), p.MaxSupply
	return r
}

func (p SettlementParams) real() settlement.Params {
	r := settlement.DefaultParams()
	r.RouterBps, r.DemandBps, r.BurnBps = uint32(p.RouterBps), uint32(p.DemandBps), uint32(p.BurnBps)
	r.ItemFee, r.MinStep, r.MaxItems, r.BadBatchSpark = p.ItemFee, p.MinStep, uint32(p.MaxItems), p.BadBatch
	r.OpenBlocks, r.DutySeconds = uint32(p.OpenBlocks), uint32(p.DutySeconds)
	r.ShortfallBps, r.ShortfallMin = uint32(p.ShortfallBps), p.ShortfallMin
	return r
}

// modules are those that can have HXW.
var modules = map[Account]string{
	Credits: credits.ModuleName, Routing: routing.ModuleName, Rewards: rewards.ModuleName,
}

const users = 6

func address(a Account) sdk.AccAddress {
	switch {
	case a == Validators:
		return fixture.FeeCollector()
	case a == Community:
		return fixture.CommunityPool()
	case a < 0:
		return moduleAddress(modules[a])
	}
	return fixture.Account(uint32(a))
}

// name is an account as messages have it, empty for nobody.
func name(a Account) string {
	if a == 0 {
		return ""
	}
	return address(a).String()
}

// holders are all that can have HXW.
func holders() []Account {
	all := []Account{Credits, Routing, Rewards, Validators, Community}
	for a := Account(1); a <= users; a++ {
		all = append(all, a)
	}
	return all
}

// accountOf is the account with an address text.
func (w *world) accountOf(text string) Account {
	if text == "" {
		return 0
	}
	if a, ok := w.names[text]; ok {
		return a
	}
	w.rt.Fatalf("an account that nobody has: %s", text)
	return 0
}

func (w *world) partsOf(all []hotspot.Payout) (parts []Part) {
	for _, p := range all {
		parts = append(parts, Part{w.accountOf(p.Account), uint64(p.Bps)})
	}
	return parts
}

func payouts(parts []Part) (all []hotspot.Payout) {
	for _, p := range parts {
		all = append(all, hotspot.Payout{Account: name(p.To), Bps: uint32(p.Bps)})
	}
	return slices.Clip(all)
}
