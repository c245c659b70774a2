package api_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hexwave/hexwave/explorer/api"
	"github.com/hexwave/hexwave/explorer/explorertest"
)

// pipes is a listener whose connections are unbuffered pipes: what the client does not read, the server cannot write.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A client that stops reading is dropped after its time, and the index does not wait for it.
func TestSlowStreamIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := explorertest.Town{Blocks: 60}.Chain()
		s, x := town(t, explorertest.Town{Blocks: 40}, api.Options{})
		registry := prometheus.NewRegistry()
		s.Register(registry)
		l := pipes{make(chan net.Conn)}
		server := &http.Server{Handler: s, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute} //nolint:gosec // timeouts as in service
		served := make(chan error, 1)
		go func() { served <- server.Serve(l) }()

		client, conn := net.Pipe()
		l.conns <- conn
		if _, err := client.Write([]byte("GET /v1/coverage/stream HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 1<<16)
		n, err := client.Read(buffer)
		if err != nil || !strings.Contains(string(buffer[:n]), "text/event-stream") {
			t.Fatalf("%q %v", buffer[:n], err)
		}
		// The stream outlives the server's request timeouts while the client reads.
		go func() {
			for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); {
				if _, err := client.Read(buffer); err != nil {
					t.Errorf("a reading client was dropped: %v", err)
					return
				}
			}
		}()
		time.Sleep(5*time.Minute + time.Second)
		for _, b := range chain[40:] {
			if err := x.Apply(b); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if open, dropped := value(t, registry, "stream_clients"), value(t, registry, "stream_dropped_total"); open != 0 || dropped != 1 {
			t.Errorf("%g streams open, %g dropped", open, dropped)
		}
		close(l.conns)
		if err := server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
}

// value returns a metric without labels.
func value(t *testing.T, r *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "hexwave_explorer_"+name {
			return f.GetMetric()[0].GetGauge().GetValue() + f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}
