package keeper_test

import (
	"errors"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/credits/keeper"
	"github.com/hexwave/hexwave/chain/x/credits/types"
	price "github.com/hexwave/hexwave/chain/x/price/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// small is a chain that mints 2,000 credits an epoch, 1,000 of them for anybody and 600
// for one account, at 1,000 spark each.
func small(t *testing.T) *fixture.Chain {
	t.Helper()
	c := fixture.New(t)
	c.SetPrice(100_000_000)
	c.WithoutFees()
	setParams(c, func(p *types.Params) {
		p.MaxMintPerEpoch, p.AccountBps, p.MinOrder, p.OrderEpochs = 2_000, 6_000, 1_000, 3
	})
	return c
}

// freeOrg is an org that cost nothing.
func freeOrg(c *fixture.Chain, owner sdk.AccAddress) uint32 {
	_, key := fixture.Key(1 << 20)
	r, err := c.RoutingM.CreateOrg(c.Ctx, &routing.MsgCreateOrg{Owner: owner.String(), BundleKey: key.Bytes()})
	c.Must(err)
	return r.Org
}

// orders lists the numbers that wait.
func orders(c *fixture.Chain) []uint64 {
	r, err := keeper.NewQueryServer(c.Credits).Orders(c.Ctx, &types.QueryOrdersRequest{})
	c.Must(err)
	var all []uint64
	for _, o := range r.Orders {
		all = append(all, o.Number)
	}
	return all
}

// serve begins blocks until orders were served once.
func serve(c *fixture.Chain) {
	for range 10 {
		c.Block(0)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

// A mint that has no room waits, is served as far as an epoch allows, and its rest is paid
// back in the end.
func TestOrderWaitsForRoom(t *testing.T) {
	c := small(t)
	a := fixture.Account(1)
	c.Give(a, 2_000_500)
	r, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: a.String(), Burn: 2_000_500, Wait: true})
	if err != nil || r.Order == 0 || r.Credits != 0 || c.Spark(a) != 0 {
		t.Fatalf("%v, %v, %d left", r, err, c.Spark(a))
	}
	have := func() uint64 { b, _ := c.Credits.Balance(c.Ctx, a); return b.Credits }
	serve(c)
	if have() != 600 {
		t.Errorf("in the first epoch %d", have())
	}
	serve(c)
	if have() != 600 || len(orders(c)) != 1 {
		t.Errorf("still in the first %d", have())
	}
	c.NextEpoch()
	serve(c)
	c.NextEpoch()
	serve(c)
	if have() != 1_800 {
		t.Errorf("in the third epoch %d", have())
	}
	c.NextEpoch() // three epochs have gone by
	serve(c)
	if have() != 1_800 || len(orders(c)) != 0 || c.Spark(a) != 200_500 {
		t.Errorf("in the end %d credits, %d spark back", have(), c.Spark(a))
	}
}

// First come, first served; who has had its part lets others pass.
func TestOrdersAreServedInTurn(t *testing.T) {
	c := small(t)
	a, b, d := fixture.Account(1), fixture.Account(2), fixture.Account(3)
	for _, who := range []sdk.AccAddress{a, b, d} {
		c.Give(who, 700_000)
		_, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: who.String(), Credits: 700, MaxBurn: 700_000, Wait: true})
		c.Must(err)
	}
	serve(c)
	have := func(who sdk.AccAddress) uint64 { b, _ := c.Credits.Balance(c.Ctx, who); return b.Credits }
	if have(a) != 600 || have(b) != 400 || have(d) != 0 {
		t.Errorf("%d, %d and %d of 1,000", have(a), have(b), have(d))
	}
	c.NextEpoch()
	serve(c)
	serve(c)
	// The third has waited longest by now, then the rests of the others.
	if have(a)+have(b)+have(d) != 2_000 || have(d) != 600 {
		t.Errorf("%d, %d and %d of 2,000", have(a), have(b), have(d))
	}
}

