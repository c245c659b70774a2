package keeper

import (
	"context"
	"encoding/binary"
	"errors"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
)

// Bounds of the work of one block.
const (
	maxLanesPerBlock = 200
	maxRowsPerBlock  = 1_000
)

// BeginBlock gives back what lanes of epochs past their deadline did not use,
// forgets their rows, and lets every lane reserve its allowance for a new epoch,
// all by bounded steps.
func (k *Keeper) BeginBlock(ctx context.Context) error {
	epoch := k.rewards.CurrentEpoch(ctx)
	p, err := k.progress.Get(ctx)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if p.Epoch != epoch {
		p = types.Progress{Epoch: epoch, Reserving: true}
		if err := k.progress.Set(ctx, p); err != nil {
			return err
		}
	}
	expired, err := k.expireLanes(ctx, epoch)
	if err != nil {
		return err
	}
	// New reservations wait for the released ones, which may be all there is.
	if p.Reserving && expired < maxLanesPerBlock {
		if err := k.reserveSome(ctx, p); err != nil {
			return err
		}
	}
	if err := k.forgetRows(ctx, epoch); err != nil {
		return err
	}
	return k.forgetNonces(ctx)
}

// expireLanes releases what lanes before the last epoch have left and returns
// how many it handled.
func (k *Keeper) expireLanes(ctx context.Context, epoch uint32) (int, error) {
	var old []types.Lane
	err := k.lanes.Walk(ctx, beforeEpoch(epoch), func(_ []byte, l types.Lane) (bool, error) {
		old = append(old, l)
		return len(old) == maxLanesPerBlock, nil
	})
	if err != nil {
		return 0, err
	}
	for _, l := range old {
		if left := l.Left(); left > 0 {
			if err := k.credits.Release(ctx, l.Org, left); err != nil {
				return 0, err
			}
		}
		if err := k.lanes.Remove(ctx, key(l.Epoch, l.Org, l.Lane)); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

// beforeEpoch is the range of rows of epochs that can no longer be settled.
func beforeEpoch(epoch uint32) *collections.Range[[]byte] {
	return new(collections.Range[[]byte]).EndExclusive(key(max(epoch, 1) - 1))
}

// reserveSome lets the next lanes reserve for the epoch of p.
func (k *Keeper) reserveSome(ctx context.Context, p types.Progress) error {
	var next []routing.Signer
	err := k.routing.IterateSigners(ctx, p.Org, p.Lane, func(s routing.Signer) (bool, error) {
		next = append(next, s)
		return len(next) == maxLanesPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, s := range next {
		if err := k.reserve(ctx, s, p.Epoch); err != nil {
			return err
		}
		p.Org, p.Lane = s.Org, s.Lane
	}
	if len(next) < maxLanesPerBlock {
		p = types.Progress{Epoch: p.Epoch}
	}
	return k.progress.Set(ctx, p)
}

// reserve fills a lane's reservation up to its allowance, as far as the org's
// free escrow goes.
func (k *Keeper) reserve(ctx context.Context, s routing.Signer, epoch uint32) error {
	l, err := k.lane(ctx, epoch, s.Org, s.Lane)
	if err != nil {
		return err
	}
	if s.Revoked || l.Reserved >= s.Allowance {
		return nil
	}
	e, err := k.credits.Escrow(ctx, s.Org)
	if err != nil {
		return err
	}
	more := min(s.Allowance-l.Reserved, e.Free())
	if more == 0 {
		return nil
	}
	if err := k.credits.Reserve(ctx, s.Org, more); err != nil {
		return err
	}
	l.Reserved += more
	if err := k.lanes.Set(ctx, key(epoch, s.Org, s.Lane), l); err != nil {
		return err
	}
	return emit(ctx, &types.EventLaneReserved{Epoch: epoch, Org: s.Org, Lane: s.Lane, Reserved: l.Reserved})
}

// Hooks follow escrows and lanes.
type Hooks struct{ k *Keeper }

// Hooks returns what the credits and routing modules call.
func (k *Keeper) Hooks() Hooks { return Hooks{k} }

// AfterFunded lets the org's lanes reserve what they lack in this epoch.
func (h Hooks) AfterFunded(ctx context.Context, org uint32) error {
	signers, err := h.k.routing.OrgSigners(ctx, org)
	if err != nil {
		return err
	}
	for _, s := range signers {
		if err := h.AfterSignerAuthorized(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// AfterSignerAuthorized lets a lane reserve for this epoch.
func (h Hooks) AfterSignerAuthorized(ctx context.Context, s routing.Signer) error {
	return h.k.reserve(ctx, s, h.k.rewards.CurrentEpoch(ctx))
}

// forgetRows drops rows that no voucher can ask for any more.
func (k *Keeper) forgetRows(ctx context.Context, epoch uint32) error {
	var old [][]byte
	err := k.settled.Walk(ctx, beforeEpoch(epoch), func(row []byte, _ types.Settled) (bool, error) {
		old = append(old, row)
		return len(old) == maxRowsPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, row := range old {
		if err := k.settled.Remove(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// forgetNonces drops the marks of batches that are not valid any more.
func (k *Keeper) forgetNonces(ctx context.Context) error {
	height := binary.BigEndian.AppendUint64(nil, uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()))
	var old [][]byte
	err := k.nonces.Walk(ctx, new(collections.Range[[]byte]).EndExclusive(height), func(n []byte) (bool, error) {
		old = append(old, n)
		return len(old) == maxRowsPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, n := range old {
		if err := k.nonces.Remove(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
