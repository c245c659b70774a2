package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
)

// Bounds of a ban. It always ends: who is to stay out is banned again, by another vote. A
// year has 5,256,000 blocks of 6 s.
const (
	maxBanned    = 100
	maxBanBlocks = 5_256_000
	maxBanReason = 200
)

// Ban takes hotspots out of coverage until a height, for governance. Challenges that are
// open go on: they were frozen before.
func (s msgServer) Ban(ctx context.Context, m *types.MsgBan) (*types.MsgBanResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	now := uint64(sdk.UnwrapSDKContext(ctx).BlockHeight())
	switch {
	case len(m.Hotspots) == 0 || len(m.Hotspots) > maxBanned:
		return nil, errorsmod.Wrapf(types.ErrBan, "of %d hotspots, want 1 to %d", len(m.Hotspots), maxBanned)
	case len(m.Reason) == 0 || len(m.Reason) > maxBanReason:
		return nil, errorsmod.Wrapf(types.ErrBan, "reason of %d bytes, want 1 to %d", len(m.Reason), maxBanReason)
	case m.Until != 0 && (m.Until <= now || m.Until-now > maxBanBlocks):
		return nil, errorsmod.Wrapf(types.ErrBan, "until %d, now %d, at most %d blocks", m.Until, now, maxBanBlocks)
	}
	for _, index := range m.Hotspots {
		if err := s.k.ban(ctx, index, m.Until, m.Reason); err != nil {
			return nil, err
		}
	}
	return &types.MsgBanResponse{}, nil
}

func (k *Keeper) ban(ctx context.Context, index uint32, until uint64, reason string) error {
	h, err := k.Hotspot(ctx, index)
	if err != nil {
		return err
	}
	if h.Retired() {
		return types.ErrRetired.Wrapf("hotspot %d", index)
	}
	h.BannedUntil = until
	if err := k.hotspots.Set(ctx, index, h); err != nil {
		return err
	}
	if until != 0 {
		for _, hook := range k.hooks {
			if err := hook.AfterBanned(ctx, h); err != nil {
				return err
			}
		}
	}
	return emit(ctx, &types.EventBanned{Hotspot: index, Until: until, Reason: reason})
}
