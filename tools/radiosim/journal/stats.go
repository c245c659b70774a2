package journal

import (
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/air"
)

// Stats are totals since the topology was loaded. "Uplinks" are transmissions
// of devices, join requests and retransmissions included.
type Stats struct {
	UptimeMS     int64                `json:"uptime_ms"`
	LateMaxMS    int64                `json:"late_max_ms"` // how far the simulator itself fell behind, at worst
	Frames       uint64               `json:"frames"`
	Receptions   uint64               `json:"receptions"`
	Missed       map[air.Reason]int64 `json:"receptions_missed"` // by reason
	BeaconsSent  uint64               `json:"beacons_sent"`
	BeaconsHeard uint64               `json:"beacons_heard"` // by at least one gateway

	UplinksSent      uint64      `json:"uplinks_sent"`
	UplinksHeard     uint64      `json:"uplinks_heard"`     // by at least one gateway
	UplinksDelivered uint64      `json:"uplinks_delivered"` // with at least one copy at the network server
	CopiesDelivered  uint64      `json:"copies_delivered"`
	CopiesRepeated   uint64      `json:"copies_repeated"`  // same gateway, same transmission, again
	CopiesUnmatched  uint64      `json:"copies_unmatched"` // not on air in this run
	CopiesBeyond     uint64      `json:"copies_beyond_budget"`
	CopiesPer        map[int]int `json:"transmissions_by_copies"` // 0: heard and not delivered
	DeliveryP50MS    int64       `json:"delivery_p50_ms"`         // end of the frame to the first copy at the network server
	DeliveryP99MS    int64       `json:"delivery_p99_ms"`

	Devices         int    `json:"devices"`
	DevicesOTAA     int    `json:"devices_otaa"`
	DevicesJoined   int    `json:"devices_joined"` // of the OTAA devices
	JoinRequests    uint64 `json:"join_requests"`
	ConfirmedSent   uint64 `json:"confirmed_sent"` // frames, retransmissions not counted
	ConfirmedAcked  uint64 `json:"confirmed_acked"`
	ConfirmedFailed uint64 `json:"confirmed_failed"` // all retransmissions spent
	Retransmissions uint64 `json:"retransmissions"`
	DownlinksBadMIC uint64 `json:"downlinks_bad_mic"`

	DownlinksAnswered  uint64            `json:"downlinks_answered"`      // transmissions a network server answered
	AnsweredLate       uint64            `json:"downlinks_answered_late"` // after both windows, because the uplink came late; in no other figure
	DownlinksOnAir     uint64            `json:"downlinks_on_air"`
	DownlinksReceived  uint64            `json:"downlinks_received"`
	DownlinksLostRadio uint64            `json:"downlinks_lost_radio"` // in the window, not decoded
	RxWindowsMissed    uint64            `json:"rx_windows_missed"`    // answered, nothing in either window
	TxAcks             map[string]uint64 `json:"tx_acks"`              // results at the network servers
	ForwarderTx        map[string]uint64 `json:"forwarder_tx"`         // results the forwarders gave
	LNSDropped         map[string]uint64 `json:"lns_dropped"`          // frames a network server refused, by reason
	Malformed          uint64            `json:"malformed_datagrams"`  // to a forwarder or a network server
	PushUnacked        uint64            `json:"push_unacked"`
	GatewaysOnline     int               `json:"gateways_online"` // PULL_DATA acknowledged within 15 s
}

func newStats() Stats {
	return Stats{
		Missed: map[air.Reason]int64{}, CopiesPer: map[int]int{}, TxAcks: map[string]uint64{},
		ForwarderTx: map[string]uint64{}, LNSDropped: map[string]uint64{},
	}
}

// Totals gives the stations access to the counters they own.
func (j *Journal) Totals() *Stats { return &j.totals }

