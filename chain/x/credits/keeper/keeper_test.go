package keeper_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/credits/keeper"
	"github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// Acceptance scenarios 6 and 7 of the reference sheet.
func TestMint(t *testing.T) {
	for _, tc := range []struct {
		name               string
		price, have        uint64
		burn, credits, max uint64
		wantDC, wantBurned uint64
		err                error
	}{
		// 10e8 * 2.5e8 / 1e11 = 2,500,000.
		{"10 HXW at 2.50", 250_000_000, 10e8, 10e8, 0, 0, 2_500_000, 10e8, nil},
		// 399 * 2.5e8 / 1e11 = 0.9975.
		{"399 spark", 250_000_000, 399, 399, 0, 0, 0, 0, types.ErrNothing},
		{"400 spark", 250_000_000, 400, 400, 0, 0, 1, 400, nil},
		// 1 * 1e11 / 2.5e8 = 400.
		{"1 credit", 250_000_000, 400, 0, 1, 0, 1, 400, nil},
		// 3.5e6 * 1e11 / 2.7e7 = 12,962,962,962.96.
		{"3.5 million credits at 0.27", 27_000_000, 13e9, 0, 3_500_000, 12_962_962_963, 3_500_000, 12_962_962_963, nil},
		{"onboarding with location", 27_000_000, 17e9, 0, 4_500_000, 0, 4_500_000, 16_666_666_667, nil},
		{"above the bound", 27_000_000, 13e9, 0, 3_500_000, 12_962_962_962, 0, 0, types.ErrMaxBurn},
		{"neither", 27_000_000, 13e9, 0, 0, 0, 0, 0, types.ErrAmount},
		{"both", 27_000_000, 13e9, 1, 1, 0, 0, 0, types.ErrAmount},
		{"above the cap", 27_000_000, 1 << 62, 0, 500_000_001, 0, 0, 0, types.ErrMintCap},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := fixture.New(t)
			c.SetPrice(tc.price)
			who := fixture.Account(1)
			c.Give(who, tc.have)
			msg := &types.MsgMintCredits{Sender: who.String(), Burn: tc.burn, Credits: tc.credits, MaxBurn: tc.max}
			r, err := c.CreditsM.MintCredits(c.Ctx, msg)
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if err != nil {
				return
			}
			if r.Credits != tc.wantDC || r.Burned != tc.wantBurned {
				t.Errorf("%d credits for %d spark, want %d for %d", r.Credits, r.Burned, tc.wantDC, tc.wantBurned)
			}
			if got := c.Spark(who); got != tc.have-tc.wantBurned || c.Supply() != got {
				t.Errorf("%d spark left, supply %d", got, c.Supply())
			}
			b, err := c.Credits.Balance(c.Ctx, who)
			c.Must(err)
			if b != (types.Balance{Credits: tc.wantDC, Basis: tc.wantBurned}) {
				t.Errorf("balance %v", b)
			}
			c.Must(c.Credits.CheckInvariants(c.Ctx))
		})
	}
}

func TestFundOrg(t *testing.T) {
	c := fixture.New(t)
	owner, other := fixture.Account(1), fixture.Account(2)
	org := c.Org(owner, 0)
	own := c.Org(owner, 0)
	c.Buy(owner, 10)
	c.Buy(other, 10)
	fund := func(who uint32, org uint32, dc uint64) error {
		_, err := c.CreditsM.FundOrg(c.Ctx, &types.MsgFundOrg{Sender: fixture.Account(who).String(), Org: org, Credits: dc})
		return err
	}
	for _, tc := range []struct {
		name string
		who  uint32
		org  uint32
		dc   uint64
		want error
	}{
		{"another owner's org", 2, org, 1, types.ErrOwner},
		{"no org", 1, 99, 1, types.ErrOwner},
		{"more than there is", 1, org, 11, types.ErrBalance},
		{"nothing", 1, org, 0, types.ErrBalance},
		{"own", 1, org, 3, nil},
		{"other own", 1, own, 7, nil},
	} {
		if err := fund(tc.who, tc.org, tc.dc); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	// 10 DC at 0.27 USD cost ceil(1e12/2.7e7) = 37,038 spark; 3 of 10 take
	// floor(11,111.4), the last 7 the other 25,927.
	a, _ := c.Credits.Escrow(c.Ctx, org)
	b, _ := c.Credits.Escrow(c.Ctx, own)
	if a.Balance.Basis != 11_111 || b.Balance.Basis != 25_927 {
		t.Errorf("basis %d and %d", a.Balance.Basis, b.Balance.Basis)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

type failing struct{}

var errHook = errors.New("hook")

func (failing) AfterFunded(context.Context, uint32) error { return errHook }

func TestHookErrorUndoesFunding(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 0)
	c.Buy(owner, 10)
	c.Credits.SetHooks(failing{})
	_, err := c.CreditsM.FundOrg(c.Ctx, &types.MsgFundOrg{Sender: owner.String(), Org: org, Credits: 1})
	if !errors.Is(err, errHook) {
		t.Errorf("error %v", err)
	}
}

func TestReserveReleaseBurn(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 1_000)
	for _, step := range []struct {
		name string
		do   func() error
		want error
		free uint64
	}{
		{"reserve too much", func() error { return c.Credits.Reserve(c.Ctx, org, 1_001) }, types.ErrEscrow, 1_000},
		{"reserve", func() error { return c.Credits.Reserve(c.Ctx, org, 300) }, nil, 700},
		{"burn too much", func() error { _, err := c.Credits.BurnEscrow(c.Ctx, org, 301); return err }, types.ErrReserved, 700},
		{"burn", func() error { _, err := c.Credits.BurnEscrow(c.Ctx, org, 250); return err }, nil, 700},
		{"release too much", func() error { return c.Credits.Release(c.Ctx, org, 51) }, types.ErrReserved, 700},
		{"release", func() error { return c.Credits.Release(c.Ctx, org, 50) }, nil, 750},
	} {
		if err := step.do(); !errors.Is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.name, err, step.want)
		}
		e, err := c.Credits.Escrow(c.Ctx, org)
		c.Must(err)
		if e.Free() != step.free {
			t.Errorf("%s: %d free, want %d", step.name, e.Free(), step.free)
		}
		c.Must(c.Credits.CheckInvariants(c.Ctx))
	}
}

