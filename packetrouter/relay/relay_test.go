package relay_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/relay"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

func chain() wire.ChainHash { return wire.HashChainID(routertest.ChainID) }

// signer signs nothing: the chain of these tests does not look.
type signer struct{ nonce uint64 }

func (s *signer) SignBatch(_ time.Time, kind wire.BatchKind, until uint64, items []byte) ([]byte, string, bool) {
	s.nonce++
	b := wire.Batch{
		Chain: chain(), Org: 1, Lane: 1, Kind: kind, ValidUntil: until, Nonce: s.nonce,
		Count: uint16(len(items) / kind.ItemSize()), Digest: sha256.Sum256(items),
	}
	return b.AppendTo(nil), "hxw1payout", true
}

const (
	challengeID = uint64(77)
	closeHeight = uint64(110)
	lastReveal  = uint64(120)
)

func preimage() wire.Preimage { return wire.Preimage{1, 2, 3} }

func snapshot(height uint64) *packetrouter.Snapshot {
	beaconer := routertest.Key(2).Public
	return &packetrouter.Snapshot{
		Chain: chain(), Head: packetrouter.Head{Height: height},
		Challenges: []packetrouter.OpenChallenge{{Challenge: wire.Challenge{
			Chain: chain(), ID: challengeID, Hotspot: 2, Key: beaconer, Index: 10, KnownIndex: 12,
			Known: wire.WalkPreimage(chain(), beaconer, 10, 12, preimage()), Close: closeHeight, Reveal: lastReveal,
		}}},
		Relaying: packetrouter.RelayParams{MaxItems: 3, MaxWalk: 10},
	}
}

func report(witness byte, change func(*wire.Report)) []byte {
	r := wire.Report{Chain: chain(), Challenge: challengeID, Witness: uint32(witness), SF: 9, RSSI: -1000}
	if change != nil {
		change(&r)
	}
	r.Signature = wire.Signature(ed25519.Sign(routertest.Key(witness).Private, r.AppendBody(nil)))
	return r.AppendTo(nil)
}

func reveal(change func(*wire.Reveal)) []byte {
	v := wire.Reveal{Chain: chain(), Challenge: challengeID, Preimage: preimage()}
	if change != nil {
		change(&v)
	}
	return v.AppendTo(nil)
}

func hotspot(n byte) *packetrouter.Hotspot {
	return &packetrouter.Hotspot{ID: packetrouter.HotspotID(n), Key: routertest.Key(n).Public, Asserted: true, LoRa: true}
}

// desk is a running relay and the answers it gave.
type desk struct {
	t      *testing.T
	relay  *relay.Relay
	ledger *routertest.Ledger

	mu      sync.Mutex
	answers map[[32]byte][]wire.Verdict // guarded by mu
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, ledger: routertest.NewLedger(), answers: map[[32]byte][]wire.Verdict{}}
	d.relay = relay.New(d.ledger, &signer{}, slog.New(slog.DiscardHandler))
	d.relay.Update(snapshot(100))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.relay.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) submit(h *packetrouter.Hotspot, kind packetrouter.ItemKind, item []byte) {
	d.relay.Submit(h, kind, item, func(r packetrouter.ItemResult) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.answers[r.Digest] = append(d.answers[r.Digest], r.Verdict)
	})
}

// verdict waits for the answer to an item.
func (d *desk) verdict(item []byte) wire.Verdict {
	d.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		d.mu.Lock()
		got := d.answers[sha256.Sum256(item)]
		d.mu.Unlock()
		if len(got) > 0 {
			return got[len(got)-1]
		}
	}
	d.t.Fatal("no answer")
	return 0
}

func TestReports(t *testing.T) {
	bad := report(1, nil)
	bad[40] ^= 1
	for _, c := range []struct {
		name string
		from *packetrouter.Hotspot
		item []byte
		want wire.Verdict
	}{
		{"good", hotspot(1), report(1, nil), wire.Accepted},
		{"garbage", hotspot(1), []byte("hello"), wire.Malformed},
		{"other chain", hotspot(1), report(1, func(r *wire.Report) { r.Chain[0]++ }), wire.WrongChain},
		{"somebody else's", hotspot(1), report(3, nil), wire.UnknownHotspot},
		{"not registered", nil, report(1, nil), wire.UnknownHotspot},
		{"no such challenge", hotspot(1), report(1, func(r *wire.Report) { r.Challenge++ }), wire.UnknownChallenge},
		{"the beaconer", hotspot(2), report(2, nil), wire.SelfWitness},
		{"bad signature", hotspot(1), bad, wire.BadSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.submit(c.from, packetrouter.ItemReport, c.item)
			if got := d.verdict(c.item); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if n := len(d.ledger.Items()); (n == 1) != (c.want == wire.Accepted) {
				t.Errorf("%d items reached the chain", n)
			}
		})
	}
}

