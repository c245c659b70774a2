package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/price/types"
)

// InitGenesis stores g.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, g.Params); err != nil {
		return err
	}
	if len(g.Samples) > 0 {
		if err := k.ring.Set(ctx, types.Ring{Samples: g.Samples}); err != nil {
			return err
		}
		if err := k.latest.Set(ctx, g.Latest); err != nil {
			return err
		}
	}
	for _, q := range g.Quotes {
		account, err := sdk.AccAddressFromBech32(q.Feeder)
		if err != nil {
			return err
		}
		if err := k.quotes.Set(ctx, account, q.Quote); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the state that InitGenesis would store.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	ring, err := orZero(k.ring.Get(ctx))
	if err != nil {
		return nil, err
	}
	l, err := k.Latest(ctx)
	if err != nil {
		return nil, err
	}
	g := &types.GenesisState{Params: p, Samples: ring.Samples, Latest: l}
	err = k.quotes.Walk(ctx, nil, func(account []byte, q types.Quote) (bool, error) {
		g.Quotes = append(g.Quotes, types.FeederQuote{Feeder: sdk.AccAddress(account).String(), Quote: q})
		return false, nil
	})
	return g, err
}
