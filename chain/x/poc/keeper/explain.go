package keeper

import (
	"fmt"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// explainBeacon shows the checks of the beacon itself.
func (s *settling) explainBeacon() []types.Check {
	self := challenge.Entry{Witness: s.open.Beaconer}
	c := s.open.Case(&self)
	return checks(c.ExplainBeacon())
}

// explainWitnesses shows the checks of each report, in order of the witnesses.
// The last line is the lot: a report that passes everything may still not be
// kept.
func (s *settling) explainWitnesses() []types.WitnessExplanation {
	isSettled := s.record.Status != types.STATUS_OPEN
	all := make([]types.WitnessExplanation, 0, len(s.record.Reports))
	for i := range s.record.Reports {
		r := &s.record.Reports[i]
		c := s.open.Case(&s.open.Entries[i])
		c.Sortition = sortition(&s.record, &s.params)
		lines := checks(c.Explain(true, isSettled))
		if isSettled && c.Settle() == wire.Accepted {
			lines = append(lines, s.lot(r), edgeLine(r))
		}
		all = append(all, types.WitnessExplanation{
			Hotspot: r.Site.Hotspot, Verdict: r.Verdict, Points: r.Points, Checks: lines,
		})
	}
	return all
}

// lot shows whether a valid witness was kept.
func (s *settling) lot(r *types.StoredReport) types.Check {
	verdict := wire.Verdict(r.Verdict)
	measured := "kept"
	switch verdict {
	case wire.TooClose:
		measured = fmt.Sprintf("within %d m of a kept witness", s.params.MinDistanceM)
	case wire.Redundant:
		measured = "owner already kept, or places taken"
	}
	failure := verdict
	if verdict == wire.Accepted {
		failure = wire.Redundant
	}
	return types.Check{
		Name: "lot", Passed: verdict == wire.Accepted, Verdict: uint32(failure), Measured: measured,
		Limit: fmt.Sprintf("%d witnesses, one an owner, one a spot", s.params.MaxWitnesses),
	}
}

// edgeLine shows what the evidence against the edge takes off.
func edgeLine(r *types.StoredReport) types.Check {
	return types.Check{
		Name: "edge", Passed: r.Discount == 0, Verdict: r.Verdict,
		Measured: fmt.Sprintf("paid %d.%02d %%", (score.EdgeOne-r.Discount)/100, (score.EdgeOne-r.Discount)%100),
		Limit:    "paid in full unless nearer hotspots are silent or the signal does not follow the power",
	}
}

func checks(lines []verify.Line) []types.Check {
	all := make([]types.Check, 0, len(lines))
	for _, l := range lines {
		all = append(all, types.Check{
			Name: l.Name, Passed: l.Passed, Verdict: uint32(l.Verdict), Measured: l.Measured, Limit: l.Limit,
		})
	}
	return all
}
