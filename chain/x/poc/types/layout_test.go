package types_test

import (
	"bytes"
	"testing"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// What is read from the store is written the same again; what is not a list is
// refused.
func FuzzLayouts(f *testing.F) {
	h := types.HeardOf(&wire.Report{Witness: 7, RSSI: -1_150, SF: 9}, 4)
	f.Add(h.AppendTo(h.AppendTo(nil)))
	o := types.Opened{ID: 5, Hotspot: 2, Index: 9, Close: 30}
	f.Add(o.AppendTo(nil))
	r := types.Revealed{Preimage: wire.Preimage{1}, Height: 12}
	f.Add(r.Encode())
	f.Add(types.EncodeDensity(score.Counts{All: 5, Let: 2}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if list, err := types.ParseHeard(b); err == nil {
			var out []byte
			for i := range list {
				out = list[i].AppendTo(out)
				if !types.HasWitness(b, list[i].Witness) {
					t.Fatal("a witness that is there is not found")
				}
			}
			if !bytes.Equal(out, b) {
				t.Fatal("heard: not what was read")
			}
		}
		if list, err := types.ParseOpened(b); err == nil {
			var out []byte
			for i := range list {
				out = list[i].AppendTo(out)
			}
			if !bytes.Equal(out, b) {
				t.Fatal("opened: not what was read")
			}
		}
		if r, err := types.ParseRevealed(b); err == nil && !bytes.Equal(r.Encode(), b) {
			t.Fatal("revealed: not what was read")
		}
		if n, err := types.ParseDensity(b); err == nil && !bytes.Equal(types.EncodeDensity(n), b) {
			t.Fatal("density: not what was read")
		}
	})
}
