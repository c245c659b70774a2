package lora

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/proto/wire"
)

// world is the nodes, radio and router of a coverer, in the time of the test.
type world struct {
	mu      sync.Mutex
	shown   bool // nodes show the challenge
	height  uint64
	refuse  gwmp.TxError
	sent    []gwmp.TxPk
	sentAt  []time.Time
	reports []wire.Report
	reveals []wire.Reveal
}

func (w *world) Confirm(context.Context, *wire.Challenge) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.shown {
		return errors.New("not on chain")
	}
	return nil
}

func (w *world) Height(context.Context) (uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.height == 0 {
		return 0, errors.New("nodes do not answer")
	}
	return w.height, nil
}

func (w *world) Transmit(_ context.Context, _ gwmp.EUI, tx gwmp.TxPk) (gwmp.TxAck, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent, w.sentAt = append(w.sent, tx), append(w.sentAt, time.Now())
	return gwmp.TxAck{Error: w.refuse}, nil
}

func (w *world) Report(r wire.Report) { w.mu.Lock(); w.reports = append(w.reports, r); w.mu.Unlock() }

func (w *world) Reveal(r wire.Reveal) { w.mu.Lock(); w.reveals = append(w.reveals, r); w.mu.Unlock() }

func (w *world) set(change func()) {
	w.mu.Lock()
	change()
	w.mu.Unlock()
	synctest.Wait()
}

// inTown runs a coverer of hotspot 1 in a bubble of its own time, with one
// challenge of its own and one of another, both to be sent 5 s from now.
func inTown(t *testing.T, scene func(t *testing.T, w *world, c *Coverer, own, theirs wire.Challenge)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		self, other := testIdentity(t, 1), testIdentity(t, 2)
		w := &world{height: 11}
		c := NewCoverer(NewCoverage(testChain, self), w, w, Radio{Gain: 12, MaxEIRP: 161}, w, slog.New(slog.DiscardHandler))
		own, theirs := challengeOf(1, self), challengeOf(2, other)
		own.TxAt = uint64(time.Now().Add(5 * time.Second).UnixMilli())
		theirs.TxAt = own.TxAt
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()
		c.SetIndex(42)
		c.Offer(own)
		c.Offer(theirs)
		synctest.Wait()
		scene(t, w, c, own, theirs)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestBeaconGoesOutAtItsMomentOnceNodesShowIt(t *testing.T) {
	inTown(t, func(t *testing.T, w *world, c *Coverer, own, _ wire.Challenge) {
		t.Helper()
		time.Sleep(time.Second)
		w.set(func() { w.shown = true }) // the nodes are a little behind the router
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(w.sent) != 1 {
			t.Fatalf("sent %d beacons", len(w.sent))
		}
		tx := w.sent[0]
		if at := time.UnixMilli(int64(own.TxAt)); !w.sentAt[0].Equal(at) {
			t.Errorf("handed to the forwarder at %s, want %s", w.sentAt[0], at)
		}
		if !tx.Imme || tx.IPol || tx.NCRC || tx.Power != 12 || tx.FreqHz != own.Frequency || tx.Datr != gwmp.LoRaRate(9, 125) {
			t.Errorf("sent %+v, want at once, not inverted, with CRC, 14.0 - 1.2 dBm", tx)
		}
		if n := c.Counters(); n.Beacons != 1 || n.Challenged != 1 || n.Unconfirmed != 0 {
			t.Errorf("counters %+v", n)
		}
		if len(w.reveals) != 0 {
			t.Errorf("revealed before reports closed: %+v", w.reveals)
		}
		w.set(func() { w.height = own.Close + 1 })
		time.Sleep(time.Second)
		synctest.Wait()
		if len(w.reveals) != 1 || w.reveals[0].Challenge != own.ID {
			t.Errorf("revealed %+v, want the own preimage", w.reveals)
		}
	})
}

func TestChallengeThatNoNodeShowsIsNotAnswered(t *testing.T) {
	inTown(t, func(t *testing.T, w *world, c *Coverer, own, _ wire.Challenge) {
		t.Helper()
		time.Sleep(time.Minute)
		w.set(func() { w.shown, w.height = true, own.Close+1 }) // too late
		time.Sleep(time.Second)
		synctest.Wait()
		if n := c.Counters(); len(w.sent) != 0 || len(w.reveals) != 0 || n.Unconfirmed != 1 {
			t.Errorf("sent %d, revealed %d, counters %+v", len(w.sent), len(w.reveals), n)
		}
	})
}

func TestForwarderThatRefusesIsCounted(t *testing.T) {
	inTown(t, func(t *testing.T, w *world, c *Coverer, _, _ wire.Challenge) {
		t.Helper()
		w.set(func() { w.shown, w.refuse = true, gwmp.TxFreq })
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := c.Counters(); n.BeaconFails != 1 || n.Beacons != 0 || len(w.sent) != 1 {
			t.Errorf("sent %d, counters %+v", len(w.sent), n)
		}
	})
}

func TestWitnessReportsAndLaterReveals(t *testing.T) {
	inTown(t, func(t *testing.T, w *world, c *Coverer, _, theirs wire.Challenge) {
		t.Helper()
		other := testIdentity(t, 2)
		lie := heardOf(theirs, other)
		lie.Payload = append([]byte(nil), lie.Payload...)
		lie.Payload[24] ^= 1
		for _, u := range []hotspot.Uplink{lie, heardOf(theirs, other), heardOf(theirs, other)} {
			c.Receive(u)
		}
		synctest.Wait()
		if len(w.reports) != 1 || w.reports[0].Challenge != theirs.ID || w.reports[0].Witness != 42 {
			t.Fatalf("reported %+v, want one of hotspot 42", w.reports)
		}
		if n := c.Counters().Heard; n[HeardFalse] != 1 || n[HeardReported] != 1 || n[HeardAgain] != 1 {
			t.Errorf("heard %v", n)
		}
		w.set(func() { w.height = 0 })
		time.Sleep(10 * time.Second) // without nodes nothing moves
		w.set(func() { w.height = theirs.Close + 1 })
		time.Sleep(time.Second)
		synctest.Wait()
		if len(w.reveals) != 1 || w.reveals[0].Challenge != theirs.ID {
			t.Errorf("revealed %+v, want the preimage that was heard", w.reveals)
		}
		w.set(func() { w.height = theirs.Reveal + 1 })
		time.Sleep(time.Second)
		synctest.Wait()
		if n := c.Counters(); n.Open != 0 || n.Reveals != 1 {
			t.Errorf("counters %+v", n)
		}
	})
}
