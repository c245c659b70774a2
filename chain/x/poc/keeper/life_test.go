package keeper_test

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/proto/wire"
)

// others returns the hotspots of 1..n but one.
func others(n, without uint32) []uint32 {
	var all []uint32
	for i := uint32(1); i <= n; i++ {
		if i != without {
			all = append(all, i)
		}
	}
	return all
}

// Every witness role of one beacon, with the verdict each must get.
func TestLifeOfAChallenge(t *testing.T) {
	const far = 12
	net := newNetwork(t, 16, testParams())
	// The far liar stands with the others and says it is 60 km off.
	net.registry.hotspots[far-1].Location = location(geo.Point{Lat: 525_000_000, Lng: 141_000_000})
	c := net.firstOpen()
	for c.Hotspot == far {
		net.blocks(1)
		all := net.opened()
		c = all[len(all)-1]
	}
	witness := others(16, c.Hotspot)
	witness = slices.DeleteFunc(witness, func(w uint32) bool { return w == far })

	net.begin()
	copied := wire.Tag(chainHash, wire.NewBeacon(c.ID, preimage(c.Hotspot, c.Index)), publicKey(witness[0]))
	reports := [][]byte{
		net.report(c, witness[0], nil),
		net.report(c, witness[1], nil),
		net.report(c, witness[2], func(r *wire.Report) { r.Tag = copied }),
		net.report(c, witness[3], func(r *wire.Report) { r.RSSI = -300 }),
		net.report(c, witness[4], func(r *wire.Report) { r.SF = 7 + (c.SF-6)%6 }),
		net.report(c, witness[5], func(r *wire.Report) { r.FreqError = 6_000 }),
		net.report(c, witness[6], func(r *wire.Report) { r.RSSI, r.SNR = -1_450, -75 }),
		net.report(c, witness[7], func(r *wire.Report) { r.SNR = -300 }),
		net.report(c, c.Hotspot, nil),
		net.report(c, far, func(r *wire.Report) { r.RSSI = -1_000 }),
		net.report(c, witness[0], func(r *wire.Report) { r.RSSI = -1_000 }),
		net.report(c, 999, nil),
	}
	got := net.mustDeliver(wire.BatchReports, reports...)
	if want := []wire.Verdict{10: wire.Duplicate, 11: wire.UnknownHotspot}; !slices.Equal(got, want) {
		t.Fatalf("inclusion %v, want %v", got, want)
	}
	if _, err := net.deliver(net.batch(wire.BatchReveals, nil, reveal(c))); err == nil {
		t.Error("a reveal was included while reports are accepted")
	}
	net.end()

	for uint64(net.ctx.BlockHeight()) < c.Close {
		net.blocks(1)
	}
	net.begin()
	if _, err := net.deliver(net.batch(wire.BatchReports, nil, net.report(c, witness[8], nil))); err == nil {
		t.Error("a report was included after the close")
	}
	bad := wire.Reveal{Chain: chainHash, Challenge: c.ID}
	if _, err := net.deliver(net.batch(wire.BatchReveals, nil, bad.AppendTo(nil))); err == nil {
		t.Error("a wrong preimage was included")
	}
	if got := net.mustDeliver(wire.BatchReveals, reveal(c), reveal(c)); !slices.Equal(got, []wire.Verdict{wire.Accepted, wire.AlreadyRevealed}) {
		t.Errorf("reveals %v", got)
	}
	net.end()
	for uint64(net.ctx.BlockHeight()) < c.Settle {
		net.blocks(1)
	}

	want := map[uint32]wire.Verdict{
		witness[0]: wire.Accepted, witness[1]: wire.Accepted, witness[2]: wire.BadTag, witness[3]: wire.BadRSSI,
		witness[4]: wire.WrongSF, witness[5]: wire.WrongFrequency, witness[6]: wire.BelowSensitivity,
		witness[7]: wire.BadSNR, c.Hotspot: wire.SelfWitness, far: wire.BadRSSI,
	}
	if diff := cmp.Diff(want, net.verdicts(c.ID)); diff != "" {
		t.Errorf("settlement (-want +got):\n%s", diff)
	}
	record := net.record(c.ID)
	if record.Status != types.STATUS_SETTLED || record.Points != limits.PointUnit/2 || record.Verdict != 0 {
		t.Errorf("%v, %d points, verdict %d", record.Status, record.Points, record.Verdict)
	}
	if net.ledger.points[witness[0]] != limits.PointUnit || net.ledger.points[c.Hotspot] != limits.PointUnit/2 {
		t.Errorf("booked %v", net.ledger.points)
	}
	net.checkEvents(c, record)
}

