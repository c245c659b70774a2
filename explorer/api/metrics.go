package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the server's own figures. Routes are patterns, so labels stay few.
type Metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	streams  prometheus.Gauge
	dropped  prometheus.Counter
}

func newMetrics() Metrics {
	return Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hexwave_explorer_http_requests_total", Help: "Answers of the HTTP API.",
		}, []string{"route", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hexwave_explorer_http_request_duration_seconds", Help: "Time from request to answer, streams left out.",
			Buckets: []float64{5e-6, 2e-5, 1e-4, 5e-4, 2e-3, 1e-2, 5e-2, 0.25, 2.5},
		}, []string{"route"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "hexwave_explorer_stream_clients", Help: "Open event streams.",
		}),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hexwave_explorer_stream_dropped_total", Help: "Streams ended because the client did not read.",
		}),
	}
}

// Register adds the server's metrics and those of its index to a registry.
func (s *Server) Register(r *prometheus.Registry) {
	gauge := func(name, help string, f func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hexwave_explorer_" + name, Help: help}, f)
	}
	cells := func(state string, f func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "hexwave_explorer_index_cells", Help: "Resolution 8 cells by state.", ConstLabels: prometheus.Labels{"state": state},
		}, f)
	}
	r.MustRegister(
		s.metrics.requests, s.metrics.duration, s.metrics.streams, s.metrics.dropped,
		gauge("index_height", "Newest block in the index.", func() float64 { return float64(s.o.Index.View().Height) }),
		gauge("index_behind_blocks", "Blocks that exist and are not in the index.", func() float64 {
			return float64(s.statsOf(s.o.Index.View()).Behind)
		}),
		gauge("index_hotspots", "Hotspots registered and not retired.", func() float64 { return float64(s.o.Index.View().Stats.Hotspots) }),
		cells("measured", func() float64 { return float64(s.o.Index.View().Stats.CellsSeen) }),
		cells("tested-empty", func() float64 { return float64(s.o.Index.View().Stats.CellsDry) }),
	)
}

// counted records the answers of a route.
func (s *Server) counted(route string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w, code: http.StatusOK}
		start := time.Now()
		next(rec, r)
		s.metrics.requests.WithLabelValues(route, strconv.Itoa(rec.code)).Inc()
		if route != "/v1/coverage/stream" {
			s.metrics.duration.WithLabelValues(route).Observe(time.Since(start).Seconds())
		}
	}
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
