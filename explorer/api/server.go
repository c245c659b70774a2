// Package api owns the explorer's HTTP interface: which questions can be asked of the index, in which forms the answers
// go out, and the limits on both.
//
// Every answer is made from one View of the index, and says its sequence and height. The package changes nothing
// in the index and knows nothing of the chain but its name and its newest height.
package api

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/index"
)

// Chain is what the server is told of the chain it shows.
type Chain struct {
	ID   string
	Head explorer.Height // newest block known to exist
	Err  error           // why following stands still; nil while it works
}

// Options are the server's collaborators and limits.
type Options struct {
	Index *index.Index
	Chain func() Chain // may be called from any goroutine
	Web   http.Handler // serves what is not the API's; nil: 404
	Log   *slog.Logger
	Now   func() time.Time // nil: time.Now

	// RatePerSecond is what one client address may ask of the JSON API on average, with a burst of four times that.
	// 0 means no limit. Tiles, streams and the page are not counted.
	RatePerSecond int
	// MaxStreams bounds the open event streams; 0 means 512.
	MaxStreams int
}

// Server answers HTTP requests. Make one with New.
type Server struct {
	o       Options
	handler http.Handler
	routes  []string
	rate    *rateTable
	streams chan struct{} // a slot for each open stream
	heavy   chan struct{} // a slot for each scan of the index
	tiles   tileCache
	metrics Metrics
}

const (
	defaultStreams = 512
	maxHeavy       = 64 // scans at the same time
)

// New returns a server. It starts nothing.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxStreams == 0 {
		o.MaxStreams = defaultStreams
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		o: o, rate: newRateTable(o.RatePerSecond), metrics: newMetrics(),
		streams: make(chan struct{}, o.MaxStreams), heavy: make(chan struct{}, maxHeavy),
	}
	mux := http.NewServeMux()
	for _, r := range s.table() {
		s.routes = append(s.routes, r.path)
		h := r.handle
		if r.heavy {
			h = s.bounded(h)
		}
		if r.metered {
			h = s.limited(h)
		}
		mux.HandleFunc("GET "+r.path, s.counted(r.path, h))
	}
	mux.HandleFunc("/v1/", s.counted("other", s.unknown))
	if o.Web != nil {
		mux.Handle("/", o.Web)
	}
	s.handler = secured(mux)
	return s
}

// route is one path of the API.
type route struct {
	path    string
	handle  http.HandlerFunc
	metered bool // counts against the client's rate
	heavy   bool // scans the index
}

func (s *Server) table() []route {
	return []route{
		{path: "/v1/coverage/point", handle: s.point, metered: true},
		{path: "/v1/coverage/cells", handle: s.cells, metered: true, heavy: true},
		{path: "/v1/coverage/cells.geojson", handle: s.cells, metered: true, heavy: true},
		{path: "/v1/coverage/cells/{h3}", handle: s.cell, metered: true},
		{path: "/v1/coverage/tiles.json", handle: s.tileJSON},
		{path: "/v1/coverage/tiles/{z}/{x}/{y}", handle: s.tile, heavy: true},
		{path: "/v1/coverage/changes", handle: s.changes, metered: true},
		{path: "/v1/coverage/stream", handle: s.stream},
		{path: "/v1/hotspots", handle: s.hotspots, metered: true, heavy: true},
		{path: "/v1/hotspots.geojson", handle: s.hotspots, metered: true, heavy: true},
		{path: "/v1/hotspots/{id}", handle: s.hotspot, metered: true},
		{path: "/v1/hotspots/{id}/witnesses", handle: s.witnesses, metered: true},
		{path: "/v1/hotspots/{id}/coverage", handle: s.footprint, metered: true},
		{path: "/v1/challenges", handle: s.challengeList, metered: true},
		{path: "/v1/challenges/{id}", handle: s.challenge, metered: true},
		{path: "/v1/stats", handle: s.stats, metered: true},
		{path: "/v1/search", handle: s.search, metered: true, heavy: true},
		{path: "/v1/limits", handle: s.limits, metered: true},
		{path: "/openapi.json", handle: s.openAPI},
		{path: "/livez", handle: s.livez},
		{path: "/readyz", handle: s.readyz},
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Routes returns the paths of the API, as patterns of net/http.
func (s *Server) Routes() []string { return s.routes }

// contentPolicy lets the page load from its own server alone; the map needs blob and data images and inline styles.
const contentPolicy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secured sets the headers that every answer has, and refuses what is not a read.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "ETag, Hexwave-Height, Hexwave-Seq, Retry-After")
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			next.ServeHTTP(w, r)
		case http.MethodOptions:
			h.Set("Access-Control-Allow-Methods", "GET, HEAD")
			h.Set("Access-Control-Allow-Headers", "Last-Event-ID, If-None-Match")
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
		default:
			h.Set("Allow", "GET, HEAD, OPTIONS")
			problem(w, http.StatusMethodNotAllowed, "method", "The API only reads: use GET.")
		}
	})
}

func (s *Server) unknown(w http.ResponseWriter, _ *http.Request) {
	problem(w, http.StatusNotFound, "path", "No such path; /openapi.json lists all.")
}
