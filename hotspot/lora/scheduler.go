package lora

import (
	"context"
	"errors"
	"sync"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/gwmp"
)

// Transmitter puts one transmission into a forwarder's queue. Server is the one
// that talks to real forwarders.
type Transmitter interface {
	Transmit(ctx context.Context, eui gwmp.EUI, tx gwmp.TxPk) (gwmp.TxAck, error)
}

// Limits on downlinks under way.
const (
	schedulerQueue   = 64
	schedulerWorkers = 4
)

// Radio says how the antenna beside the hotspot transmits.
type Radio struct {
	Gain    int16 // antenna gain, 0.1 dBi
	MaxEIRP int16 // the plan's most, 0.1 dBm
}

// conducted returns the power to set at the radio, whole dBm rounded down, for an
// EIRP in 0.1 dBm that never exceeds the plan.
func (r Radio) conducted(eirp int16) int8 {
	if eirp == 0 || eirp > r.MaxEIRP {
		eirp = r.MaxEIRP
	}
	p := int(eirp) - int(r.Gain)
	if p < 0 {
		p -= 9 // floor, not truncation
	}
	return int8(p / 10)
}

// Scheduler gets each downlink into one of its windows and reports how it went.
type Scheduler struct {
	tx      Transmitter
	radio   Radio
	queue   chan hotspot.Downlink
	results func(hotspot.DownlinkResult)
}

// NewScheduler returns a scheduler that reports to results, which must not
// block.
func NewScheduler(tx Transmitter, radio Radio, results func(hotspot.DownlinkResult)) *Scheduler {
	return &Scheduler{tx: tx, radio: radio, queue: make(chan hotspot.Downlink, schedulerQueue), results: results}
}

// Submit queues a downlink. With the queue full it is refused at once, as late
// as it would be.
func (s *Scheduler) Submit(d hotspot.Downlink) {
	select {
	case s.queue <- d:
	default:
		s.results(hotspot.DownlinkResult{ID: d.ID, Outcome: hotspot.TxTooLate})
	}
}

// Run works until ctx is done.
func (s *Scheduler) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range schedulerWorkers {
		workers.Go(func() {
			for {
				select {
				case d := <-s.queue:
					s.results(s.transmit(ctx, d))
				case <-ctx.Done():
					return
				}
			}
		})
	}
	workers.Wait()
	return nil
}

// transmit tries the windows in order. A refusal that another window may escape
// leads to the next one; what this radio can never send ends the attempt.
func (s *Scheduler) transmit(ctx context.Context, d hotspot.Downlink) hotspot.DownlinkResult {
	result := hotspot.DownlinkResult{ID: d.ID, Outcome: hotspot.TxOther}
	for i, w := range d.Windows {
		result.Window = i
		ack, err := s.tx.Transmit(ctx, d.Forwarder, s.packet(d.Payload, w))
		switch {
		case errors.Is(err, ErrNoForwarder):
			result.Outcome = hotspot.TxNoForwarder
			return result
		case err != nil:
			result.Outcome = hotspot.TxNoAck
			return result // it may be on air: sending again would collide
		}
		if result.Outcome = outcome(ack); result.Outcome == hotspot.TxOK {
			return result
		}
	}
	return result
}

// packet is a LoRaWAN downlink as forwarders expect it: inverted IQ, no payload
// CRC (LoRaWAN 1.0.4 §3.1.3), preamble of 8.
func (s *Scheduler) packet(payload []byte, w hotspot.Window) gwmp.TxPk {
	return gwmp.TxPk{
		Imme: w.Immediate, Tmst: w.Tmst, HasTmst: !w.Immediate, FreqHz: w.Frequency,
		Power: s.radio.conducted(w.Power), HasPowe: true, Modu: gwmp.LoRa,
		Datr: gwmp.LoRaRate(w.SF, uint16(w.Bandwidth/1000)), Codr: "4/5", IPol: true, Prea: 8, NCRC: true, Data: payload,
	}
}

// outcome translates the forwarder's word.
func outcome(a gwmp.TxAck) hotspot.TxOutcome {
	switch a.Error {
	case "", gwmp.TxNone:
		return hotspot.TxOK
	case gwmp.TxTooLate:
		return hotspot.TxTooLate
	case gwmp.TxTooEarly:
		return hotspot.TxTooEarly
	case gwmp.TxCollisionPacket:
		return hotspot.TxCollisionPacket
	case gwmp.TxCollisionBeacon:
		return hotspot.TxCollisionBeacon
	case gwmp.TxFreq:
		return hotspot.TxFrequency
	case gwmp.TxPower:
		return hotspot.TxPower
	case gwmp.TxGPSUnlocked:
		return hotspot.TxGPSUnlocked
	}
	return hotspot.TxOther
}
