package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
)

var _ challenge.Set = (*drawSet)(nil)

// CheckInvariants returns ErrInvariant unless every hotspot of the current and
// the last frozen set is accounted for (drawn + skipped + void + remaining =
// frozen), the rosters hold as many, and the lists of due challenges name exactly
// the challenges that are not settled.
func (k *Keeper) CheckInvariants(ctx context.Context) error {
	for _, item := range []collections.Item[types.Window]{k.window, k.lastWindow} {
		w, err := itemOr(ctx, item)
		if err != nil {
			return err
		}
		if !w.Account().Balanced() {
			return types.ErrInvariant.Wrapf("%+v", w)
		}
	}
	if err := k.checkRosters(ctx); err != nil {
		return err
	}
	return k.checkOpen(ctx)
}

func (k *Keeper) checkRosters(ctx context.Context) error {
	w, err := itemOr(ctx, k.window)
	if err != nil || w.Frozen == 0 {
		return err // rosters of no window are being filled for the first
	}
	for _, expected := range [][2]uint64{{rosterMembers, w.Frozen}, {rosterLeft, w.Left}} {
		kind, want := uint32(expected[0]), expected[1]
		r, err := k.roster(ctx, kind, w.Number)
		if err != nil {
			return err
		}
		all, err := r.All(ctx)
		if err != nil {
			return err
		}
		if uint64(len(all)) != want || r.Len() != want {
			return types.ErrInvariant.Wrapf("roster %d has %d hotspots and counts %d, want %d", kind, len(all), r.Len(), want)
		}
	}
	return nil
}

func (k *Keeper) checkOpen(ctx context.Context) error {
	listed := map[uint64]bool{}
	err := k.due.Walk(ctx, nil, func(h uint64, list []byte) (bool, error) {
		opened, err := types.ParseOpened(list)
		for _, o := range opened {
			listed[o.ID] = true
		}
		return false, err
	})
	if err != nil {
		return err
	}
	n := 0
	err = k.challenges.Walk(ctx, nil, func(id uint64, _ types.ChallengeRecord) (bool, error) {
		n++
		if !listed[id] {
			return true, types.ErrInvariant.Wrapf("challenge %d is due nowhere", id)
		}
		return false, nil
	})
	if err == nil && n != len(listed) {
		err = types.ErrInvariant.Wrapf("%d challenges are due and %d are there", len(listed), n)
	}
	return err
}