// An order that got dearer than its bound ends, with all of its deposit.
func TestOrderKeepsItsBound(t *testing.T) {
	c := small(t)
	a := fixture.Account(1)
	c.Give(a, 700_000)
	_, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: a.String(), Credits: 700, MaxBurn: 700_000, Wait: true})
	c.Must(err)
	c.SetPrice(99_999_999)
	serve(c)
	if c.Spark(a) != 700_000 || len(orders(c)) != 0 {
		t.Errorf("%d spark back, %v wait", c.Spark(a), orders(c))
	}
}

// Credits stay with who paid for them: an order for an org that was handed on is paid
// back to who gave it.
func TestOrderEndsWithItsOwner(t *testing.T) {
	c := small(t)
	seller, buyer := fixture.Account(1), fixture.Account(2)
	org := freeOrg(c, seller)
	c.Give(seller, 900_000)
	r, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: seller.String(), Org: org, Burn: 900_000, Wait: true})
	if err != nil || r.Order == 0 {
		t.Fatalf("%v, %v", r, err)
	}
	_, err = c.RoutingM.OfferOrg(c.Ctx, &routing.MsgOfferOrg{Owner: seller.String(), Org: org, To: buyer.String()})
	c.Must(err)
	_, err = c.RoutingM.AcceptOrg(c.Ctx, &routing.MsgAcceptOrg{To: buyer.String(), Org: org})
	c.Must(err)
	serve(c)
	e, err := c.Credits.Escrow(c.Ctx, org)
	c.Must(err)
	if e.Balance.Credits != 0 || c.Spark(seller) != 900_000 || len(orders(c)) != 0 {
		t.Errorf("%v in escrow, %d spark back, orders %v", e, c.Spark(seller), orders(c))
	}
}

