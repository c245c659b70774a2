package score

import "testing"

func TestRamp(t *testing.T) {
	r := Ramp{Blocks: 100, End: 400, Witnesses: 10}
	for _, c := range []struct {
		blocks uint64
		heard  int
		others uint32
		weight uint64
		want   bool
	}{
		{99, 30, 50, EdgeOne, false},
		{100, 10, 50, EdgeOne, true},
		{100, 9, 50, EdgeOne, false},
		{100, 0, 0, EdgeOne, true}, // alone
		{100, 1, 1, EdgeOne, true},
		{100, 1, 2, EdgeOne, false},
		{399, 0, 2, EdgeOne, false},
		{400, 0, 2, EdgeOne, true},
		{400, 30, 50, EdgeOne / 2, true},
		{400, 30, 50, EdgeOne/2 - 1, false}, // most of its edges are worth nothing
	} {
		if got := r.IsMature(c.blocks, c.heard, c.others, c.weight); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
