package netgenesis

import (
	"encoding/json"
	"fmt"

	"cosmossdk.io/math"

	"github.com/hexwave/hexwave/chain/app"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/reward"
)

// scaleEmission makes the schedule emit what the founders' accounts leave of the supply.
func scaleEmission(a *app.App, state map[string]json.RawMessage, accounts []Account) error {
	premine := math.ZeroInt()
	for _, acc := range accounts {
		premine = premine.Add(acc.Coins.AmountOf(app.Denom))
	}
	cdc := a.Encoding().Codec
	var g rewardstypes.GenesisState
	if err := cdc.UnmarshalJSON(state[rewardstypes.ModuleName], &g); err != nil {
		return fmt.Errorf("read rewards genesis: %w", err)
	}
	if !premine.IsUint64() || premine.Uint64() > g.Params.MaxSupply {
		return fmt.Errorf("%w: %s spark of premine, there are %d at most", ErrInput, premine, g.Params.MaxSupply)
	}
	g.Params.InitialEmission = reward.InitialEmission(g.Params.MaxSupply, premine.Uint64(), g.Params.HalvingEpochs)
	raw, err := cdc.MarshalJSON(&g)
	if err != nil {
		return fmt.Errorf("write rewards genesis: %w", err)
	}
	state[rewardstypes.ModuleName] = raw
	return nil
}
