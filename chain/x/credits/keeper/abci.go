package keeper

import (
	"context"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/step"
)

// EndBlock buys credits for orgs that are topped up, then for orders that wait, and
// forgets what counted for past epochs only. Each step is bounded, and one that fails is
// tried again in the next block.
func (k *Keeper) EndBlock(ctx sdk.Context) {
	step.Run(ctx, types.ModuleName, "top up", k.runTopUps)
	step.Run(ctx, types.ModuleName, "orders", k.runOrders)
	step.Run(ctx, types.ModuleName, "forget", k.forgetMints)
}

// maxForgotten is how many accounts' counts of past epochs one block forgets.
const maxForgotten = 100

func (k *Keeper) forgetMints(ctx sdk.Context) error {
	now := k.epochs.CurrentEpoch(ctx)
	var old []collections.Pair[uint32, []byte]
	err := k.accountMints.Walk(ctx, nil, func(key collections.Pair[uint32, []byte], _ uint64) (bool, error) {
		if key.K1() >= now || len(old) == maxForgotten {
			return true, nil
		}
		old = append(old, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range old {
		if err := k.accountMints.Remove(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func accountMintKey(epoch uint32, account sdk.AccAddress) collections.Pair[uint32, []byte] {
	return collections.Join(epoch, []byte(account))
}

// exportMints lists what accounts minted in the epochs that are not forgotten.
func (k *Keeper) exportMints(ctx context.Context) (all []types.AccountMint, err error) {
	err = k.accountMints.Walk(ctx, nil, func(key collections.Pair[uint32, []byte], dc uint64) (bool, error) {
		all = append(all, types.AccountMint{Epoch: key.K1(), Address: sdk.AccAddress(key.K2()).String(), Credits: dc})
		return false, nil
	})
	return all, err
}
