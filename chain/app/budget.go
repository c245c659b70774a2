package app

import (
	"context"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Limits of a block and of what is in it. They are constants of the software:
// changing one is an upgrade.
const (
	// MaxBlockBytes is the size of a whole block.
	MaxBlockBytes = 4 << 20
	// MaxTxBytes is the size of one paying transaction.
	MaxTxBytes = 128 << 10
	// MaxLaneTxBytes is the size of one lane batch: about 1,000 reports.
	MaxLaneTxBytes = 128 << 10
	// MaxPoCBytes and MaxSettleBytes are the lanes' shares of a block, so that
	// free batches can never keep paying transactions out.
	MaxPoCBytes    = 1 << 20
	MaxSettleBytes = 256 << 10
	// MaxPaidGas is the declared gas of all paying transactions of a block.
	MaxPaidGas = 200_000_000
	// QueryGasLimit is the gas one query may use on a node.
	QueryGasLimit = 50_000_000
)

// budget counts what a block may still take. The same arithmetic fills a block
// and judges one, so an honest proposal always passes.
type budget struct {
	lanes []Lane
	bytes []int
	gas   uint64
}

func newBudget(lanes []Lane) *budget {
	b := &budget{lanes: lanes, bytes: make([]int, len(lanes)), gas: MaxPaidGas}
	for i, l := range lanes {
		b.bytes[i] = l.BlockBytes
	}
	return b
}

// take reserves room for one transaction of size bytes, or leaves the budget
// unchanged and returns false.
func (b *budget) take(tx sdk.Tx, size int) bool {
	if i, ok := laneOf(b.lanes, tx); ok {
		if size > b.bytes[i] || size > MaxLaneTxBytes {
			return false
		}
		b.bytes[i] -= size
		return true
	}
	gas := uint64(0)
	if g, ok := tx.(baseapp.GasTx); ok {
		gas = g.GetGas()
	}
	if size > MaxTxBytes || gas > b.gas {
		return false
	}
	b.gas -= gas
	return true
}

// budgetSelector picks transactions for a proposal while both the block's bytes
// and the budget of their class last.
type budgetSelector struct {
	budget *budget
	size   uint64
	txs    [][]byte
}

func (s *budgetSelector) SelectedTxs(context.Context) [][]byte {
	return append([][]byte(nil), s.txs...)
}

func (s *budgetSelector) Clear() {}

func (s *budgetSelector) SelectTxForProposal(_ context.Context, maxBytes, _ uint64, tx sdk.Tx, raw []byte, _ uint64) bool {
	size := uint64(cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{raw}))
	if s.size+size <= maxBytes && s.budget.take(tx, len(raw)) {
		s.size += size
		s.txs = append(s.txs, raw)
	}
	return s.size >= maxBytes
}
