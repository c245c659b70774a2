package types

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DefaultParams allow minting of US$ 200,000 of credits an epoch, about five
// times what an epoch emits at launch, and warn an org at US$ 35.
func DefaultParams() Params {
	return Params{MaxMintPerEpoch: 20_000_000_000, LowWater: 3_500_000}
}

// Validate returns ErrParams when nothing could ever be minted.
func (p Params) Validate() error {
	if p.MaxMintPerEpoch == 0 {
		return errorsmod.Wrap(ErrParams, "mint cap is 0")
	}
	return nil
}

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
	return nil
}
