package api

import (
	"net/http"
	"net/netip"
	"strconv"
	"sync"

	"golang.org/x/time/rate"
)

// Limits on what one request may ask. All are published at /v1/limits.
const (
	MaxRows       = 10_000  // rows of one answer
	MaxAutoCells  = 5_000   // cells that res=auto aims to stay below
	MaxParents    = 64      // cells in one parent= list
	MaxScan       = 500_000 // cells looked at for one answer
	MaxQuery      = 64      // characters of a search
	MaxHits       = 50      // hits of a search
	MaxURL        = 4_096   // bytes of path and query
	MaxTileZoom   = 14
	MaxEventCells = 2_000 // cells of one event of the stream; more and the client is told to reload
	burstFactor   = 4
	maxClients    = 1 << 16 // addresses whose rate is remembered
)

// rateTable limits requests by client address. When it is full it starts over: a flood from very many addresses
// then gets a fresh burst each, and memory stays bounded.
type rateTable struct {
	perSecond int
	mu        sync.Mutex // guards clients
	clients   map[netip.Prefix]*rate.Limiter
}

func newRateTable(perSecond int) *rateTable {
	return &rateTable{perSecond: perSecond, clients: map[netip.Prefix]*rate.Limiter{}}
}

// allow counts one request of a remote address (host:port).
func (t *rateTable) allow(remote string) bool {
	if t.perSecond <= 0 {
		return true
	}
	client := prefixOf(remote)
	t.mu.Lock()
	l := t.clients[client]
	if l == nil {
		if len(t.clients) >= maxClients {
			clear(t.clients)
		}
		l = rate.NewLimiter(rate.Limit(t.perSecond), burstFactor*t.perSecond)
		t.clients[client] = l
	}
	t.mu.Unlock()
	return l.Allow()
}

// prefixOf returns what counts as one client: an IPv4 address, or the /64 network of an IPv6 one.
func prefixOf(remote string) netip.Prefix {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	addr, bits := ap.Addr().Unmap(), 32
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// limited refuses a client that asks too often, and a request that is too long.
func (s *Server) limited(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.RequestURI()) > MaxURL {
			problem(w, http.StatusRequestURITooLong, "too-long", "The path and query are longer than "+strconv.Itoa(MaxURL)+" bytes.")
			return
		}
		if !s.rate.allow(r.RemoteAddr) {
			w.Header().Set("Retry-After", "1")
			problem(w, http.StatusTooManyRequests, "rate", "At most "+strconv.Itoa(s.rate.perSecond)+" requests a second on average; try again in a second.")
			return
		}
		next(w, r)
	}
}

// bounded lets only so many scans of the index run at once.
func (s *Server) bounded(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case s.heavy <- struct{}{}:
			defer func() { <-s.heavy }()
			next(w, r)
		case <-r.Context().Done():
		}
	}
}

func (s *Server) limits(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, s.o.Index.View(), struct {
		Rate    int `json:"requests_per_second"`
		Burst   int `json:"burst"`
		Rows    int `json:"max_rows"`
		Parents int `json:"max_parents"`
		Scan    int `json:"max_scanned_cells"`
		Query   int `json:"max_query_characters"`
		Hits    int `json:"max_hits"`
		Zoom    int `json:"max_tile_zoom"`
		Streams int `json:"max_streams"`
	}{s.rate.perSecond, burstFactor * s.rate.perSecond, MaxRows, MaxParents, MaxScan, MaxQuery, MaxHits, MaxTileZoom, cap(s.streams)})
}
