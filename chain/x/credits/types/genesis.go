package types

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DefaultParams allow minting of US$ 200,000 of credits an epoch, about five
// times what an epoch emits at launch, and warn an org at US$ 35. Below what the
// smallest item of settlement takes an org is suspended.
func DefaultParams() Params {
	return Params{
		MaxMintPerEpoch: 20_000_000_000, LowWater: 3_500_000, WithdrawSeconds: 7 * 86_400,
		AccountBps: 500, OrderEpochs: 10, MinOrder: 100_000_000, SuspendBelow: 1_010,
	}
}

// Validate returns ErrParams when nothing could ever be minted, or a bound is out of
// range.
func (p Params) Validate() error {
	switch {
	case p.MaxMintPerEpoch < 2 || p.MaxMintPerEpoch > 1<<60:
		return errorsmod.Wrapf(ErrParams, "mint cap of %d", p.MaxMintPerEpoch)
	case p.AccountBps == 0 || p.AccountBps > 10_000:
		return errorsmod.Wrapf(ErrParams, "part of an account %d, want 1 to 10000", p.AccountBps)
	case p.OrderEpochs == 0 || p.OrderEpochs > 365:
		return errorsmod.Wrapf(ErrParams, "orders wait for %d epochs, want 1 to 365", p.OrderEpochs)
	case p.MinOrder == 0 || p.WithdrawSeconds > 31_536_000 || p.SuspendBelow > 1<<60 || p.LowWater > 1<<60:
		return errorsmod.Wrapf(ErrParams, "order of %d, withdrawal of %d s, suspended below %d, low below %d",
			p.MinOrder, p.WithdrawSeconds, p.SuspendBelow, p.LowWater)
	}
	return nil
}

// Suspended tells whether an org with dc credits in escrow can pay for nothing.
func (p Params) Suspended(dc uint64) bool { return dc < p.SuspendBelow }

// DefaultGenesis returns the state of a new chain.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Held returns the sum of all balances and escrows, or ErrGenesis for a state
// with doubled or unreadable owners or with sums that do not fit.
func (g GenesisState) Held() (Balance, error) {
	var sum Balance
	var ok bool
	accounts := map[string]bool{}
	for _, b := range g.Balances {
		a, err := sdk.AccAddressFromBech32(b.Address)
		if err != nil || accounts[string(a)] {
			return sum, errorsmod.Wrapf(ErrGenesis, "balance of %q", b.Address)
		}
		accounts[string(a)] = true
		if sum, ok = sum.Add(b.Balance); !ok {
			return sum, errorsmod.Wrap(ErrGenesis, "sum of balances")
		}
	}
	orgs := map[uint32]bool{}
	for _, e := range g.Escrows {
		if orgs[e.Org] || e.Escrow.Reserved > e.Escrow.Balance.Credits {
			return sum, errorsmod.Wrapf(ErrGenesis, "escrow of org %d", e.Org)
		}
		orgs[e.Org] = true
		if sum, ok = sum.Add(e.Escrow.Balance); !ok {
			return sum, errorsmod.Wrap(ErrGenesis, "sum of escrows")
		}
	}
	for i, w := range g.Withdrawals {
		if w.Org == 0 || i > 0 && w.Org <= g.Withdrawals[i-1].Org {
			return sum, errorsmod.Wrapf(ErrGenesis, "withdrawal of org %d", w.Org)
		}
		if sum, ok = sum.Add(w.Balance); !ok {
			return sum, errorsmod.Wrap(ErrGenesis, "sum of withdrawals")
		}
	}
	return sum, nil
}

// Validate checks the state without a store: every spark of basis was burned
// once, and no fewer credits exist than were minted and not used.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	held, err := g.Held()
	if err != nil {
		return err
	}
	t := g.Totals
	if held.Basis+t.BasisUsed != t.BurnedSpark {
		return errorsmod.Wrapf(ErrGenesis, "basis held %d and used %d is not the %d burned", held.Basis, t.BasisUsed, t.BurnedSpark)
	}
	if held.Credits+t.Used+t.Fees < t.Minted {
		return errorsmod.Wrapf(ErrGenesis, "%d credits minted, fewer held and used", t.Minted)
	}
	if err := g.validateOrders(); err != nil {
		return err
	}
	return g.validateTopUps()
}

// validateOrders checks that deposits are those of the orders that wait.
func (g GenesisState) validateOrders() error {
	var deposits, last uint64
	for _, o := range g.Orders {
		if o.Number <= last || o.Number >= g.Totals.NextOrder || (o.Burn == 0) == (o.Credits == 0) || o.Deposit < o.Burn {
			return errorsmod.Wrapf(ErrGenesis, "order %d", o.Number)
		}
		if _, err := sdk.AccAddressFromBech32(o.Sender); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "order %d of %q", o.Number, o.Sender)
		}
		last, deposits = o.Number, deposits+o.Deposit
	}
	if deposits != g.Totals.Deposits || uint32(len(g.Orders)) != g.Totals.Orders {
		return errorsmod.Wrapf(ErrGenesis, "%d orders hold %d, the totals say %d and %d", len(g.Orders), deposits, g.Totals.Orders, g.Totals.Deposits)
	}
	for _, m := range g.AccountMints {
		if _, err := sdk.AccAddressFromBech32(m.Address); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "mints of %q", m.Address)
		}
	}
	for _, u := range g.Uses {
		if len(u.Used) > heldUses {
			return errorsmod.Wrapf(ErrGenesis, "use of org %d in %d epochs", u.Org, len(u.Used))
		}
	}
	return nil
}

// validateTopUps checks that what is due is set.
func (g GenesisState) validateTopUps() error {
	set := map[uint32]bool{}
	for _, u := range g.TopUps {
		if set[u.Org] || u.Org == 0 || u.Threshold == 0 || u.Threshold >= u.Target {
			return errorsmod.Wrapf(ErrGenesis, "top-up of org %d", u.Org)
		}
		set[u.Org] = true
	}
	for _, org := range g.Due {
		if !set[org] {
			return errorsmod.Wrapf(ErrGenesis, "top-up of org %d is due but not set", org)
		}
	}
	return nil
}