// checkEvents looks for the three events of a challenge's life.
func (n *network) checkEvents(c wire.Challenge, record types.ChallengeRecord) {
	n.t.Helper()
	var seen []string
	for _, e := range n.events {
		switch e := e.(type) {
		case *types.EventChallenge:
			if e.Id == c.ID {
				seen = append(seen, "challenge")
			}
		case *types.EventRevealed:
			if e.Id == c.ID {
				seen = append(seen, "revealed")
			}
		case *types.EventSettled:
			if e.Id == c.ID {
				seen = append(seen, "settled")
				if len(e.Witnesses) != len(record.Reports) || e.Cell != c.Cell || e.Witnesses[len(e.Witnesses)-1].DistanceM == 0 {
					n.t.Errorf("settled event %+v", e)
				}
			}
		}
	}
	if !slices.Equal(seen, []string{"challenge", "revealed", "settled"}) {
		n.t.Errorf("events %v", seen)
	}
}

// The false tag costs its witness points that it earns later.
func TestFalseTagIsOwed(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	liar := others(3, c.Hotspot)[0]
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, liar, func(r *wire.Report) { r.Tag[0]++ }))
	net.end()
	net.finish(c)
	if g := net.progress(liar); g.Debt != limits.BadTagPenalty || g.Fault != c.Settle {
		t.Errorf("%+v", g)
	}
	for net.ledger.points[liar] == 0 {
		for _, c := range net.opened() {
			if c.Hotspot != liar && net.record(c.ID).Reports == nil && uint64(net.ctx.BlockHeight()) < c.Close {
				net.begin()
				net.mustDeliver(wire.BatchReports, net.report(c, liar, nil))
				net.end()
			}
		}
		net.revealAll()
	}
	if got := net.ledger.points[liar]; got != limits.PointUnit-limits.BadTagPenalty {
		t.Errorf("booked %d", got)
	}
}

func (n *network) progress(hotspot uint32) types.Progress {
	n.t.Helper()
	res, err := n.queries.Progress(n.ctx, &types.QueryProgressRequest{Hotspot: hotspot})
	if err != nil {
		n.t.Fatal(err)
	}
	return res.Progress
}

// finish reveals one challenge in time and runs to its settlement.
func (n *network) finish(c wire.Challenge) {
	n.t.Helper()
	for uint64(n.ctx.BlockHeight()) < c.Settle {
		n.begin()
		if uint64(n.ctx.BlockHeight()) == c.Close+1 {
			n.mustDeliver(wire.BatchReveals, reveal(c))
		}
		n.end()
	}
}

// revealAll runs one block that reveals whatever may be revealed in it.
func (n *network) revealAll() {
	n.t.Helper()
	n.begin()
	for _, c := range n.opened() {
		if h := uint64(n.ctx.BlockHeight()); h > c.Close && h <= c.Reveal && len(n.record(c.ID).Preimage) == 0 {
			n.mustDeliver(wire.BatchReveals, reveal(c))
		}
	}
	n.end()
}

func TestMissedAndOutOfTheDraw(t *testing.T) {
	p := testParams()
	p.MaxMisses = 2
	net := newNetwork(t, 1, p)
	net.blocks(200)
	g := net.progress(1)
	if g.Misses != 2 || g.Challenged != 2 || g.OutSince == 0 {
		t.Fatalf("%+v", g)
	}
	if s := net.record(1).Status; s != types.STATUS_MISSED {
		t.Errorf("status %v", s)
	}
	// Asserting again brings it back.
	net.registry.hotspots[0].AssertedHeight = net.ctx.BlockHeight()
	net.blocks(60)
	if g := net.progress(1); g.Challenged < 3 {
		t.Errorf("%+v", g)
	}
}

