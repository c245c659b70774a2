package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/proto/wire"
)

// DefaultGenesis returns the state of a new chain. Its randomness is empty: the
// first R is derived from it and the first proposer's proof.
func DefaultGenesis() *GenesisState {
	return &GenesisState{
		Params: DefaultParams(), Randomness: make([]byte, 32), NextChallenge: 1,
		Window: &Window{}, NextWindow: NextWindow{Number: 1},
	}
}

// Validate returns ErrParams or ErrGenesis for a state that cannot be stored.
func (g *GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	if len(g.Randomness) != 32 || g.NextChallenge == 0 || g.Window == nil || g.NextWindow.Number != g.Window.Number+1 {
		return errorsmod.Wrap(ErrGenesis, "randomness, next challenge or window is missing")
	}
	w := *g.Window
	w.Left = uint64(len(w.Remaining))
	if !w.Account().Balanced() || uint64(len(w.Remaining)+len(w.Done)) != w.Frozen {
		return errorsmod.Wrap(ErrGenesis, "window does not add up")
	}
	operators := make(map[string]bool, len(g.VrfKeys))
	for _, k := range g.VrfKeys {
		if operators[k.Operator] || len(k.Key) != 32 {
			return errorsmod.Wrapf(ErrGenesis, "randomness key of %q", k.Operator)
		}
		operators[k.Operator] = true
	}
	for i, r := range g.Challenges {
		c, err := wire.ParseChallenge(r.Challenge)
		if err != nil || c.ID >= g.NextChallenge || r.Status == STATUS_UNSPECIFIED {
			return errorsmod.Wrapf(ErrGenesis, "challenge at position %d", i)
		}
	}
	return nil
}
