package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
)

// HotspotKeeper is the registry.
type HotspotKeeper interface {
	// Hotspot returns a hotspot, or an error wrapping hotspottypes.ErrUnknown.
	Hotspot(ctx context.Context, index uint32) (hotspottypes.Hotspot, error)
	// IterateAfter calls fn for the hotspots with an index above after, in
	// ascending order, until fn returns true or an error.
	IterateAfter(ctx context.Context, after uint32, fn func(hotspottypes.Hotspot) (stop bool, err error)) error
}

// RewardsKeeper counts epochs and points.
type RewardsKeeper interface {
	CurrentEpoch(ctx context.Context) uint32
	// Book adds the points of a block to the hotspots' current epoch.
	Book(ctx context.Context, bookings []rewardstypes.Booking) error
	// Occupant returns one of the hotspots of a res-6 cell, chosen by n, or false
	// when there is none in the page that n chooses.
	Occupant(ctx context.Context, cell, n uint64) (hotspot uint32, ok bool, err error)
	// Mature tells that a hotspot is paid in full from now on, and what was kept
	// back of its pay is its owner's.
	Mature(ctx context.Context, hotspot uint32) error
	// Turn counts a block that was proposed with a proof of its randomness.
	Turn(ctx context.Context, proposer sdk.ConsAddress) error
}

// RoutingKeeper knows the relays: the signers of orgs' lanes.
type RoutingKeeper interface {
	Signer(ctx context.Context, org, lane uint32) (routingtypes.Signer, bool)
	// Slash takes up to spark of a signer's bond, half of it for the prover.
	Slash(ctx context.Context, org, lane uint32, spark uint64, prover sdk.AccAddress) (taken uint64, err error)
}

// StakingKeeper knows the validators.
type StakingKeeper interface {
	GetValidator(ctx context.Context, addr sdk.ValAddress) (stakingtypes.Validator, error)
	GetValidatorByConsAddr(ctx context.Context, addr sdk.ConsAddress) (stakingtypes.Validator, error)
}