// Every challenge uses up an index, answered or not, and reveals walk over the
// ones that were not.
func TestIndexesAreUsedUp(t *testing.T) {
	net := newNetwork(t, 1, testParams())
	first := net.firstOpen()
	for uint64(net.ctx.BlockHeight()) < first.Settle {
		net.blocks(1)
	}
	second := net.firstOpen()
	if first.Index != chainSize-1 || second.Index != chainSize-2 || second.KnownIndex != chainSize {
		t.Fatalf("asked for %d, then %d of a chain known at %d", first.Index, second.Index, second.KnownIndex)
	}
	net.finish(second)
	if g := net.progress(1); g.KnownIndex != second.Index || g.Misses != 0 || g.Answered != 1 {
		t.Errorf("%+v", g)
	}
	if r := net.record(second.ID); wire.Verdict(r.Verdict) != wire.NotWitnessed || r.Points != 0 {
		t.Errorf("verdict %d, %d points for a beacon that nobody heard", r.Verdict, r.Points)
	}
}

func TestVoidWhenTheChainStandsStill(t *testing.T) {
	net := newNetwork(t, 4, testParams())
	c := net.firstOpen()
	net.blockMs = 61_000
	net.blocks(1)
	net.blockMs = 1_000
	for uint64(net.ctx.BlockHeight()) < c.Settle {
		net.blocks(1)
	}
	if r := net.record(c.ID); r.Status != types.STATUS_VOID {
		t.Errorf("status %v", r.Status)
	}
	if g := net.progress(c.Hotspot); g.Misses != 0 {
		t.Errorf("%+v", g)
	}
	totals := net.totals()
	if totals.Void == 0 || totals.Void+totals.Settled+totals.Missed > totals.Drawn {
		t.Errorf("%+v", totals)
	}
}

func (n *network) totals() types.Totals {
	n.t.Helper()
	res, err := n.queries.Totals(n.ctx, &types.QueryTotalsRequest{})
	if err != nil {
		n.t.Fatal(err)
	}
	return res.Totals
}

// A settlement whose pay cannot be booked voids the challenge and does not stop
// the chain.
func TestFailedSettlementIsVoid(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, others(3, c.Hotspot)[0], nil))
	net.end()
	// What cannot be: a list of reports that is not whole.
	store := net.ctx.KVStore(net.store)
	at := append([]byte{7}, binary.BigEndian.AppendUint64(nil, c.ID)...)
	store.Set(at, store.Get(at)[1:])
	net.finish(c)
	if r := net.record(c.ID); r.Status != types.STATUS_VOID {
		t.Errorf("status %v", r.Status)
	}
	if len(net.ledger.points) != 0 || net.totals().Void != 1 {
		t.Errorf("booked %v, totals %+v", net.ledger.points, net.totals())
	}
}

// A settled challenge leaves nothing in the state, and the node's history at its end.
func TestHistoryEnds(t *testing.T) {
	net := newNetwork(t, 2, testParams())
	c := net.firstOpen()
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, others(2, c.Hotspot)[0], nil))
	net.end()
	net.finish(c)
	g, err := net.k.ExportGenesis(net.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range g.Challenges {
		if id, _ := r.ID(); id <= c.ID {
			t.Errorf("challenge %d is still in the state", id)
		}
	}
	net.blocks(historyBlocks - 1)
	net.record(c.ID)
	net.blocks(2)
	if _, err := net.queries.Challenge(net.ctx, &types.QueryChallengeRequest{Challenge: c.ID}); !errors.Is(err, types.ErrUnknown) {
		t.Errorf("still there: %v", err)
	}
}

