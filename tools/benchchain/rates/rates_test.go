package rates

import (
	"io"
	"strings"
	"testing"
)

// TestMeasure runs all of it on a small town: every voucher settles and every
// transaction succeeds, or the measurement fails by itself.
func TestMeasure(t *testing.T) {
	rows, err := Measure(t.Context(), Options{Hotspots: 250, Orgs: 5, Items: 1_000, Sends: 10, Dir: t.TempDir(), Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"settle, first of 1000", "settle, a higher", "settle, of the epoch before", "a block of 1000 vouchers: share",
		"lane bytes", "transfers", "settlements", "claims, one", "claims, a hundred",
	} {
		found := false
		for _, r := range rows {
			if strings.HasPrefix(r.Name, want) {
				found = true
				if r.Value <= 0 {
					t.Errorf("%s: %g", r.Name, r.Value)
				}
			}
		}
		if !found {
			t.Errorf("no row %q", want)
		}
	}
}
