package keeper

import (
	"context"
	"encoding/binary"
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	distribution "github.com/cosmos/cosmos-sdk/x/distribution/types"
	staking "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/reward"
)

// The validators' part of an epoch is paid by turns: blocks that a validator
// proposed with a proof of its randomness. CometBFT gives turns by power, so it
// comes to the same as pay by power for who takes all of its turns. Who lets one
// pass because it does not like the randomness of it loses what the turn would have
// paid, and the others get it (attack B14: without that, one more throw of the dice
// is free).

// Validators are those that may propose.
type Validators interface {
	GetValidatorByConsAddr(ctx context.Context, consensus sdk.ConsAddress) (staking.Validator, error)
	GetValidator(ctx context.Context, operator sdk.ValAddress) (staking.Validator, error)
}

// Stakers hand what a validator earned to it and those who delegated to it.
type Stakers interface {
	AllocateTokensToValidator(ctx context.Context, v staking.ValidatorI, spark sdk.DecCoins) error
}

// PayTurns lets the keeper pay validators by turns. Without it, and in an epoch
// without turns, their part goes to the fee collector, which pays by power.
func (k *Keeper) PayTurns(v Validators, s Stakers) { k.validators, k.stakers = v, s }

// Turn counts a block for its proposer. One that staking does not know has none.
func (k *Keeper) Turn(ctx context.Context, proposer sdk.ConsAddress) error {
	if k.validators == nil {
		return nil
	}
	v, err := k.validators.GetValidatorByConsAddr(ctx, proposer)
	if errors.Is(err, staking.ErrNoValidatorFound) {
		return nil
	}
	if err != nil {
		return err
	}
	operator, err := sdk.ValAddressFromBech32(v.GetOperator())
	if err != nil {
		return err
	}
	key := append([]byte{types.PrefixTurns}, operator...)
	b, err := k.get(ctx, key)
	if err != nil {
		return err
	}
	n := uint32(0)
	if len(b) == 4 {
		n = binary.LittleEndian.Uint32(b)
	}
	return k.set(ctx, key, binary.LittleEndian.AppendUint32(nil, n+1))
}

// turns returns who had turns in the current epoch, ascending by address.
func (k *Keeper) turns(ctx context.Context) (all []types.Turns, sum uint64, err error) {
	it, err := k.store.OpenKVStore(ctx).Iterator([]byte{types.PrefixTurns}, []byte{types.PrefixTurns + 1})
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = it.Close() }()
	for ; it.Valid(); it.Next() {
		if len(it.Value()) != 4 {
			return nil, 0, types.ErrLayout.Wrap("turns")
		}
		t := types.Turns{Operator: sdk.ValAddress(it.Key()[1:]).String(), Turns: binary.LittleEndian.Uint32(it.Value())}
		all, sum = append(all, t), sum+uint64(t.Turns)
	}
	return all, sum, nil
}

// setTurns stores turns that an export held.
func (k *Keeper) setTurns(ctx context.Context, all []types.Turns) error {
	for _, t := range all {
		operator, err := sdk.ValAddressFromBech32(t.Operator)
		if err != nil {
			return err
		}
		if err := k.set(ctx, append([]byte{types.PrefixTurns}, operator...), binary.LittleEndian.AppendUint32(nil, t.Turns)); err != nil {
			return err
		}
	}
	return nil
}

// payTurns pays part of spark, which stands in the module account, to each
// validator by its turns in the epoch that ends, and forgets the turns. It returns
// what it paid; the part of one that is gone is left over.
func (k *Keeper) payTurns(ctx context.Context, spark uint64) (paid uint64, err error) {
	all, sum, err := k.turns(ctx)
	if err != nil || sum == 0 {
		return 0, err
	}
	for _, t := range all {
		operator, err := sdk.ValAddressFromBech32(t.Operator)
		if err != nil {
			return 0, err
		}
		if err := k.del(ctx, append([]byte{types.PrefixTurns}, operator...)); err != nil {
			return 0, err
		}
		part := reward.MulDiv(spark, uint64(t.Turns), sum)
		v, err := k.validators.GetValidator(ctx, operator)
		if errors.Is(err, staking.ErrNoValidatorFound) || part == 0 {
			continue
		}
		if err != nil {
			return 0, err
		}
		if err := k.bank.SendCoinsFromModuleToModule(ctx, types.ModuleName, distribution.ModuleName, coins(part)); err != nil {
			return 0, err
		}
		if err := k.stakers.AllocateTokensToValidator(ctx, v, sdk.NewDecCoinsFromCoins(coins(part)...)); err != nil {
			return 0, err
		}
		paid += part
	}
	return paid, nil
}
