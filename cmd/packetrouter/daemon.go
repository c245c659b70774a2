package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/internal/keyfile"
	"github.com/hexwave/hexwave/internal/service"
	"github.com/hexwave/hexwave/internal/version"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
	"github.com/hexwave/hexwave/packetrouter/chainledger"
	"github.com/hexwave/hexwave/packetrouter/grpcapi"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/memstore"
	"github.com/hexwave/hexwave/packetrouter/payerapi"
	"github.com/hexwave/hexwave/packetrouter/relay"
	"github.com/hexwave/hexwave/packetrouter/semtech"
	"github.com/hexwave/hexwave/proto/wire"
)

// Memory of the stores, in entries.
const (
	keepTransmissions = 10 * time.Minute
	mostTransmissions = 1 << 20
	mostNonceDevices  = 1 << 18
)

// staleAfter is how old the newest snapshot may be before the router says that
// it is not ready.
const staleAfter = 60 * time.Second

// daemon is all the parts of a running router.
type daemon struct {
	cfg    Config
	log    *slog.Logger
	router *packetrouter.Router
	lanes  []*lanes.Lane
	book   *lanes.Book
	settle *lanes.Settler
	relay  *relay.Relay
	ledger *chainledger.Ledger
	egress *semtech.Egress
	payers *payerapi.Client
	loader *bundle.Loader
	server *grpcapi.Server
	listen net.Listener

	first chan struct{} // closed with the first snapshot
}

// newDaemon loads keys and logs and wires the parts; it starts nothing but the
// listening socket, so that every mistake shows at once.
func newDaemon(ctx context.Context, cfg Config, log *slog.Logger) (*daemon, error) {
	key, err := keyfile.Load(cfg.KeyFile)
	if err != nil {
		return nil, explainKey(err)
	}
	d := &daemon{cfg: cfg, log: log, first: make(chan struct{})}
	d.router = packetrouter.New(cfg.Limits.limits(), packetrouter.Ports{
		Budgets: memstore.NewBudgets(keepTransmissions.Microseconds(), mostTransmissions),
		Guard:   memstore.NewGuard(mostNonceDevices), Directory: memstore.NewDirectory(),
		Node: keyfile.Public(key).String(),
	})
	if err := d.openLanes(); err != nil {
		return nil, err
	}
	trust, err := cfg.Trust.load()
	if err != nil {
		return nil, err
	}
	if d.ledger, err = chainledger.New(chainledger.Config{
		ChainID: cfg.ChainID, Nodes: cfg.Nodes, Lanes: d.laneKeys(), Trust: trust, Log: log,
	}); err != nil {
		return nil, err
	}
	d.book = lanes.NewBook(d.lanes...)
	d.settle = lanes.NewSettler(d.book, d.ledger, cfg.SettleEvery, log)
	d.relay = relay.New(d.ledger, d.book, log)
	d.router.Attach(d.book, d.relay)
	d.egress = semtech.New(semtech.Config{AckWait: cfg.GWMP.AckWait.D(), Log: log}, d.router)
	d.payers = payerapi.NewClient(payerapi.ClientConfig{
		Chain: wire.HashChainID(cfg.ChainID), Key: key, Software: software(), Log: log,
	}, d.router)
	d.router.AttachPayers(d.payers)
	sources := map[packetrouter.OrgID]string{}
	for _, l := range cfg.Lanes {
		sources[l.Org] = l.Bundle
	}
	d.loader = bundle.NewLoader(sources, d.setRoutes, log)
	d.server = grpcapi.New(grpcapi.Config{
		Key: key, MaxConnections: cfg.Limits.Connections, Software: software(), Log: log,
	}, d.router)
	if d.listen, err = service.Listen(ctx, "listen", cfg.Listen); err != nil {
		return nil, err
	}
	log.Info("router", "id", keyfile.Public(key).String(), "listen", d.listen.Addr().String(), "lanes", len(d.lanes))
	return d, nil
}

func software() string { return "hexwave-packetrouter " + version.Get().Version }

// openLanes reads each lane's log and tells the router what it has delivered.
func (d *daemon) openLanes() error {
	for _, c := range d.cfg.Lanes {
		if c.Key == "" {
			continue // pays by its payer agent
		}
		key, err := keyfile.Load(c.Key)
		if err != nil {
			return explainKey(err)
		}
		l, recent, err := lanes.OpenDeliveries(lanes.Config{
			Chain: wire.HashChainID(d.cfg.ChainID), Org: c.Org, Key: key, Dir: c.WAL,
			Gather: d.cfg.Commit.D(), VoucherEvery: d.cfg.VoucherEvery.D(), Voucher: d.router.PushVoucher,
		})
		if err != nil {
			return fmt.Errorf("lane of org %s: %w", c.Org, err)
		}
		for _, e := range recent {
			d.router.Restore(e)
		}
		d.log.Info("lane opened", "org", c.Org, "key", keyfile.Public(key).String(), "entries", len(recent))
		d.lanes = append(d.lanes, l)
	}
	return nil
}