// Hotspots that are located one after another at the start are drawn in the same
// first window.
func TestFirstWindowWaitsForTheRegistry(t *testing.T) {
	net := newNetwork(t, 0, testParams())
	net.blocks(3)
	for i := range uint32(5) {
		net.add(i + 1)
		if i%2 == 0 {
			net.registry.hotspots[i].Location = nil
		}
		net.blocks(1)
	}
	for i := range uint32(5) {
		net.registry.hotspots[i].Location = location(place(i + 1))
		net.blocks(1)
	}
	net.blocks(60)
	g, err := net.k.ExportGenesis(net.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if g.Window.Frozen != 5 || g.PreviousWindow == nil || g.PreviousWindow.Frozen != 5 || g.Totals.Skipped != 0 {
		t.Errorf("window %+v after %+v", g.Window, g.PreviousWindow)
	}
	first := net.record(1)
	if first.Near != 5 {
		t.Errorf("%d hotspots counted around the first beacon", first.Near)
	}
}

// A registry entry that could not be drawn is left out and stops nothing.
func TestBrokenEntriesAreLeftOut(t *testing.T) {
	net := newNetwork(t, 6, testParams())
	hotspots := net.registry.hotspots
	hotspots[0].Location.Cell = 0
	hotspots[1].Location.Cell = uint64(geo.CellAt(place(2), 5))
	hotspots[2].Key = nil
	hotspots[3].Anchor = nil
	hotspots[4].Region = 99
	net.blocks(60)
	for _, index := range others(6, 6) {
		if g := net.progress(index); g.Challenged != 0 {
			t.Errorf("hotspot %d was challenged", index)
		}
	}
	if g := net.progress(6); g.Challenged == 0 {
		t.Error("the sound one was not challenged")
	}
}

// Who changed key or hash chain since the freeze, or retired, could not answer: it
// is skipped, and who retired is no witness of the next windows.
func TestChangedSinceTheFreeze(t *testing.T) {
	net := newNetwork(t, 4, testParams())
	c := net.firstOpen()
	w := others(4, c.Hotspot)
	net.registry.hotspots[w[0]-1].Key = publicKey(77).Bytes()
	net.registry.hotspots[w[1]-1].Anchor = bytesOf(preimage(78, chainSize))
	net.registry.hotspots[w[2]-1].RetiredHeight = 5
	before := c.ID
	net.blocks(60)
	for id := before + 1; ; id++ {
		res, err := net.queries.Challenge(net.ctx, &types.QueryChallengeRequest{Challenge: id})
		if err != nil {
			break
		}
		got, err := wire.ParseChallenge(res.Record.Challenge)
		if err != nil {
			t.Fatal(err)
		}
		h := net.registry.hotspots[got.Hotspot-1]
		if h.Retired() || string(h.Key) != string(got.Key.Bytes()) || res.Record.Window == 1 && got.Hotspot == w[1] {
			t.Errorf("challenge %d asks hotspot %d what it cannot answer", id, got.Hotspot)
		}
	}
	g, err := net.k.ExportGenesis(net.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range g.Sites {
		if site.Current.Hotspot == w[2] || site.Dense != 0 && site.Current.Hotspot == 0 {
			t.Errorf("who retired is still there: %v", site)
		}
	}
	if g.Window.Frozen != 3 {
		t.Errorf("%d in the window, want three", g.Window.Frozen)
	}
}

// Who is banned is neither challenged nor a witness from the next window on, and is both
// again when the ban is over.
func TestBannedIsLeftOut(t *testing.T) {
	p := testParams()
	p.MaxMisses = 1_000
	net := newNetwork(t, 3, p)
	net.blocks(60)
	started := net.progress(1).Challenged
	if started == 0 {
		t.Fatal("hotspot 1 was never challenged")
	}
	until := uint64(net.ctx.BlockHeight()) + 300
	net.registry.hotspots[0].BannedUntil = until
	net.blocks(120) // the windows that were frozen before are over
	before := net.progress(1).Challenged
	for uint64(net.ctx.BlockHeight()) < until {
		net.blocks(1)
	}
	g, err := net.k.ExportGenesis(net.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range g.Sites {
		if s.Current.Hotspot == 1 {
			t.Errorf("is a witness of the window: %v", s)
		}
	}
	if got := net.progress(1).Challenged; got != before || g.Window.Frozen != 2 {
		t.Errorf("challenged %d times while banned, %d in the window", got-before, g.Window.Frozen)
	}
	net.blocks(120)
	if got := net.progress(1).Challenged; got <= before {
		t.Error("not challenged after the ban")
	}
}
