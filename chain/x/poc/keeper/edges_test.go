package keeper_test

import (
	"slices"
	"testing"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/proto/wire"
)

// town runs blocks in which those of heard who are not silent report each beacon,
// with the signal that rssi says.
func (n *network) town(blocks int, silent func(c wire.Challenge, witness uint32) bool, rssi func(c wire.Challenge, witness uint32) int16) {
	n.t.Helper()
	count := uint32(len(n.registry.hotspots))
	for range blocks {
		n.begin()
		for _, c := range n.opened() {
			var items [][]byte
			for _, w := range others(count, c.Hotspot) {
				if !n.reported[c.ID] && !silent(c, w) {
					items = append(items, n.report(c, w, func(r *wire.Report) { r.RSSI = rssi(c, w) }))
				}
			}
			n.reported[c.ID] = true
			if len(items) > 0 {
				n.mustDeliver(wire.BatchReports, items...)
			}
			if uint64(n.ctx.BlockHeight()) == c.Close+1 {
				n.mustDeliver(wire.BatchReveals, reveal(c))
			}
		}
		n.end()
	}
}

// last returns the newest settled challenge of a hotspot.
func (n *network) last(hotspot uint32) types.ChallengeRecord {
	n.t.Helper()
	var newest types.ChallengeRecord
	for id := uint64(1); ; id++ {
		res, err := n.queries.Challenge(n.ctx, &types.QueryChallengeRequest{Challenge: id})
		if err != nil && id > 400 {
			return newest
		}
		if err == nil && res.Record.Status == types.STATUS_SETTLED && res.Record.Site.Hotspot == hotspot {
			newest = res.Record
		}
	}
}

func (n *network) discounts(hotspot uint32) map[uint32]uint32 {
	n.t.Helper()
	m := map[uint32]uint32{}
	for _, r := range n.last(hotspot).Reports {
		m[r.Site.Hotspot] = r.Discount
	}
	return m
}

func never(wire.Challenge, uint32) bool { return false }

// follows is the signal of a radio: weaker when less is sent.
func follows(c wire.Challenge, _ uint32) int16 { return -1_150 + c.Power - 161 }

// A witness whose signal is the same whatever was sent is paid nothing more after
// a while; those beside it are paid as before.
func TestSignalMustFollowPower(t *testing.T) {
	p := testParams()
	p.PowerSteps, p.Edges.MinSpread, p.Probes = []int32{0, -30, -60}, 60, 0
	net := newNetwork(t, 4, p)
	net.town(900, never, func(c wire.Challenge, w uint32) int16 {
		if w == 4 {
			return -1_150
		}
		return follows(c, w)
	})
	d := net.discounts(1)
	if d[4] != score.EdgeOne || d[2] != 0 || d[3] != 0 {
		t.Errorf("discounts %v", d)
	}
	for _, r := range net.last(1).Reports {
		if wire.Verdict(r.Verdict) != wire.Accepted || (r.Points == 0) != (r.Site.Hotspot == 4) {
			t.Errorf("hotspot %d: %v, %d points", r.Site.Hotspot, wire.Verdict(r.Verdict), r.Points)
		}
	}
	// Three of four say the truth to the beaconer, which is paid for them.
	if last := net.last(1); last.Points >= 75_000_000 || last.Points <= 40_000_000 {
		t.Errorf("beaconer got %d points", last.Points)
	}
}

// Two that hear nobody but each other, across others who hear neither, are paid
// nothing for it after a while; one that is heard by nobody but somebody on a hill
// is paid in full.
func TestReachOfBothEnds(t *testing.T) {
	const last = 12
	for _, c := range []struct {
		name   string
		silent func(wire.Challenge, uint32) bool
		want   uint32
	}{
		{"a pair of liars", func(c wire.Challenge, w uint32) bool {
			return c.Hotspot == 1 && w != last || c.Hotspot == last && w != 1
		}, score.EdgeOne},
		{"a hill", func(c wire.Challenge, w uint32) bool { return c.Hotspot == 1 && w != last }, 0},
		{"all hear", never, 0},
	} {
		p := testParams()
		p.Edges.MinAsked, p.Edges.NoReach, p.Edges.FullReach, p.Probes = 8, 400, 500, 8
		net := newNetwork(t, last, p)
		net.ledger.hotspots = last
		net.town(600, c.silent, follows)
		if d := net.discounts(1); d[last] != c.want {
			t.Errorf("%s: discounts %v", c.name, d)
		}
		res, err := net.queries.ExplainHotspot(net.ctx, &types.QueryExplainHotspotRequest{Hotspot: 1})
		if err != nil || len(res.Reach) != score.ReachBins || res.Reach[1].Asked == 0 && res.Reach[2].Asked == 0 {
			t.Errorf("%s: %v, reach %v", c.name, err, res.GetReach())
		}
	}
}

// A hotspot is mature when it stood long enough and others heard it, and starts
// anew where it moves to.
func TestMaturity(t *testing.T) {
	p := testParams()
	p.RampBlocks, p.RampEndBlocks, p.RampWitnesses = 100, 10_000, 2
	net := newNetwork(t, 4, p)
	lonely := func(c wire.Challenge, w uint32) bool { return c.Hotspot == 4 && w != 1 }
	net.town(90, lonely, follows)
	if len(net.ledger.mature) != 0 {
		t.Errorf("mature after 90 blocks: %v", net.ledger.mature)
	}
	net.town(110, lonely, follows)
	slices.Sort(net.ledger.mature)
	if got := slices.Compact(net.ledger.mature); !slices.Equal(got, []uint32{1, 2, 3}) {
		t.Errorf("mature: %v; 4 was heard by one of three", got)
	}
	if g := net.progress(1); g.Mature == 0 || len(g.Edges) == 0 {
		t.Errorf("%+v", g)
	}
	net.registry.hotspots[0].Location = location(place(9))
	net.town(40, never, follows)
	if g := net.progress(1); g.Mature != 0 {
		t.Errorf("still mature after a move: %+v", g)
	}
}

// Where nobody's beacon was heard yet, the first ones are heard all the same, and
// paid from then on.
func TestFirstToBeHeard(t *testing.T) {
	p := testParams()
	p.ReciprocityBlocks = 200
	net := newNetwork(t, 3, p)
	net.town(150, never, follows)
	for h := uint32(1); h <= 3; h++ {
		if g := net.progress(h); g.LastBeacon == 0 {
			t.Errorf("hotspot %d was never heard", h)
		}
		if net.last(h).Points == 0 {
			t.Errorf("hotspot %d is not paid", h)
		}
	}
}
