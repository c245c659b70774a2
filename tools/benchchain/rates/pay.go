package rates

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	bank "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/hexwave/hexwave/chain/app"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
)

// Sizes of blocks of paying transactions, and the gas that each declares.
const (
	singlesABlock = 250
	batchesABlock = 10

	sendGas   = 200_000
	singleGas = 700_000
	batchGas  = 20_000_000
)

// send runs one block of bank sends, each to the next account.
func (r *run) send(ctx context.Context, t *tally) error {
	var txs [][]byte
	for range r.o.Sends {
		from := r.town.Accounts[r.sender%len(r.town.Accounts)]
		r.sender++
		to := r.town.Accounts[r.sender%len(r.town.Accounts)]
		tx, err := from.Sign(r.node.App.TxConfig(), sendGas, bank.NewMsgSend(
			from.Address(), to.Address(), sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(1_000)))))
		if err != nil {
			return err
		}
		txs = append(txs, tx)
	}
	return r.block(ctx, t, txs, len(txs))
}

var errUnpaid = errors.New("claims paid nothing")

// claim has hotspots that carried paid out, one a transaction and a hundred, with sends
// by turns.
func (r *run) claim(ctx context.Context) error {
	next := uint32(1)
	size := rewards.MaxClaims
	batches := min(4*batchesABlock, r.o.Hotspots/2/size)
	singles := min(4*singlesABlock, r.o.Hotspots-batches*size)
	claimed := func(t *tally, most, n, each int, gas uint64) error {
		for n > 0 {
			var txs [][]byte
			for range min(n, most) {
				var indices []uint32
				for range each {
					indices, next = append(indices, next), next+1
				}
				from := r.town.Accounts[r.sender%len(r.town.Accounts)]
				r.sender++
				tx, err := from.Sign(r.node.App.TxConfig(), gas, &rewards.MsgClaim{Sender: from.String(), Hotspots: indices})
				if err != nil {
					return err
				}
				txs = append(txs, tx)
			}
			n -= len(txs)
			if err := r.block(ctx, t, txs, len(txs)*each); err != nil {
				return err
			}
			if err := r.send(ctx, &r.sends); err != nil {
				return err
			}
		}
		return nil
	}
	if err := claimed(&r.single, singlesABlock, singles, 1, singleGas); err != nil {
		return err
	}
	if err := claimed(&r.batched, batchesABlock, batches, size, batchGas); err != nil {
		return err
	}
	t, err := r.node.App.Keepers.Rewards.Totals(r.node.Context())
	if err == nil && t.Claimed == 0 {
		return fmt.Errorf("%w: %d of them", errUnpaid, next-1)
	}
	return err
}
