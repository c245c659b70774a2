package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

// Control serves the HTTP API over the simulation that runs at the moment.
type Control struct {
	out io.Writer

	mu     sync.Mutex // guards the variables below
	sim    *Sim
	cancel context.CancelFunc
	done   chan struct{}
	err    error // of the last simulation, once done is closed
}

// NewControl returns a control without a simulation. Logs go to out, which
// may be nil.
func NewControl(out io.Writer) *Control { return &Control{out: out} }

// Load stops the running simulation and starts one of t. It runs until ctx
// ends or another is loaded.
func (c *Control) Load(ctx context.Context, t topology.File) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopLocked()
	s, err := New(t, c.out)
	if err != nil {
		return err
	}
	run, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.err = s.Run(run)
	}()
	c.sim, c.cancel, c.done = s, cancel, done
	return nil
}

func (c *Control) stopLocked() {
	if c.cancel != nil {
		c.cancel()
		<-c.done
	}
	c.sim, c.cancel, c.done = nil, nil, nil
}

// Close stops the running simulation.
func (c *Control) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopLocked()
}

func (c *Control) current() *Sim {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sim
}

// Handler returns the API. Simulations loaded through it live as long as ctx.
func (c *Control) Handler(ctx context.Context) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /healthz", c.healthz)
	m.HandleFunc("POST /topology", func(w http.ResponseWriter, r *http.Request) { c.postTopology(ctx, w, r) })
	m.HandleFunc("POST /start", c.with(func(r *http.Request, s *Sim) (any, error) {
		return map[string]bool{"traffic": true}, s.SetTraffic(r.Context(), true)
	}))
	m.HandleFunc("POST /stop", c.with(func(r *http.Request, s *Sim) (any, error) {
		return map[string]bool{"traffic": false}, s.SetTraffic(r.Context(), false)
	}))
	m.HandleFunc("GET /stats", c.with(func(r *http.Request, s *Sim) (any, error) {
		return s.Stats(r.Context(), int(number(r, "budget", 0)))
	}))
	m.HandleFunc("GET /lns", c.with(func(_ *http.Request, s *Sim) (any, error) { return s.addrs, nil }))
	m.HandleFunc("GET /transmissions", c.with(func(r *http.Request, s *Sim) (any, error) {
		return s.Transmissions(r.Context(), number(r, "since", 0))
	}))
	m.HandleFunc("GET /log", c.getLog)
	return m
}

// healthz fails when a simulation ended without being told to.
func (c *Control) healthz(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.done:
		http.Error(w, fmt.Sprintf("simulation ended: %v", c.err), http.StatusServiceUnavailable)
	default:
		_, _ = io.WriteString(w, "ok\n")
	}
}

func number(r *http.Request, key string, def uint64) uint64 {
	v, err := strconv.ParseUint(r.URL.Query().Get(key), 10, 31)
	if err != nil {
		return def
	}
	return v
}

// with answers with the JSON of what f returns.
func (c *Control) with(f func(*http.Request, *Sim) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := c.current()
		if s == nil {
			http.Error(w, "no topology loaded: POST /topology first", http.StatusConflict)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		v, err := f(r.WithContext(ctx), s)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
}

func (c *Control) postTopology(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, topology.MaxBytes))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	t, err := topology.Parse(b)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := c.Load(ctx, t); err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	c.with(func(_ *http.Request, s *Sim) (any, error) { return s.addrs, nil })(w, r)
}

// getLog sends NDJSON; X-Next tells the since of the next request.
func (c *Control) getLog(w http.ResponseWriter, r *http.Request) {
	s := c.current()
	if s == nil {
		http.Error(w, "no topology loaded: POST /topology first", http.StatusConflict)
		return
	}
	const most = 10_000
	limit := min(number(r, "limit", most), most)
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	text, next, err := s.Log(ctx, number(r, "since", 0), int(limit))
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("X-Next", strconv.FormatUint(next, 10))
	_, _ = w.Write(text)
}
