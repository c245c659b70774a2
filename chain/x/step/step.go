// Package step runs the work that modules do at the beginning and end of a block,
// so that a fault in it cannot stop the chain.
//
// It owns the branch of the state that a step works in and the event that tells of a
// failure. It never decides what a step does and never repeats one within a block:
// a step that failed changed nothing, so its cursor stands where it stood and the
// next block goes on from there. Nothing is skipped, only late.
package step

import (
	"fmt"
	"runtime/debug"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"
)

// Run does one step of a module in a branch of the state, and keeps what it wrote
// and the events it raised only when it returns nil. An error and a panic are the
// same: EventStepFailed is raised, the operator's log has the whole reason, and the
// block goes on. It tells whether the step succeeded, for steps that build on it.
//
// A panic of the state machine is the same on every validator. One that is not, such
// as a disk that fails under the store, leaves this node with another app hash than
// the others, which stops it at the next block, as it must.
func Run(ctx sdk.Context, module, name string, do func(sdk.Context) error) bool {
	branch, write := ctx.CacheContext()
	err := guarded(branch, do)
	if err == nil {
		write()
		return true
	}
	ctx.Logger().Error("step of a block failed, the next block tries again", "module", module, "step", name, "height", ctx.BlockHeight(), "reason", err)
	e := EventStepFailed{Module: module, Step: name, Reason: reason(err)}
	if err := ctx.EventManager().EmitTypedEvent(&e); err != nil {
		ctx.Logger().Error("event of a failed step", "reason", err)
	}
	return false
}

// panicked is a panic as an error, with its stack for the log alone.
type panicked struct {
	value any
	stack []byte
}

func (p panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

func guarded(ctx sdk.Context, do func(sdk.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked{r, debug.Stack()}
		}
	}()
	return do(ctx)
}

// maxReason bounds the reason in the event, in bytes.
const maxReason = 200

func reason(err error) string {
	text := err.Error()
	if p, ok := err.(panicked); ok { //nolint:errorlint // made above, never wrapped
		text = fmt.Sprintf("panic: %v", p.value)
	}
	return text[:min(len(text), maxReason)]
}

// Failures returns the failed steps among the events of a block.
func Failures(events sdk.Events) ([]*EventStepFailed, error) {
	var failed []*EventStepFailed
	for _, e := range events {
		if e.Type != proto.MessageName(&EventStepFailed{}) {
			continue
		}
		m, err := sdk.ParseTypedEvent(abci.Event(e))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", e.Type, err)
		}
		if f, ok := m.(*EventStepFailed); ok {
			failed = append(failed, f)
		}
	}
	return failed, nil
}
