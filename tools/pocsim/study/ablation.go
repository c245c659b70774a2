package study

import (
	"math"

	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/tools/pocsim/engine"
)

// Rule is one that can be taken away.
type Rule struct {
	Name string
	What string
	Off  func(r *engine.Rules)
}

// far is a margin in 0.1 dB that nothing exceeds.
const far = 2_000

// Rules are those that can be taken away one by one.
var ruleList = [...]Rule{
	{"tag", "a report proves that the secret was known before it was public", func(r *engine.Rules) { r.NoTag = true }},
	{"frequency", "the beacon was heard on its channel", func(r *engine.Rules) { r.Check.FreqTolerance = math.MaxInt32 }},
	{"min-distance", "no witness within 400 m of the beaconer or of another", func(r *engine.Rules) { r.Check.MinDistance, r.Select.MinDistance = 0, 0 }},
	{"rssi-max", "no signal stronger than free space allows", func(r *engine.Rules) { r.Check.RSSIMargin = far }},
	{"snr", "signal above what can be decoded, and noise that fits it", func(r *engine.Rules) { r.Check.SNRMargin, r.Check.SensitivityMargin = far, far }},
	{"reciprocity", "a witness was heard itself of late", func(r *engine.Rules) { r.Check.Reciprocity = 0 }},
	{"reach", "one end of an edge is heard by others at that distance", func(r *engine.Rules) { r.Edges.FullReach, r.Edges.NoReach = 0, 0 }},
	{"slope", "the signal follows the power that was assigned", func(r *engine.Rules) { r.Edges.MinSpread = 1 << 30 }},
	{"ramp", "a new hotspot is paid a tenth until it stood the test", func(r *engine.Rules) { r.Ramp, r.RampBps = score.Ramp{}, 10_000 }},
	{"density", "crowded cells share what a cell is worth", func(r *engine.Rules) { r.NoDensity = true }},
	{"owners", "one witness an owner and beacon", func(r *engine.Rules) { r.NoOwners = true }},
	{"spot lot", "who stands on one spot shares one lot", func(r *engine.Rules) { r.NoSpots = true }},
	{"misses", "who never answers leaves the draw", func(r *engine.Rules) { r.MaxMiss = math.MaxUint32 }},
	{"paired", "two of a neighbourhood are asked at once", func(r *engine.Rules) { r.Draw.PairedPermille = 0 }},
	{"open reveal", "whoever heard a beacon may reveal it", func(r *engine.Rules) { r.OwnReveal = true }},
	{"secret on air", "a witness checks the secret of a beacon before it reports", func(r *engine.Rules) { r.NoAnchor = true }},
	{"two relays", "a hotspot reports by two relays", func(r *engine.Rules) { r.OneRelay = true }},
	{"caps", "a point, and a hotspot, earns no more than a part of the pool", func(r *engine.Rules) { r.Caps = reward.Caps{} }},
}

// Without returns the rules with one taken away, or false when there is none of
// that name.
func Without(r engine.Rules, name string) (engine.Rules, bool) {
	draw := *r.Draw
	r.Draw = &draw
	for _, rule := range ruleList {
		if rule.Name == name {
			rule.Off(&r)
			return r, true
		}
	}
	return r, false
}
