package lie

import (
	"context"
	"slices"

	"github.com/hexwave/hexwave/proto/wire"
)

// Kinds of lies that TagCopy tells.
const (
	CopiedTag   = "copied-tag"
	AfterReveal = "after-reveal"
)

// tagCopy goes through the open challenges. By turns it copies the tag of a
// report that is on chain before reports close, or waits for the reveal and then
// knows the right tag. Where nobody reported there is nothing to copy and it
// waits for the reveal.
func (l *Liar) tagCopy(ctx context.Context, height uint64) error {
	for _, t := range l.pending() {
		rec, err := l.cfg.Node.Record(ctx, t.c.ID)
		if err != nil {
			l.note(err)
			continue
		}
		if t.late || height >= t.c.Close {
			t.late = true
			if rec.Preimage != nil {
				t.done = true
				l.note(l.late(t.c, *rec.Preimage))
			}
			continue
		}
		seen := l.others(rec.Reports)
		switch {
		case len(seen) == 0:
		case l.copying:
			t.done, l.copying = true, false
			l.note(l.copy(seen[0]))
		default:
			t.late, l.copying = true, true
		}
	}
	return nil
}

// pending returns the challenges that nothing was done about, in order of their
// ids.
func (l *Liar) pending() []*target {
	var out []*target
	for _, t := range l.open {
		if !t.done {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *target) int {
		if a.c.ID < b.c.ID {
			return -1
		}
		return 1
	})
	return out
}

// others returns the reports of other hotspots.
func (l *Liar) others(reports []wire.Report) []wire.Report {
	self := l.cfg.Index()
	return slices.DeleteFunc(slices.Clone(reports), func(r wire.Report) bool { return r.Witness == self })
}

// copy claims another's report with a little noise on what was measured.
func (l *Liar) copy(r wire.Report) error {
	dice := l.dice(r.Challenge)
	r.RSSI += int16(dice.IntN(41)) - 20
	r.SNR += int16(dice.IntN(11)) - 5
	r.Tmst += dice.Uint32N(1_000_000)
	return l.say(CopiedTag, r)
}

// late claims to have heard a frame that is public.
func (l *Liar) late(c wire.Challenge, a wire.Preimage) error {
	dice := l.dice(c.ID)
	return l.say(AfterReveal, wire.Report{
		Challenge: c.ID, Tag: wire.Tag(l.cfg.Chain, wire.NewBeacon(c.ID, a), l.cfg.Self.PubKey()),
		RSSI: -1050 - int16(dice.IntN(100)), SNR: int16(dice.IntN(50)), SF: c.SF, Tmst: dice.Uint32(),
	})
}
