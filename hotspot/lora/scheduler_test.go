package lora

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/gwmp"
)

// radio is a transmitter that answers from a script.
type radio struct {
	sent    []gwmp.TxPk
	answers []any // gwmp.TxError or error
}

func (r *radio) Transmit(_ context.Context, _ gwmp.EUI, tx gwmp.TxPk) (gwmp.TxAck, error) {
	r.sent = append(r.sent, tx)
	if len(r.answers) == 0 {
		return gwmp.TxAck{}, nil
	}
	a := r.answers[0]
	r.answers = r.answers[1:]
	if err, ok := a.(error); ok {
		return gwmp.TxAck{}, err
	}
	return gwmp.TxAck{Error: a.(gwmp.TxError)}, nil
}

func TestWindowsAreTriedInOrderAndNeverTwiceOnAir(t *testing.T) {
	windows := []hotspot.Window{{Tmst: 1, SF: 7, Bandwidth: 125_000}, {Tmst: 2, SF: 12, Bandwidth: 125_000}}
	for _, c := range []struct {
		name    string
		answers []any
		outcome hotspot.TxOutcome
		window  int
		tries   int
	}{
		{"first window", []any{gwmp.TxNone}, hotspot.TxOK, 0, 1},
		{"too late for the first", []any{gwmp.TxTooLate, gwmp.TxNone}, hotspot.TxOK, 1, 2},
		{"collision in the first", []any{gwmp.TxCollisionPacket, gwmp.TxNone}, hotspot.TxOK, 1, 2},
		{"too late for both", []any{gwmp.TxTooLate, gwmp.TxTooLate}, hotspot.TxTooLate, 1, 2},
		{"first frequency not possible", []any{gwmp.TxFreq, gwmp.TxPower}, hotspot.TxPower, 1, 2},
		{"no answer: may be on air", []any{ErrNoAck}, hotspot.TxNoAck, 0, 1},
		{"stopped: may be on air", []any{context.Canceled}, hotspot.TxNoAck, 0, 1},
		{"no forwarder", []any{ErrNoForwarder}, hotspot.TxNoForwarder, 0, 1},
		{"a word nobody knows", []any{gwmp.TxError("MOON"), gwmp.TxError("MOON")}, hotspot.TxOther, 1, 2},
	} {
		r := &radio{answers: c.answers}
		got := NewScheduler(r, Radio{MaxEIRP: 161}, nil).transmit(t.Context(), hotspot.Downlink{ID: 9, Payload: []byte{1}, Windows: windows})
		if want := (hotspot.DownlinkResult{ID: 9, Outcome: c.outcome, Window: c.window}); got != want || len(r.sent) != c.tries {
			t.Errorf("%s: %+v after %d tries, want %+v after %d", c.name, got, len(r.sent), want, c.tries)
		}
	}
}

func TestDownlinkIsFramedAsLoRaWANSays(t *testing.T) {
	s := NewScheduler(nil, Radio{Gain: 20, MaxEIRP: 161}, nil)
	got := s.packet([]byte{0x60, 1}, hotspot.Window{Tmst: 77, Frequency: 869_525_000, SF: 12, Bandwidth: 125_000, Power: 140})
	want := gwmp.TxPk{
		Tmst: 77, HasTmst: true, FreqHz: 869_525_000, Power: 12, HasPowe: true, Modu: gwmp.LoRa, Datr: gwmp.LoRaRate(12, 125),
		Codr: "4/5", IPol: true, Prea: 8, NCRC: true, Data: []byte{0x60, 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := s.packet(nil, hotspot.Window{Immediate: true}); !got.Imme || got.HasTmst {
		t.Errorf("immediate: %+v", got)
	}
}

func TestConductedPowerNeverExceedsThePlan(t *testing.T) {
	for _, c := range []struct {
		gain, most, eirp int16
		want             int8
	}{
		{0, 161, 140, 14},
		{12, 161, 0, 14},   // 16.1 - 1.2 = 14.9, rounded down
		{12, 161, 300, 14}, // more than the plan
		{60, 161, 27, -4},  // 2.7 - 6.0 = -3.3, rounded down
		{-10, 161, 140, 15},
	} {
		got := Radio{Gain: c.gain, MaxEIRP: c.most}.conducted(c.eirp)
		if got != c.want || 10*int16(got)+c.gain > c.most {
			t.Errorf("gain %d, EIRP %d of %d: %d dBm, want %d", c.gain, c.eirp, c.most, got, c.want)
		}
	}
}

// stuckRadio never answers until its context ends.
type stuckRadio struct{ entered chan struct{} }

func (r stuckRadio) Transmit(ctx context.Context, _ gwmp.EUI, _ gwmp.TxPk) (gwmp.TxAck, error) {
	r.entered <- struct{}{}
	<-ctx.Done()
	return gwmp.TxAck{}, errors.Join(ErrNoAck, ctx.Err())
}

func TestFullQueueIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results := make(chan hotspot.DownlinkResult, 200)
		r := stuckRadio{make(chan struct{}, 200)}
		s := NewScheduler(r, Radio{}, func(d hotspot.DownlinkResult) { results <- d })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		const all = schedulerWorkers + schedulerQueue + 3
		for n := range uint64(all) {
			s.Submit(hotspot.Downlink{ID: n + 1, Windows: make([]hotspot.Window, 1)})
			synctest.Wait() // the workers have taken what they can
		}
		if len(results) != 3 || len(r.entered) != schedulerWorkers {
			t.Fatalf("%d refused with %d at work, want 3 and %d", len(results), len(r.entered), schedulerWorkers)
		}
		for range 3 {
			if d := <-results; d.Outcome != hotspot.TxTooLate || d.ID <= schedulerWorkers+schedulerQueue {
				t.Errorf("refused %+v, want the newest as too late", d)
			}
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
