package app

import (
	"context"
	"fmt"
)

// Invariant is what must hold of one module's state.
type Invariant struct {
	Module string
	// Err is why it does not, or nil.
	Err error
}

// CheckInvariants checks the state after the last block. It reads all of it: that is
// for an operator who asks and for tests, never for a block.
func (app *App) CheckInvariants() ([]Invariant, error) {
	ctx, err := app.CreateQueryContextWithCheckHeader(0, false, false)
	if err != nil {
		return nil, fmt.Errorf("read the last state: %w", err)
	}
	var all []Invariant
	for _, m := range []struct {
		name  string
		check func(context.Context) error
	}{
		{"credits", app.Keepers.Credits.CheckInvariants},
		{"price", app.Keepers.Price.CheckInvariants},
		{"poc", app.Keepers.PoC.CheckInvariants},
		{"routing", app.Keepers.Routing.CheckInvariants},
		{"rewards", app.Keepers.Rewards.CheckInvariants},
		{"settlement", app.Keepers.Settlement.CheckInvariants},
	} {
		all = append(all, Invariant{m.name, m.check(ctx)})
	}
	return all, nil
}
