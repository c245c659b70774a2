package study

import (
	"math"

	"github.com/hexwave/hexwave/tools/pocsim/engine"
)

func launch() engine.Rules { return engine.Launch() }

// Take is what an attack brought an identity, a day, in mean honest pay: what it was
// paid, less what the same hardware would have been paid honestly.
func (s *Standing) Take() float64 { return take(&s.Result, &s.Twin) }

func take(attacked, twin *Result) float64 {
	if attacked.Attackers.N == 0 {
		return 0
	}
	a, t := &attacked.Attackers, &twin.Attackers
	return a.Pay - t.Pay*float64(t.N)/float64(a.N)
}

// Loss is the part of the honest points that an attack destroyed. What attackers are
// paid is not in it: points say what is proven, pay how it is shared.
func (s *Study) Loss(r *Result) float64 {
	return max(0, 1-float64(r.Honest.Points)/float64(s.Honest.Honest.Points))
}

// Prices of a life.
const (
	fee          = 40.0 // US$ to register, at least
	feeDays      = 60.0 // days of mean base pay that the fee is worth at least
	daysOfBase   = 365 * (1 + 0.75 + 0.5 + 0.25 + 0.1)
	daysPerMonth = 30.0
)

// Life is what an identity comes to that makes take a day of mean honest pay, is
// paid it for as long as base coverage is paid at all, and is never banned.
type Life struct {
	Days float64 // until it has been paid m fees; infinite if never
	Net  float64 // US$, after fee, hardware and running
}

// LifeOf returns the life of an identity at a multiple m of the fee.
func LifeOf(take, m, hardware, running float64) Life {
	daily := fee / feeDays * take
	want := m * fee
	l := Life{Days: math.Inf(1)}
	most := daily * daysOfBase
	if most >= want && daily > 0 {
		l.Days = calendar(want / daily)
	}
	months := min(l.Days, 5*365) / daysPerMonth
	l.Net = min(want, most) - fee - hardware - running*months
	return l
}

// calendar returns how many days pass until base pay has come to days of full pay.
func calendar(days float64) float64 {
	var passed float64
	for _, part := range []float64{1, 0.75, 0.5, 0.25, 0.1} {
		if days <= 365*part {
			return passed + days/part
		}
		days, passed = days-365*part, passed+365
	}
	return math.Inf(1)
}

// BreakEven returns the largest multiple m of the fee, in hundredths, at which an
// identity with a take still loses; 10 when it loses at any.
func BreakEven(take, hardware, running float64) float64 {
	for m := 1.0; m < 10; m += 0.01 {
		if LifeOf(take, m, hardware, running).Net >= 0 {
			return math.Round(100*(m-0.01)) / 100
		}
	}
	return 10
}
