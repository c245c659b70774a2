package step

import (
	"errors"
	"strings"
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"
)

func testContext(t *testing.T) (sdk.Context, *storetypes.KVStoreKey) {
	t.Helper()
	key := storetypes.NewKVStoreKey("test")
	ctx := testutil.DefaultContextWithKeys(map[string]*storetypes.KVStoreKey{"test": key}, nil, nil)
	return ctx.WithEventManager(sdk.NewEventManager()), key
}

// What a step wrote and told before it failed is gone; the block and the steps after it
// go on.
func TestAFailedStepChangesNothing(t *testing.T) {
	ctx, key := testContext(t)
	write := func(ctx sdk.Context, k string) {
		ctx.KVStore(key).Set([]byte(k), []byte{1})
		ctx.EventManager().EmitEvent(sdk.NewEvent(k))
	}
	var nobody *EventStepFailed
	for _, s := range []struct {
		name string
		do   func(sdk.Context) error
		want bool
	}{
		{"first", func(ctx sdk.Context) error { write(ctx, "a"); return nil }, true},
		{"refuses", func(ctx sdk.Context) error { write(ctx, "b"); return errors.New("no") }, false},
		{"panics", func(ctx sdk.Context) error { write(ctx, "c"); _ = nobody.Module; return nil }, false},
		{"long", func(sdk.Context) error { return errors.New(strings.Repeat("x", 1_000)) }, false},
		{"last", func(ctx sdk.Context) error { write(ctx, "d"); return nil }, true},
	} {
		if got := Run(ctx, "m", s.name, s.do); got != s.want {
			t.Errorf("%s: %v", s.name, got)
		}
	}
	var have string
	for _, k := range []string{"a", "b", "c", "d"} {
		if ctx.KVStore(key).Has([]byte(k)) {
			have += k
		}
	}
	failed, err := Failures(ctx.EventManager().Events())
	if err != nil {
		t.Fatal(err)
	}
	want := []*EventStepFailed{
		{Module: "m", Step: "refuses", Reason: "no"},
		{Module: "m", Step: "panics", Reason: "panic: runtime error: invalid memory address or nil pointer dereference"},
		{Module: "m", Step: "long", Reason: strings.Repeat("x", maxReason)},
	}
	if diff := cmp.Diff(want, failed); diff != "" || have != "ad" {
		t.Errorf("stored %q, %s", have, diff)
	}
	if n := len(ctx.EventManager().Events()); n != len(want)+2 {
		t.Errorf("%d events", n)
	}
}

func TestFailuresRefusesWhatItCannotRead(t *testing.T) {
	bad := sdk.NewEvent("hexwave.step.v1.EventStepFailed", sdk.NewAttribute("module", "{"))
	if _, err := Failures(sdk.Events{bad}); err == nil {
		t.Error("read")
	}
}
