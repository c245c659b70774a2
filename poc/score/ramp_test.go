package score

import "testing"

func TestRamp(t *testing.T) {
	r := Ramp{Blocks: 100, End: 400, Witnesses: 10}
	for _, c := range []struct {
		blocks uint64
		heard  int
		others uint32
		want   bool
	}{
		{99, 30, 50, false},
		{100, 10, 50, true},
		{100, 9, 50, false},
		{100, 0, 0, true}, // alone
		{100, 1, 1, true},
		{100, 1, 2, false},
		{399, 0, 2, false},
		{400, 0, 2, true},
	} {
		if got := r.IsMature(c.blocks, c.heard, c.others); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
