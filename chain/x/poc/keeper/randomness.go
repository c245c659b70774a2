package keeper

import (
	"context"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/limits"
)

// ActiveVRFKey returns the randomness key that counts for a validator in the
// current epoch, and whether there is one. It survives a rotation of the
// consensus key, because it belongs to the operator.
func (k *Keeper) ActiveVRFKey(ctx sdk.Context, validator sdk.ConsAddress) (public []byte, ok bool) {
	key, ok := k.vrfKeyOf(ctx, validator)
	if !ok {
		return nil, false
	}
	return key.Active(k.rewards.CurrentEpoch(ctx))
}

func (k *Keeper) vrfKeyOf(ctx context.Context, validator sdk.ConsAddress) (types.VRFKey, bool) {
	v, err := k.staking.GetValidatorByConsAddr(ctx, validator)
	if err != nil {
		return types.VRFKey{}, false
	}
	key, err := k.vrfKeys.Get(ctx, v.GetOperator())
	return key, err == nil
}

// Randomness returns the newest R: R_{h-1} until SetRandomness of block h.
func (k *Keeper) Randomness(ctx sdk.Context) [32]byte {
	raw, err := k.randomness.Get(ctx)
	if err != nil || len(raw) != 32 {
		return [32]byte{}
	}
	return [32]byte(raw)
}

// SetRandomness stores R of the context's height with the height's header time.
// A proposer that proved it has had a turn, which it is paid for; a skipped turn of
// one whose key was due is counted against it.
func (k *Keeper) SetRandomness(ctx sdk.Context, r [32]byte, skipped bool, proposer sdk.ConsAddress) error {
	h := height(ctx)
	if err := k.randomness.Set(ctx, r[:]); err != nil {
		return err
	}
	past := types.PastRandomness{Height: h, Randomness: r[:], TimeMs: timeMs(ctx)}
	if err := k.pastRandom.Set(ctx, h, past); err != nil {
		return err
	}
	if h > limits.RandomnessKept {
		if err := k.pastRandom.Remove(ctx, h-limits.RandomnessKept); err != nil {
			return err
		}
	}
	if skipped {
		if err := k.countSkipped(ctx, proposer); err != nil {
			return err
		}
	} else if err := k.rewards.Turn(ctx, proposer); err != nil {
		return err
	}
	return ctx.EventManager().EmitTypedEvent(&types.EventRandomness{Randomness: r[:], Skipped: skipped})
}

func (k *Keeper) countSkipped(ctx sdk.Context, proposer sdk.ConsAddress) error {
	key, ok := k.vrfKeyOf(ctx, proposer)
	if _, active := key.Active(k.rewards.CurrentEpoch(ctx)); !ok || !active {
		return nil
	}
	key.Skipped++
	return k.vrfKeys.Set(ctx, key.Operator, key)
}

// past returns R and the time of a height, or false when they are no longer, or
// not yet, kept.
func (k *Keeper) past(ctx context.Context, h uint64) (types.PastRandomness, bool, error) {
	p, err := getOr(ctx, k.pastRandom, h)
	return p, err == nil && p.Height == h && len(p.Randomness) == 32, err
}

// VRFKeys returns the registered keys in order of their operators.
func (k *Keeper) VRFKeys(ctx context.Context) ([]types.VRFKey, error) {
	return values(ctx, k.vrfKeys)
}

// values returns the values of a map in order of their keys.
func values[K, V any](ctx context.Context, m collections.Map[K, V]) ([]V, error) {
	var all []V
	err := m.Walk(ctx, nil, func(_ K, v V) (bool, error) {
		all = append(all, v)
		return false, nil
	})
	return all, err
}
