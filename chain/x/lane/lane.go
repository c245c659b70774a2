// Package lane carries through a context what the free lane's ante branch and
// the modules behind it tell each other: that a message was admitted by the
// lane, and the node-local gate a relay has to pass. It owns no state and never
// decides whether a batch is right.
package lane

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Checker decides whether one lane message may enter a block.
//
// CheckBatch runs in CheckTx, PrepareProposal, ProcessProposal and
// FinalizeBlock, so it must be a function of state and message alone. Checks go
// from cheap to dear, and Spend is called once the relay's own signature is
// known to be good and before the first item signature is looked at. It may
// write replay marks; they are kept even when the message fails afterwards.
type Checker interface {
	CheckBatch(ctx sdk.Context, msg sdk.Msg) error
}

// Gate takes one batch of items from a relay's node-local allowance. It exists
// in CheckTx only: what has reached a block is never refused for its rate.
type Gate func(relay string, items int) error

type (
	markKey struct{}
	gateKey struct{}
)

// Admit marks the context of a message that the lane's ante branch let in.
func Admit(ctx sdk.Context) sdk.Context {
	return ctx.WithValue(markKey{}, true)
}

// RequireAdmitted returns ErrNotAdmitted unless ctx was marked by Admit. Every
// handler of a lane message calls it first.
func RequireAdmitted(ctx context.Context) error {
	if ok, _ := ctx.Value(markKey{}).(bool); !ok {
		return ErrNotAdmitted
	}
	return nil
}

// WithGate puts the relay gate of this node into a CheckTx context.
func WithGate(ctx sdk.Context, g Gate) sdk.Context {
	return ctx.WithValue(gateKey{}, g)
}

// Spend charges relay for a batch of items where a gate is present and returns
// the gate's refusal. Without a gate it always succeeds.
func Spend(ctx context.Context, relay string, items int) error {
	if g, ok := ctx.Value(gateKey{}).(Gate); ok && g != nil {
		return g(relay, items)
	}
	return nil
}
