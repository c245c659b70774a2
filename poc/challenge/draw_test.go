package challenge

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

func testParams() *Params {
	return &Params{
		Version: 1, WindowBlocks: 40, TxDelay: 2, BlockMs: 6_000, Slots: 2, SlotMs: 3_000,
		CloseBlocks: 8, RevealBlocks: 14, SettleBlocks: 16, AirtimePermille: 100,
		MaxDraws: 1_000, MaxWalk: 256, PowerSteps: []int32{0, -30, -60},
	}
}

// memory is a Set of hotspots all within one zone unless spread.
type memory struct {
	all   []uint32
	left  []uint32 // ascending
	zones map[uint32]geo.Cell
	gone  map[uint32]bool
	busy  map[uint32]bool
	plan  region.Plan
	air   Air
	fail  error

	opened []wire.Challenge
	index  map[uint32]uint32
}

func newMemory(t testing.TB, n int, spread geo.E7) *memory {
	t.Helper()
	plan, ok := region.ByID(region.EU868)
	if !ok {
		t.Fatal("no plan for EU868")
	}
	m := &memory{
		zones: map[uint32]geo.Cell{}, gone: map[uint32]bool{}, busy: map[uint32]bool{},
		plan: plan, air: Air{MaxSF: 9, Stretch: 1}, index: map[uint32]uint32{},
	}
	for i := range uint32(n) {
		m.all = append(m.all, i+1)
		m.zones[i+1] = geo.CellAt(geo.Point{Lat: 500_000_000 + geo.E7(i)*spread, Lng: 100_000_000}, geo.ZoneRes)
		m.index[i+1] = 1_000
	}
	m.left = slices.Clone(m.all)
	return m
}

func (m *memory) Left(_ context.Context, i uint64) (uint32, error) { return m.left[i], m.fail }
func (m *memory) Any(_ context.Context, i uint64) (uint32, error)  { return m.all[i], m.fail }

func (m *memory) Take(_ context.Context, h uint32) error {
	m.left = slices.DeleteFunc(m.left, func(x uint32) bool { return x == h })
	return nil
}

func (m *memory) Target(_ context.Context, h uint32) (Target, Readiness, error) {
	switch {
	case m.gone[h]:
		return Target{}, Gone, nil
	case m.busy[h]:
		return Target{}, Busy, nil
	}
	return Target{
		Hotspot: h, Zone: m.zones[h], Region: uint16(m.plan.ID), Plan: &m.plan, Air: m.air,
		Index: m.index[h] - 1, KnownIndex: m.index[h],
	}, Ready, nil
}

func (m *memory) Open(_ context.Context, c wire.Challenge, _ Air) error {
	m.opened = append(m.opened, c)
	m.busy[c.Hotspot] = true
	m.index[c.Hotspot]--
	return nil
}

func randomness(n uint64) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("draw test"), n))
}

// run draws a whole window over m; a challenge keeps its hotspot busy for
// SettleBlocks.
func run(t testing.TB, p *Params, m *memory, seed uint64) Window {
	t.Helper()
	w := Window{}.Next(100, p.WindowBlocks, uint64(len(m.all)))
	next := uint64(1)
	for h := w.Start; h < w.End; h++ {
		for _, c := range m.opened {
			if c.Settle == h {
				m.busy[c.Hotspot] = false
			}
		}
		var err error
		w, next, err = Draw(t.Context(), p, Block{Height: h, TimeMs: h * 6_000, R: randomness(seed + h), NextID: next}, w, m)
		if err != nil {
			t.Fatal(err)
		}
		if !w.Balanced() {
			t.Fatalf("height %d: %+v does not add up", h, w)
		}
	}
	if next != uint64(len(m.opened))+1 {
		t.Fatalf("next id %d after %d challenges", next, len(m.opened))
	}
	return w
}

func TestEveryHotspotOnceAWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(rt, "n")
		m := newMemory(t, n, geo.E7(rapid.IntRange(0, 1_000_000).Draw(rt, "spread")))
		for h := range uint32(n) {
			m.gone[h+1] = rapid.IntRange(0, 9).Draw(rt, "gone") == 0
		}
		p := testParams()
		p.PairedPermille = uint32(rapid.SampledFrom([]int{0, 0, 500, 1_000}).Draw(rt, "paired"))
		w := run(t, p, m, rapid.Uint64().Draw(rt, "seed"))
		times := map[uint32]int{}
		for _, c := range m.opened {
			times[c.Hotspot]++
		}
		for h := range uint32(n) {
			want := 1
			if m.gone[h+1] {
				want = 0
			}
			if times[h+1] != want {
				rt.Fatalf("hotspot %d challenged %d times, want %d (%+v)", h+1, times[h+1], want, w)
			}
		}
		if closed := w.Closed(); !closed.Balanced() || closed.Skipped != w.Frozen-w.Drawn {
			rt.Fatalf("closed %+v", closed)
		}
	})
}

