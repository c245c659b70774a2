package keeper_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/price/keeper"
	"github.com/hexwave/hexwave/chain/x/price/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

// with returns the default parameters with a mode.
func with(mode types.Mode, feeders ...uint32) types.Params {
	p := types.DefaultParams()
	p.Mode = mode
	for _, n := range feeders {
		p.Feeders = append(p.Feeders, fixture.Account(n).String())
	}
	return p
}

// prices fails the test unless mint and value are these.
func prices(t *testing.T, c *fixture.Chain, mint, value uint64) {
	t.Helper()
	gotMint, gotValue, err := c.Price.Price(c.Ctx)
	if gotMint != mint || gotValue != value || err != nil {
		t.Errorf("mint %d, value %d, %v; want %d, %d", gotMint, gotValue, err, mint, value)
	}
}

// submit has a feeder submit a price.
func submit(c *fixture.Chain, n uint32, usd uint64) error {
	_, err := c.PriceMsg.SubmitPrice(c.Ctx, &types.MsgSubmitPrice{Feeder: fixture.Account(n).String(), Price: usd})
	return err
}

// vote has validators of these powers report these prices now, 0 for none.
func vote(c *fixture.Chain, powers, usd []uint64) {
	ballots := make([]keeper.Ballot, len(powers))
	for i := range powers {
		ballots[i] = keeper.Ballot{Power: powers[i], Price: usd[i], Time: uint64(c.Ctx.BlockTime().Unix())}
	}
	c.Must(c.Price.Vote(c.Ctx, ballots))
}

// events counts the events of a type so far.
func events(c *fixture.Chain, name string) int {
	n := 0
	for _, e := range c.Ctx.EventManager().Events() {
		if e.Type == "hexwave.price.v1."+name {
			n++
		}
	}
	return n
}

func TestFixedPrice(t *testing.T) {
	c := fixture.New(t)
	c.SetPrice(250_000_000)
	prices(t, c, 250_000_000, 250_000_000)
	c.Block(365 * 24 * time.Hour)
	if stale, err := c.Price.Stale(c.Ctx); stale || err != nil {
		t.Errorf("a fixed price is stale: %v, %v", stale, err)
	}
	r, err := keeper.NewQueryServer(c.Price).Price(c.Ctx, &types.QueryPriceRequest{})
	c.Must(err)
	want := &types.QueryPriceResponse{MintPrice: 250_000_000, ValuePrice: 250_000_000, Mode: types.MODE_FIXED}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

func TestFeedersMedian(t *testing.T) {
	c := fixture.New(t)
	p := with(types.MODE_FEEDERS, 1, 2, 3)
	p.MinPrice = 1
	c.SetPriceParams(p)
	prices(t, c, 0, 27_000_000)
	c.Must(submit(c, 1, 1))
	prices(t, c, 0, 27_000_000) // one of three
	if events(c, "EventPriceHeld") != 1 {
		t.Error("no event for a price that too few submitted")
	}
	c.Must(submit(c, 3, 9))
	prices(t, c, 1, 1)
	// In the same second nothing moves the price but the median is seen.
	c.Must(submit(c, 2, 2))
	l, err := c.Price.Latest(c.Ctx)
	c.Must(err)
	if l.Median != 2 || l.Reporters != 3 || l.PowerBps != 10_000 {
		t.Errorf("latest %+v", l)
	}
	c.Check()
}

func TestOldQuotesOfFeedersDoNotCount(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_FEEDERS, 1, 2, 3))
	c.Must(submit(c, 1, 20_000_000))
	c.Block(3_601 * time.Second)
	c.Must(submit(c, 2, 30_000_000))
	prices(t, c, 0, 27_000_000)
	c.Must(submit(c, 1, 20_000_000))
	prices(t, c, 20_000_000, 20_000_000)
}

