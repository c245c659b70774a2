package app

import (
	"context"
	"fmt"

	"github.com/cosmos/cosmos-sdk/types/module"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// Plans returns the upgrades that this binary can execute, oldest first. Each is called by
// the version that brings it, which the proposal must name. A plan stays in the list: a
// node does not start on a chain whose last plan it does not know.
//
// Between the plan's height and the end of its first step the state is that of the
// version before, which prepareProposal and processProposal of that height read.
func Plans() []string { return []string{"v0.2.0"} }

// registerUpgrades installs a handler for each plan. All run the migrations of the
// modules whose consensus version is higher than the chain's.
func (app *App) registerUpgrades() {
	for _, name := range Plans() {
		app.Keepers.Upgrade.SetUpgradeHandler(name, app.migrate)
	}
}

func (app *App) migrate(ctx context.Context, plan upgradetypes.Plan, from module.VersionMap) (module.VersionMap, error) {
	to, err := app.modules.RunMigrations(ctx, app.configurator, from)
	if err != nil {
		return nil, fmt.Errorf("upgrade to %s: %w", plan.Name, err)
	}
	return to, nil
}
