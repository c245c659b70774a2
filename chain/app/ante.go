package app

import (
	"errors"
	"fmt"

	errorsmod "cosmossdk.io/errors"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"

	"github.com/hexwave/hexwave/chain/x/lane"
)

// anteHandler sends lane transactions past the SDK's chain, which wants fees
// and signatures, and everything else into it.
func (app *App) anteHandler() (sdk.AnteHandler, error) {
	paid, err := ante.NewAnteHandler(ante.HandlerOptions{
		AccountKeeper:   app.Keepers.Account,
		BankKeeper:      app.Keepers.Bank,
		FeegrantKeeper:  app.Keepers.FeeGrant,
		SignModeHandler: app.enc.TxConfig.SignModeHandler(),
		SigGasConsumer:  ante.DefaultSigVerificationGasConsumer,
	})
	if err != nil {
		return nil, fmt.Errorf("build paid ante chain: %w", err)
	}
	return func(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
		if i, ok := laneOf(app.lanes, tx); ok {
			return app.laneAnte(ctx, tx, app.lanes[i], simulate)
		}
		if size := len(ctx.TxBytes()); size > MaxTxBytes {
			return ctx, errorsmod.Wrapf(sdkerrors.ErrTxTooLarge, "%d bytes, at most %d", size, MaxTxBytes)
		}
		return paid(ctx, tx, simulate)
	}, nil
}

// laneAnte judges one lane batch, cheapest check first: shape, size, room in
// this node's pool, and only then the module's own checks.
func (app *App) laneAnte(ctx sdk.Context, tx sdk.Tx, l Lane, simulate bool) (sdk.Context, error) {
	size := len(ctx.TxBytes())
	ctx = ctx.WithGasMeter(storetypes.NewGasMeter(laneBaseGas + laneGasPerByte*uint64(size)))
	if simulate {
		return ctx, errorsmod.Wrapf(sdkerrors.ErrInvalidRequest, "%s batches cannot be simulated", l.Name)
	}
	if err := laneShape(tx); err != nil {
		return ctx, errorsmod.Wrap(sdkerrors.ErrInvalidRequest, err.Error())
	}
	if size > MaxLaneTxBytes {
		return ctx, errorsmod.Wrapf(sdkerrors.ErrTxTooLarge, "%v: %d bytes, at most %d", ErrLaneSize, size, MaxLaneTxBytes)
	}
	checked, spender := ctx, ""
	if ctx.IsCheckTx() && !ctx.IsReCheckTx() {
		if err := app.pool.Admits(l, tx, size); err != nil {
			return ctx, errorsmod.Wrapf(sdkerrors.ErrMempoolIsFull, "%s: %v", l.Name, err)
		}
		checked = lane.WithGate(ctx, func(relay string, items int) error {
			if err := app.gate.take(relay, items); err != nil {
				return err
			}
			spender = relay
			return nil
		})
	}
	if err := l.Checker.CheckBatch(checked, tx.GetMsgs()[0]); err != nil {
		if spender != "" && l.Fault != nil && errors.Is(err, l.Fault) {
			app.gate.pause(spender)
		}
		return ctx, errorsmod.Wrapf(err, "%s batch", l.Name)
	}
	return lane.Admit(ctx), nil
}
