package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/payerapi"
	"github.com/hexwave/hexwave/packetrouter/semtech"
	"github.com/hexwave/hexwave/proto/wire"
)

// collector reads the router's counters when asked. No label names a hotspot
// or a device: their number has no bound.
type collector struct {
	router *packetrouter.Router
	egress *semtech.Egress
	payers *payerapi.Client

	wifi, wifiBack, payersConnected                                                                        *prometheus.Desc
	uplinks, downlinks, credits, unbooked, inFlight, connected, hotspots, routes, height, epoch, datagrams *prometheus.Desc
}

func newCollector(r *packetrouter.Router, e *semtech.Egress, p *payerapi.Client) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("hexwave_packetrouter_"+name, help, labels, nil)
	}
	return &collector{
		router: r, egress: e, payers: p,
		wifi:            desc("wifi_messages_total", "Messages of hotspots for payers, by kind and by what became of them; delivered is carried.", "kind", "outcome"),
		wifiBack:        desc("wifi_back_total", "Messages of payers for hotspots: carried, or lost because the hotspot is not here or a queue was full.", "result"),
		payersConnected: desc("payers_connected", "Payer agents with a live stream."),
		uplinks:         desc("uplinks_total", "Uplinks by outcome.", "outcome"),
		downlinks:       desc("downlinks_total", "Downlinks by what became of them.", "result"),
		credits:         desc("credits_metered_total", "Data credits metered, on stable storage."),
		unbooked:        desc("unbooked_total", "Deliveries that could not be metered."),
		inFlight:        desc("uplinks_in_flight", "Uplinks without an outcome."),
		connected:       desc("hotspots_connected", "Live hotspot streams."),
		hotspots:        desc("hotspots_registered", "Hotspots in the newest snapshot of the chain."),
		routes:          desc("routes", "Routes in the table."),
		height:          desc("chain_height", "Height of the newest snapshot."),
		epoch:           desc("chain_epoch", "Epoch of the newest snapshot."),
		datagrams:       desc("gwmp_total", "Datagrams to and from network servers, by what became of them.", "kind"),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, ch) }

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	count := func(d *prometheus.Desc, v uint64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge := func(d *prometheus.Desc, v float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	s := c.router.Stats()
	for _, o := range wire.Outcomes() {
		count(c.uplinks, s.Outcomes[o], o.String())
	}
	for x := packetrouter.TxOK; x <= packetrouter.TxOther; x++ {
		count(c.downlinks, s.Downlinks[x], x.String())
	}
	count(c.credits, s.Credits)
	count(c.unbooked, s.Unbooked)
	gauge(c.inFlight, float64(s.InFlight))
	gauge(c.connected, float64(s.Connected))
	gauge(c.hotspots, float64(s.Hotspots))
	gauge(c.routes, float64(s.Routes))
	gauge(c.height, float64(s.Head.Height))
	gauge(c.epoch, float64(s.Head.Epoch))
	for _, o := range wire.Outcomes() {
		if n := s.WiFi.Radius[o]; n > 0 {
			count(c.wifi, n, "radius", o.String())
		}
		if n := s.WiFi.Usage[o]; n > 0 {
			count(c.wifi, n, "usage", o.String())
		}
	}
	count(c.wifiBack, s.WiFi.Back, "carried")
	count(c.wifiBack, s.WiFi.Lost+c.payers.Dropped(), "lost")
	connected, _ := c.payers.Connected()
	gauge(c.payersConnected, float64(connected))
	e := c.egress.Stats()
	for _, k := range []struct {
		name string
		n    uint64
	}{
		{"pushed", e.Pushed},
		{"resent", e.Resent},
		{"lost", e.Lost},
		{"acked", e.Acked},
		{"pulled", e.Pulled},
		{"downlink", e.Downlinks},
		{"bad", e.BadDatagrams},
		{"stranger", e.Strangers},
	} {
		count(c.datagrams, k.n, k.name)
	}
}
