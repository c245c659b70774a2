package types

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/price/feed"
)

// DefaultGenesis returns the state of a new chain.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Validate checks the state without a store. Every price in it must be positive:
// a price of 0 would make work worth nothing.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	if err := CheckRing(g.Samples, g.Latest); err != nil {
		return errorsmod.Wrap(ErrGenesis, err.Error())
	}
	seen := map[string]bool{}
	for _, q := range g.Quotes {
		account, err := sdk.AccAddressFromBech32(q.Feeder)
		if err != nil {
			return errorsmod.Wrapf(ErrGenesis, "feeder %q: %s", q.Feeder, err)
		}
		if q.Quote.Price == 0 || seen[string(account)] {
			return errorsmod.Wrapf(ErrGenesis, "quote of %s", q.Feeder)
		}
		seen[string(account)] = true
	}
	return nil
}

// CheckRing returns ErrInvariant unless the samples rise in time, are positive and
// no more than a ring holds, and the newest of them is what latest tells.
func CheckRing(samples []Sample, latest Latest) error {
	if len(samples) > feed.MaxSamples {
		return errorsmod.Wrapf(ErrInvariant, "%d samples", len(samples))
	}
	for i, s := range samples {
		if s.Price == 0 || s.Time == 0 || i > 0 && samples[i-1].Time >= s.Time {
			return errorsmod.Wrapf(ErrInvariant, "sample %d: price %d at %d", i, s.Price, s.Time)
		}
	}
	if len(samples) == 0 {
		if latest != (Latest{}) {
			return errorsmod.Wrap(ErrInvariant, "a price without a sample")
		}
		return nil
	}
	newest := samples[len(samples)-1]
	if latest.Time != newest.Time || latest.Price != newest.Price {
		return errorsmod.Wrapf(ErrInvariant, "latest is %d at %d, the newest sample %d at %d",
			latest.Price, latest.Time, newest.Price, newest.Time)
	}
	if latest.Median == 0 || latest.Twap == 0 || latest.Since > latest.Time {
		return errorsmod.Wrapf(ErrInvariant, "median %d, TWAP %d, clamp since %d", latest.Median, latest.Twap, latest.Since)
	}
	return nil
}
