package lns

import (
	"slices"
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/proto/gwmp"
	simdevice "github.com/hexwave/hexwave/tools/radiosim/device"
)

// Transmit powers, dBm conducted.
const (
	rx1Power = 14
	rx2Power = 20
)

// order is a downlink with the attempts that are left.
type order struct {
	device       string
	transmission uint64
	phy          []byte
	attempts     []attempt
	window       string // of the attempt under way
}

type attempt struct {
	eui    gwmp.EUI
	window string
	tx     gwmp.TxPk
}

// answer orders a downlink from the gateway that heard best. The seed decides
// between the windows; RX2 also follows a refused RX1.
func (s *Server) answer(now time.Duration, u *uplink, out *lorawan.PHYPayload, d *device, delay time.Duration, rx2SF int, n uint64) {
	phy, err := out.MarshalBinary()
	if err != nil {
		s.drop(now, u, "encode")
		return
	}
	o := &order{device: d.conf.Name, transmission: u.transmission, phy: phy}
	slices.SortStableFunc(u.copies, func(a, b rx) int { return int(b.pk.SNR) - int(a.pk.SNR) })
	useRX2 := s.parts.Seed.Uint64("window", n, d.conf.Name)%2 == 1
	for _, c := range u.copies {
		if _, ok := s.paths[c.eui]; !ok {
			continue
		}
		tx := gwmp.TxPk{
			Tmst: c.pk.Tmst + uint32(delay.Microseconds()), HasTmst: true, FreqHz: c.pk.FreqHz, Power: rx1Power, HasPowe: true,
			Datr: c.pk.Datr, Codr: "4/5", IPol: true, NCRC: true, Prea: 8, Data: phy,
		}
		if !useRX2 {
			o.attempts = append(o.attempts, attempt{c.eui, "rx1", tx})
		}
		tx.Tmst += uint32(time.Second.Microseconds())
		tx.FreqHz, tx.Datr, tx.Power = simdevice.RX2FreqHz, gwmp.LoRaRate(uint8(rx2SF), 125), rx2Power
		o.attempts = append(o.attempts, attempt{c.eui, "rx2", tx})
	}
	if len(o.attempts) == 0 {
		s.drop(now, u, "no_downlink_path")
		return
	}
	s.parts.Journal.Answered(u.transmission, phy)
	s.try(now, o)
}

func (s *Server) try(now time.Duration, o *order) {
	a := o.attempts[0]
	o.attempts, o.window = o.attempts[1:], a.window
	s.token++
	v := s.parts.Seed.Uint64("order", s.token, s.conf.Name)
	t := gwmp.Token{byte(v >> 8), byte(v)}
	if len(s.orders) < maxState {
		s.orders[t] = o
		s.parts.Loop.At(now+orderLife, func(now time.Duration) {
			if s.orders[t] == o {
				delete(s.orders, t)
				s.result(now, o, "NO_ACK")
			}
		})
	}
	s.send(s.paths[a.eui], gwmp.PullResp{Version: gwmp.Version2, Token: t, TxPk: a.tx})
}

func (s *Server) answered(now time.Duration, p gwmp.TxAck) {
	o := s.orders[p.Token]
	if o == nil {
		return
	}
	delete(s.orders, p.Token)
	if p.OK() {
		s.result(now, o, string(gwmp.TxNone))
		return
	}
	s.result(now, o, string(p.Error))
	if len(o.attempts) > 0 {
		s.try(now, o)
	}
}

func (s *Server) result(now time.Duration, o *order, result string) {
	const known = 32 // distinct texts that are counted apart
	t := s.parts.Journal.Totals().TxAcks
	if _, ok := t[result]; !ok && len(t) >= known {
		result = "OTHER"
	}
	t[result]++
	s.parts.Journal.Event(now, "tx_ack", map[string]any{
		"lns": s.conf.Name, "device": o.device, "window": o.window, "result": result, "transmission": o.transmission,
	})
}
