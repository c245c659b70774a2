package verify

import (
	"testing"

	"github.com/hexwave/hexwave/proto/wire"
)

// Whatever a report says, wherever the two stand: a verdict, no panic, the same one
// twice, and an explanation that fails exactly where the verdict does.
func FuzzReport(f *testing.F) {
	body := honest(f).Report.AppendTo(nil)
	f.Add(body, int64(0), uint16(125), uint8(9), int16(140))
	f.Add(body, int64(-1<<62), uint16(0), uint8(0), int16(-32_768))
	f.Fuzz(func(t *testing.T, raw []byte, x int64, bandwidth uint16, sf uint8, power int16) {
		r, err := wire.ParseReport(raw)
		if err != nil {
			return
		}
		c := honest(t)
		*c.Report = r
		c.Witness.At.X = x >> 20 // a place is within the sphere: 2^43 mm is beyond it
		c.Challenge.Bandwidth, c.Challenge.SF, c.Challenge.Power = bandwidth, sf, power
		c.Revealed = true
		for _, judge := range []struct {
			verdict           func() wire.Verdict
			included, settled bool
		}{{c.Include, false, false}, {c.Settle, true, true}} {
			v := judge.verdict()
			if again := judge.verdict(); again != v {
				t.Fatalf("%v, then %v", v, again)
			}
			failed := false
			for _, line := range c.Explain(judge.included, judge.settled) {
				failed = failed || !line.Passed
			}
			if failed != (v != wire.Accepted) {
				t.Fatalf("verdict %v, explanation failed: %v", v, failed)
			}
		}
	})
}
