package device

import (
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/tools/radiosim/air"
	"github.com/hexwave/hexwave/tools/radiosim/joinkeys"
)

// listening reports whether the frame began in one of the open windows: a
// receiver needs five of the eight preamble symbols, so three symbols of
// displacement are the most it survives.
func (d *Device) listening(f *air.Frame) bool {
	x := d.exchange
	if x == nil || x.received {
		return false
	}
	slack := max(3*time.Millisecond, 3*f.Symbol())
	for _, w := range x.windows {
		if w.freq == f.FreqHz && w.sf == f.SF && f.Start >= w.at-slack && f.Start <= w.at+slack {
			return true
		}
	}
	return false
}

func (d *Device) heard(f *air.Frame, _ air.Reception) {
	x := d.exchange
	var phy lorawan.PHYPayload
	if x == nil || phy.UnmarshalBinary(f.Payload) != nil {
		return
	}
	switch phy.MHDR.MType {
	case lorawan.JoinAccept:
		if x.joining {
			d.accept(f.End, &phy)
		}
	case lorawan.UnconfirmedDataDown, lorawan.ConfirmedDataDown:
		if !x.joining {
			d.data(&phy)
		}
	}
}

func (d *Device) accept(now time.Duration, phy *lorawan.PHYPayload) {
	key := lorawan.AES128Key(d.conf.AppKey)
	if phy.DecryptJoinAcceptPayload(key) != nil {
		return
	}
	ok, err := phy.ValidateDownlinkJoinMIC(lorawan.JoinRequestType, lorawan.EUI64(d.conf.JoinEUI), d.devNonce, key)
	if err != nil || !ok {
		d.parts.Journal.Totals().DownlinksBadMIC++
		return
	}
	ja, ok := phy.MACPayload.(*lorawan.JoinAcceptPayload)
	if !ok {
		return
	}
	nwk, app, err := joinkeys.Derive(key, ja.JoinNonce, ja.HomeNetID, d.devNonce)
	if err != nil {
		return
	}
	d.session = &session{addr: ja.DevAddr, nwk: nwk, app: app, channels: JoinChannels()}
	if ja.CFList != nil {
		if more, ok := ja.CFList.Payload.(*lorawan.CFListChannelPayload); ok {
			for _, c := range more.Channels {
				if c != 0 {
					d.session.channels = append(d.session.channels, c)
				}
			}
		}
	}
	d.exchange.received = true
	if !d.joined {
		d.joined = true
		d.parts.Journal.Totals().DevicesJoined++
	}
	d.parts.Journal.Event(now, "joined", map[string]any{"device": d.conf.Name, "dev_addr": ja.DevAddr.String(), "transmission": d.exchange.id})
}

func (d *Device) data(phy *lorawan.PHYPayload) {
	mac, ok := phy.MACPayload.(*lorawan.MACPayload)
	if !ok || mac.FHDR.DevAddr != d.session.addr {
		return
	}
	s := d.session
	full := s.down&^0xffff | mac.FHDR.FCnt&0xffff
	if full < s.down {
		full += 1 << 16
	}
	mac.FHDR.FCnt = full
	ok, err := phy.ValidateDownlinkDataMIC(lorawan.LoRaWAN1_0, 0, s.nwk)
	if err != nil || !ok {
		d.parts.Journal.Totals().DownlinksBadMIC++
		return
	}
	s.down = full + 1
	d.exchange.received = true
	d.exchange.acked = d.exchange.confirmed && mac.FHDR.FCtrl.ACK
}

// close ends an exchange and plans the next.
func (d *Device) close(now time.Duration) {
	x := d.exchange
	d.exchange = nil
	t := d.parts.Journal.Totals()
	d.parts.Journal.WindowsClosed(now, x.id, x.received)
	switch {
	case x.joining && d.session == nil:
		wait := time.Second + time.Duration(d.draw("rejoin")*float64(3*time.Second))
		d.parts.Loop.At(now+wait, d.tick)
		return
	case x.confirmed && x.acked:
		t.ConfirmedAcked++
	case x.confirmed && x.try < maxTries && d.running:
		x.try++
		t.Retransmissions++
		wait := time.Second + time.Duration(d.draw("ack timeout")*float64(2*time.Second))
		d.parts.Loop.At(now+wait, func(t time.Duration) {
			d.transmit(t, &exchange{payload: x.payload, sf: x.sf, confirmed: true, try: x.try})
		})
		return
	case x.confirmed:
		t.ConfirmedFailed++
	}
	// The mean distance between two uplinks is the interval; windows count.
	gap := time.Duration(float64(d.interval()) * (0.7 + 0.6*d.draw("gap")))
	spent := now - x.windows[0].at
	d.parts.Loop.At(now+max(gap-spent, 100*time.Millisecond), d.tick)
}
