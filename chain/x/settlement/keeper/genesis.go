package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
)

// InitGenesis stores g. What its lanes have left must be reserved in credits.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, g.Params); err != nil {
		return err
	}
	if err := k.totals.Set(ctx, g.Totals); err != nil {
		return err
	}
	if err := k.progress.Set(ctx, g.Progress); err != nil {
		return err
	}
	for _, l := range g.Lanes {
		if err := k.lanes.Set(ctx, key(l.Epoch, l.Org, l.Lane), l); err != nil {
			return err
		}
	}
	for _, s := range g.Settled {
		if err := k.settled.Set(ctx, key(s.Epoch, s.Org, s.Lane, s.Hotspot), s); err != nil {
			return err
		}
	}
	for _, c := range g.Claims {
		if err := k.claims.Set(ctx, key(c.Epoch, c.Org, c.Lane, c.Hotspot), c); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the state that InitGenesis would store. Marks of batches are
// left out: a batch sent twice finds its vouchers settled.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	g := &types.GenesisState{}
	var err error
	if g.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if g.Totals, err = k.Totals(ctx); err != nil {
		return nil, err
	}
	if g.Progress, err = orZero(k.progress.Get(ctx)); err != nil {
		return nil, err
	}
	err = k.lanes.Walk(ctx, nil, func(_ []byte, l types.Lane) (bool, error) {
		g.Lanes = append(g.Lanes, l)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.settled.Walk(ctx, nil, func(_ []byte, s types.Settled) (bool, error) {
		g.Settled = append(g.Settled, s)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.claims.Walk(ctx, nil, func(_ []byte, c types.Claim) (bool, error) {
		g.Claims = append(g.Claims, c)
		return false, nil
	})
	return g, err
}

// CheckInvariants returns ErrInvariant unless the stored state agrees with
// itself and what the lanes of each org have left is what credits has reserved
// for it.
func (k *Keeper) CheckInvariants(ctx context.Context) error {
	g, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := g.Validate(); err != nil {
		return errorsmod.Wrap(types.ErrInvariant, err.Error())
	}
	left := map[uint32]uint64{}
	for _, l := range g.Lanes {
		left[l.Org] += l.Left()
	}
	return k.credits.IterateEscrows(ctx, func(org uint32, e credits.Escrow) (bool, error) {
		if e.Reserved != left[org] {
			return true, errorsmod.Wrapf(types.ErrInvariant, "org %d has %d reserved, its lanes %d left", org, e.Reserved, left[org])
		}
		return false, nil
	})
}
