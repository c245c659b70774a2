package types

import (
	errorsmod "cosmossdk.io/errors"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	// BlockSize is how many DevAddrs are assigned together.
	BlockSize = 8
	// MaxBlocks bounds one assignment.
	MaxBlocks = 1 << 16
	// MaxLanes bounds the signers of an org, and so the work that funding one or
	// listing one costs.
	MaxLanes = 64
	// MaxRanges bounds the ranges of an org, and so the work of reading them.
	MaxRanges = 1_024
	// MaxJoinEUIs bounds the JoinEUIs of an org.
	MaxJoinEUIs = 4_096
	// MaxRealms bounds the Wi-Fi realms of an org.
	MaxRealms = 64
	// minMinBond is 1 HXW: without any bond a fault costs nothing.
	minMinBond = 100_000_000
	// minUnbond and maxUnbond are three days, longer than vouchers of a lane's last
	// epoch settle, and a year, in seconds.
	minUnbond, maxUnbond = 3 * 86_400, 365 * 86_400
	// maxFee is 10 million US$: no sum of fees leaves 64 bits.
	maxFee = 1_000_000_000_000
)

// DefaultParams are the launch values of the parameter sheet. DevAddrs come from
// NetID 000001, which is free for experiments, until the LoRa Alliance assigns one.
// A JoinEUI and a realm cost 10 US$ each. A bond is worth three times what a lane has
// unsettled when it settles hourly: an eighth of an epoch's allowance.
func DefaultParams() Params {
	return Params{
		FeeOrg:          10_000_000,
		FeeDevaddrBlock: 10_000_000,
		FeeJoinEui:      1_000_000,
		MinBond:         1_000 * 100_000_000,
		NetId:           1,
		FeeRealm:        1_000_000,
		BondBps:         1_250,
		UnbondSeconds:   7 * 86_400,
	}
}

// Validate returns ErrParams for a value out of its range.
func (p Params) Validate() error {
	if max(p.FeeOrg, p.FeeDevaddrBlock, p.FeeJoinEui, p.FeeRealm) > maxFee {
		return errorsmod.Wrapf(ErrParams, "a fee is above %d credits", uint64(maxFee))
	}
	if p.MinBond < minMinBond || p.BondBps > 100_000 {
		return errorsmod.Wrapf(ErrParams, "bond of %d spark and %d bps of the allowance", p.MinBond, p.BondBps)
	}
	if p.UnbondSeconds < minUnbond || p.UnbondSeconds > maxUnbond {
		return errorsmod.Wrapf(ErrParams, "bonds are held for %d s, want %d to %d", p.UnbondSeconds, minUnbond, maxUnbond)
	}
	return nil
}

// LeastBond returns the least spark of bond for an allowance of dc at a price in 1e-8
// USD.
func (p Params) LeastBond(dc, price uint64) uint64 {
	return max(p.MinBond, credits.Cost(reward.MulDiv(dc, uint64(p.BondBps), 10_000), price))
}

// DefaultGenesis returns the state of a new chain.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), NextOrg: 1, NetIds: experimental()}
}

// experimental are the NetIDs that anyone may use.
func experimental() []NetID {
	var all []NetID
	for id := range uint32(2) {
		n, err := NewNetID(id)
		if err != nil {
			panic(err) // both are of type 0
		}
		all = append(all, n)
	}
	return all
}

// ParseKey reads a key that signs bundles, batches or vouchers. Only Ed25519 is
// built so far.
func ParseKey(b []byte) (wire.PubKey, error) {
	k, err := wire.ParsePubKey(b)
	if err != nil {
		return k, errorsmod.Wrap(ErrKey, err.Error())
	}
	if k.Alg != wire.KeyEd25519 {
		return k, errorsmod.Wrap(ErrKey, "only Ed25519 keys are supported")
	}
	return k, nil
}
