package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/internal/bench"
)

// plan is what to measure.
type plan struct {
	hotspot  string
	rate     int
	duration time.Duration
	rounds   int
}

// warmUp is how long the load runs before it counts.
const warmUp = time.Second

// settleWithin is how long packets under way may take after the load has ended.
const settleWithin = 10 * time.Second

// figure is what a packet cost, microseconds.
type figure struct {
	both, router float64
}

// compare measures the empty path and ours with n gateways, by turns, so that a
// busy machine slows both. The medians count.
func (p plan) compare(ctx context.Context, n int) ([]bench.Row, error) {
	var floor, ours []figure
	for range p.rounds {
		f, err := p.measure(ctx, n, p.startEmpty)
		if err != nil {
			return nil, fmt.Errorf("empty path: %w", err)
		}
		o, err := p.measure(ctx, n, p.startOurs)
		if err != nil {
			return nil, fmt.Errorf("our path: %w", err)
		}
		floor, ours = append(floor, f), append(ours, o)
	}
	const limit = "empty path (tools/floor)"
	both, router := func(f figure) float64 { return f.both }, func(f figure) float64 { return f.router }
	return []bench.Row{
		bench.Row{Name: fmt.Sprintf("hotspot + router, CPU a packet, %d gateways at %d/s", n, p.rate), Value: median(ours, both), Unit: "us", Better: bench.Lower}.
			Against(limit, median(floor, both), 1.5),
		bench.Row{Name: fmt.Sprintf("router alone, CPU a packet, %d gateways at %d/s", n, p.rate), Value: median(ours, router), Unit: "us", Better: bench.Lower}.
			Against(limit, median(floor, router), 1.5),
	}, nil
}

func median(figures []figure, of func(figure) float64) float64 {
	values := make([]float64, len(figures))
	for i, f := range figures {
		values[i] = of(f)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// path is the running processes of one measurement.
type path struct {
	router   *process
	hotspots []*process
	close    func()
}

func (t *path) stop() {
	for _, h := range t.hotspots {
		h.stop()
	}
	if t.router != nil {
		t.router.stop()
	}
	if t.close != nil {
		t.close()
	}
}

func (t *path) cpu() (router, all time.Duration, err error) {
	if router, err = t.router.cpu(); err != nil {
		return 0, 0, err
	}
	all = router
	for _, h := range t.hotspots {
		c, err := h.cpu()
		if err != nil {
			return 0, 0, err
		}
		all += c
	}
	return router, all, nil
}

// measure runs the load through a path and divides its CPU time by the packets
// that the network server acknowledged.
func (p plan) measure(ctx context.Context, n int, begin func(ctx context.Context, dir, lns string, n int) (*path, error)) (figure, error) {
	dir, err := os.MkdirTemp("", "hexwave-floor-")
	if err != nil {
		return figure{}, fmt.Errorf("make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a folder left in the temporary one
	server, err := newLNS()
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = server.conn.Close() }() // ends its reader
	go server.serve()                          // ends with the socket
	t, err := begin(ctx, dir, server.conn.LocalAddr().String(), n)
	if t != nil {
		defer t.stop()
	}
	if err != nil {
		return figure{}, err
	}
	addresses := make([]string, n)
	for i, h := range t.hotspots {
		addresses[i] = h.address
	}
	sending, stop := context.WithCancel(ctx)
	defer stop()
	var l load
	sent := make(chan error, 1)
	go func() { sent <- l.run(sending, addresses, p.rate) }()

	time.Sleep(warmUp)
	router, all, err := t.cpu()
	if err != nil {
		return figure{}, err
	}
	packets := server.packets.Load()
	select {
	case <-time.After(p.duration):
	case <-ctx.Done():
		return figure{}, ctx.Err()
	}
	router2, all2, err := t.cpu()
	if err != nil {
		return figure{}, err
	}
	packets = server.packets.Load() - packets
	stop()
	if err := <-sent; err != nil {
		return figure{}, err
	}
	for patience := time.Now().Add(settleWithin); server.packets.Load() < l.sent.Load() && time.Now().Before(patience); {
		time.Sleep(10 * time.Millisecond) // what is under way
	}
	if delivered, sent := server.packets.Load(), l.sent.Load(); 100*delivered < 95*sent {
		return figure{}, fmt.Errorf("%d packets arrived of %d sent, %d of them taken by hotspots; the machine is too busy: lower -rate; the router wrote: %s",
			delivered, sent, l.acked.Load(), t.router.tail)
	} else if delivered < sent {
		fmt.Fprintf(os.Stderr, "floor: %d packets arrived of %d sent, %d of them taken by hotspots\n", delivered, sent, l.acked.Load())
	}
	us := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(packets) }
	return figure{both: us(all2 - all), router: us(router2 - router)}, nil
}

// startEmpty starts the empty path.
func (p plan) startEmpty(ctx context.Context, dir, lns string, n int) (*path, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	t := &path{}
	if t.router, err = p.spawn(ctx, self, "router", filepath.Join(dir, "router.json"), setup{LNS: lns}); err != nil {
		return t, err
	}
	for i := range n {
		h, err := p.spawn(ctx, self, "hotspot", filepath.Join(dir, fmt.Sprintf("hotspot%d.json", i)), setup{Router: t.router.address, Seed: byte(i)})
		if err != nil {
			return t, err
		}
		t.hotspots = append(t.hotspots, h)
	}
	return t, nil
}

func (p plan) spawn(ctx context.Context, program, kind, file string, s setup) (*process, error) {
	if err := s.write(file); err != nil {
		return nil, err
	}
	return start(ctx, program, []string{kind, file}, false, announced)
}

// startOurs starts the router's packages and the hotspot program.
func (p plan) startOurs(ctx context.Context, dir, lns string, n int) (*path, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	node, err := newNode()
	if err != nil {
		return nil, err
	}
	t := &path{close: node.Close}
	s := setup{LNS: lns, Dir: dir}
	for i := range n {
		id, err := identity.Create(keyFile(dir, i), identity.Ed25519)
		if err != nil {
			return t, err
		}
		s.Hotspots = append(s.Hotspots, hex.EncodeToString(id.PubKey().Bytes()))
	}
	if t.router, err = p.spawn(ctx, self, "pipeline", filepath.Join(dir, "router.json"), s); err != nil {
		return t, err
	}
	config := filepath.Join(dir, "hotspot.toml")
	if err := os.WriteFile(config, nil, 0o600); err != nil { // the machine's own file is not ours to read
		return t, fmt.Errorf("write configuration: %w", err)
	}
	for i := range n {
		h, err := start(ctx, p.hotspot, []string{
			"run", "--config", config, "--chain_id", chainID, "--key_file", keyFile(dir, i),
			"--state_dir", filepath.Join(dir, fmt.Sprintf("state%d", i)), "--radio.listen", "127.0.0.1:0",
			"--router.addresses", t.router.address, "--nodes.rpc", node.URL, "--nodes.quorum", "1",
			"--api.listen", "127.0.0.1:0", "--metrics.listen", "127.0.0.1:0", "--log.format", "json",
		}, true, hotspotReady())
		if err != nil {
			return t, err
		}
		t.hotspots = append(t.hotspots, h)
	}
	return t, nil
}

func keyFile(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("key%d.json", i)) }
