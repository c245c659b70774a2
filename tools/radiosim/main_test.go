package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTopologyThenRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "town.json")
	args := []string{"topology", "--seed", "5", "--hotspots", "3", "--devices", "2", "--out", file}
	if err := run(t.Context(), args, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// Fixed ports of a generated file could be taken on the test machine.
	text = bytes.ReplaceAll(text, []byte("127.0.0.1:17900"), []byte("127.0.0.1:0"))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"run", "--topology", file, "--log", filepath.Join(t.TempDir(), "air.ndjson")}, w, io.Discard)
		w.CloseWithError(io.EOF)
		done <- err
	}()
	line := make([]byte, 256)
	n, err := r.Read(line)
	if err != nil {
		t.Fatal(err, <-done)
	}
	url, ok := strings.CutPrefix(strings.TrimSpace(string(line[:n])), "radiosim ready ")
	if !ok {
		t.Fatalf("ready line %q", line[:n])
	}
	resp, err := http.Get(url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	cancel()
	if err := <-done; err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("status %d, ended with %v", resp.StatusCode, err)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"fly"}, {"run", "--nope"}, {"topology", "extra"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("%q: %v", args, err)
		}
	}
	for _, args := range [][]string{{"topology", "--center", "52"}, {"topology", "--hotspots", "-1"}, {"run", "--topology", "absent.json"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil || errors.Is(err, errUsage) {
			t.Errorf("%q: %v", args, err)
		}
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"--help"}, &out, io.Discard); err != nil || !strings.Contains(out.String(), "radiosim run") {
		t.Errorf("help: %v\n%s", err, out.String())
	}
}
