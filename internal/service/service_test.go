package service

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

func TestRunStopsAllOnFirstError(t *testing.T) {
	boom := errors.New("boom")
	stopped := false
	err := Run(t.Context(), quiet, 0,
		Task{"good", func(ctx context.Context) error { <-ctx.Done(); stopped = true; return ctx.Err() }},
		Task{"bad", func(context.Context) error { return boom }})
	if !errors.Is(err, boom) || err.Error() != "bad: boom" {
		t.Errorf("Run() = %v, want bad: boom", err)
	}
	if !stopped {
		t.Error("the other task was not stopped")
	}
}

func TestRunStopIsNoError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := Run(ctx, quiet, 0, Task{"a", func(ctx context.Context) error { cancel(); <-ctx.Done(); return ctx.Err() }})
	if err != nil {
		t.Errorf("Run() = %v after a stop", err)
	}
}

func TestRunNamesTheTaskThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		cancel()
		err := runTasks(ctx, quiet, time.Second, []Task{
			{"quick", func(context.Context) error { return nil }},
			{"stuck", func(context.Context) error { <-release; return nil }},
		})
		if !errors.Is(err, ErrGrace) || !strings.Contains(err.Error(), "stuck") || strings.Contains(err.Error(), "quick") {
			t.Errorf("runTasks() = %v", err)
		}
		close(release)
		synctest.Wait()
	})
}

func TestListenSaysWhatToDo(t *testing.T) {
	l, err := Listen(t.Context(), "metrics.listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, err = Listen(t.Context(), "metrics.listen", l.Addr().String())
	if !errors.Is(err, ErrListen) || !strings.Contains(err.Error(), "set metrics.listen to a free port") {
		t.Errorf("port in use: %v", err)
	}
	_, err = ListenPacket(t.Context(), "gwmp.listen", "192.0.2.1:0")
	if !errors.Is(err, ErrListen) || !strings.Contains(err.Error(), "gwmp.listen") {
		t.Errorf("foreign address: %v", err)
	}
}

func TestAdminEndpoints(t *testing.T) {
	a := NewAdmin("sample", MetricsConfig{}, quiet)
	synced := errors.New("20 blocks behind")
	a.AddCheck("chain", func(context.Context) error { return synced })
	get := func(path string) (int, string) {
		rec := httptest.NewRecorder()
		a.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		return rec.Code, rec.Body.String()
	}
	if code, body := get("/readyz"); code != http.StatusServiceUnavailable || body != "no chain: 20 blocks behind\n" {
		t.Errorf("/readyz = %d %q", code, body)
	}
	synced = nil
	if code, body := get("/readyz"); code != http.StatusOK || body != "ok chain\nready\n" {
		t.Errorf("/readyz = %d %q", code, body)
	}
	if code, body := get("/livez"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/livez = %d %q", code, body)
	}
	if code, body := get("/metrics"); code != http.StatusOK || !strings.Contains(body, "hexwave_sample_build_info{") {
		t.Errorf("/metrics = %d, %d bytes", code, len(body))
	}
}

func TestAdminServesAndStops(t *testing.T) {
	a := NewAdmin("sample", MetricsConfig{Listen: "127.0.0.1:0"}, quiet)
	if err := a.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	res, err := http.Get("http://" + a.Addr() + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || string(body) != "ok\n" {
		t.Errorf("/livez = %q, %v", body, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run() = %v after a stop", err)
	}
}

func TestLogger(t *testing.T) {
	var b bytes.Buffer
	NewLogger(&b, LogConfig{Level: "warn", Format: "auto"}).Info("hidden")
	NewLogger(&b, LogConfig{Level: "debug", Format: "auto"}).Debug("shown", "k", 1)
	if got := b.String(); strings.Contains(got, "hidden") || !strings.Contains(got, `"msg":"shown","k":1}`) {
		t.Errorf("log = %s", got)
	}
	for _, c := range []LogConfig{{Level: "loud", Format: "text"}, {Level: "info", Format: "xml"}} {
		if err := c.Validate(); err == nil {
			t.Errorf("%+v is valid", c)
		}
	}
	if err := DefaultLog().Validate(); err != nil {
		t.Errorf("default: %v", err)
	}
	if err := (MetricsConfig{Listen: "9100"}).Validate(); err == nil {
		t.Error("listen without host is valid")
	}
}

func TestNotify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	t.Setenv("NOTIFY_SOCKET", path)
	if err := Notify(t.Context(), StateReady); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 64)
	n, err := c.Read(buf)
	if err != nil || string(buf[:n]) != StateReady {
		t.Errorf("socket got %q, %v", buf[:n], err)
	}
}
