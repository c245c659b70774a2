package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hexwave/hexwave/internal/version"
)

// MetricsConfig is the [metrics] section that every daemon has.
type MetricsConfig struct {
	Listen string `toml:"listen" doc:"Address of /metrics, /livez and /readyz, host:port. Port 0 takes a free one; empty turns the server off."`
}

// Validate checks the form of the address; binding it is Admin.Run's.
func (c MetricsConfig) Validate() error {
	if c.Listen == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("listen = %q is not host:port; set it like 127.0.0.1:9100", c.Listen)
	}
	return nil
}

// checkTimeout bounds one health check.
const checkTimeout = 2 * time.Second

// Admin serves metrics and health on a port of its own. Make it with NewAdmin,
// add checks, then Listen and Run.
type Admin struct {
	addr     string
	log      *slog.Logger
	registry *prometheus.Registry
	listener net.Listener

	mu     sync.Mutex
	checks []check // guarded by mu
}

type check struct {
	name string
	ok   func(context.Context) error
}

// NewAdmin returns the server of the daemon called name, with a registry of its
// own that holds hexwave_NAME_build_info, the start time and the Go and process
// collectors.
func NewAdmin(name string, cfg MetricsConfig, log *slog.Logger) *Admin {
	a := &Admin{addr: cfg.Listen, log: log, registry: prometheus.NewRegistry()}
	v := version.Get()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "hexwave_" + name + "_build_info",
		Help:        "Always 1; the labels say which build this is.",
		ConstLabels: prometheus.Labels{"version": v.Version, "commit": v.Commit, "go": v.Go},
	})
	info.Set(1)
	up := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "hexwave_" + name + "_up_since_timestamp_seconds",
		Help: "Unix time at which the process started.",
	})
	up.SetToCurrentTime()
	a.registry.MustRegister(info, up, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return a
}

// Registry is where the daemon registers its own metrics.
func (a *Admin) Registry() *prometheus.Registry { return a.registry }

// AddCheck adds one line to /readyz: ready while ok returns nil. The daemon is
// ready when all are.
func (a *Admin) AddCheck(name string, ok func(context.Context) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.checks = append(a.checks, check{name, ok})
}

// Listen binds the address, so that a port in use stops the daemon before it
// starts work. Errors: ErrListen.
func (a *Admin) Listen(ctx context.Context) error {
	if a.addr == "" {
		return nil
	}
	l, err := Listen(ctx, "metrics.listen", a.addr)
	if err != nil {
		return err
	}
	a.listener = l
	return nil
}

// Addr is the bound host:port, "" before Listen or when the server is off.
func (a *Admin) Addr() string {
	if a.listener == nil {
		return ""
	}
	return a.listener.Addr().String()
}

// Task returns the server as a task of Run.
func (a *Admin) Task() Task { return Task{Name: "metrics", Run: a.Run} }

// Run serves until ctx is done. It binds the address when Listen did not.
func (a *Admin) Run(ctx context.Context) error {
	if a.addr == "" {
		<-ctx.Done()
		return nil
	}
	if a.listener == nil {
		if err := a.Listen(ctx); err != nil {
			return err
		}
	}
	a.log.Info("metrics and health", "url", "http://"+a.Addr()+"/metrics")
	return ServeHTTP(ctx, a.listener, a.Handler())
}

// Handler is the three endpoints, for a test or another mux.
func (a *Admin) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{Registry: a.registry}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintln(w, "ok") // a client that went away needs no answer
	})
	mux.HandleFunc("GET /readyz", a.readyz)
	return mux
}

func (a *Admin) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	text, err := a.Ready(ctx)
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = fmt.Fprint(w, text) // a client that went away needs no answer
}

// Ready asks every check and returns one line each ("ok NAME" or "no NAME:
// reason"), and an error that joins those that failed.
func (a *Admin) Ready(ctx context.Context) (string, error) {
	a.mu.Lock()
	checks := slices.Clone(a.checks)
	a.mu.Unlock()
	var b strings.Builder
	var errs []error
	for _, c := range checks {
		if err := c.ok(ctx); err != nil {
			fmt.Fprintf(&b, "no %s: %v\n", c.name, err)
			errs = append(errs, fmt.Errorf("%s: %w", c.name, err))
			continue
		}
		fmt.Fprintf(&b, "ok %s\n", c.name)
	}
	if len(errs) == 0 {
		b.WriteString("ready\n")
	}
	return b.String(), errors.Join(errs...)
}

// ServeHTTP serves h on l until ctx is done, then lets open requests finish for
// two seconds. Slow clients are cut off; a handler that streams clears its own
// write deadline with http.ResponseController.
func ServeHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	unhook := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := srv.Shutdown(grace); err != nil {
			err = srv.Close()
			stopped <- err
			return
		}
		stopped <- nil
	})
	err := srv.Serve(l)
	if !unhook() {
		return <-stopped
	}
	return err
}
