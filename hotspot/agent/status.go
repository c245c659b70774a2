package agent

import (
	"encoding/hex"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hexwave/hexwave/hotspot/lora"
	"github.com/hexwave/hexwave/hotspot/uplink"
	"github.com/hexwave/hexwave/hotspot/wifi"
	"github.com/hexwave/hexwave/proto/wire"
)

// Status is what a hotspot can say about itself, as `hotspot status` prints it.
type Status struct {
	ID         string                `json:"id"`
	Name       string                `json:"name"`
	Hotspot    uint32                `json:"hotspot"` // index on chain; 0 while not registered
	Chain      string                `json:"chain"`
	Height     uint64                `json:"height"`
	Epoch      uint32                `json:"epoch"`
	HeadAge    string                `json:"head_age"`
	Router     uplink.State          `json:"router"`
	Forwarders []lora.Forwarder      `json:"forwarders"`
	Radio      lora.Counters         `json:"radio"`
	Queue      QueueStatus           `json:"queue"`
	Uplinks    map[string]uint64     `json:"uplinks"` // settled by the router, by outcome
	Coverage   lora.CoverageCounters `json:"coverage"`
	Vouchers   []Claim               `json:"vouchers"`
	Refused    uint64                `json:"vouchers_refused"`
	WiFi       *wifi.Status          `json:"wifi,omitempty"` // with access points only
}

// QueueStatus is the state of the uplink queue.
type QueueStatus struct {
	Waiting  int    `json:"waiting"`
	InFlight int    `json:"in_flight"`
	Full     uint64 `json:"dropped_full"`
	Old      uint64 `json:"dropped_old"`
}

// Claim is a voucher held.
type Claim struct {
	Org    uint32 `json:"org"`
	Lane   uint16 `json:"lane"`
	Epoch  uint32 `json:"epoch"`
	Amount uint64 `json:"amount"` // DC, or micro-DC by unit
	Unit   uint8  `json:"unit"`
	// Voucher is the signed voucher as hex, for whoever brings it to the chain: it pays
	// this hotspot whoever does.
	Voucher string `json:"voucher"`
}

// Status returns a snapshot.
func (a *Agent) Status() Status {
	a.mu.Lock()
	s := Status{
		ID: a.id.PubKey().String(), Name: wire.HotspotName(a.id.PubKey()), Hotspot: a.index, Chain: a.cfg.ChainID,
		Height: a.head.Height, Epoch: a.head.Epoch, Uplinks: map[string]uint64{}, Refused: a.refused,
	}
	if !a.head.Time.IsZero() {
		s.HeadAge = time.Since(a.head.Time).Round(time.Millisecond).String()
	}
	for o, n := range a.outcomes {
		s.Uplinks[o.String()] = n
	}
	a.mu.Unlock()
	s.Router, s.Forwarders, s.Radio, s.Coverage = a.client.State(), a.server.Forwarders(), a.server.Counters(), a.coverer.Counters()
	waiting, inFlight, dropped := a.queue.Stats()
	s.Queue = QueueStatus{waiting, inFlight, dropped.Full, dropped.Old}
	for _, v := range a.book.Held() {
		s.Vouchers = append(s.Vouchers, Claim{v.Org, v.Lane, v.Epoch, v.Cum, uint8(v.Unit), hex.EncodeToString(v.AppendTo(nil))})
	}
	if a.wifi != nil {
		w := a.wifi.Status()
		s.WiFi = &w
	}
	return s
}

// Describe implements prometheus.Collector. The collector is unchecked: labels
// come from closed lists.
func (a *Agent) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (a *Agent) Collect(out chan<- prometheus.Metric) {
	s := a.Status()
	emit := func(name, help string, kind prometheus.ValueType, value float64, labels ...string) {
		var names []string
		if len(labels) > 0 {
			names = []string{"result"}
		}
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc("hexwave_hotspot_"+name, help, names, nil), kind, value, labels...)
	}
	for result, n := range s.Uplinks {
		emit("uplinks_total", "Uplinks settled by a router, by outcome.", prometheus.CounterValue, float64(n), result)
	}
	for reason, n := range s.Radio.Refused {
		emit("radio_refused_total", "Datagrams and frames from packet forwarders that were dropped, by reason.", prometheus.CounterValue, float64(n), reason)
	}
	for reason, n := range s.Coverage.Heard {
		emit("witnesses_total", "Beacons heard, by what became of them.", prometheus.CounterValue, float64(n), string(reason))
	}
	emit("beacons_sent_total", "Beacons accepted by a packet forwarder.", prometheus.CounterValue, float64(s.Coverage.Beacons))
	emit("router_queue_packets", "Packets waiting for a router.", prometheus.GaugeValue, float64(s.Queue.Waiting))
	emit("packets_in_flight", "Packets sent and not yet settled.", prometheus.GaugeValue, float64(s.Queue.InFlight))
	connected := 0.0
	if s.Router.Connected {
		connected = 1
	}
	emit("router_connected", "1 while a router stream is up.", prometheus.GaugeValue, connected)
	if s.WiFi != nil {
		collectWiFi(s.WiFi, emit)
	}
}

// collectWiFi emits what access points and payers did.
func collectWiFi(s *wifi.Status, emit func(name, help string, kind prometheus.ValueType, value float64, labels ...string)) {
	emit("wifi_sessions", "Open Wi-Fi sessions.", prometheus.GaugeValue, float64(s.Sessions))
	emit("wifi_records_waiting", "Usage records without their payer's word.", prometheus.GaugeValue, float64(s.RecordsOpen))
	emit("wifi_accounting_waiting", "Accounting-Requests that no AAA has answered.", prometheus.GaugeValue, float64(s.PacketsOpen))
	emit("wifi_logins_total", "Logins by what became of them.", prometheus.CounterValue, float64(s.Accepted), "accepted")
	emit("wifi_logins_total", "Logins by what became of them.", prometheus.CounterValue, float64(s.Rejected), "rejected")
	for reason, n := range s.Refused {
		emit("wifi_refused_total", "Logins refused here, by reason.", prometheus.CounterValue, float64(n), reason)
	}
	for reason, n := range s.Dropped {
		emit("wifi_dropped_total", "Datagrams and messages dropped, by reason.", prometheus.CounterValue, float64(n), reason)
	}
	emit("wifi_disconnects_total", "Disconnect-Requests to access points.", prometheus.CounterValue, float64(s.Disconnects.Sent))
}