// No two beacons of a zone and its ring share a block, slot and channel.
func TestNeighboursNeverShareAir(t *testing.T) {
	p := testParams()
	p.SurprisePermille, p.PairedPermille, p.WindowBlocks = 200, 200, 20
	m := newMemory(t, 250, 40_000)
	run(t, p, m, 7)
	for i, a := range m.opened {
		for _, b := range m.opened[:i] {
			if a.Drawn != b.Drawn || a.Slot != b.Slot || a.Channel != b.Channel {
				continue
			}
			ring, err := geo.Disk(m.zones[a.Hotspot], 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, z := range ring {
				if z == m.zones[b.Hotspot] {
					t.Errorf("challenges %d and %d share air at height %d slot %d channel %d", a.ID, b.ID, a.Drawn, a.Slot, a.Channel)
				}
			}
		}
	}
}

func TestKindsOfChallenge(t *testing.T) {
	p := testParams()
	p.SurprisePermille, p.PairedPermille = 300, 300
	m := newMemory(t, 200, 1_000)
	w := run(t, p, m, 3)
	count := map[wire.ChallengeKind]int{}
	for i, c := range m.opened {
		count[c.Kind]++
		if c.Kind == wire.ChallengePaired && i+1 < len(m.opened) && m.opened[i+1].Drawn == c.Drawn &&
			m.opened[i+1].Kind == wire.ChallengePaired && m.opened[i+1].Slot == c.Slot && m.opened[i+1].Channel == c.Channel {
			t.Errorf("pair %d is on one channel", c.ID)
		}
	}
	if count[wire.ChallengeSurprise] == 0 || count[wire.ChallengePaired] < 20 || count[wire.ChallengePaired]%2 != 0 {
		t.Errorf("kinds %v", count)
	}
	if uint64(count[wire.ChallengeRegular]+count[wire.ChallengePaired]) != w.Drawn {
		t.Errorf("%v do not make %d drawn", count, w.Drawn)
	}
}

func TestAssignment(t *testing.T) {
	p := testParams()
	m := newMemory(t, 300, 1_000)
	run(t, p, m, 5)
	channels, factors, powers := map[uint8]int{}, map[uint8]int{}, map[int16]int{}
	for _, c := range m.opened {
		channels[c.Channel]++
		factors[c.SF]++
		powers[c.Power]++
		if c.Frequency != uint32(m.plan.Channels[c.Channel]) || c.KnownIndex != c.Index+1 ||
			c.TxAt != c.DrawnAt+12_000+3_000*uint64(c.Slot) || c.Close != c.Drawn+8 || c.Settle != c.Drawn+16 {
			t.Fatalf("%+v", c)
		}
	}
	if len(channels) != 8 || len(factors) != 3 || len(powers) != 3 || powers[161] == 0 || factors[9] == 0 {
		t.Errorf("channels %v, factors %v, powers %v", channels, factors, powers)
	}
}

func TestFullZoneWaits(t *testing.T) {
	p := testParams()
	p.WindowBlocks = 20
	m := newMemory(t, 400, 0) // 20 a block, 16 places
	w := run(t, p, m, 1)
	if w.Drawn != 320 || w.Remaining != 80 {
		t.Errorf("%+v", w)
	}
}

func TestDrawStops(t *testing.T) {
	p := testParams()
	m := newMemory(t, 3, 0)
	w := Window{}.Next(1, 10, 3)
	for h := range m.index {
		m.busy[h] = true
	}
	got, next, err := Draw(t.Context(), p, Block{Height: 10, NextID: 4}, w, m)
	if err != nil || next != 4 || got != w {
		t.Errorf("all busy: %+v, %d, %v", got, next, err)
	}
	m.fail = errors.New("store is gone")
	if _, _, err := Draw(t.Context(), p, Block{Height: 10}, w, m); !errors.Is(err, m.fail) {
		t.Errorf("store error: %v", err)
	}
}

func TestDrawIsAFunction(t *testing.T) {
	p := testParams()
	p.SurprisePermille, p.PairedPermille = 100, 100
	a, b := newMemory(t, 100, 1_000), newMemory(t, 100, 1_000)
	wa, wb := run(t, p, a, 9), run(t, p, b, 9)
	if wa != wb || len(a.opened) != len(b.opened) {
		t.Fatalf("%+v and %+v", wa, wb)
	}
	for i := range a.opened {
		if a.opened[i] != b.opened[i] {
			t.Fatalf("challenge %d differs", i)
		}
	}
}

func TestPickIsUniform(t *testing.T) {
	var count [7]int
	for n := range uint64(7_000) {
		count[pick(randomness(1), wire.PurposeTarget, n, 7)]++
	}
	for v, n := range count {
		if n < 880 || n > 1_120 {
			t.Errorf("%d drawn %d times of 7,000", v, n)
		}
	}
	// Half of all values are above the largest multiple of 2^63+1.
	for n := range uint64(64) {
		if v := pick(randomness(2), wire.PurposeTarget, n, 1<<63+1); v > 1<<63 {
			t.Errorf("picked %d", v)
		}
	}
}
