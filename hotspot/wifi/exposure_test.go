package wifi

import "testing"

const mib = 10_485_760 // micro-DC for a MiB at 10 a byte

func TestLimitGrowsWithWhatWasVouchered(t *testing.T) {
	for _, c := range []struct{ vouchered, want uint64 }{
		{0, mib}, {mib - 1, mib}, {mib, 2 * mib}, {3*mib - 1, 2 * mib}, {3 * mib, 4 * mib}, {1 << 60, 20 * mib},
	} {
		if got := limit(c.vouchered, mib, 20*mib); got != c.want {
			t.Errorf("after %d: %d, want %d", c.vouchered, got, c.want)
		}
	}
	if got := limit(0, mib, 1); got != mib {
		t.Errorf("a small quantum: %d", got)
	}
}

func TestWithholding(t *testing.T) {
	const now = 1_000_000
	old, late, gone := uint64(now-answerWithin), uint64(now-answerWithin-1), uint64(now-voucherGrace-1)
	for _, c := range []struct {
		name string
		e    exposure
		want bool
	}{
		{"nothing", exposure{}, false},
		{"much, just now", exposure{claims: []claim{{old, 100 * mib}}}, false},
		{"within the limit, late", exposure{claims: []claim{{late, mib}}}, false},
		{"beyond the limit, late", exposure{claims: []claim{{late, mib + 1}}}, true},
		{"in sum beyond the limit", exposure{claims: []claim{{late, mib}, {late, 1}}}, true},
		{"little, for two minutes", exposure{claims: []claim{{gone, 1}}}, true},
		{"a payer of long standing", exposure{claims: []claim{{late, 19 * mib}}, vouchered: 1 << 40}, false},
		{"refused without history", exposure{refused: mib + 1}, true},
		{"one in ten refused", exposure{refused: 10 * mib, vouchered: 100 * mib}, false},
		{"half refused", exposure{refused: 50 * mib, vouchered: 100 * mib}, true},
	} {
		if got := c.e.withholding(now, mib, 20*mib); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func TestCoverTakesTheOldestFirst(t *testing.T) {
	e := exposure{claims: []claim{{1, 10}, {2, 20}, {3, 30}}}
	e.cover(15)
	if len(e.claims) != 2 || e.claims[0] != (claim{2, 15}) {
		t.Errorf("%v", e.claims)
	}
	e.cover(1000) // more than was asked for: nothing is kept of it
	if len(e.claims) != 0 {
		t.Errorf("%v", e.claims)
	}
}
