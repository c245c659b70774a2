package app

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
)

// proposers is staking for those who must know the proposer of the present block. The
// engine has a validator sign with its new key from the second block after the change
// on; staking finds it by that key only at the end of that block. A proposer of just
// that block would have no randomness key and no turn.
type proposers struct{ *stakingkeeper.Keeper }

// GetValidatorByConsAddr finds a validator by the key it signs with or is about to. It
// returns ErrNoValidatorFound of staking for any other key.
func (p proposers) GetValidatorByConsAddr(ctx context.Context, address sdk.ConsAddress) (stakingtypes.Validator, error) {
	v, err := p.Keeper.GetValidatorByConsAddr(ctx, address)
	if !errors.Is(err, stakingtypes.ErrNoValidatorFound) {
		return v, err
	}
	kind, operator, locked, err := p.GetRotationLockedConsAddr(ctx, address)
	if err != nil {
		return v, fmt.Errorf("look for a new consensus key: %w", err)
	}
	if !locked || kind != stakingtypes.ConsAddrLockPendingTo {
		return v, stakingtypes.ErrNoValidatorFound
	}
	return p.GetValidator(ctx, operator)
}
