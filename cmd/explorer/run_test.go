package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/loopback"
	"github.com/hexwave/hexwave/internal/service"
)

// node answers like a CometBFT RPC server; every block registers one hotspot. Block 6 sells hotspot 1, block 7 retires hotspot 2.
// reads counts the blocks asked for.
func node(t *testing.T, height *atomic.Int64, chainID string, reads *atomic.Int64) string {
	t.Helper()
	answer := func(w http.ResponseWriter, result any) {
		if err := json.NewEncoder(w).Encode(map[string]any{"result": result}); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"node_info": map[string]string{"network": chainID},
			"sync_info": map[string]string{"latest_block_height": fmt.Sprint(height.Load()), "earliest_block_height": "1", "latest_block_time": "2026-01-01T00:00:00Z"},
		})
	})
	mux.HandleFunc("GET /genesis_chunked", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"total": "1", "data": base64.StdEncoding.EncodeToString([]byte(`{"app_state":{}}`))})
	})
	mux.HandleFunc("GET /header", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"header": map[string]string{"height": r.FormValue("height"), "time": "2026-01-01T00:00:0" + r.FormValue("height") + "Z"}})
	})
	mux.HandleFunc("GET /block_results", func(w http.ResponseWriter, r *http.Request) {
		reads.Add(1)
		h := r.FormValue("height")
		attr := func(k, v string) map[string]string { return map[string]string{"key": k, "value": v} }
		events := []any{map[string]any{
			"type": "hexwave.hotspot.v1.EventRegistered", "attributes": []any{attr("hotspot", h), attr("id", `"id`+h+`"`), attr("name", `"a-b-c`+h+`"`)},
		}}
		switch h {
		case "6":
			events = append(events, map[string]any{"type": "hexwave.hotspot.v1.EventTransferred", "attributes": []any{attr("hotspot", "1"), attr("to", `"hxw1buyer"`)}})
		case "7":
			events = append(events, map[string]any{"type": "hexwave.hotspot.v1.EventRetired", "attributes": []any{attr("hotspot", "2")}})
		}
		answer(w, map[string]any{"height": h, "txs_results": []any{map[string]any{"code": 0, "events": events}}})
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// start runs an explorer until the function returned is called, which gives run's error.
func start(t *testing.T, cfg Config) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx, cfg, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(cancel)
	return func() error { cancel(); return <-done }
}

// until asks for a path until the answer holds a text.
func until(t *testing.T, url, want string) {
	t.Helper()
	last := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get(url)
		if err != nil {
			last = err.Error()
			continue
		}
		body, err := io.ReadAll(resp.Body)
		if cerr := resp.Body.Close(); err != nil || cerr != nil {
			t.Fatal(err, cerr)
		}
		if last = string(body); strings.Contains(last, want) {
			return
		}
	}
	t.Fatalf("%s never said %q, last %.300s", url, want, last)
}

func TestFollowsServesAndRemembers(t *testing.T) {
	var height, reads atomic.Int64
	height.Store(5)
	cfg := defaultConfig()
	cfg.Listen, cfg.Metrics.Listen, cfg.DataDir = loopback.Free(t, "tcp"), loopback.Free(t, "tcp"), filepath.Join(t.TempDir(), "data")
	cfg.Node = NodeConfig{RPC: node(t, &height, "c-1", &reads), Poll: config.Duration(10 * time.Millisecond)}
	stop := start(t, cfg)
	until(t, "http://"+cfg.Listen+"/v1/stats", `"hotspots":5`)
	height.Store(7)
	until(t, "http://"+cfg.Listen+"/v1/hotspots/a-b-c7", `"registered_height":7`)
	lives := func() {
		t.Helper()
		until(t, "http://"+cfg.Listen+"/v1/hotspots/1", `"owner":"hxw1buyer"`)
		until(t, "http://"+cfg.Listen+"/v1/hotspots/2", `"retired_height":7`)
	}
	lives()
	until(t, "http://"+cfg.Listen+"/", "<title>Hexwave coverage</title>")
	until(t, "http://"+cfg.Metrics.Listen+"/metrics", "hexwave_explorer_index_height 7")
	if err := stop(); err != nil {
		t.Fatal(err)
	}

	reads.Store(0)
	height.Store(9)
	stop = start(t, cfg)
	until(t, "http://"+cfg.Listen+"/v1/stats", `"hotspots":8`)
	lives()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := reads.Load(); n != 3 {
		t.Errorf("a restart at block 7 of 9 read %d blocks, want the last one again and two new", n)
	}

	cfg.Node.RPC = node(t, &height, "c-2", &reads)
	if err := run(t.Context(), cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "delete data_dir") {
		t.Errorf("another chain: %v", err)
	}
}

func TestStopsForOccupiedPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cfg := defaultConfig()
	cfg.Listen, cfg.Metrics = l.Addr().String(), service.MetricsConfig{}
	if err := run(t.Context(), cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "listen") {
		t.Fatalf("%v", err)
	}
}

// Every configuration in the README loads.
func TestReadmeConfigurations(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```toml\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("the README shows no configuration")
	}
	for i, b := range blocks {
		text, _, _ := strings.Cut(b, "```")
		file := filepath.Join(t.TempDir(), "explorer.toml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg := defaultConfig()
		if _, err := config.Load(&cfg, config.Sources{File: file}); err != nil {
			t.Errorf("block %d: %v", i+1, err)
		}
	}
}
