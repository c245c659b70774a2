package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/poc/reward"
)

// MaxBatchBlocks is how many blocks ahead a batch may be valid, and so for how
// long its nonce is kept.
const MaxBatchBlocks = 100

// DefaultParams are the launch values: of the base 1 % goes to the router, 3 %
// to the cell, 1 % stays burned and 95 % go to the hotspot; an item burns 10 DC
// and moves at least 1,000.
func DefaultParams() Params {
	return Params{RouterBps: 100, DemandBps: 300, BurnBps: 100, ItemFee: 10, MinStep: 1_000, MaxItems: 1_000}
}

// Fee returns what is kept back of the pay for carried data.
func (p Params) Fee() reward.Fee {
	return reward.Fee{Router: p.RouterBps, Demand: p.DemandBps, Burned: p.BurnBps}
}

// Validate returns ErrParams unless the parameters hold together. Without a
// burned part, of at least a fifth of the whole fee, buying from oneself would
// break even.
func (p Params) Validate() error {
	if !p.Fee().Valid() || p.BurnBps == 0 {
		return errorsmod.Wrapf(ErrParams, "router %d, demand %d and burned %d bps", p.RouterBps, p.DemandBps, p.BurnBps)
	}
	if p.ItemFee > 1_000_000 || p.MinStep < p.ItemFee || p.MinStep > 1_000_000_000 {
		return errorsmod.Wrapf(ErrParams, "item fee %d, step %d", p.ItemFee, p.MinStep)
	}
	if p.MaxItems == 0 || p.MaxItems > 1_000 {
		return errorsmod.Wrapf(ErrParams, "%d items, want 1 to 1000", p.MaxItems)
	}
	return nil
}

// Left returns the reserved DC that the lane may still settle or pay in fees.
func (l Lane) Left() uint64 { return reward.Sub(reward.Sub(l.Reserved, l.Settled), l.Fees) }

// DefaultGenesis returns the state of a new chain.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Validate checks the state without a store.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	for i, l := range g.Lanes {
		if l.Org == 0 || l.Lane == 0 || l.Reserved < l.Settled || l.Reserved-l.Settled < l.Fees {
			return errorsmod.Wrapf(ErrGenesis, "lane %d of org %d in epoch %d", l.Lane, l.Org, l.Epoch)
		}
		if i > 0 && !before(g.Lanes[i-1], l) {
			return errorsmod.Wrapf(ErrGenesis, "lane %d of org %d is out of order", l.Lane, l.Org)
		}
	}
	for _, s := range g.Settled {
		if s.Cum == 0 || s.Hotspot == 0 {
			return errorsmod.Wrapf(ErrGenesis, "settled row of hotspot %d", s.Hotspot)
		}
	}
	t := g.Totals
	if t.Hotspots+t.Routers+t.Demand+t.Burned != t.Base {
		return errorsmod.Wrapf(ErrGenesis, "parts of the base: %+v", t)
	}
	return nil
}

func before(a, b Lane) bool {
	if a.Epoch != b.Epoch {
		return a.Epoch < b.Epoch
	}
	if a.Org != b.Org {
		return a.Org < b.Org
	}
	return a.Lane < b.Lane
}
