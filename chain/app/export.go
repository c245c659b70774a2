package app

import (
	"encoding/json"
	"errors"
	"fmt"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/x/staking"
)

// ErrZeroHeight is returned for an export that should restart at height zero.
// Challenges, vouchers and epochs refer to heights, so state that forgets its
// height would not be the same state.
var ErrZeroHeight = errors.New("export for zero height is not supported, keep the height")

// Export writes the whole state as a genesis that continues at the next height.
// With modules named, only theirs is written.
func (app *App) Export(zeroHeight bool, modules []string) (servertypes.ExportedApp, error) {
	if zeroHeight {
		return servertypes.ExportedApp{}, ErrZeroHeight
	}
	ctx := app.NewContext(true)
	state, err := app.modules.ExportGenesisForModules(ctx, app.enc.Codec, modules)
	if err != nil {
		return servertypes.ExportedApp{}, fmt.Errorf("export state: %w", err)
	}
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return servertypes.ExportedApp{}, fmt.Errorf("encode exported state: %w", err)
	}
	validators, err := staking.WriteValidators(ctx, app.Keepers.Staking)
	if err != nil {
		return servertypes.ExportedApp{}, fmt.Errorf("export validators: %w", err)
	}
	return servertypes.ExportedApp{
		AppState:        raw,
		Validators:      validators,
		Height:          app.LastBlockHeight() + 1,
		ConsensusParams: app.GetConsensusParams(ctx),
	}, nil
}
