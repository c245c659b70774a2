package twin

import (
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	distribution "github.com/cosmos/cosmos-sdk/x/distribution/types"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/chain/chaintest"
	creditskeeper "github.com/hexwave/hexwave/chain/x/credits/keeper"
	hotspotkeeper "github.com/hexwave/hexwave/chain/x/hotspot/keeper"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	pricekeeper "github.com/hexwave/hexwave/chain/x/price/keeper"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	routingkeeper "github.com/hexwave/hexwave/chain/x/routing/keeper"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlementkeeper "github.com/hexwave/hexwave/chain/x/settlement/keeper"
	"github.com/hexwave/hexwave/chain/x/step"
)

// perSequenceOnApp is how many operations a sequence on the application has.
const perSequenceOnApp = 80

// TestTwinOnTheApplication does the same to the modules as the application wires them,
// all its modules' work at the ends of blocks included, in branches of one new chain.
func TestTwinOnTheApplication(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{Accounts: []string{"treasury"}})
	run(t, perSequenceOnApp, func(rt *rapid.T) *world { return appWorld(rt, c) })
}

// application is what of a world is not the fixture's.
type application struct {
	c *chaintest.Chain
	// elsewhere is the spark that the model does not know, splits what the accounts had
	// that validators' and community's parts end in.
	elsewhere, splits uint64
}

// appWorld is the application in a block after its first.
func appWorld(rt *rapid.T, c *chaintest.Chain) *world {
	k := &c.App.Keepers
	f := &fixture.Chain{
		Ctx: c.Context().WithIsCheckTx(false), Codec: c.App.Encoding().Codec, Bank: k.Bank,
		Price: k.Price, Credits: k.Credits, Routing: k.Routing, Hotspot: k.Hotspot, Rewards: k.Rewards, Settlement: k.Settlement,
		PriceMsg: pricekeeper.NewMsgServer(k.Price), CreditsM: creditskeeper.NewMsgServer(k.Credits),
		RoutingM: routingkeeper.NewMsgServer(k.Routing), HotspotM: hotspotkeeper.NewMsgServer(k.Hotspot),
		RewardsM: rewardskeeper.NewMsgServer(k.Rewards), SettlementM: settlementkeeper.NewMsgServer(k.Settlement),
	}
	w := worldOf(rt, f)
	a := &application{c: c, elsewhere: f.Supply()}
	w.app = a
	a.splits = a.splitsOf(w)
	w.next = func(after time.Duration) []abci.Event { return a.next(w, after) }
	w.give = func(to Account, spark uint64) {
		if err := f.Bank.SendCoins(f.Ctx, c.Account("treasury").Address(), address(to), fixture.Coins(spark)); err != nil {
			rt.Fatal(err)
		}
		a.elsewhere -= spark
	}
	a.begin(w, time.Second)
	started, err := k.Rewards.EpochStart(f.Ctx)
	if err != nil {
		rt.Fatal(err)
	}
	totals, err := k.Rewards.Totals(f.Ctx)
	if err != nil {
		rt.Fatal(err)
	}
	w.e = New(Launch(), totals.Premine, uint64(f.Ctx.BlockHeight()), f.Ctx.BlockTime().UnixMilli())
	w.e.startMs, w.e.folding.to = started, 0
	return w
}

// splitsOf is what the accounts hold between which distribution moves the parts of
// validators and community.
func (a *application) splitsOf(w *world) uint64 {
	return w.Spark(fixture.FeeCollector()) + w.Spark(moduleAddress(distribution.ModuleName))
}

// next ends a block and begins another one. Proof of coverage has no randomness to work
// with here, and nothing else may fail.
func (a *application) next(w *world, after time.Duration) []abci.Event {
	ended, err := a.c.App.Modules().EndBlock(w.Ctx)
	if err != nil {
		w.rt.Fatal(err)
	}
	return append(ended.Events, a.begin(w, after)...)
}

func (a *application) begin(w *world, after time.Duration) []abci.Event {
	w.Ctx = w.Ctx.WithBlockHeight(w.Ctx.BlockHeight() + 1).WithBlockTime(w.Ctx.BlockTime().Add(after)).
		WithChainID(fixture.ChainID).WithEventManager(sdk.NewEventManager())
	begun, err := a.c.App.Modules().BeginBlock(w.Ctx)
	if err != nil {
		w.rt.Fatal(err)
	}
	var events sdk.Events
	for _, e := range begun.Events {
		events = append(events, sdk.Event(e))
	}
	failed, err := step.Failures(events)
	if err != nil {
		w.rt.Fatal(err)
	}
	for _, f := range failed {
		if f.Module != poc.ModuleName {
			w.rt.Fatalf("failed at height %d: %v", w.Ctx.BlockHeight(), f)
		}
	}
	return begun.Events
}

// onApp puts together what the application mixes: distribution takes the validators'
// part out of the fee collector in the next block.
func (a *application) onApp(w *world, got, want *View) {
	got.Supply -= a.elsewhere
	delete(got.HXW, Validators)
	delete(got.HXW, Community)
	if spark := a.splitsOf(w) - a.splits; spark > 0 {
		got.HXW[Community] = spark
	}
	if spark := want.HXW[Community] + want.HXW[Validators]; spark > 0 {
		want.HXW[Community] = spark
	}
	delete(want.HXW, Validators)
}
