package index_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/index"
)

// apply adds events as the next block.
func apply(tb testing.TB, x *index.Index, events ...explorer.Event) *index.View {
	tb.Helper()
	if err := x.Apply(explorer.Block{Height: x.View().Height + 1, Events: events}); err != nil {
		tb.Fatal(err)
	}
	return x.View()
}

// owned returns the hotspots that a search for an owner finds.
func owned(v *index.View, owner string) []explorer.HotspotIndex {
	var out []explorer.HotspotIndex
	for _, h := range v.Search(owner, 10) {
		out = append(out, h.Index)
	}
	return out
}

func TestATransferChangesTheOwner(t *testing.T) {
	x := index.New()
	before := apply(
		t, x,
		explorer.HotspotRegistered{Index: 1, ID: "one", Name: "a-b-c", Owner: "hxw1seller"},
		explorer.HotspotRegistered{Index: 2, ID: "two", Name: "d-e-f", Owner: "hxw1seller"},
	)
	after := apply(t, x, explorer.HotspotOwnerChanged{Index: 1, Owner: "hxw1buyer"})
	for _, tc := range []struct {
		what  string
		view  *index.View
		owner string
		want  []explorer.HotspotIndex
	}{
		{"seller before", before, "hxw1seller", []explorer.HotspotIndex{1, 2}},
		{"buyer before", before, "hxw1buyer", nil},
		{"seller after", after, "hxw1seller", []explorer.HotspotIndex{2}},
		{"buyer after", after, "hxw1buyer", []explorer.HotspotIndex{1}},
	} {
		if d := cmp.Diff(tc.want, owned(tc.view, tc.owner)); d != "" {
			t.Errorf("%s: %s", tc.what, d)
		}
	}
	if change, ok := x.Since(after, before.Seq); !ok || !cmp.Equal(change.Hotspots, []explorer.HotspotIndex{1}) {
		t.Errorf("the feed names %v", change.Hotspots)
	}
}
