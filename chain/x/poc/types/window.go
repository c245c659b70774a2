package types

import (
	"sort"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/proto/wire"
)

// Account returns the window as package challenge counts it.
func (w *Window) Account() challenge.Window {
	return challenge.Window{
		Number: w.Number, Start: w.Start, End: w.End, Frozen: w.Frozen, Remaining: w.Left,
		Drawn: w.Drawn, Skipped: w.Skipped, Void: w.Void,
	}
}

// FromAccount returns the stored form of a window.
func FromAccount(c challenge.Window) Window {
	return Window{
		Number: c.Number, Start: c.Start, End: c.End, Frozen: c.Frozen, Left: c.Remaining,
		Drawn: c.Drawn, Skipped: c.Skipped, Void: c.Void,
	}
}

// Refuse counts a refusal. The list stays ascending.
func (t *Totals) Refuse(v wire.Verdict) {
	i := sort.Search(len(t.Refused), func(i int) bool { return t.Refused[i].Verdict >= uint32(v) })
	if i < len(t.Refused) && t.Refused[i].Verdict == uint32(v) {
		t.Refused[i].Count++
		return
	}
	t.Refused = append(t.Refused, VerdictCount{})
	copy(t.Refused[i+1:], t.Refused[i:])
	t.Refused[i] = VerdictCount{Verdict: uint32(v), Count: 1}
}

// ID returns the number of the challenge, or false for a record without one.
func (r *ChallengeRecord) ID() (uint64, bool) {
	c, err := wire.ParseChallenge(r.Challenge)
	return c.ID, err == nil
}