// Sortition is known before a report is sent, so one that it does not admit never
// fills the lane. Which stratum counts depends on both places.
func TestOnlyTheDrawnAreSent(t *testing.T) {
	here := geo.Zone(geo.CellAt(geo.Point{Lat: 473_000_000, Lng: 85_000_000}, 12))
	there := geo.Zone(geo.CellAt(geo.Point{Lat: 480_000_000, Lng: 85_000_000}, 12))
	const all, none = 5, 1<<32 - 1 // of 5 wanted: everybody, and hardly anybody
	for _, c := range []struct {
		name           string
		near, far      uint32
		beaconer, zone geo.Cell
		want           wire.Verdict
	}{
		{"near, all drawn", all, none, here, here, wire.Accepted},
		{"near, not drawn", none, all, here, here, wire.NotEligible},
		{"far, all drawn", none, all, here, there, wire.Accepted},
		{"far, not drawn", all, none, here, there, wire.NotEligible},
		{"no place known, drawn in one", none, all, here, 0, wire.Accepted},
		{"beaconer's place not known, drawn in none", none, none, 0, here, wire.NotEligible},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			s := snapshot(100)
			s.Relaying.NearTarget, s.Relaying.FarTarget = 5, 5
			s.Challenges[0].Near, s.Challenges[0].Far = c.near, c.far
			s.Hotspots = packetrouter.NewHotspots([]packetrouter.Hotspot{{ID: 2, Asserted: true, Zone: c.beaconer}})
			d.relay.Update(s)
			h := hotspot(1)
			h.Zone = c.zone
			item := report(1, nil)
			d.submit(h, packetrouter.ItemReport, item)
			if got := d.verdict(item); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if n := len(d.ledger.Items()); (n == 1) != (c.want == wire.Accepted) {
				t.Errorf("%d items reached the chain", n)
			}
		})
	}
}

func TestReportOnceAndInTime(t *testing.T) {
	d := newDesk(t)
	first := report(1, nil)
	d.submit(hotspot(1), packetrouter.ItemReport, first)
	if got := d.verdict(first); got != wire.Accepted {
		t.Fatal(got)
	}
	other := report(1, func(r *wire.Report) { r.RSSI++ })
	d.submit(hotspot(1), packetrouter.ItemReport, other)
	if got := d.verdict(other); got != wire.Duplicate {
		t.Errorf("second report: %s", got)
	}
	d.relay.Update(snapshot(closeHeight))
	late := report(3, nil)
	d.submit(hotspot(3), packetrouter.ItemReport, late)
	if got := d.verdict(late); got != wire.TooLate {
		t.Errorf("at the close: %s", got)
	}
}

func TestRevealWaitsForTheClose(t *testing.T) {
	d := newDesk(t)
	bad := reveal(func(v *wire.Reveal) { v.Preimage[0]++ })
	d.submit(hotspot(1), packetrouter.ItemReveal, bad)
	if got := d.verdict(bad); got != wire.BadPreimage {
		t.Errorf("bad preimage: %s", got)
	}
	good := reveal(nil)
	d.submit(hotspot(1), packetrouter.ItemReveal, good)
	probe := report(1, nil)
	d.submit(hotspot(1), packetrouter.ItemReport, probe)
	if got := d.verdict(probe); got != wire.Accepted || len(d.ledger.Items()) != 1 {
		t.Fatalf("report %s, %d items on chain before the close", got, len(d.ledger.Items()))
	}
	d.relay.Update(snapshot(closeHeight))
	if got := d.verdict(good); got != wire.Accepted {
		t.Errorf("reveal after the close: %s", got)
	}
	again := reveal(func(v *wire.Reveal) { v.Challenge = challengeID })
	d.submit(hotspot(3), packetrouter.ItemReveal, again)
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		d.mu.Lock()
		all := d.answers[sha256.Sum256(again)]
		d.mu.Unlock()
		if len(all) == 2 {
			if all[1] != wire.AlreadyRevealed {
				t.Errorf("second reveal: %s", all[1])
			}
			return
		}
	}
	t.Error("no answer to the second reveal")
}

func TestOnePoisonedReportHoldsNobodyBack(t *testing.T) {
	d := newDesk(t)
	poison := report(5, nil)
	d.ledger.Refuse(func(item []byte) bool { return string(item) == string(poison) })
	for n := byte(3); n < 10; n++ {
		d.submit(hotspot(n), packetrouter.ItemReport, report(n, nil))
	}
	for n := byte(3); n < 10; n++ {
		if n != 5 {
			if got := d.verdict(report(n, nil)); got != wire.Accepted {
				t.Errorf("witness %d: %s", n, got)
			}
		}
	}
	d.relay.Update(snapshot(closeHeight))
	if got := d.verdict(poison); got != wire.TooLate {
		t.Errorf("poisoned report at the close: %s", got)
	}
}

func TestWhatNoBlockHoldsIsSentAgain(t *testing.T) {
	d := newDesk(t)
	d.ledger.Lose(true)
	item := report(1, nil)
	d.submit(hotspot(1), packetrouter.ItemReport, item)
	if got := d.verdict(item); got != wire.Accepted {
		t.Fatal(got)
	}
	d.ledger.Lose(false)
	for height := uint64(101); len(d.ledger.Items()) == 0 && height < closeHeight; height++ {
		d.relay.Update(snapshot(height))
		time.Sleep(20 * time.Millisecond)
	}
	for height := uint64(105); height < closeHeight; height++ {
		d.relay.Update(snapshot(height))
		time.Sleep(20 * time.Millisecond)
	}
	if n := len(d.ledger.Items()); n != 1 {
		t.Errorf("%d copies on chain, want 1: sent again when lost, and not when there", n)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.answers[sha256.Sum256(item)]); n != 1 {
		t.Errorf("the hotspot was told %d times", n)
	}
}
