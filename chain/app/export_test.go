package app

import (
	"time"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// UseLanes replaces the lanes of an application that has not run yet.
func (app *App) UseLanes(lanes []Lane) {
	app.lanes = lanes
	fresh := NewLanePool(lanes, 100)
	app.pool.SenderNonceMempool, app.pool.lanes = fresh.SenderNonceMempool, lanes
	app.pool.queues, app.pool.held, app.pool.known = fresh.queues, fresh.held, fresh.known
}

// UseClock replaces the clock of the relay gate.
func (app *App) UseClock(now func() time.Time) { app.gate = newRelayGate(now) }

// UseRandomness replaces the keeper of the randomness.
func (app *App) UseRandomness(k RandomnessKeeper) { app.randomness = k }

// StoreKey gives tests a store to keep something in.
func (app *App) StoreKey(name string) storetypes.StoreKey { return app.keys[name] }

// TakeAll reports how many transactions of a size fit into a fresh budget.
func TakeAll(lanes []Lane, tx sdk.Tx, size int) int {
	b := newBudget(lanes)
	for n := 0; ; n++ {
		if !b.take(tx, size) {
			return n
		}
	}
}

// ExtensionsDue tells whether the block of a height must carry price votes.
func (app *App) ExtensionsDue(ctx sdk.Context, height int64) (bool, error) {
	return app.extensionsDue(ctx, height)
}
