package challenge

import (
	"slices"

	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Status is what became of a challenge.
type Status uint8

// Statuses at settlement.
const (
	Settled Status = iota + 1 // revealed, with or without witnesses
	Missed                    // nobody proved a transmission
	Void                      // the chain stood still between draw and close
)

// Entry is one included report at settlement.
type Entry struct {
	Report     wire.Report
	Witness    verify.Site
	Height     uint64   // of inclusion
	Owner      [32]byte // of the witness
	Tenure     uint32   // whole months of clean checks
	LastBeacon uint64   // height at which its own beacon was last heard
	Discount   uint32   // of the edge to it, at most score.EdgeOne: what evidence takes off its pay
}

// Open is a challenge at its settlement height.
type Open struct {
	Challenge wire.Challenge
	Beaconer  verify.Site
	Rules     verify.Rules
	Select    score.Selection
	Stretch   uint32
	Scale     uint32 // density scale of the beaconer times 10^4

	Void     bool
	Revealed bool
	Preimage wire.Preimage
	R        [32]byte // randomness younger than the last report
	Entries  []Entry
}

// Outcome is what a report gets.
type Outcome struct {
	Verdict wire.Verdict
	Points  uint64 // 1e-8 units
}

// Settlement is what a challenge came to.
type Settlement struct {
	Status  Status
	Beacon  Outcome
	Kept    int
	Weight  uint64    // mean of the kept witnesses' edges, times 10^4
	Reports []Outcome // in the order of the entries
}

// Heard tells whether somebody heard the beacon: a witness that was kept, or one
// whose own beacon nobody heard yet and which is not paid for that. Without those
// nobody in a valley of new hotspots could ever be the first to be heard.
func (s *Settlement) Heard() bool {
	return s.Kept > 0 || slices.ContainsFunc(s.Reports, func(o Outcome) bool { return o.Verdict == wire.NoBeacon })
}

// Settler settles challenges, one after the other. It holds buffers only; the zero
// value is ready.
type Settler struct {
	reports    []Outcome
	candidates []score.Candidate
	verdicts   []wire.Verdict
	judged     verify.Case
}

// Settle settles one challenge.
func Settle(o *Open) Settlement { return new(Settler).Settle(o) }

// Settle judges every report of o, keeps witnesses by lot, and counts points.
// The result for a report does not depend on the order of the entries. Surprise
// challenges are judged like others, and pay nothing. What it returns is valid until
// the next call.
func (t *Settler) Settle(o *Open) Settlement {
	t.reports, t.candidates = t.reports[:0], t.candidates[:0]
	for i := range o.Entries {
		e := &o.Entries[i]
		t.judged = o.Case(e)
		v := t.judged.Settle()
		t.reports = append(t.reports, Outcome{Verdict: v})
		if v == wire.Accepted {
			t.candidates = append(t.candidates, score.Candidate{
				Hotspot: e.Witness.Index, Owner: e.Owner, At: e.Witness.At, Spot: e.Witness.Spot, Tenure: e.Tenure, Entry: i,
			})
		}
	}
	s := Settlement{Reports: t.reports}
	t.verdicts = score.Select(t.verdicts[:0], o.R, o.Challenge.ID, t.candidates, o.Select)
	for i, v := range t.verdicts {
		s.Reports[t.candidates[i].Entry].Verdict = v
		if v == wire.Accepted {
			s.Kept++
		}
	}
	s.Status, s.Beacon.Verdict = o.status(s.Kept)
	o.weigh(&s)
	if s.Status == Settled && o.Challenge.Kind != wire.ChallengeSurprise {
		o.pay(&s)
	}
	return s
}

func (o *Open) status(kept int) (Status, wire.Verdict) {
	switch {
	case o.Void:
		return Void, wire.Void
	case !o.Revealed:
		return Missed, wire.NotRevealed
	case kept == 0:
		return Settled, wire.NotWitnessed
	}
	return Settled, wire.Accepted
}

// weigh sums up what evidence left of the edges to the kept witnesses.
func (o *Open) weigh(s *Settlement) {
	for i := range s.Reports {
		if s.Reports[i].Verdict == wire.Accepted {
			s.Weight += o.Entries[i].weight()
		}
	}
	s.Weight /= uint64(max(s.Kept, 1))
}

// weight returns what evidence left of the edge to a witness, times 10^4.
func (e *Entry) weight() uint64 { return score.EdgeOne - uint64(min(e.Discount, score.EdgeOne)) }

// pay counts points. Evidence against an edge takes its part off the witness's
// points, and off the beaconer's as far as they rest on that witness.
func (o *Open) pay(s *Settlement) {
	beaconer, witness := score.Points(s.Kept, o.Scale, o.Stretch)
	for i := range s.Reports {
		if s.Reports[i].Verdict == wire.Accepted {
			s.Reports[i].Points = witness * o.Entries[i].weight() / score.EdgeOne
		}
	}
	s.Beacon.Points = beaconer * s.Weight / score.EdgeOne
}

// Case returns the settlement case of one entry, for judging and explaining.
func (o *Open) Case(e *Entry) verify.Case {
	return verify.Case{
		Rules: &o.Rules, Challenge: &o.Challenge, Beaconer: &o.Beaconer,
		Report: &e.Report, Witness: &e.Witness, Height: e.Height,
		Void: o.Void, Revealed: o.Revealed, Preimage: o.Preimage, LastBeacon: e.LastBeacon,
	}
}

// Penalty returns the points that a verdict costs the witness: a tag of another
// frame or another key is the one fault that cannot be an accident of radio.
func Penalty(v wire.Verdict) uint64 {
	if v == wire.BadTag {
		return limits.BadTagPenalty
	}
	return 0
}
