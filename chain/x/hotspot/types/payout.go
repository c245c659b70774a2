package types

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/poc/reward"
)

// MaxPayouts bounds the accounts that share a hotspot's pay; wholeBps is all of
// it.
const (
	MaxPayouts = 4
	wholeBps   = 10_000
)

// CheckPayout returns the parts with their accounts written the usual way, or
// ErrPayout unless there are none (all goes to the owner) or one to MaxPayouts
// different accounts with parts of at least 1 that sum to 10,000.
func CheckPayout(parts []Payout) ([]Payout, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	if len(parts) > MaxPayouts {
		return nil, errorsmod.Wrapf(ErrPayout, "%d accounts, at most %d", len(parts), MaxPayouts)
	}
	var sum uint64
	out := make([]Payout, 0, len(parts))
	for _, p := range parts {
		account, err := sdk.AccAddressFromBech32(p.Account)
		if err != nil {
			return nil, errorsmod.Wrapf(ErrPayout, "account %q: %v", p.Account, err)
		}
		if p.Bps == 0 || p.Bps > wholeBps {
			return nil, errorsmod.Wrapf(ErrPayout, "part of %d, want 1 to %d", p.Bps, wholeBps)
		}
		p.Account = account.String()
		for _, before := range out {
			if before.Account == p.Account {
				return nil, errorsmod.Wrapf(ErrPayout, "%s twice", p.Account)
			}
		}
		sum += uint64(p.Bps)
		out = append(out, p)
	}
	if sum != wholeBps {
		return nil, errorsmod.Wrapf(ErrPayout, "parts sum to %d, not %d", sum, wholeBps)
	}
	return out, nil
}

// SplitPay returns each part of spark, rounded down, and the dust that is left, which
// waits for the next time. Without parts all of it is dust.
func SplitPay(spark uint64, parts []Payout) (out []uint64, dust uint64) {
	out, dust = make([]uint64, len(parts)), spark
	for i, p := range parts {
		out[i] = reward.MulDiv(spark, uint64(p.Bps), wholeBps)
		dust -= out[i]
	}
	return out, dust
}
