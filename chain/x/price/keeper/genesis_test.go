package keeper_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/price/feed"
	"github.com/hexwave/hexwave/chain/x/price/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

func TestGenesisRoundTrip(t *testing.T) {
	c := fixture.New(t)
	c.SetPriceParams(with(types.MODE_FEEDERS, 1, 2))
	c.Must(submit(c, 1, 20_000_000))
	c.Must(submit(c, 2, 30_000_000))
	c.Block(time.Hour)
	c.Must(submit(c, 2, 30_000_000))
	g, err := c.Price.ExportGenesis(c.Ctx)
	c.Must(err)
	if len(g.Samples) != 2 || len(g.Quotes) != 2 || g.Latest.Time == 0 {
		t.Fatalf("exported %+v", g)
	}
	d := fixture.New(t)
	d.Ctx = d.Ctx.WithBlockTime(c.Ctx.BlockTime())
	d.Must(d.Price.InitGenesis(d.Ctx, *g))
	again, err := d.Price.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Errorf("export, import, export: %s", diff)
	}
	mint, value, err := c.Price.Price(c.Ctx)
	c.Must(err)
	prices(t, d, mint, value)
}

func TestGenesisRefuses(t *testing.T) {
	feeder := fixture.Account(1).String()
	good := types.GenesisState{
		Params:  types.DefaultParams(),
		Samples: []types.Sample{{Time: 1, Price: 5}, {Time: 2, Price: 6}},
		Latest:  types.Latest{Time: 2, Price: 6, Median: 6, Twap: 5, Since: 2},
		Quotes:  []types.FeederQuote{{Feeder: feeder, Quote: types.Quote{Price: 6, Time: 2}}},
	}
	c := fixture.New(t)
	c.Must(c.Price.InitGenesis(c.Ctx, good))
	for name, spoil := range map[string]func(*types.GenesisState){
		"price 0":                   func(g *types.GenesisState) { g.Samples[0].Price = 0 },
		"time 0":                    func(g *types.GenesisState) { g.Samples[0].Time = 0 },
		"samples out of order":      func(g *types.GenesisState) { g.Samples[0].Time = 2 },
		"too many samples":          func(g *types.GenesisState) { g.Samples = make([]types.Sample, feed.MaxSamples+1) },
		"a price without samples":   func(g *types.GenesisState) { g.Samples = nil },
		"samples without a price":   func(g *types.GenesisState) { g.Latest = types.Latest{} },
		"another newest price":      func(g *types.GenesisState) { g.Latest.Price = 7 },
		"no mean":                   func(g *types.GenesisState) { g.Latest.Twap = 0 },
		"clamp that begins later":   func(g *types.GenesisState) { g.Latest.Since = 3 },
		"quote of nobody":           func(g *types.GenesisState) { g.Quotes[0].Feeder = "nobody" },
		"quote of 0":                func(g *types.GenesisState) { g.Quotes[0].Quote.Price = 0 },
		"two quotes of one account": func(g *types.GenesisState) { g.Quotes = append(g.Quotes, g.Quotes[0]) },
	} {
		bad := good
		bad.Samples = append([]types.Sample(nil), good.Samples...)
		bad.Quotes = append([]types.FeederQuote(nil), good.Quotes...)
		spoil(&bad)
		if err := c.Price.InitGenesis(c.Ctx, bad); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("%s: %v, want ErrGenesis", name, err)
		}
	}
	if err := types.CheckRing(nil, types.Latest{Price: 1}); !errors.Is(err, types.ErrInvariant) {
		t.Errorf("a price without a sample: %v", err)
	}
}

func TestUpdateParamsRefuses(t *testing.T) {
	c := fixture.New(t)
	many := with(types.MODE_FEEDERS)
	for n := range uint32(types.MaxFeeders + 1) {
		many.Feeders = append(many.Feeders, fixture.Account(n).String())
	}
	if _, err := c.PriceMsg.UpdateParams(c.Ctx, &types.MsgUpdateParams{
		Authority: fixture.Account(1).String(), Params: types.DefaultParams(),
	}); !errors.Is(err, types.ErrAuthority) {
		t.Errorf("not governance: %v", err)
	}
	for name, spoil := range map[string]func(*types.Params){
		"no mode":                func(p *types.Params) { p.Mode = types.MODE_UNSPECIFIED },
		"unknown mode":           func(p *types.Params) { p.Mode = 9 },
		"fixed price 0":          func(p *types.Params) { p.FixedPrice = 0 },
		"lowest price 0":         func(p *types.Params) { p.MinPrice = 0 },
		"lowest over highest":    func(p *types.Params) { p.MinPrice = p.MaxPrice + 1 },
		"highest too high":       func(p *types.Params) { p.MaxPrice = 10_000_000_000_000_001 },
		"window too short":       func(p *types.Params) { p.WindowSeconds = 59 },
		"window too long":        func(p *types.Params) { p.WindowSeconds = 86_401 },
		"stale at once":          func(p *types.Params) { p.StaleSeconds = 9 },
		"stale too late":         func(p *types.Params) { p.StaleSeconds = 86_401 },
		"clamp too tight":        func(p *types.Params) { p.ClampBpsPerHour = 99 },
		"clamp too wide":         func(p *types.Params) { p.ClampBpsPerHour = 10_001 },
		"quotes too young":       func(p *types.Params) { p.FeederMaxAge = 9 },
		"quotes too old":         func(p *types.Params) { p.FeederMaxAge = 86_401 },
		"half of the power":      func(p *types.Params) { p.MinPowerBps = 5_000 },
		"more than all power":    func(p *types.Params) { p.MinPowerBps = 10_001 },
		"votes never":            func(p *types.Params) { p.VoteEveryBlocks = 0 },
		"votes too rare":         func(p *types.Params) { p.VoteEveryBlocks = 10_001 },
		"feeders without any":    func(p *types.Params) { p.Mode = types.MODE_FEEDERS },
		"too many feeders":       func(p *types.Params) { *p = many },
		"feeder without address": func(p *types.Params) { p.Feeders = []string{"nobody"} },
		"feeder twice": func(p *types.Params) {
			p.Feeders = []string{fixture.Account(1).String(), fixture.Account(1).String()}
		},
	} {
		p := types.DefaultParams()
		spoil(&p)
		if _, err := c.PriceMsg.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p}); !errors.Is(err, types.ErrParams) {
			t.Errorf("%s: %v, want ErrParams", name, err)
		}
	}
}
