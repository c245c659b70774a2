package twin

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// opParams changes the parameters of one module.
func (w *world) opParams() {
	p := w.e.Params
	switch w.n("module", 0, 5) {
	case 0:
		w.drawCredits(&p.Credits)
	case 1:
		p.Routing.FeeOrg = pick[uint64](w, "org", 10_000_000, 0)
		p.Routing.MinBond = pick[uint64](w, "bond", 1_000*hxw, hxw)
		p.Routing.BondBps = pick[uint64](w, "bond bps", 1_250, 0, 10_000)
		p.Routing.UnbondSeconds = pick[uint64](w, "unbond", 7*day, 3*day)
	case 2:
		p.Hotspot.FeePayout = pick[uint64](w, "payout", 0, 1_000)
		p.Hotspot.FeeRetire = pick[uint64](w, "retire", 0, 500)
		p.Hotspot.FeeFull = pick[uint64](w, "full", 4_000_000, 0, 1_000)
	case 3:
		w.drawSettlement(&p.Settlement)
	case 4:
		w.drawRewards(&p.Rewards)
	case 5:
		w.setPrice(p.Price, name(2)) // who is not governance
		return
	}
	w.setParams(p)
}

func (w *world) drawCredits(p *CreditsParams) {
	p.Cap = pick[uint64](w, "cap", 20_000_000_000, 20_000_000_000, 200_000_000, 30_000_000, 2)
	p.AccountBps = pick[uint64](w, "account", 500, 5_000, 10_000)
	p.SuspendBelow = pick[uint64](w, "suspend", 1_010, 0, 1_000_000)
	p.WithdrawSeconds = pick[uint64](w, "withdraw", 7*day, 3_600, 0)
	p.OrderEpochs = pick[uint32](w, "epochs", 10, 2)
	p.MinOrder = pick[uint64](w, "order", hxw, 1)
}

func (w *world) drawSettlement(p *SettlementParams) {
	parts := pick(w, "parts", [3]uint64{100, 300, 100}, [3]uint64{0, 0, 1}, [3]uint64{500, 1_000, 400}, [3]uint64{333, 333, 333})
	p.RouterBps, p.DemandBps, p.BurnBps = parts[0], parts[1], parts[2]
	p.ItemFee = pick[uint64](w, "fee", 10, 0, 999)
	p.MinStep = pick[uint64](w, "step", 1_000, 999, 5_000)
	p.MaxItems = pick(w, "items", 1_000, 1_000, 1_000, 2)
	p.BadBatch = pick[uint64](w, "bad batch", 10*hxw, 0, 600*hxw)
	p.OpenBlocks = pick[uint64](w, "open", 0, 0, 4)
	p.DutySeconds = pick[uint64](w, "duty", 7_200, 0)
	p.ShortfallBps = pick[uint64](w, "shortfall", 100, 0, 9_000)
	p.ShortfallMin = pick[uint64](w, "least", 1_000, 0)
}

func (w *world) drawRewards(p *RewardsParams) {
	p.InitialEmission = pick[uint64](w, "emission", 16_438_356_164_383, 30_000_000_000, 1_000_003, 0)
	p.HalvingEpochs = pick[uint64](w, "halving", 730, 5)
	p.ValidatorsBps, p.CommunityBps = pick[uint64](w, "validators", 600, 0, 3_333), pick[uint64](w, "community", 700, 1)
	p.EpochsPerYear = pick[uint64](w, "year", 365, 6)
	p.MaxPointShareBps = pick[uint64](w, "share", 5_000, 0, 15_000)
	p.MaxHotspotPermille = pick[uint64](w, "hotspot", 10, 0, 400)
	p.LifetimeMultiplePermille = pick[uint64](w, "life", 1_000, 2_500, 1)
	p.DemandFraction = pick[uint64](w, "fraction", 30, 1, 4)
	p.ReemitCap = pick[uint64](w, "reemit", 164_383_561_643, 1_000_000_000, 0)
	p.ReemitSmoothing = pick[uint64](w, "smoothing", 7, 1, 0)
	p.SweepCells = pick[uint64](w, "cells", 10, 1, 2)
	p.FoldBlocks = pick[uint64](w, "fold", 1, 1, 2, 5)
	p.RampBps = pick[uint64](w, "ramp", 1_000, 10_000, 0, 3_333)
	p.MaxSupply = pick[uint64](w, "supply", 240_000_000*hxw, 100_000_000_000_000)
}

// setParams sets the parameters of all modules but price.
func (w *world) setParams(p Params) {
	gov := fixture.Authority()
	w.do("params", func(ctx sdk.Context) error {
		if _, err := w.CreditsM.UpdateParams(ctx, &credits.MsgUpdateParams{Authority: gov, Params: p.Credits.real()}); err != nil {
			return err
		}
		if _, err := w.RoutingM.UpdateParams(ctx, &routing.MsgUpdateParams{Authority: gov, Params: p.Routing.real()}); err != nil {
			return err
		}
		if _, err := w.HotspotM.UpdateParams(ctx, &hotspot.MsgUpdateParams{Authority: gov, Params: p.Hotspot.real()}); err != nil {
			return err
		}
		if _, err := w.SettlementM.UpdateParams(ctx, &settlement.MsgUpdateParams{Authority: gov, Params: p.Settlement.real()}); err != nil {
			return err
		}
		_, err := w.RewardsM.UpdateParams(ctx, &rewards.MsgUpdateParams{Authority: gov, Params: p.Rewards.real()})
		return err
	}, func(e *Economy) error {
		e.Params = p
		return nil
	})
}
