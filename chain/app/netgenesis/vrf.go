package netgenesis

import (
	"encoding/json"
	"fmt"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
)

// firstEpoch is the epoch in which a chain starts.
const firstEpoch = 1

// addRandomnessKeys registers the founders' randomness keys, so that the first
// block already carries a proof.
func addRandomnessKeys(cdc codec.JSONCodec, state map[string]json.RawMessage, founders []Validator) error {
	var g poctypes.GenesisState
	if err := cdc.UnmarshalJSON(state[poctypes.ModuleName], &g); err != nil {
		return fmt.Errorf("read poc genesis: %w", err)
	}
	for _, v := range founders {
		if v.VRF != nil {
			g.VrfKeys = append(g.VrfKeys, poctypes.VRFKey{
				Operator:    sdk.ValAddress(v.Operator.PubKey().Address()).String(),
				Key:         v.VRF,
				ActiveEpoch: firstEpoch,
			})
		}
	}
	raw, err := cdc.MarshalJSON(&g)
	if err != nil {
		return fmt.Errorf("write poc genesis: %w", err)
	}
	state[poctypes.ModuleName] = raw
	return nil
}
