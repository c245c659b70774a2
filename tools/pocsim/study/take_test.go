package study

import (
	"math"
	"testing"
)

// A life at honest pay, by hand: 40 dollars are 60 days of mean pay, so m = 1 is
// earned in 60 days and m = 3 in 180; a tenth of it earns 94.9 days of pay in all,
// 63 dollars.
func TestLife(t *testing.T) {
	for _, c := range []struct {
		take, m   float64
		days, net float64
	}{
		{1, 1, 60, 0},
		{1, 3, 180, 80},
		{0.1, 1, 365 + 235/0.75, 0},
		{0.1, 3, math.Inf(1), 0.1*daysOfBase*fee/feeDays - fee},
		{0, 1, math.Inf(1), -fee},
	} {
		l := LifeOf(c.take, c.m, 0, 0)
		if math.Abs(l.Net-c.net) > 0.01 || l.Days != c.days && math.Abs(l.Days-c.days) > 0.01 {
			t.Errorf("take %v at m = %v: %+v", c.take, c.m, l)
		}
	}
	if even := BreakEven(1, 20, 0); even != 1.49 {
		t.Errorf("hardware of half a fee: loses up to %v", even)
	}
	if even := BreakEven(0.05, 0, 0); even != 10 {
		t.Errorf("a twentieth never earns a fee: loses up to %v", even)
	}
}
