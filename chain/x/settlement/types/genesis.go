package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/wire"
)

// DefaultParams are the launch values: of the base 1 % goes to the router, 3 %
// to the cell, 1 % stays burned and 95 % go to the hotspot; an item burns 10 DC
// and moves at least 1,000.
func DefaultParams() Params {
	return Params{
		RouterBps: 100, DemandBps: 300, BurnBps: 100,
		ItemFee: 10, MinStep: 1_000, MaxItems: 1_000,
		LaneBytesPerBlock: 256 << 10, RelayBytesPerBlock: 64 << 10, BadBatchSpark: 1_000_000_000,
		OpenBlocks: 1_200, DutySeconds: 7_200, ShortfallBps: 100, ShortfallMin: 1_000,
	}
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
	if p.RelayBytesPerBlock < wire.VoucherSize || p.LaneBytesPerBlock < p.RelayBytesPerBlock || p.LaneBytesPerBlock > 1<<20 {
		return errorsmod.Wrapf(ErrParams, "%d bytes a block, %d of a relay", p.LaneBytesPerBlock, p.RelayBytesPerBlock)
	}
	if p.OpenBlocks > 100_000 || p.DutySeconds > 31_536_000 || p.ShortfallBps > 10_000 || p.BadBatchSpark > 1<<60 {
		return errorsmod.Wrapf(ErrParams, "%d blocks open, duty of %d s, shortfall of %d bps, bad batch %d",
			p.OpenBlocks, p.DutySeconds, p.ShortfallBps, p.BadBatchSpark)
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
	if err := g.validateClaims(); err != nil {
		return err
	}
	t := g.Totals
	if t.Hotspots+t.Routers+t.Demand+t.Burned != t.Base || t.Compensated > t.Bonds/2 {
		return errorsmod.Wrapf(ErrGenesis, "parts of the base, or of bonds: %+v", t)
	}
	return nil
}

// validateClaims checks that each lane's claims are those it counts.
func (g GenesisState) validateClaims() error {
	claimed := map[[3]uint32]uint64{}
	for _, c := range g.Claims {
		if c.Credits == 0 || c.Hotspot == 0 {
			return errorsmod.Wrapf(ErrGenesis, "claim of hotspot %d", c.Hotspot)
		}
		claimed[[3]uint32{c.Epoch, c.Org, c.Lane}] += c.Credits
	}
	for _, l := range g.Lanes {
		at := [3]uint32{l.Epoch, l.Org, l.Lane}
		// While claims are paid, those that are left are fewer than were counted.
		if claimed[at] > l.Claimed {
			return errorsmod.Wrapf(ErrGenesis, "claims of %d against lane %d of org %d, which counts %d", claimed[at], l.Lane, l.Org, l.Claimed)
		}
		delete(claimed, at)
	}
	if len(claimed) > 0 {
		return errorsmod.Wrapf(ErrGenesis, "claims against %d lanes that are not", len(claimed))
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