func TestSubmitRefuses(t *testing.T) {
	c := fixture.New(t)
	if err := submit(c, 1, 27_000_000); !errors.Is(err, types.ErrMode) {
		t.Errorf("in fixed mode: %v", err)
	}
	c.SetPriceParams(with(types.MODE_FEEDERS, 1))
	for _, tc := range []struct {
		name string
		n    uint32
		usd  uint64
		want error
	}{
		{"not listed", 2, 27_000_000, types.ErrFeeder},
		{"too low", 1, 9_999, types.ErrPrice},
		{"too high", 1, 10_000_000_000_001, types.ErrPrice},
		{"nothing", 1, 0, types.ErrPrice},
	} {
		if err := submit(c, tc.n, tc.usd); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	if err := c.Price.Submit(c.Ctx, &types.MsgSubmitPrice{Feeder: "nobody", Price: 1}); !errors.Is(err, types.ErrFeeder) {
		t.Errorf("no address: %v", err)
	}
}

func TestVotesNeedPower(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_VOTES))
	vote(c, []uint64{333, 333, 334}, []uint64{250_000_000, 250_000_000, 0})
	prices(t, c, 0, 27_000_000)
	if events(c, "EventPriceHeld") != 1 || events(c, "EventPriceAccepted") != 0 {
		t.Error("66.6 % of the power is not held with an event")
	}
	vote(c, []uint64{334, 334, 332}, []uint64{250_000_000, 250_000_000, 0})
	prices(t, c, 250_000_000, 250_000_000)
	vote(c, nil, nil)
	prices(t, c, 250_000_000, 250_000_000)
}

func TestVotesThatDoNotCount(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_VOTES))
	at := uint64(c.Ctx.BlockTime().Unix())
	for name, b := range map[string]keeper.Ballot{
		"too low":         {Power: 1, Price: 9_999, Time: at},
		"too high":        {Power: 1, Price: 10_000_000_000_001, Time: at},
		"too old":         {Power: 1, Price: 27_000_000, Time: at - 601},
		"from the future": {Power: 1, Price: 27_000_000, Time: at + 601},
	} {
		c.Must(c.Price.Vote(c.Ctx, []keeper.Ballot{b}))
		if l, err := c.Price.Latest(c.Ctx); l.Time != 0 || err != nil {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	c.Must(c.Price.Vote(c.Ctx, []keeper.Ballot{{Power: 1, Price: 27_000_000, Time: at - 600}}))
	prices(t, c, 27_000_000, 27_000_000)
}

func TestClampOfAnHour(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_VOTES))
	vote(c, []uint64{1}, []uint64{250_000_000})
	c.Block(time.Hour)
	vote(c, []uint64{1}, []uint64{325_000_000})
	prices(t, c, 250_000_000, 275_000_000)
	l, err := c.Price.Latest(c.Ctx)
	c.Must(err)
	if l.Price != 275_000_000 || l.Median != 325_000_000 {
		t.Errorf("latest %+v", l)
	}
	clamped := false
	for _, e := range c.Ctx.EventManager().Events() {
		if a, ok := e.GetAttribute("clamped"); ok && a.Value == "true" {
			clamped = true
		}
	}
	if !clamped {
		t.Error("no event says that the price was clamped")
	}
	c.Block(time.Hour)
	vote(c, []uint64{1}, []uint64{27_500_000})
	// The price fell by 90 %: bought at what it fell to, paid out at what it was.
	prices(t, c, 27_500_000, 275_000_000)
	c.Check()
}

func TestStalePriceMintsNothingAndStillHasAValue(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_VOTES))
	vote(c, []uint64{1}, []uint64{250_000_000})
	who := fixture.Account(1)
	c.Give(who, 2_000_000_000)
	mint := func() error {
		_, err := c.CreditsM.MintCredits(c.Ctx, &creditstypes.MsgMintCredits{Sender: who.String(), Burn: 1_000_000_000})
		return err
	}
	c.Block(600 * time.Second)
	prices(t, c, 250_000_000, 250_000_000)
	c.Must(mint())
	c.Block(time.Second)
	prices(t, c, 0, 250_000_000)
	if stale, err := c.Price.Stale(c.Ctx); !stale || err != nil {
		t.Errorf("601 s old and stale is %v, %v", stale, err)
	}
	before := c.Spark(who)
	if err := mint(); err == nil || c.Spark(who) != before {
		t.Errorf("credits are sold at a stale price: %v, %d spark of %d", err, c.Spark(who), before)
	}
	vote(c, []uint64{1}, []uint64{250_000_000})
	prices(t, c, 250_000_000, 250_000_000)
}

// At 2.50 USD 250,000 DC are worth 100,000,000 spark, also when the price is old.
func TestSettlementPaysAtAStalePrice(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_VOTES))
	vote(c, []uint64{1}, []uint64{250_000_000})
	owner, host := fixture.Account(1), fixture.Account(3)
	org := c.Org(owner, 1_000_000)
	lane := c.Lane(owner, org, 50, 300_000, fixture.Account(2))
	hotspot := c.Register(10, host, wire.ClassFullLoRa)
	c.Locate(host, hotspot, fixture.Place(0))
	c.Block(time.Hour)
	prices(t, c, 0, 250_000_000)
	epoch := c.Rewards.CurrentEpoch(c.Ctx)
	if r := c.Settle(fixture.Voucher(50, org, lane, hotspot, epoch, 250_000, nil)); r.Settled != 1 {
		t.Fatalf("response %v", r)
	}
	totals, err := c.Settlement.Totals(c.Ctx)
	c.Must(err)
	if totals.Base != 100_000_000 || totals.Hotspots != 95_000_000 {
		t.Errorf("paid %+v", totals)
	}
	c.Check()
}

