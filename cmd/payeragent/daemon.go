package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/keycli"
	"github.com/hexwave/hexwave/internal/keyfile"
	"github.com/hexwave/hexwave/internal/secretfile"
	"github.com/hexwave/hexwave/internal/service"
	"github.com/hexwave/hexwave/internal/version"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/chainledger"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/payer"
	"github.com/hexwave/hexwave/packetrouter/payerapi"
	"github.com/hexwave/hexwave/packetrouter/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// staleAfter is how old the newest snapshot may be before the agent says that it
// is not ready.
const staleAfter = 60 * time.Second

// daemon is all the parts of a running payer agent.
type daemon struct {
	cfg    Config
	log    *slog.Logger
	lane   *lanes.Lane
	book   *lanes.Book
	settle *lanes.Settler
	ledger *chainledger.Ledger
	aaa    *radius.Client
	payer  *payer.Payer
	server *payerapi.Server
	listen net.Listener

	head  atomic.Pointer[packetrouter.Head] // newest
	first chan struct{}                     // closed with the first snapshot
}

// newDaemon loads keys and log and wires the parts; it starts nothing but the
// listening socket, so that every mistake shows at once.
func newDaemon(ctx context.Context, cfg Config, log *slog.Logger) (*daemon, error) {
	key, err := keyfile.Load(cfg.KeyFile)
	if err != nil {
		return nil, keycli.Explain("payeragent", err)
	}
	d := &daemon{cfg: cfg, log: log, first: make(chan struct{})}
	memory := payer.NewMemory()
	if err := d.openLane(memory); err != nil {
		return nil, err
	}
	if d.ledger, err = chainledger.New(chainledger.Config{
		ChainID: cfg.ChainID, Nodes: cfg.Nodes, Lanes: []wire.PubKey{d.lane.Key()}, Log: log,
	}); err != nil {
		return nil, err
	}
	d.book = lanes.NewBook(d.lane)
	d.settle = lanes.NewSettler(d.book, d.ledger, cfg.Lane.SettleEvery, log)
	if d.aaa, err = d.dialAAA(); err != nil {
		return nil, err
	}
	routers, err := cfg.routers()
	if err != nil {
		return nil, err
	}
	d.server = payerapi.NewServer(payerapi.ServerConfig{
		Chain: wire.HashChainID(cfg.ChainID), Key: key, Routers: routers, Software: "hexwave-payeragent " + version.Get().Version, Log: log,
	})
	d.payer = payer.New(cfg.payer(memory), d.lane, d.aaa, d.server, log)
	d.server.Attach(d.payer)
	if d.listen, err = service.Listen(ctx, "listen", cfg.Listen); err != nil {
		return nil, err
	}
	log.Info("payer agent", "id", keyfile.Public(key).String(), "listen", d.listen.Addr().String(), "org", cfg.Lane.Org, "lane_key", d.lane.Key().String())
	return d, nil
}

// openLane reads the lane's log into the payer's memory.
func (d *daemon) openLane(memory *payer.Memory) error {
	c := d.cfg.Lane
	key, err := keyfile.Load(c.KeyFile)
	if err != nil {
		return keycli.Explain("payeragent", err)
	}
	d.lane, err = lanes.Open(lanes.Config{
		Chain: wire.HashChainID(d.cfg.ChainID), Org: packetrouter.OrgID(c.Org), Key: key, Unit: wire.UnitMicroDC, Memory: memory,
		Dir: c.WAL, Gather: c.Commit.D(), VoucherEvery: c.VoucherEvery.D(),
		Voucher: func(h packetrouter.HotspotID, raw []byte) { d.server.Vouchers(h, [][]byte{raw}) },
	})
	if err != nil {
		return fmt.Errorf("lane of org %d: %w", c.Org, err)
	}
	return nil
}

// dialAAA reads the secret and prepares the sockets towards the AAA.
func (d *daemon) dialAAA() (*radius.Client, error) {
	secret, err := secretfile.Read(d.cfg.AAA.SecretFile, 1)
	if err != nil {
		return nil, cli.Errorf(cli.Usage, "", "aaa.secret_file: %w", err)
	}
	return radius.NewClient(radius.Config{
		Auth: d.cfg.AAA.Auth, Acct: d.cfg.AAA.Acct, Secret: secret, Wait: d.cfg.AAA.Wait.D(), Log: d.log,
	})
}

// snapshot hands a new snapshot to every part, the lane first: it must know its
// number before a hotspot presents a voucher.
func (d *daemon) snapshot(s *packetrouter.Snapshot) {
	d.book.Update(s)
	d.settle.Update(s)
	d.payer.SetSnapshot(s)
	d.head.Store(&s.Head)
	select {
	case <-d.first:
	default:
		close(d.first)
		d.log.Info("following the chain", "height", s.Head.Height, "epoch", s.Head.Epoch, "hotspots", s.Hotspots.Len())
	}
}

// ready is the daemon's health check.
func (d *daemon) ready(context.Context) error {
	if _, ok := d.lane.Ref(); !ok {
		return errors.Join(d.ledger.Healthy(time.Now(), staleAfter), errors.New("the org has not authorised this lane's key"))
	}
	return d.ledger.Healthy(time.Now(), staleAfter)
}

// Run serves until ctx is done or a part fails. The log stops last, so that what
// was booked is also committed.
func (d *daemon) Run(ctx context.Context) error {
	serving, stopServing := context.WithCancel(ctx)
	defer stopServing()
	inner, stopInner := context.WithCancel(context.WithoutCancel(ctx))
	defer stopInner()
	group, parts := errgroup.WithContext(inner)
	defer context.AfterFunc(parts, stopServing)()
	logs, stopLog := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLog()
	var lane errgroup.Group
	lane.Go(func() error {
		err := d.lane.Run(logs)
		if err != nil {
			stopServing()
		}
		return err
	})
	group.Go(func() error { return d.ledger.Run(parts, d.snapshot) })
	group.Go(func() error { return d.settle.Run(parts) })
	group.Go(func() error { return d.aaa.Run(parts) })
	group.Go(func() error { return d.payer.Run(parts) })

	err := d.serve(serving)
	stopInner()
	err = errors.Join(err, group.Wait())
	stopLog()
	return errors.Join(err, lane.Wait())
}

// serve accepts routers once the chain is known.
func (d *daemon) serve(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return d.listen.Close()
	case <-d.first:
	}
	return d.server.Run(ctx, d.listen)
}

var _ lanes.Chain = (*chainledger.Ledger)(nil)