func TestOrderRefusals(t *testing.T) {
	c := small(t)
	a := fixture.Account(1)
	c.Give(a, 1e9)
	mint := func(m types.MsgMintCredits) error {
		m.Sender, m.Wait = a.String(), true
		return try(c, func() error { _, err := c.CreditsM.MintCredits(c.Ctx, &m); return err })
	}
	for name, tc := range map[string]struct {
		m    types.MsgMintCredits
		want error
	}{
		"nothing":        {types.MsgMintCredits{}, types.ErrAmount},
		"both":           {types.MsgMintCredits{Burn: 1, Credits: 1}, types.ErrAmount},
		"no bound":       {types.MsgMintCredits{Credits: 700}, types.ErrOrder},
		"no such org":    {types.MsgMintCredits{Burn: 700_000, Org: 9}, types.ErrReceiver},
		"no account":     {types.MsgMintCredits{Burn: 700_000, To: "x"}, types.ErrAddress},
		"below one":      {types.MsgMintCredits{Burn: 999}, types.ErrNothing},
		"above its own":  {types.MsgMintCredits{Credits: 700, MaxBurn: 699_999}, types.ErrMaxBurn},
		"out of range":   {types.MsgMintCredits{Credits: 1<<64 - 1}, types.ErrMintCap},
		"all there is":   {types.MsgMintCredits{Burn: 1<<64 - 1}, nil},
		"more than held": {types.MsgMintCredits{Burn: 1e9 + 1}, nil},
	} {
		err := mint(tc.m)
		if tc.want != nil && !errors.Is(err, tc.want) || err == nil {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	org := freeOrg(c, a)
	if err := mint(types.MsgMintCredits{Burn: 700_000, Org: org, To: a.String()}); !errors.Is(err, types.ErrReceiver) {
		t.Errorf("account and org: %v", err)
	}
	gift := &types.MsgMintCredits{Sender: fixture.Account(2).String(), Burn: 700_000, Org: org, Wait: true}
	c.Give(fixture.Account(2), 700_000)
	if err := try(c, func() error { _, err := c.CreditsM.MintCredits(c.Ctx, gift); return err }); !errors.Is(err, types.ErrOwner) {
		t.Errorf("for another's org: %v", err)
	}
	for range 5 {
		c.Must(mint(types.MsgMintCredits{Burn: 700_000, Org: org}))
	}
	if err := mint(types.MsgMintCredits{Burn: 700_000}); !errors.Is(err, types.ErrOrders) {
		t.Errorf("a sixth: %v", err)
	}
	cancel := func(who sdk.AccAddress, n uint64) error {
		return try(c, func() error {
			_, err := c.CreditsM.CancelOrder(c.Ctx, &types.MsgCancelOrder{Sender: who.String(), Order: n})
			return err
		})
	}
	if err := cancel(fixture.Account(2), orders(c)[0]); !errors.Is(err, types.ErrNoOrder) {
		t.Errorf("another's: %v", err)
	}
	if err := cancel(a, 99); !errors.Is(err, types.ErrNoOrder) {
		t.Errorf("none: %v", err)
	}
	c.Must(cancel(a, orders(c)[0]))
	if len(orders(c)) != 4 || c.Spark(a) != 1e9-4*700_000 {
		t.Errorf("%v wait, %d spark", orders(c), c.Spark(a))
	}
	g, err := c.Credits.ExportGenesis(c.Ctx)
	c.Must(err)
	d := fixture.New(t)
	d.Give(a, 4*700_000)
	d.Must(d.Bank.SendCoinsFromAccountToModule(d.Ctx, a, types.ModuleName, fixture.Coins(4*700_000)))
	d.Must(d.Credits.InitGenesis(d.Ctx, *g))
	again, err := d.Credits.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Error(diff)
	}
	d.Must(d.Credits.CheckInvariants(d.Ctx))
}

// Acceptance scenario 14 of the reference sheet: with a price of 601 s ago nothing is
// minted, but what wants to wait, and settlement goes on.
func TestNothingIsBoughtWithoutAPrice(t *testing.T) {
	c := small(t)
	a, feeder := fixture.Account(1), fixture.Account(5)
	org := freeOrg(c, a)
	c.Buy(a, 100)
	_, err := c.CreditsM.FundOrg(c.Ctx, &types.MsgFundOrg{Sender: a.String(), Org: org, Credits: 100})
	c.Must(err)
	p := price.DefaultParams()
	p.Mode, p.Feeders = price.MODE_FEEDERS, []string{feeder.String()}
	c.SetPriceParams(p)
	submit := func() {
		_, err := c.PriceMsg.SubmitPrice(c.Ctx, &price.MsgSubmitPrice{Feeder: feeder.String(), Price: 100_000_000})
		c.Must(err)
	}
	submit()
	c.Block(601 * time.Second)
	c.Give(a, 300_000)
	if _, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: a.String(), Burn: 1_000}); !errors.Is(err, types.ErrPriceStale) {
		t.Errorf("by burn: %v", err)
	}
	if _, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: a.String(), Credits: 1}); !errors.Is(err, types.ErrPriceStale) {
		t.Errorf("by credits: %v", err)
	}
	r, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: a.String(), Burn: 200_000, Wait: true})
	if err != nil || r.Order == 0 || c.Spark(a) != 100_000 {
		t.Errorf("order %v, %v, %d left", r, err, c.Spark(a))
	}
	_, err = c.CreditsM.SetTopUp(c.Ctx, &types.MsgSetTopUp{Owner: a.String(), Org: org, Threshold: 101, Target: 150, MaxSpark: 1 << 40})
	c.Must(err)
	serve(c)
	use(c, org, 10)
	if e, _ := c.Credits.Escrow(c.Ctx, org); e.Balance.Credits != 90 || len(orders(c)) != 1 {
		t.Errorf("bought without a price: %v, %v wait", e, orders(c))
	}
	submit()
	serve(c)
	e, _ := c.Credits.Escrow(c.Ctx, org)
	if b, _ := c.Credits.Balance(c.Ctx, a); b.Credits != 200 || len(orders(c)) != 0 || e.Balance.Credits != 150 {
		t.Errorf("with a price: %v and %v, %v wait", b, e, orders(c))
	}
}
