package lora

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

var testChain = wire.HashChainID("lora-test-1")

// chainLength is short: a walk along it costs a hash a step.
const chainLength = 40

func testIdentity(t interface{ Fatal(...any) }, n byte) *identity.Identity {
	id, err := identity.FromSeeds([32]byte{n}, [32]byte{n, 1})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var slot = time.UnixMilli(1_700_000_000_000)

// challengeOf is an open challenge of a beaconer: sent at slot, closed after
// height 16, revealed until 20.
func challengeOf(id uint64, beaconer *identity.Identity) wire.Challenge {
	return wire.Challenge{
		Chain: testChain, ID: id, Hotspot: 3, Drawn: 10, TxAt: uint64(slot.UnixMilli()), Frequency: 868_100_000, Bandwidth: 125,
		SF: 9, Power: 140, Key: beaconer.PubKey(), Index: chainLength - uint32(id), KnownIndex: chainLength,
		Known: beaconer.Preimage(testChain, chainLength), Close: 16, Reveal: 20, Settle: 21,
	}
}

// heardOf is what a radio makes of the true beacon of c.
func heardOf(c wire.Challenge, beaconer *identity.Identity) hotspot.Uplink {
	f := wire.NewBeacon(c.ID, beaconer.Preimage(testChain, c.Index))
	return hotspot.Uplink{Payload: f[:], Frequency: c.Frequency, FreqError: -300, SF: c.SF, RSSI: -1010, SNR: 35, Tmst: 99}
}

func TestBeaconIsSentOnlyConfirmedInItsSlotAndOnce(t *testing.T) {
	self := testIdentity(t, 1)
	e := NewCoverage(testChain, self)
	for id := uint64(1); id <= 3; id++ {
		if err := e.Offer(challengeOf(id, self)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(e.Unconfirmed()); n != 3 || len(e.Unconfirmed()) != 0 {
		t.Errorf("asked about %d challenges, want each of 3 once", n)
	}
	if due := e.Due(slot); len(due) != 0 {
		t.Fatalf("%d beacons sent without a node's word", len(due))
	}
	e.Confirmed(1, true)
	e.Confirmed(2, false)
	if next := e.Next(); !next.Equal(slot.Add(-leadTime)) {
		t.Errorf("next is %s, want shortly before %s", next, slot)
	}
	if due := e.Due(slot.Add(-time.Second)); len(due) != 0 {
		t.Errorf("%d beacons before their slot", len(due))
	}
	due := e.Due(slot)
	if len(due) != 1 || due[0].Challenge.ID != 1 || !verify.Preimage(&due[0].Challenge, due[0].Frame.Preimage()) {
		t.Fatalf("due: %+v, want challenge 1 with its preimage", due)
	}
	if again := e.Due(slot); len(again) != 0 {
		t.Errorf("sent %d times", 1+len(again))
	}
	e.Confirmed(3, true)
	if late := e.Due(slot.Add(lateBy + time.Millisecond)); len(late) != 0 {
		t.Errorf("sent after the slot, where it only collides: %+v", late)
	}
	if next := e.Next(); !next.IsZero() {
		t.Errorf("waits for %s, which went by", next)
	}
}

func TestHeardBeacons(t *testing.T) {
	self, other := testIdentity(t, 1), testIdentity(t, 2)
	own, theirs := challengeOf(7, self), challengeOf(8, other)
	e := NewCoverage(testChain, self)
	for _, c := range []wire.Challenge{own, theirs} {
		if err := e.Offer(c); err != nil {
			t.Fatal(err)
		}
	}
	lie := wire.NewBeacon(8, wire.Preimage{1})
	expect := func(what string, u hotspot.Uplink, want HeardReason) wire.Report {
		t.Helper()
		r, got := e.Heard(u)
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
		return r
	}
	expect("before the index is known", heardOf(theirs, other), HeardNoIndex)
	e.SetIndex(42)
	expect("a LoRaWAN frame", hotspot.Uplink{Payload: []byte{0x40, 1, 2, 3}}, HeardNotBeacon)
	expect("of no open challenge", heardOf(challengeOf(9, other), other), HeardUnknown)
	expect("own", heardOf(own, self), HeardOwn)
	expect("false preimage, loud and first", hotspot.Uplink{Payload: lie[:], RSSI: 0, Frequency: theirs.Frequency, SF: 9}, HeardFalse)
	r := expect("the true one after the false one", heardOf(theirs, other), HeardReported)
	if !verify.Signature(verify.Signed{Key: self.PubKey(), Body: r.AppendBody(nil), Sig: &r.Signature}) {
		t.Error("the report is not signed")
	}
	want := wire.Report{
		Chain: testChain, Challenge: 8, Witness: 42, RSSI: -1010, SNR: 35, FreqError: -300, SF: 9, Tmst: 99, Signature: r.Signature,
		Tag: wire.Tag(testChain, wire.NewBeacon(8, other.Preimage(testChain, theirs.Index)), self.PubKey()),
	}
	if r != want {
		t.Errorf("report %+v, want %+v", r, want)
	}
	expect("the same again", heardOf(theirs, other), HeardAgain)
	late := challengeOf(10, other)
	if err := e.Offer(late); err != nil {
		t.Fatal(err)
	}
	e.Head(late.Close)
	expect("when no block can take a report any more", heardOf(late, other), HeardLate)
}

func TestNothingIsRevealedBeforeReportsClosed(t *testing.T) {
	self, other := testIdentity(t, 1), testIdentity(t, 2)
	e := NewCoverage(testChain, self)
	e.SetIndex(42)
	mine, theirs, silent := challengeOf(1, self), challengeOf(2, other), challengeOf(3, other)
	for _, c := range []wire.Challenge{mine, theirs, silent} {
		if err := e.Offer(c); err != nil {
			t.Fatal(err)
		}
	}
	e.Confirmed(1, true)
	e.Due(slot)
	e.Heard(heardOf(theirs, other))
	for h := uint64(10); h <= mine.Close; h++ {
		if r := e.Head(h); len(r) != 0 {
			t.Fatalf("revealed %+v at height %d; reports close after %d", r, h, mine.Close)
		}
	}
	r := e.Head(mine.Close + 1)
	slices.SortFunc(r, func(a, b wire.Reveal) int { return int(a.Challenge) - int(b.Challenge) })
	if len(r) != 2 || r[0].Challenge != 1 || r[1].Challenge != 2 {
		t.Fatalf("revealed %+v, want the own beacon and the one heard, not the silent one", r)
	}
	for i, c := range []wire.Challenge{mine, theirs} {
		if !verify.Preimage(&c, r[i].Preimage) {
			t.Errorf("reveal of %d does not prove itself", c.ID)
		}
	}
	if again := e.Head(mine.Close + 2); len(again) != 0 || e.Waiting() {
		t.Errorf("revealed again: %+v", again)
	}
	if e.Head(mine.Reveal + 1); e.Open() != 0 {
		t.Errorf("%d challenges kept that are over", e.Open())
	}
	if err := e.Offer(challengeOf(4, other)); !errors.Is(err, ErrStale) {
		t.Errorf("offered one that is over: %v, want %v", err, ErrStale)
	}
}

func TestOfferIsBounded(t *testing.T) {
	self, other := testIdentity(t, 1), testIdentity(t, 2)
	e := NewCoverage(testChain, self)
	foreign := challengeOf(1, other)
	foreign.Chain = wire.HashChainID("elsewhere-1")
	if err := e.Offer(foreign); !errors.Is(err, ErrForeign) {
		t.Errorf("%v, want %v", err, ErrForeign)
	}
	c := challengeOf(1, self)
	for id := uint64(1); id <= maxOwn; id++ {
		c.ID = id
		if err := e.Offer(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Offer(c); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if c.ID++; !errors.Is(e.Offer(c), ErrCrowded) {
		t.Error("took more challenges of its own than there can be")
	}
	c = challengeOf(1, other)
	for e.Open() < maxOpen {
		c.ID = 1000 + uint64(e.Open())
		if err := e.Offer(c); err != nil {
			t.Fatal(err)
		}
	}
	if c.ID = 1; !errors.Is(e.Offer(wire.Challenge{Chain: testChain, ID: 999_999, Key: c.Key, Reveal: 20}), ErrCrowded) {
		t.Error("took more challenges than it keeps")
	}
}

// TestEngineKeepsItsPromises drives the engine at random: a beacon only after a
// confirmation and once, a report only of a true frame and once, a reveal only
// after the close and once.
func TestEngineKeepsItsPromises(t *testing.T) {
	self, other := testIdentity(t, 1), testIdentity(t, 2)
	rapid.Check(t, func(t *rapid.T) {
		e := NewCoverage(testChain, self)
		e.SetIndex(5)
		confirmed, beacons := map[uint64]bool{}, map[uint64]int{}
		reports, reveals := map[uint64]int{}, map[uint64]int{}
		height := uint64(10)
		owner := func(id uint64) *identity.Identity {
			if id%2 == 0 {
				return self
			}
			return other
		}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			id := rapid.Uint64Range(1, 6).Draw(t, "challenge")
			c := challengeOf(id, owner(id))
			switch rapid.IntRange(0, 5).Draw(t, "op") {
			case 0:
				if err := e.Offer(c); err != nil && height <= c.Reveal {
					t.Fatalf("offer: %v", err)
				}
			case 1:
				confirmed[id] = confirmed[id] || e.open[id] != nil
				e.Confirmed(id, true)
			case 2:
				for _, b := range e.Due(slot) {
					beacons[b.Challenge.ID]++
					if !confirmed[b.Challenge.ID] || owner(b.Challenge.ID) != self {
						t.Fatalf("beacon %d was not confirmed", b.Challenge.ID)
					}
				}
			case 3:
				u := heardOf(c, owner(id))
				lie := rapid.Bool().Draw(t, "lie")
				if lie {
					u.Payload[20] ^= 1
				}
				if _, reason := e.Heard(u); reason == HeardReported {
					reports[id]++
					if lie || height >= c.Close || owner(id) == self {
						t.Fatalf("reported challenge %d at height %d", id, height)
					}
				}
			case 4, 5:
				height += rapid.Uint64Range(0, 2).Draw(t, "blocks")
				for _, r := range e.Head(height) {
					reveals[r.Challenge]++
					if height <= c.Close {
						t.Fatalf("revealed at height %d", height)
					}
				}
			}
		}
		for what, counts := range map[string]map[uint64]int{"beacon": beacons, "report": reports, "reveal": reveals} {
			for id, n := range counts {
				if n > 1 {
					t.Fatalf("%d times a %s of challenge %d", n, what, id)
				}
			}
		}
	})
}
