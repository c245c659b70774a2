package year

import (
	"io"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/tools/benchchain/node"
)

// TestMeasure runs three months of four epochs in a small town. That everything settled,
// was paid and claimed is checked by the run.
func TestMeasure(t *testing.T) {
	rows, err := Measure(t.Context(), Options{
		Hotspots: 75, Orgs: 12, Months: 3, Epochs: 4, MillionBytes: 1e6, Dir: t.TempDir(), Log: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, r := range rows {
		values[r.Name] = r.Value
	}
	for _, want := range []string{
		"state of 75 hotspots and 12 orgs, month 1", "state of 75 hotspots and 12 orgs, month 3", "records, month 3",
		"left: settled rows", "left: closed epochs", "a million hotspots: state written a day",
	} {
		if values[want] <= 0 {
			t.Errorf("%s: %g", want, values[want])
		}
	}
	if kept := values["of it kept for an old version, here"]; kept < 0 || kept > 200 {
		t.Errorf("an old version keeps %g %% of what a block writes", kept)
	}
}

// TestGrowing sees a kind that grows, and neither one that is bounded nor one that comes
// and goes.
func TestGrowing(t *testing.T) {
	before := node.State{{Store: "settlement", Prefix: 4, Keys: 1_000}, {Store: "rewards", Prefix: 0x14, Keys: 300}}
	after := node.State{
		{Store: "settlement", Prefix: 4, Keys: 1_010}, {Store: "rewards", Prefix: 0x14, Keys: 330}, {Store: "bank", Prefix: 2, Keys: 100},
	}
	var names []string
	for _, k := range growing(before, after) {
		names = append(names, k.Name())
	}
	if got := strings.Join(names, " "); got != "bank 02" {
		t.Errorf("growing: %q", got)
	}
}
