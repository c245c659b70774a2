package grpcapi

import (
	"math"

	"github.com/hexwave/hexwave/packetrouter"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
)

// uplink converts a received message. Fields out of their range become values
// that no check accepts, or the nearest that the type holds.
func uplink(m *routerv1.Uplink) packetrouter.Uplink {
	u := packetrouter.Uplink{
		ID: m.GetId(), Payload: m.GetPayload(), Tmst: m.GetTmst(), Time: m.GetTime(), Frequency: m.GetFrequency(),
		Bandwidth: m.GetBandwidth(), RSSI: clamp16(m.GetRssi()), SNR: clamp16(m.GetSnr()), Hold: m.GetHold(),
		Forwarder: packetrouter.EUI(m.GetForwarder()), Antenna: m.GetAntenna(), CodeRate: m.GetCodeRate(),
	}
	if sf := m.GetSf(); sf <= 12 {
		u.SF = uint8(sf)
	}
	if len(u.CodeRate) > 8 {
		u.CodeRate = ""
	}
	return u
}

func clamp16(v int32) int16 { return int16(min(max(v, math.MinInt16), math.MaxInt16)) }

func downlink(id uint64, d packetrouter.Downlink) *routerv1.Down {
	m := &routerv1.Downlink{
		Id: id, Payload: d.Payload, Forwarder: uint64(d.Forwarder), Antenna: d.Antenna,
		Windows: make([]*routerv1.TxWindow, len(d.Windows)),
	}
	for i, w := range d.Windows {
		m.Windows[i] = &routerv1.TxWindow{
			Tmst: w.Tmst, Immediate: w.Immediate, Frequency: w.Frequency, Sf: uint32(w.SF), Bandwidth: w.Bandwidth,
			Power: int32(w.Power),
		}
	}
	return &routerv1.Down{Message: &routerv1.Down_Downlink{Downlink: m}}
}

func head(h packetrouter.Head) *routerv1.ChainHead {
	return &routerv1.ChainHead{Height: h.Height, Time: h.Time, Epoch: h.Epoch}
}

func items(raw [][]byte) *routerv1.Items { return &routerv1.Items{Items: raw} }

func acks(list []ack) *routerv1.Down {
	// One block for all acks of a message instead of one each.
	block := make([]routerv1.Ack, len(list))
	m := &routerv1.Acks{Acks: make([]*routerv1.Ack, len(list))}
	for i, a := range list {
		block[i].Id, block[i].Outcome = a.id, routerv1.Outcome(a.outcome)
		m.Acks[i] = &block[i]
	}
	return &routerv1.Down{Message: &routerv1.Down_Acks{Acks: m}}
}

func results(list []packetrouter.ItemResult) *routerv1.Down {
	m := &routerv1.ItemResults{Results: make([]*routerv1.ItemResult, len(list))}
	for i := range list {
		m.Results[i] = &routerv1.ItemResult{Digest: list[i].Digest[:], Verdict: uint32(list[i].Verdict)}
	}
	return &routerv1.Down{Message: &routerv1.Down_ItemResults{ItemResults: m}}
}
