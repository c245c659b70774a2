package types

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/price/feed"
	"github.com/hexwave/hexwave/proto/wire"
)

// Limits of the parameters.
const (
	// MaxFeeders bounds the accounts that may be listed.
	MaxFeeders = 32
	// MaxVoteEvery bounds how rarely validators vote, in blocks.
	MaxVoteEvery = 10_000
	// MinWindow, MinAge and MaxAge bound lengths of time, in seconds.
	MinWindow = 60
	MinAge    = 10
	MaxAge    = 86_400
	// MinClampBps keeps the price from standing still for ever: 1 % an hour.
	MinClampBps = 100
	// MinPowerBps is more than half, so that no two medians of one height can both
	// have enough.
	MinPowerBps = 5_001
)

// DefaultParams fix HXW at 0.27 USD until there is a market to ask. The other
// numbers are those that a feed starts with.
func DefaultParams() Params {
	return Params{
		Mode: MODE_FIXED, FixedPrice: 27_000_000,
		WindowSeconds: 3_600, StaleSeconds: 600, ClampBpsPerHour: 1_000,
		MinPrice: 10_000, MaxPrice: 10_000_000_000_000,
		FeederMaxAge: 3_600, MinPowerBps: 6_667, VoteEveryBlocks: 10,
	}
}

// Validate returns ErrParams unless the mode is known and every number is in its
// range, whether the mode uses it or not: a change of mode must not meet numbers
// that nobody looked at.
func (p Params) Validate() error {
	if p.Mode != MODE_FIXED && p.Mode != MODE_FEEDERS && p.Mode != MODE_VOTES {
		return errorsmod.Wrapf(ErrParams, "mode %d", p.Mode)
	}
	if p.FixedPrice == 0 {
		return errorsmod.Wrap(ErrParams, "fixed price is 0")
	}
	if p.MinPrice == 0 || p.MinPrice > p.MaxPrice || p.MaxPrice > wire.MaxPrice {
		return errorsmod.Wrapf(ErrParams, "prices from %d to %d", p.MinPrice, p.MaxPrice)
	}
	for _, r := range []struct {
		name             string
		have, least, top uint64
	}{
		{"window_seconds", p.WindowSeconds, MinWindow, MaxAge},
		{"stale_seconds", p.StaleSeconds, MinAge, MaxAge},
		{"clamp_bps_per_hour", uint64(p.ClampBpsPerHour), MinClampBps, feed.Bps},
		{"feeder_max_age", p.FeederMaxAge, MinAge, MaxAge},
		{"min_power_bps", uint64(p.MinPowerBps), MinPowerBps, feed.Bps},
		{"vote_every_blocks", p.VoteEveryBlocks, 1, MaxVoteEvery},
	} {
		if r.have < r.least || r.have > r.top {
			return errorsmod.Wrapf(ErrParams, "%s is %d, not %d..%d", r.name, r.have, r.least, r.top)
		}
	}
	return p.validateFeeders()
}

func (p Params) validateFeeders() error {
	if len(p.Feeders) > MaxFeeders || p.Mode == MODE_FEEDERS && len(p.Feeders) == 0 {
		return errorsmod.Wrapf(ErrParams, "%d feeders", len(p.Feeders))
	}
	seen := make(map[string]bool, len(p.Feeders))
	for _, f := range p.Feeders {
		account, err := sdk.AccAddressFromBech32(f)
		if err != nil {
			return errorsmod.Wrapf(ErrParams, "feeder %q: %s", f, err)
		}
		// By bytes, because bech32 may be written in either case.
		if seen[string(account)] {
			return errorsmod.Wrapf(ErrParams, "feeder %s is listed twice", f)
		}
		seen[string(account)] = true
	}
	return nil
}

// Sane tells whether a price counts.
func (p Params) Sane(price uint64) bool { return price >= p.MinPrice && price <= p.MaxPrice }

// Rules are the numbers for taking a median.
func (p Params) Rules() feed.Rules {
	return feed.Rules{Window: p.WindowSeconds, ClampBps: uint64(p.ClampBpsPerHour)}
}