// Snapshot returns the totals now; budget > 0 counts copies beyond it.
func (j *Journal) Snapshot(now time.Duration, budget int) Stats {
	s := j.totals
	s.UptimeMS = now.Milliseconds()
	s.Missed, s.TxAcks = maps.Clone(s.Missed), maps.Clone(s.TxAcks)
	s.ForwarderTx, s.LNSDropped = maps.Clone(s.ForwarderTx), maps.Clone(s.LNSDropped)
	s.CopiesPer = map[int]int{}
	var delivery []int64
	for _, t := range j.sent {
		if t.counted {
			delivery = append(delivery, t.FirstMS)
		}
		if len(t.Heard) > 0 || t.Copies > 0 {
			s.CopiesPer[t.Copies]++
		}
		if budget > 0 && t.Copies > budget {
			s.CopiesBeyond += uint64(t.Copies - budget)
		}
	}
	if n := len(delivery); n > 0 {
		slices.Sort(delivery)
		s.DeliveryP50MS, s.DeliveryP99MS = delivery[n/2], delivery[n*99/100]
	}
	return s
}

// Copy records a frame that reached a network server and returns the
// transmission it is a copy of, 0 if none is known.
func (j *Journal) Copy(now time.Duration, lns string, eui gwmp.EUI, p *gwmp.RxPk) uint64 {
	t := j.match(p)
	l := struct {
		Type    string   `json:"type"` // "copy"
		LNS     string   `json:"lns"`
		At      int64    `json:"at_unix_ns"`
		Gateway gwmp.EUI `json:"gateway"`
		Tmst    uint32   `json:"tmst"`
		RSSI    int16    `json:"rssi"`
		Payload string   `json:"payload"`
		ID      uint64   `json:"transmission"`
	}{"copy", lns, j.unixNano(now), eui, p.Tmst, p.RSSI, hex.EncodeToString(p.Data), 0}
	j.totals.CopiesDelivered++
	if t == nil {
		j.totals.CopiesUnmatched++
		j.write(l)
		return 0
	}
	l.ID = t.ID
	if !t.counted {
		t.counted = true
		t.FirstMS = (now - t.end).Milliseconds()
		j.totals.UplinksDelivered++
	}
	t.Copies++
	t.From[eui.String()]++
	if t.From[eui.String()] > 1 {
		j.totals.CopiesRepeated++
	}
	j.write(l)
	return t.ID
}

// match finds the transmission of a copy: same bytes and a counter value one
// of its hearers had, else the latest with these bytes.
func (j *Journal) match(p *gwmp.RxPk) *Transmission {
	same := j.byPHY[string(p.Data)]
	for i := len(same) - 1; i >= 0; i-- {
		if same[i].tmst[p.Tmst] {
			return same[i]
		}
	}
	if len(same) == 0 {
		return nil
	}
	return same[len(same)-1]
}

// Event records something else; fields must marshal to JSON.
func (j *Journal) Event(now time.Duration, kind string, fields map[string]any) {
	fields["type"], fields["at_unix_ns"] = kind, j.unixNano(now)
	j.write(fields)
}

// Answered records that a network server ordered phy as answer to a transmission.
func (j *Journal) Answered(transmission uint64, phy []byte) {
	t := j.byID[transmission]
	if t == nil {
		return
	}
	if t.closed {
		j.totals.AnsweredLate++
		return
	}
	a := j.pending[transmission]
	if a == nil {
		a = &answer{}
		j.pending[transmission] = a
		j.totals.DownlinksAnswered++
	}
	a.payloads = append(a.payloads, string(phy))
}

// WindowsClosed settles what became of the answer to a transmission of a device.
func (j *Journal) WindowsClosed(now time.Duration, transmission uint64, received bool) {
	if t := j.byID[transmission]; t != nil {
		t.closed = true
	}
	a := j.pending[transmission]
	if a == nil {
		return
	}
	delete(j.pending, transmission)
	result := "missed"
	if received {
		result = "received"
	}
	for _, p := range a.payloads {
		if reason, ok := j.heardBy[p]; ok && !received && reason != air.Received {
			result = "lost_radio"
		}
		delete(j.heardBy, p)
	}
	switch result {
	case "received":
		j.totals.DownlinksReceived++
	case "lost_radio":
		j.totals.DownlinksLostRadio++
	default:
		j.totals.RxWindowsMissed++
	}
	j.Event(now, "windows", map[string]any{"transmission": transmission, "result": result})
}
