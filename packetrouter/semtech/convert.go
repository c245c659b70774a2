package semtech

import (
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/gwmp"
)

// downlink converts a txpk. The result is TxOK, or why hotspots cannot send it.
func downlink(p *gwmp.TxPk) (packetrouter.Downlink, packetrouter.TxResult) {
	timed := p.Imme || p.HasTmst
	switch {
	case !timed && p.HasTmms:
		return packetrouter.Downlink{}, packetrouter.TxGPSUnlocked // class B by GPS time
	case len(p.Data) == 0 || p.Modu != gwmp.LoRa || p.Datr.SF == 0:
		return packetrouter.Downlink{}, packetrouter.TxOther
	}
	w := packetrouter.TxWindow{
		Tmst: p.Tmst, Immediate: p.Imme || !p.HasTmst, Frequency: p.FreqHz, SF: p.Datr.SF,
		Bandwidth: uint32(p.Datr.BandwidthKHz) * 1000,
	}
	if p.HasPowe {
		w.Power = int16(p.Power) * 10
	}
	return packetrouter.Downlink{Payload: p.Data, Windows: []packetrouter.TxWindow{w}}, packetrouter.TxOK
}

// txError is a result in the protocol's words; for what it has no word for,
// ours: a server takes an unknown text for a failure and shows it.
func txError(x packetrouter.TxResult) gwmp.TxError {
	switch x {
	case packetrouter.TxOK:
		return gwmp.TxNone
	case packetrouter.TxTooLate:
		return gwmp.TxTooLate
	case packetrouter.TxTooEarly:
		return gwmp.TxTooEarly
	case packetrouter.TxCollisionPacket:
		return gwmp.TxCollisionPacket
	case packetrouter.TxCollisionBeacon:
		return gwmp.TxCollisionBeacon
	case packetrouter.TxFrequency:
		return gwmp.TxFreq
	case packetrouter.TxPower:
		return gwmp.TxPower
	case packetrouter.TxGPSUnlocked:
		return gwmp.TxGPSUnlocked
	case packetrouter.TxNoForwarder:
		return "NO_FORWARDER"
	case packetrouter.TxNoAck:
		return "NO_ACK"
	case packetrouter.TxDutyCycle:
		return "DUTY_CYCLE"
	case packetrouter.TxOther:
	}
	return "OTHER"
}
