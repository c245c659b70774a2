package app

import (
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// protoOverhead covers the tag and length that surround one transaction in a
// block's data.
const protoOverhead = 8

var errBlockBudget = errors.New("block exceeds a byte or gas budget")

// prepareProposal fills a block: randomness and price votes first, then lane
// batches, then paying transactions, each class within its budget.
func (app *App) prepareProposal(ctx sdk.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	var first []byte
	if app.randomness != nil {
		var err error
		if first, err = app.makeFirstTx(ctx, req); err != nil {
			return nil, fmt.Errorf("begin block %d: %w", req.Height, err)
		}
		req.MaxTxBytes -= int64(len(first) + protoOverhead)
	}
	handler := baseapp.NewDefaultProposalHandler(app.pool, app.BaseApp)
	handler.SetTxSelector(&budgetSelector{budget: newBudget(app.lanes)})
	res, err := handler.PrepareProposalHandler()(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("fill block %d: %w", req.Height, err)
	}
	if first != nil {
		res.Txs = append([][]byte{first}, res.Txs...)
	}
	return res, nil
}

// processProposal accepts a block whose randomness, price votes, transactions and budgets
// all hold, and logs the reason when one does not.
func (app *App) processProposal(ctx sdk.Context, req *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	if err := app.checkProposal(ctx, req); err != nil {
		app.Logger().Error("refuse proposal", "height", req.Height, "proposer", sdk.ConsAddress(req.ProposerAddress).String(), "reason", err.Error())
		return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

func (app *App) checkProposal(ctx sdk.Context, req *abci.RequestProcessProposal) error {
	txs := req.Txs
	if app.randomness != nil {
		if len(txs) == 0 {
			return errNoRandomness
		}
		if err := app.checkFirstTx(ctx, txs[0], req.ProposerAddress, req.Height); err != nil {
			return err
		}
		txs = txs[1:]
	}
	// The budget comes before any signature, so that an oversized block costs
	// no more than reading it.
	b := newBudget(app.lanes)
	decoded := make([]sdk.Tx, len(txs))
	for i, raw := range txs {
		tx, err := app.TxDecode(raw)
		if err != nil {
			return fmt.Errorf("transaction %d: %w", i, err)
		}
		if !b.take(tx, len(raw)) {
			return fmt.Errorf("transaction %d: %w", i, errBlockBudget)
		}
		decoded[i] = tx
	}
	for i, raw := range txs {
		if _, _, err := app.ProcessProposalVerifyTx(raw); err != nil {
			return fmt.Errorf("transaction %d: %w", i, err)
		}
	}
	return nil
}

// preBlock runs the modules' pre-blockers and then stores the block's randomness
// and takes its price votes, so that an upgrade has migrated state before.
func (app *App) preBlock(ctx sdk.Context, req *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
	res, err := app.modules.PreBlock(ctx)
	if err != nil {
		return nil, err
	}
	if app.randomness == nil {
		return res, nil
	}
	if err := app.storeRandomness(ctx, req); err != nil {
		return nil, err
	}
	return res, app.takeVotes(ctx, req)
}