func (d *daemon) laneKeys() []wire.PubKey {
	var out []wire.PubKey
	for _, l := range d.lanes {
		out = append(out, l.Key())
	}
	return out
}

// setRoutes builds and swaps the table.
func (d *daemon) setRoutes(defs []packetrouter.RouteDef) error {
	sinks := map[packetrouter.Protocol]packetrouter.Sink{packetrouter.ProtocolGWMP: d.egress}
	t, err := packetrouter.NewTable(defs, sinks, d.router.Table())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	d.egress.SetDestinations(ctx, t.Destinations())
	d.payers.SetDestinations(t.Destinations())
	d.router.SetTable(t)
	return nil
}

// snapshot hands a new snapshot to every part, lanes first: they must know
// their numbers before a hotspot presents a voucher.
func (d *daemon) snapshot(s *packetrouter.Snapshot) {
	d.book.Update(s)
	d.relay.Update(s)
	d.settle.Update(s)
	d.loader.Update(s)
	d.router.SetSnapshot(s)
	select {
	case <-d.first:
	default:
		close(d.first)
		d.log.Info("following the chain", "height", s.Head.Height, "epoch", s.Head.Epoch, "hotspots", s.Hotspots.Len())
	}
}

// ready is the daemon's health check.
func (d *daemon) ready(context.Context) error {
	return errors.Join(d.ledger.Healthy(time.Now(), staleAfter), d.loader.Healthy())
}

// Run serves until ctx is done or a part fails. The parts stop in the order in
// which packets go: no more hotspots, then no more packets, then the rest, the
// logs last of all, so that what was delivered is also metered.
func (d *daemon) Run(ctx context.Context) error {
	serving, stopServing := context.WithCancel(ctx)
	defer stopServing()
	inner, stopInner := context.WithCancel(context.WithoutCancel(ctx))
	defer stopInner()
	group, parts := errgroup.WithContext(inner)
	defer context.AfterFunc(parts, stopServing)()

	logs, stopLogs := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLogs()
	var books errgroup.Group
	for _, l := range d.lanes {
		books.Go(func() error {
			err := l.Run(logs)
			if err != nil {
				stopServing()
			}
			return err
		})
	}
	reload, stopReload := onHangup()
	defer stopReload()
	group.Go(func() error { return d.ledger.Run(parts, d.snapshot) })
	group.Go(func() error { return d.egress.Run(parts) })
	group.Go(func() error { return d.payers.Run(parts) })
	group.Go(func() error { return d.relay.Run(parts) })
	group.Go(func() error { return d.settle.Run(parts) })
	group.Go(func() error { return d.loader.Run(parts, reload) })
	group.Go(func() error { return d.tick(parts) })

	err := d.serve(serving)
	d.finish()
	stopInner()
	err = errors.Join(err, group.Wait())
	stopLogs()
	return errors.Join(err, books.Wait())
}

// serve accepts hotspots once the chain is known.
func (d *daemon) serve(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return d.listen.Close()
	case <-d.first:
	}
	return d.server.Run(ctx, d.listen, d.cfg.Limits.Drain.D()/2)
}

// finish waits for the packets under way.
func (d *daemon) finish() {
	end := time.Now().Add(d.cfg.Limits.Drain.D() / 2)
	for d.router.Pending() > 0 && time.Now().Before(end) {
		time.Sleep(10 * time.Millisecond)
	}
	if n := d.router.Pending(); n > 0 {
		d.log.Warn("packets left without an outcome; their hotspots will send them again", "packets", n)
	}
}

func (d *daemon) tick(ctx context.Context) error {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-t.C:
			d.router.Tick(now)
		}
	}
}

// onHangup turns SIGHUP into a reload of the bundles.
func onHangup() (<-chan struct{}, func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	reload := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-signals:
				select {
				case reload <- struct{}{}:
				default:
				}
			}
		}
	}()
	return reload, func() { signal.Stop(signals); close(done) }
}

var _ interface {
	lanes.Chain
	relay.Chain
} = (*chainledger.Ledger)(nil)
