package study

import (
	"fmt"
	"strings"

	"github.com/hexwave/hexwave/proto/wire"
)

// Goals.
const (
	mostTake = 0.10 // of honest pay, for what a rule can see
	mostLoss = 0.01 // of honest points
)

// WithheldShare returns the part of a group's points that evidence took.
func (g *Group) WithheldShare() float64 {
	if g.Withheld+g.Points == 0 {
		return 0
	}
	return float64(g.Withheld) / float64(g.Withheld+g.Points)
}

// goal tells whether an attack comes to no more than it may.
func (s *Study) goal(a *Standing) string {
	if !a.Attack.Seen {
		return "not seen: §5"
	}
	if s.met(a) {
		return "met"
	}
	return "**missed**"
}

func (s *Study) met(a *Standing) bool {
	if a.Attack.Griefs {
		return s.Loss(&a.Result) < mostLoss
	}
	return a.Take() <= mostTake
}

// Missed returns what a study set out to show and did not.
func (s *Study) Missed() []string {
	var missed []string
	for i := range s.Attacks {
		if a := &s.Attacks[i]; a.Attack.Seen && !s.met(a) {
			missed = append(missed, fmt.Sprintf("%s: takes %s, honest points lost %s", a.Attack.Name, percent(a.Take()), percent(s.Loss(&a.Result))))
		}
	}
	for _, t := range s.Rules {
		if lost := 1 - float64(s.Honest.Honest.Points)/float64(t.Result.Honest.Points); lost >= mostLoss {
			missed = append(missed, fmt.Sprintf("rule %s costs the honest %s of their points", t.Rule, percent(lost)))
		}
	}
	return missed
}

// counted are verdicts that say that a rule caught something.
var counted = []wire.Verdict{
	wire.BadTag, wire.NotRevealed, wire.WrongFrequency, wire.TooClose, wire.TooFar, wire.BadRSSI, wire.BelowSensitivity, wire.BadSNR, wire.NoBeacon,
}

// caught names what stopped at least a twentieth of what a group did.
func caught(g *Group) string {
	if g.N == 0 {
		return "-"
	}
	var all int
	for _, n := range g.Verdicts {
		all += n
	}
	var by []string
	for _, v := range counted {
		if n := g.Verdicts[v]; n > 0 && 20*n >= all {
			by = append(by, fmt.Sprintf("%v %s", v, percent(float64(n)/float64(all))))
		}
	}
	if w := g.WithheldShare(); w >= 0.05 {
		by = append(by, "edges "+percent(w))
	}
	if 2*g.Out > g.N {
		by = append(by, "out of the draw")
	}
	if 2*g.Mature < g.N {
		by = append(by, "ramp")
	}
	if len(by) == 0 {
		return "nothing"
	}
	return strings.Join(by, ", ")
}

// verdictOf is by which verdict a rule refuses, for those that refuse.
var verdictOf = map[string][]wire.Verdict{
	"frequency": {wire.WrongFrequency}, "min-distance": {wire.TooClose}, "rssi-max": {wire.BadRSSI},
	"snr": {wire.BadSNR, wire.BelowSensitivity}, "reciprocity": {wire.NoBeacon},
}

// refusedBy returns the part of a group's reports that a rule refused, or of its
// points that it took.
func refusedBy(rule string, g *Group) float64 {
	verdicts, ok := verdictOf[rule]
	if !ok {
		if rule == "reach" || rule == "slope" {
			return g.WithheldShare()
		}
		return float64(g.Out) / float64(g.N)
	}
	var all, n int
	for _, k := range g.Verdicts {
		all += k
	}
	for _, v := range verdicts {
		n += g.Verdicts[v]
	}
	return float64(n) / float64(max(all, 1))
}

func what(rule string) string {
	for _, r := range ruleList {
		if r.Name == rule {
			return r.What
		}
	}
	return ""
}
