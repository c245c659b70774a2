package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/hexwave/hexwave/packetrouter/payer"
	"github.com/hexwave/hexwave/proto/wire"
)

// collector reads the agent's counters when asked. No label names a hotspot or a
// subscriber: their number has no bound.
type collector struct {
	d *daemon

	requests, records, logins, bytes, micro, disconnects, lost, grants, live, subscribers, routers, hotspots, height, epoch *prometheus.Desc
}

func newCollector(d *daemon) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("hexwave_payeragent_"+name, help, labels, nil)
	}
	return &collector{
		d:           d,
		requests:    desc("requests_total", "RADIUS requests of hotspots that went unanswered, by reason.", "reason"),
		records:     desc("records_total", "Usage records by verdict.", "verdict"),
		logins:      desc("logins_total", "Logins that the AAA decided.", "result"),
		bytes:       desc("bytes_accepted_total", "Bytes of accepted records, on stable storage."),
		micro:       desc("micro_credits_booked_total", "Micro-DC booked, on stable storage."),
		disconnects: desc("disconnects_total", "Sessions that hotspots were asked to end, by what became of it.", "result"),
		lost:        desc("messages_lost_total", "Messages for hotspots that no router took."),
		grants:      desc("grants", "Grants known, live or not."),
		live:        desc("grants_live", "Grants under which bytes may be claimed."),
		subscribers: desc("subscribers", "Subscribers with use in their period."),
		routers:     desc("routers_connected", "Live router streams."),
		hotspots:    desc("hotspots_reachable", "Hotspots that a connected router has carried something of."),
		height:      desc("chain_height", "Height of the newest snapshot."),
		epoch:       desc("chain_epoch", "Epoch of the newest snapshot."),
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
	s := c.d.payer.Stats()
	for _, r := range payer.Reasons() {
		count(c.requests, s.Requests[r], r.String())
	}
	for _, v := range wire.UsageVerdicts() {
		count(c.records, s.Records[v], v.String())
	}
	count(c.logins, s.Accepted, "accepted")
	count(c.logins, s.Rejected, "rejected")
	count(c.bytes, s.Bytes)
	count(c.micro, s.Micro)
	count(c.disconnects, s.Acked, "done")
	count(c.disconnects, s.Refused, "refused")
	count(c.disconnects, s.Unanswered, "unanswered")
	count(c.lost, s.Lost)
	gauge(c.grants, float64(s.Grants))
	gauge(c.live, float64(s.Live))
	gauge(c.subscribers, float64(s.Subscribers))
	streams := c.d.server.Stats()
	gauge(c.routers, float64(streams.Routers))
	gauge(c.hotspots, float64(streams.Hotspots))
	head := c.d.head.Load()
	if head != nil {
		gauge(c.height, float64(head.Height))
		gauge(c.epoch, float64(head.Epoch))
	}
}
