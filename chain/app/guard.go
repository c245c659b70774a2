package app

import (
	"errors"
	"fmt"
	"time"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ErrTogether is returned for a message of governance after which the parameters of the
// modules would not hold together, though each module's own would.
var ErrTogether = errors.New("parameters do not hold together")

// guardedRouter gives governance the handlers of all messages, and checks after each that
// the parameters of the modules still hold together. What fails is undone with the
// proposal that it belongs to, whatever changed in between.
type guardedRouter struct {
	baseapp.MessageRouter
	app *App
}

// Handler returns the guarded handler of a message, or nil when there is none.
func (r guardedRouter) Handler(msg sdk.Msg) baseapp.MsgServiceHandler {
	return r.guard(r.MessageRouter.Handler(msg))
}

// HandlerByTypeURL returns the guarded handler of a type of messages, or nil.
func (r guardedRouter) HandlerByTypeURL(url string) baseapp.MsgServiceHandler {
	return r.guard(r.MessageRouter.HandlerByTypeURL(url))
}

func (r guardedRouter) guard(handle baseapp.MsgServiceHandler) baseapp.MsgServiceHandler {
	if handle == nil {
		return nil
	}
	return func(ctx sdk.Context, msg sdk.Msg) (*sdk.Result, error) {
		res, err := handle(ctx, msg)
		if err != nil {
			return nil, err
		}
		return res, r.app.checkTogether(ctx)
	}
}

// checkTogether returns ErrTogether unless
//   - evidence lives as long as stake can be slashed, in time and in blocks,
//   - no account stands above the modules' authority, and blocks keep their size,
//   - what a lane signed is past its deadline before its bond is free,
//   - a lane's duty to settle ends within the epoch after.
func (app *App) checkTogether(ctx sdk.Context) error {
	if err := app.checkConsensus(ctx); err != nil {
		return err
	}
	return app.checkDeadlines(ctx)
}

// checkConsensus checks what the engine and staking must agree on; a genesis is held to
// it as well.
func (app *App) checkConsensus(ctx sdk.Context) error {
	cp, err := app.Keepers.Consensus.ParamsStore.Get(ctx)
	if err != nil {
		return fmt.Errorf("read consensus parameters: %w", err)
	}
	unbonding, err := app.Keepers.Staking.UnbondingTime(ctx)
	if err != nil {
		return fmt.Errorf("read unbonding time: %w", err)
	}
	if e := cp.Evidence; e == nil || e.MaxAgeDuration < unbonding || e.MaxAgeNumBlocks < int64(unbonding/blockTime) {
		return fmt.Errorf("%w: evidence %v against %s of unbonding", ErrTogether, e, unbonding)
	}
	if a := cp.Authority; a != nil && a.Authority != "" {
		return fmt.Errorf("%w: consensus parameters name %s as the authority of all modules", ErrTogether, a.Authority)
	}
	if b := cp.Block; b == nil || b.MaxBytes < MaxPoCBytes+MaxSettleBytes || b.MaxBytes > MaxBlockBytes || b.MaxGas != -1 {
		return fmt.Errorf("%w: block %v", ErrTogether, b)
	}
	return nil
}

// checkDeadlines checks the times of lanes against those of epochs.
func (app *App) checkDeadlines(ctx sdk.Context) error {
	rewards, err := app.Keepers.Rewards.Params(ctx)
	if err != nil {
		return fmt.Errorf("read rewards parameters: %w", err)
	}
	routing, err := app.Keepers.Routing.Params(ctx)
	if err != nil {
		return fmt.Errorf("read routing parameters: %w", err)
	}
	settlement, err := app.Keepers.Settlement.Params(ctx)
	if err != nil {
		return fmt.Errorf("read settlement parameters: %w", err)
	}
	open := time.Duration(settlement.OpenBlocks) * blockTime
	if held := time.Duration(routing.UnbondSeconds) * time.Second; held < 2*time.Duration(rewards.EpochSeconds)*time.Second+open {
		return fmt.Errorf("%w: bonds are held for %s, epochs last %d s and settle %s more", ErrTogether, held, rewards.EpochSeconds, open)
	}
	if uint64(settlement.DutySeconds) > rewards.EpochSeconds {
		return fmt.Errorf("%w: a duty of %d s in epochs of %d s", ErrTogether, settlement.DutySeconds, rewards.EpochSeconds)
	}
	return nil
}
