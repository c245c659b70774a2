package lns

import (
	"time"

	"github.com/brocaar/lorawan"

	simdevice "github.com/hexwave/hexwave/tools/radiosim/device"
	"github.com/hexwave/hexwave/tools/radiosim/joinkeys"
)

// maxFCntGap is how far a counter may jump (LoRaWAN 1.0.2 MAX_FCNT_GAP).
const maxFCntGap = 16384

func (s *Server) process(now time.Duration, u *uplink) {
	u.done = true
	var phy lorawan.PHYPayload
	if err := phy.UnmarshalBinary(u.copies[0].pk.Data); err != nil {
		s.drop(now, u, "malformed")
		return
	}
	switch phy.MHDR.MType {
	case lorawan.JoinRequest:
		s.join(now, u, &phy)
	case lorawan.UnconfirmedDataUp, lorawan.ConfirmedDataUp:
		s.data(now, u, &phy)
	default:
		s.drop(now, u, "mtype")
	}
}

func (s *Server) join(now time.Duration, u *uplink, phy *lorawan.PHYPayload) {
	req, ok := phy.MACPayload.(*lorawan.JoinRequestPayload)
	if !ok {
		s.drop(now, u, "malformed")
		return
	}
	d := s.byEUI[req.DevEUI]
	if d == nil || req.JoinEUI != lorawan.EUI64(d.conf.JoinEUI) {
		s.drop(now, u, "unknown_dev_eui")
		return
	}
	key := lorawan.AES128Key(d.conf.AppKey)
	if ok, err := phy.ValidateUplinkJoinMIC(key); err != nil || !ok {
		s.drop(now, u, "mic")
		return
	}
	if d.nonces[req.DevNonce] {
		s.drop(now, u, "dev_nonce_used")
		return
	}
	d.nonces[req.DevNonce] = true
	d.joins++
	accept := lorawan.JoinAcceptPayload{
		JoinNonce: lorawan.JoinNonce(d.joins), HomeNetID: lorawan.NetID(s.conf.NetID), DevAddr: d.addr, RXDelay: 1,
		DLSettings: lorawan.DLSettings{RX2DataRate: uint8(12 - simdevice.DataRX2SF)},
		CFList: &lorawan.CFList{CFListType: lorawan.CFListChannel, Payload: &lorawan.CFListChannelPayload{
			Channels: [5]uint32{867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000},
		}},
	}
	nwk, _, err := joinkeys.Derive(key, accept.JoinNonce, accept.HomeNetID, req.DevNonce)
	if err != nil {
		s.drop(now, u, "keys")
		return
	}
	out := lorawan.PHYPayload{MHDR: lorawan.MHDR{MType: lorawan.JoinAccept, Major: lorawan.LoRaWANR1}, MACPayload: &accept}
	if out.SetDownlinkJoinMIC(lorawan.JoinRequestType, req.JoinEUI, req.DevNonce, key) != nil || out.EncryptJoinAcceptPayload(key) != nil {
		s.drop(now, u, "encode")
		return
	}
	d.nwk, d.up, d.down, d.last = nwk, 0, 0, ""
	s.byAddr[d.addr] = d
	s.answer(now, u, &out, d, simdevice.JoinRX1Delay, simdevice.JoinRX2SF, uint64(d.joins))
}

func (s *Server) data(now time.Duration, u *uplink, phy *lorawan.PHYPayload) {
	mac, ok := phy.MACPayload.(*lorawan.MACPayload)
	if !ok {
		s.drop(now, u, "malformed")
		return
	}
	d := s.byAddr[mac.FHDR.DevAddr]
	if d == nil {
		s.drop(now, u, "unknown_dev_addr")
		return
	}
	raw := string(u.copies[0].pk.Data)
	if raw != d.last {
		if reason := s.check(phy, mac, d); reason != "" {
			s.drop(now, u, reason)
			return
		}
		d.up, d.last = mac.FHDR.FCnt+1, raw
	}
	s.parts.Journal.Event(now, "uplink", map[string]any{
		"lns": s.conf.Name, "device": d.conf.Name, "fcnt": d.up - 1, "copies": len(u.copies), "transmission": u.transmission,
	})
	if phy.MHDR.MType == lorawan.ConfirmedDataUp {
		s.acknowledge(now, u, d)
	}
}

// check validates counter and MIC and widens the counter in mac.
func (s *Server) check(phy *lorawan.PHYPayload, mac *lorawan.MACPayload, d *device) string {
	full := d.up&^0xffff | mac.FHDR.FCnt&0xffff
	if full < d.up {
		full += 1 << 16
	}
	if full-d.up > maxFCntGap {
		return "fcnt"
	}
	mac.FHDR.FCnt = full
	if ok, err := phy.ValidateUplinkDataMIC(lorawan.LoRaWAN1_0, 0, 0, 0, d.nwk, d.nwk); err != nil || !ok {
		return "mic"
	}
	return ""
}

func (s *Server) acknowledge(now time.Duration, u *uplink, d *device) {
	out := lorawan.PHYPayload{
		MHDR: lorawan.MHDR{MType: lorawan.UnconfirmedDataDown, Major: lorawan.LoRaWANR1},
		MACPayload: &lorawan.MACPayload{FHDR: lorawan.FHDR{
			DevAddr: d.addr, FCtrl: lorawan.FCtrl{ACK: true}, FCnt: d.down,
		}},
	}
	if out.SetDownlinkDataMIC(lorawan.LoRaWAN1_0, 0, d.nwk) != nil {
		s.drop(now, u, "encode")
		return
	}
	d.down++
	s.answer(now, u, &out, d, simdevice.RX1Delay, simdevice.DataRX2SF, uint64(d.down))
}
