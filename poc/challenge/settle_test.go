package challenge

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

func siteAt(n uint32, east geo.E7) verify.Site {
	p := geo.Point{Lat: 525_000_000, Lng: 134_000_000 + east}
	var raw [wire.KeySize]byte
	raw[0], raw[1], raw[2] = byte(wire.KeyEd25519), byte(n), byte(n>>8)
	key, err := wire.ParsePubKey(raw[:])
	if err != nil {
		panic(err)
	}
	return verify.Site{Index: n, Key: key, At: p.ECEF(), Zone: geo.CellAt(p, geo.ZoneRes), Region: 1}
}

// settled is a revealed challenge heard by n honest witnesses, 1.5 km apart.
func settled(n int) *Open {
	o := &Open{
		Challenge: wire.Challenge{
			ID: 5, Hotspot: 1_000, Drawn: 100, Frequency: 868_100_000, Bandwidth: 125, SF: 9, Power: 140,
			Region: 1, Close: 110, Index: 3, KnownIndex: 4,
		},
		Beaconer: siteAt(1_000, 0),
		Rules:    verify.Rules{MinDistance: 400, MaxDistance: 100_000, FreqTolerance: 1_000},
		Select:   score.Selection{MaxWitnesses: limits.MaxWitnesses, MinDistance: 400},
		Stretch:  1, Scale: 10_000, Revealed: true, Preimage: wire.Preimage{1}, R: [32]byte{9},
	}
	frame := wire.NewBeacon(5, o.Preimage)
	for i := range uint32(n) {
		site := siteAt(i+1, geo.E7(i+1)*220_000)
		o.Entries = append(o.Entries, Entry{
			Report: wire.Report{
				Challenge: 5, Witness: i + 1, RSSI: -1_150, SNR: 20, SF: 9,
				Tag: wire.Tag(wire.ChainHash{}, frame, site.Key),
			},
			Witness: site, Height: 105, Owner: [32]byte{byte(i), byte(i >> 8)},
		})
	}
	return o
}

func TestSettle(t *testing.T) {
	o := settled(5)
	o.Entries[1].Report.Tag[0]++
	o.Entries[2].Report.RSSI = -300
	s := Settle(o)
	want := Settlement{
		Status: Settled, Beacon: Outcome{wire.Accepted, 75_000_000}, Kept: 3, Weight: score.EdgeOne,
		Reports: []Outcome{
			{wire.Accepted, limits.PointUnit},
			{wire.BadTag, 0},
			{wire.BadRSSI, 0},
			{wire.Accepted, limits.PointUnit},
			{wire.Accepted, limits.PointUnit},
		},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	if Penalty(wire.BadTag) == 0 || Penalty(wire.BadRSSI) != 0 {
		t.Error("penalties")
	}
}

func TestSettleStatus(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*Open)
		status  Status
		beacon  wire.Verdict
		reports wire.Verdict
		paid    bool
	}{
		{"heard", func(*Open) {}, Settled, wire.Accepted, wire.Accepted, true},
		{"surprise", func(o *Open) { o.Challenge.Kind = wire.ChallengeSurprise }, Settled, wire.Accepted, wire.Accepted, false},
		{"missed", func(o *Open) { o.Revealed = false }, Missed, wire.NotRevealed, wire.NotRevealed, false},
		{"void", func(o *Open) { o.Void = true }, Void, wire.Void, wire.Void, false},
		{"unheard", func(o *Open) { o.Entries = nil }, Settled, wire.NotWitnessed, wire.Accepted, false},
	} {
		o := settled(2)
		c.change(o)
		s := Settle(o)
		if s.Status != c.status || s.Beacon.Verdict != c.beacon || (s.Beacon.Points > 0) != c.paid {
			t.Errorf("%s: %+v", c.name, s)
		}
		for _, r := range s.Reports {
			if r.Verdict != c.reports || (r.Points > 0) != c.paid {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
	}
}

func TestAtMostFourteenAreKept(t *testing.T) {
	s := Settle(settled(30))
	count := map[wire.Verdict]int{}
	var points uint64
	for _, r := range s.Reports {
		count[r.Verdict]++
		points += r.Points
	}
	if s.Kept != 14 || count[wire.Accepted] != 14 || count[wire.Redundant] != 16 || points != 14*22_200_000 {
		t.Errorf("kept %d, %v, %d points", s.Kept, count, points)
	}
}

// Whatever order reports came in, each gets the same.
func TestSettleDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := settled(rapid.IntRange(0, 25).Draw(t, "n"))
		for i := range o.Entries {
			e := &o.Entries[i]
			e.Owner[0] = byte(rapid.IntRange(0, 18).Draw(t, "owner"))
			e.Report.RSSI += int16(rapid.IntRange(-300, 600).Draw(t, "rssi"))
			if rapid.IntRange(0, 5).Draw(t, "copy") == 0 {
				e.Report.Tag[3]++
			}
		}
		first := byHotspot(o, Settle(o))
		o.Entries = rapid.Permutation(o.Entries).Draw(t, "shuffled")
		if diff := cmp.Diff(first, byHotspot(o, Settle(o))); diff != "" {
			t.Fatalf("another order gives another result:\n%s", diff)
		}
	})
}

func byHotspot(o *Open, s Settlement) map[uint32]Outcome {
	m := map[uint32]Outcome{0: s.Beacon}
	for i, r := range s.Reports {
		m[o.Entries[i].Witness.Index] = r
	}
	return m
}
