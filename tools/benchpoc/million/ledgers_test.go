package million

import (
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLedgers runs all of the phase on a small state: an epoch, moves, sweep, claims,
// pruning, restart and state sync with either ledger. That both pay the same is
// checked by the phase.
func TestLedgers(t *testing.T) {
	o := Options{
		Seed: 1, Hotspots: 2_000, Blocks: 24, Fold: 24, Backend: "goleveldb", Dir: t.TempDir(), Log: io.Discard,
		Land: Land{Towns: 12, Offset: 2, Middle: 25, Chain: 24}, // the largest town is a cell of two pages
	}
	if err := o.Fill(); err != nil {
		t.Fatal(err)
	}
	measured := map[Ledger]*Figures{}
	for _, l := range []Ledger{Pages, Journal} {
		f, err := o.Epoch(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		// As from one process to another.
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		measured[l] = &Figures{}
		if err := json.Unmarshal(raw, measured[l]); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, measured[l]); diff != "" {
			t.Errorf("%s as JSON (-want +got):\n%s", l, diff)
		}
	}
	rows, err := Ledgers(measured[Pages], measured[Journal])
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, r := range rows {
		values[r.Name] = r.Value
		if r.Limit == nil || r.LimitName != "pages" {
			t.Errorf("%s has no figure of the pages", r.Name)
		}
	}
	for _, f := range append(append(inEpoch(), afterEpoch()...), ofNode()...) {
		if _, ok := values["ledger: "+f.name]; !ok {
			t.Errorf("no row %q", f.name)
		}
	}
}

func TestSame(t *testing.T) {
	paid := func() *Figures { return &Figures{Paid: []uint64{1, 2}} }
	if err := same(paid(), paid()); err != nil {
		t.Errorf("the same amounts: %v", err)
	}
	for name, change := range map[string]func(*Figures){
		"another amount": func(f *Figures) { f.Paid = []uint64{2, 1} },
		"another load":   func(f *Figures) { f.Load.Reports = 1 },
		"another height": func(f *Figures) { f.Height = 1 },
		"other totals":   func(f *Figures) { f.Totals.NotEmitted = 1 },
	} {
		other := paid()
		change(other)
		if err := same(paid(), other); !errors.Is(err, errAmounts) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := same(&Figures{}, &Figures{}); !errors.Is(err, errAmounts) {
		t.Errorf("nothing paid: %v", err)
	}
}
