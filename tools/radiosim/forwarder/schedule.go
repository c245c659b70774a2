package forwarder

import (
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/air"
)

// Limits of Semtech's just-in-time queue and of an EU868 front end.
const (
	programLead = 32500 * time.Microsecond // TX_START + TX_MARGIN + TX_JIT delays
	maxAdvance  = 384 * time.Second
	immediateIn = 5 * time.Millisecond
	queueMax    = 32
	minFreqHz   = 863_000_000
	maxFreqHz   = 870_000_000
	maxPowerDBm = 27
	defPowerDBm = 14
)

type slot struct{ start, end time.Duration }

// schedule queues a transmission or says why not.
func (f *Forwarder) schedule(now time.Duration, p gwmp.PullResp) gwmp.TxAck {
	ack := gwmp.TxAck{Version: p.Version, Token: p.Token, EUI: f.conf.EUI}
	refuse := func(e gwmp.TxError) gwmp.TxAck {
		ack.Error = e
		return ack
	}
	tx := p.TxPk
	start := now + immediateIn
	switch {
	case tx.Imme:
	case tx.HasTmst:
		lead := time.Duration(int32(tx.Tmst-f.Counter(now))) * time.Microsecond
		if lead <= programLead {
			return refuse(gwmp.TxTooLate)
		}
		if lead > maxAdvance {
			return refuse(gwmp.TxTooEarly)
		}
		start = now.Truncate(time.Microsecond) + lead
	default:
		return refuse(gwmp.TxGPSUnlocked)
	}
	if tx.FreqHz < minFreqHz || tx.FreqHz > maxFreqHz || tx.Modu != gwmp.LoRa || tx.Datr.SF < 7 || tx.Datr.SF > 12 {
		return refuse(gwmp.TxFreq)
	}
	power := int32(defPowerDBm)
	if tx.HasPowe {
		power = int32(tx.Power)
	}
	if power > maxPowerDBm {
		power = maxPowerDBm
		ack.Warn, ack.Value = string(gwmp.TxPower), power
	}
	fr := air.Frame{
		Kind: air.Beacon, From: f.site, PowerDBm: float64(power), FreqHz: tx.FreqHz, SF: int(tx.Datr.SF),
		BandwidthKHz: int(tx.Datr.BandwidthKHz), Inverted: tx.IPol, NoCRC: tx.NCRC, Payload: tx.Data, Start: start,
	}
	if tx.IPol {
		fr.Kind = air.Downlink
	}
	end := start + air.TimeOnAir(len(tx.Data), fr.SF, fr.BandwidthKHz, !fr.NoCRC)
	if !f.reserve(now, slot{start, end}) {
		return refuse(gwmp.TxCollisionPacket)
	}
	f.loop.At(start, func(time.Duration) {
		f.stat.TxNb++
		f.medium.Transmit(fr)
	})
	ack.Error = gwmp.TxNone
	return ack
}

// reserve takes a place in the transmit queue, if the radio is free then.
func (f *Forwarder) reserve(now time.Duration, s slot) bool {
	kept := f.queue[:0]
	free := true
	for _, q := range f.queue {
		if q.end > now {
			kept = append(kept, q)
			free = free && (q.end <= s.start || s.end <= q.start)
		}
	}
	f.queue = kept
	if !free || len(f.queue) >= queueMax {
		return false
	}
	f.queue = append(f.queue, s)
	return true
}
