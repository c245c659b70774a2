package twin

import (
	"errors"
	"reflect"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	creditskeeper "github.com/hexwave/hexwave/chain/x/credits/keeper"
	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlementkeeper "github.com/hexwave/hexwave/chain/x/settlement/keeper"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// world is the real modules beside the model.
type world struct {
	*fixture.Chain
	e  *Economy
	rt *rapid.T

	creditsQ    credits.QueryServer
	rewardsQ    rewards.QueryServer
	settlementQ settlement.QueryServer

	names    map[string]Account
	laneKeys map[signerKey]uint32 // by lane, the number of its key
	devices  map[uint32]uint32    // by hotspot, the number of its key
	used     uint32               // number of keys and anchors so far
	places   []Place
	last     accusation

	give func(to Account, spark uint64)
	next func(after time.Duration) []abci.Event // ends a block and begins another one
	app  *application                           // nil on the fixture

	operations int
	seen       map[string]int // what became of operations
}

// teller stops the sequence, not the test, when the fixture finds something.
type teller struct {
	testing.TB
	rt *rapid.T
}

func (t teller) Helper()                   { t.rt.Helper() }
func (t teller) Fatal(args ...any)         { t.rt.Helper(); t.rt.Fatal(args...) }
func (t teller) Fatalf(f string, a ...any) { t.rt.Helper(); t.rt.Fatalf(f, a...) }

func newWorld(t testing.TB, rt *rapid.T) *world {
	c := fixture.New(teller{t, rt})
	w := worldOf(rt, c)
	w.e = New(Launch(), 0, uint64(c.Ctx.BlockHeight()), c.Ctx.BlockTime().UnixMilli())
	w.give = func(to Account, spark uint64) { c.Give(address(to), spark) }
	w.next = func(after time.Duration) []abci.Event {
		ends := c.Ctx.EventManager()
		before := len(ends.Events())
		c.Block(after)
		return append(ends.ABCIEvents()[before:], c.Ctx.EventManager().ABCIEvents()...)
	}
	return w
}

// worldOf is a world that lacks the model, and what ends blocks and gives HXW.
func worldOf(rt *rapid.T, c *fixture.Chain) *world {
	w := &world{
		Chain: c, rt: rt,
		creditsQ: creditskeeper.NewQueryServer(c.Credits), rewardsQ: rewardskeeper.NewQueryServer(c.Rewards),
		settlementQ: settlementkeeper.NewQueryServer(c.Settlement),
		names:       map[string]Account{}, laneKeys: map[signerKey]uint32{}, devices: map[uint32]uint32{},
		seen: map[string]int{}, places: places(),
	}
	for _, a := range holders() {
		w.names[name(a)] = a
	}
	return w
}

func moduleAddress(module string) sdk.AccAddress { return authtypes.NewModuleAddress(module) }

// do does an operation to both and compares what became of it; after is called when
// both did it.
func (w *world) do(what string, real func(sdk.Context) error, model func(*Economy) error, after ...func()) {
	w.rt.Helper()
	ctx, write := w.Ctx.CacheContext()
	got := real(ctx)
	if got == nil {
		write()
	}
	want := w.e.Do(model)
	w.count(what, want)
	switch {
	case want == nil && got != nil:
		w.rt.Fatalf("%s: refused with %v, the twin does it", what, got)
	case want != nil && got == nil:
		w.rt.Fatalf("%s: done, the twin refuses it: %v", what, want)
	case want != nil && !named(got, want):
		w.rt.Fatalf("%s: refused with %v, the twin says %v", what, got, want)
	}
	if want == nil {
		for _, then := range after {
			then()
		}
	}
	w.compare(what, ctx.EventManager().ABCIEvents())
}

// named tells whether an error of a module is the one that the model names.
func named(got, want error) bool {
	var refusal Refusal
	return errors.As(want, &refusal) && refusals[refusal] != nil && errors.Is(got, refusals[refusal])
}

func (w *world) count(what string, refusal error) {
	w.operations++
	if refusal != nil {
		what += ": " + refusal.Error()
	}
	w.seen[what]++
}

// block ends a block of both and begins the next one.
func (w *world) block(after time.Duration) {
	w.rt.Helper()
	events := w.next(after)
	w.e.Block(after.Milliseconds())
	w.count("block", nil)
	w.compare("block", events)
}

// compare compares all that can be seen.
func (w *world) compare(what string, events []abci.Event) {
	w.rt.Helper()
	if got := crossings(w, events); !reflect.DeepEqual(got, w.e.Crossed) {
		w.rt.Fatalf("%s: orgs suspended or resumed %+v, the twin has %+v", what, got, w.e.Crossed)
	}
	got, want := w.view(), w.e.View()
	if w.app != nil {
		w.app.onApp(w, &got, &want)
	}
	if !reflect.DeepEqual(got, want) {
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			w.rt.Fatalf("%s in epoch %d at height %d: twin -, chain +\n%s", what, w.e.epoch, w.e.Height, diff)
		}
	}
	if err := w.e.Check(); err != nil {
		w.rt.Fatalf("%s: %v", what, err)
	}
}

// crossings reads which orgs were suspended or resumed out of events.
func crossings(w *world, events []abci.Event) (all []Crossing) {
	for _, e := range events {
		if e.Type != "hexwave.credits.v1.EventOrgSuspended" && e.Type != "hexwave.credits.v1.EventOrgResumed" {
			continue
		}
		m, err := sdk.ParseTypedEvent(e)
		if err != nil {
			w.rt.Fatal(err)
		}
		switch m := m.(type) {
		case *credits.EventOrgSuspended:
			all = append(all, Crossing{m.Org, true})
		case *credits.EventOrgResumed:
			all = append(all, Crossing{m.Org, false})
		}
	}
	return all
}