func TestGenesisGrantHasNoBasis(t *testing.T) {
	c := fixture.New(t)
	who := fixture.Account(9)
	g := types.DefaultGenesis()
	g.Balances = []types.AccountBalance{{Address: who.String(), Balance: types.Balance{Credits: 500}}}
	c.Must(c.Credits.InitGenesis(c.Ctx, *g))
	basis, err := c.Credits.BurnFee(c.Ctx, who, 200, "test")
	totals, terr := c.Rewards.Totals(c.Ctx)
	c.Must(terr)
	if basis != 0 || err != nil || totals.StayedBurned != 0 {
		t.Errorf("basis %d, burned %d, %v", basis, totals.StayedBurned, err)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
	if _, err := c.Credits.BurnFee(c.Ctx, who, 301, "test"); !errors.Is(err, types.ErrBalance) {
		t.Errorf("overdrawn: %v", err)
	}
}

func TestGenesisRefuses(t *testing.T) {
	a := fixture.Account(1).String()
	for name, change := range map[string]func(*types.GenesisState){
		"basis from nothing": func(g *types.GenesisState) {
			g.Balances = []types.AccountBalance{{Address: a, Balance: types.Balance{Credits: 1, Basis: 1}}}
		},
		"doubled account": func(g *types.GenesisState) {
			g.Balances = []types.AccountBalance{{Address: a}, {Address: a}}
		},
		"no address": func(g *types.GenesisState) { g.Balances = []types.AccountBalance{{Address: "x"}} },
		"over-reserved": func(g *types.GenesisState) {
			g.Escrows = []types.OrgEscrow{{Org: 1, Escrow: types.Escrow{Reserved: 1}}}
		},
		"minted more than held": func(g *types.GenesisState) { g.Totals.Minted = 1 },
	} {
		g := types.DefaultGenesis()
		change(g)
		if err := g.Validate(); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	c := fixture.New(t)
	org := c.Org(fixture.Account(1), 5_000_000)
	c.Must(c.Credits.Reserve(c.Ctx, org, 17))
	c.Buy(fixture.Account(2), 123)
	g, err := c.Credits.ExportGenesis(c.Ctx)
	c.Must(err)
	d := fixture.New(t)
	d.Must(d.Credits.InitGenesis(d.Ctx, *g))
	again, err := d.Credits.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Error(diff)
	}
}

func TestQuote(t *testing.T) {
	c := fixture.New(t)
	q := keeper.NewQueryServer(c.Credits)
	r, err := q.Quote(c.Ctx, &types.QueryQuoteRequest{Credits: 3_500_000})
	if err != nil || r.Burn != 12_962_962_963 || r.Price != 27_000_000 {
		t.Errorf("quote %v, %v", r, err)
	}
}

func TestUpdateParamsRefuses(t *testing.T) {
	c := fixture.New(t)
	_, err := c.CreditsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Account(1).String(), Params: types.DefaultParams()})
	if !errors.Is(err, types.ErrAuthority) {
		t.Errorf("not governance: %v", err)
	}
	_, err = c.CreditsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority()})
	if !errors.Is(err, types.ErrParams) {
		t.Errorf("mint cap 0: %v", err)
	}
}