// Before any median the fixed price is what work is worth, and nothing is sold.
func TestSettlementPaysBeforeTheFirstPrice(t *testing.T) {
	c := fixture.New(t)
	c.SetPrice(250_000_000)
	owner := fixture.Account(1)
	org := c.Org(owner, 1_000_000)
	lane := c.Lane(owner, org, 50, 300_000, fixture.Account(2))
	hotspot := c.Register(10, fixture.Account(3), wire.ClassFullLoRa)
	c.Locate(fixture.Account(3), hotspot, fixture.Place(0))
	p := with(types.MODE_VOTES)
	p.FixedPrice = 250_000_000
	c.SetPriceParams(p)
	prices(t, c, 0, 250_000_000)
	epoch := c.Rewards.CurrentEpoch(c.Ctx)
	if r := c.Settle(fixture.Voucher(50, org, lane, hotspot, epoch, 250_000, nil)); r.Settled != 1 {
		t.Fatalf("response %v", r)
	}
	c.Check()
}

func TestChangeOfModeKeepsThePrice(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_VOTES))
	vote(c, []uint64{1}, []uint64{250_000_000})
	c.SetPrice(27_000_000)
	prices(t, c, 27_000_000, 27_000_000)
	c.Block(60 * time.Second)
	c.SetPriceParams(with(types.MODE_FEEDERS, 1))
	prices(t, c, 250_000_000, 250_000_000)
	c.Must(submit(c, 1, 900_000_000))
	if l, err := c.Price.Latest(c.Ctx); l.Price != 250_416_666 || err != nil {
		t.Errorf("after a minute %+v, %v", l, err)
	}
}

func TestWhoIsNoFeederAnyMoreIsForgotten(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_FEEDERS, 1, 2, 3))
	c.Must(submit(c, 1, 27_000_000))
	c.Must(submit(c, 2, 27_000_000))
	c.SetPriceParams(with(types.MODE_FEEDERS, 2, 4))
	g, err := c.Price.ExportGenesis(c.Ctx)
	c.Must(err)
	if len(g.Quotes) != 1 || g.Quotes[0].Feeder != fixture.Account(2).String() {
		t.Errorf("quotes %v", g.Quotes)
	}
}

func TestVoteDue(t *testing.T) {
	c := fixture.New(t)
	for _, tc := range []struct {
		mode   types.Mode
		height int64
		want   bool
	}{
		{types.MODE_VOTES, 20, true},
		{types.MODE_VOTES, 21, false},
		{types.MODE_VOTES, 0, false},
		{types.MODE_FIXED, 20, false},
	} {
		c.SetPriceParams(with(tc.mode))
		if got, err := c.Price.VoteDue(c.Ctx, tc.height); got != tc.want || err != nil {
			t.Errorf("%v at %d: %v, %v", tc.mode, tc.height, got, err)
		}
	}
}

func TestSamplesQuery(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_VOTES))
	start := uint64(c.Ctx.BlockTime().Unix())
	for range 3 {
		vote(c, []uint64{1}, []uint64{250_000_000})
		c.Block(30 * time.Minute)
	}
	q := keeper.NewQueryServer(c.Price)
	r, err := q.Samples(c.Ctx, &types.QuerySamplesRequest{})
	c.Must(err)
	want := []types.Sample{{Time: start, Price: 250_000_000}, {Time: start + 1_800, Price: 250_000_000}, {Time: start + 3_600, Price: 250_000_000}}
	if diff := cmp.Diff(want, r.Samples); diff != "" {
		t.Error(diff)
	}
	p, err := q.Params(c.Ctx, &types.QueryParamsRequest{})
	c.Must(err)
	if diff := cmp.Diff(with(types.MODE_VOTES), p.Params); diff != "" {
		t.Error(diff)
	}
	full, err := q.Price(c.Ctx, &types.QueryPriceRequest{})
	c.Must(err)
	if !full.Stale || full.MintPrice != 0 || full.ValuePrice != 250_000_000 || full.Latest.Reporters != 1 {
		t.Errorf("price %+v", full)
	}
}
