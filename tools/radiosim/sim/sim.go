// Package sim wires one topology into a running simulation and serves its
// control API. It decides nothing about radio.
package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/tools/radiosim/air"
	"github.com/hexwave/hexwave/tools/radiosim/chance"
	"github.com/hexwave/hexwave/tools/radiosim/device"
	"github.com/hexwave/hexwave/tools/radiosim/forwarder"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/lns"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

// Sim is one simulation of one topology.
type Sim struct {
	loop     *loop.Loop
	journal  *journal.Journal
	medium   *air.Medium
	gateways []*forwarder.Forwarder
	devices  []*device.Device
	servers  []*lns.Server
	addrs    map[string]netip.AddrPort
}

// Channels are the EU868 channels gateways listen on, Hz.
func Channels() []uint32 {
	var out []uint32
	for f := uint32(867_100_000); f <= 868_500_000; f += 200_000 {
		out = append(out, f)
	}
	return out
}

// New builds a simulation and opens the sockets of its network servers. The
// log goes to out, which may be nil.
func New(t topology.File, out io.Writer) (*Sim, error) {
	origin := time.Now()
	return build(t, out, origin, loop.New(origin))
}

func build(t topology.File, out io.Writer, origin time.Time, l *loop.Loop) (*Sim, error) {
	seed := chance.Seed(t.Seed)
	s := &Sim{loop: l, journal: journal.New(origin, out), addrs: map[string]netip.AddrPort{}}
	s.medium = air.New(air.Model{
		Seed: seed, Exponent: t.Propagation.Exponent, ClutterDB: t.Propagation.ClutterDB,
		ShadowDB: t.Propagation.ShadowDB, FadingDB: t.Propagation.FadingDB,
	}, l)
	byName := map[string]*forwarder.Forwarder{}
	for _, g := range t.Gateways {
		f := forwarder.New(g, Channels(), forwarder.Parts{Loop: l, Medium: s.medium, Journal: s.journal, Seed: seed, Origin: origin})
		byName[g.Name] = f
		s.gateways = append(s.gateways, f)
	}
	s.medium.OnFrame = func(f *air.Frame, rs []air.Reception) {
		s.journal.Frame(f, rs, func(name string) (uint32, bool) {
			g := byName[name]
			if g == nil {
				return 0, false
			}
			return g.Counter(f.End), true
		})
	}
	for _, d := range t.Devices {
		dev := device.New(d, device.Parts{Loop: l, Medium: s.medium, Journal: s.journal, Seed: seed})
		s.devices = append(s.devices, dev)
		s.journal.Totals().Devices++
		if d.Kind == "otaa" {
			s.journal.Totals().DevicesOTAA++
		}
	}
	for _, c := range t.LNS {
		srv := lns.New(c, t.Devices, lns.Parts{Loop: l, Journal: s.journal, Seed: seed})
		addr, err := srv.Listen()
		if err != nil {
			return nil, errors.Join(fmt.Errorf("start simulation: %w", err), s.close())
		}
		s.addrs[c.Name] = addr
		s.servers = append(s.servers, srv)
	}
	if !t.Paused {
		l.At(0, s.startDevices)
	}
	return s, nil
}

// close releases the sockets of a simulation that never ran.
func (s *Sim) close() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var err error
	for _, srv := range s.servers {
		err = errors.Join(err, srv.Run(ctx))
	}
	return err
}

// LNSAddr returns where a network server listens.
func (s *Sim) LNSAddr(name string) netip.AddrPort { return s.addrs[name] }

// Run simulates until ctx ends.
func (s *Sim) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.loop.Run(ctx) })
	for _, f := range s.gateways {
		g.Go(func() error { return f.Run(ctx) })
	}
	for _, srv := range s.servers {
		g.Go(func() error { return srv.Run(ctx) })
	}
	return g.Wait()
}

func (s *Sim) startDevices(now time.Duration) {
	for _, d := range s.devices {
		d.Start(now)
	}
}

// SetTraffic starts or stops the devices' schedules. Exchanges under way end first.
func (s *Sim) SetTraffic(ctx context.Context, on bool) error {
	return s.loop.Do(ctx, func(now time.Duration) {
		if on {
			s.startDevices(now)
			return
		}
		for _, d := range s.devices {
			d.Stop()
		}
	})
}

// Stats returns the totals; budget > 0 counts the copies beyond it.
func (s *Sim) Stats(ctx context.Context, budget int) (st journal.Stats, err error) {
	err = s.loop.Do(ctx, func(now time.Duration) {
		st = s.journal.Snapshot(now, budget)
		st.LateMaxMS = s.loop.MaxLate().Milliseconds()
		for _, g := range s.gateways {
			if g.Online(now) {
				st.GatewaysOnline++
			}
		}
	})
	return st, err
}

// Log returns log lines from since on and the number to continue with.
func (s *Sim) Log(ctx context.Context, since uint64, limit int) (text []byte, next uint64, err error) {
	err = s.loop.Do(ctx, func(time.Duration) { text, next = s.journal.Lines(since, limit) })
	return text, next, err
}

// Transmissions returns the frames of devices from id since on.
func (s *Sim) Transmissions(ctx context.Context, since uint64) (ts []journal.Transmission, err error) {
	err = s.loop.Do(ctx, func(time.Duration) { ts = s.journal.Transmissions(since) })
	return ts, err
}
