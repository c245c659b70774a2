package keeper_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/price/keeper"
	"github.com/hexwave/hexwave/chain/x/price/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

func TestFixedPrice(t *testing.T) {
	c := fixture.New(t)
	c.SetPrice(250_000_000)
	mint, value, err := c.Price.Price(c.Ctx)
	if mint != 250_000_000 || value != 250_000_000 || err != nil {
		t.Errorf("price %d, %d, %v", mint, value, err)
	}
	r, err := keeper.NewQueryServer(c.Price).Price(c.Ctx, &types.QueryPriceRequest{})
	if err != nil || r.MintPrice != mint || r.ValuePrice != value {
		t.Errorf("query gave %v, %v", r, err)
	}
}

func TestUpdateParamsRefuses(t *testing.T) {
	c := fixture.New(t)
	good := types.Params{Mode: types.MODE_FIXED, FixedPrice: 1}
	for _, tc := range []struct {
		name string
		msg  types.MsgUpdateParams
		want error
	}{
		{"not governance", types.MsgUpdateParams{Authority: fixture.Account(1).String(), Params: good}, types.ErrAuthority},
		{"price 0", types.MsgUpdateParams{Authority: fixture.Authority(), Params: types.Params{Mode: types.MODE_FIXED}}, types.ErrParams},
		{"no mode", types.MsgUpdateParams{Authority: fixture.Authority(), Params: types.Params{FixedPrice: 1}}, types.ErrParams},
	} {
		if _, err := c.PriceMsg.UpdateParams(c.Ctx, &tc.msg); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	c := fixture.New(t)
	c.SetPrice(77)
	g, err := c.Price.ExportGenesis(c.Ctx)
	c.Must(err)
	d := fixture.New(t)
	d.Must(d.Price.InitGenesis(d.Ctx, *g))
	again, err := d.Price.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" || g.Params.FixedPrice != 77 {
		t.Errorf("export, import, export: %s", diff)
	}
}
