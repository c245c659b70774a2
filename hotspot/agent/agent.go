// Package agent joins the parts of a hotspot into one running program: radio
// server, scheduler, coverage, router client, vouchers. It owns the paths
// between them and nothing else; each part is tested without it.
package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/hotspot/chainview"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/hotspot/lora"
	"github.com/hexwave/hexwave/hotspot/uplink"
	"github.com/hexwave/hexwave/hotspot/vouchers"
	"github.com/hexwave/hexwave/hotspot/wifi"
	"github.com/hexwave/hexwave/proto/wire"
)

// Config is what an agent needs.
type Config struct {
	ChainID  string
	StateDir string // vouchers and the count of starts
	Routers  []uplink.Router
	Nodes    []string // RPC addresses of chain nodes
	Quorum   int      // of Nodes, before a beacon is sent or a preimage revealed
	Radio    lora.Radio
	Queue    int
	MaxAge   time.Duration
	Software string
}

// Agent is a running hotspot.
type Agent struct {
	cfg       Config
	id        *identity.Identity
	log       *slog.Logger
	server    *lora.Server
	scheduler *lora.Scheduler
	coverer   *lora.Coverer
	queue     *uplink.Queue
	client    *uplink.Client
	book      *vouchers.Book
	view      *chainview.View
	outbox    func(lora.Outbox) lora.Outbox
	tap       func(hotspot.Uplink)
	vouchers  chan []byte
	wifi      *wifi.Server // nil without access points
	wifiSetup *wifiSetup
	noRadio   bool

	mu       sync.Mutex // guards the fields below
	index    uint32
	head     hotspot.Head
	outcomes map[wire.Outcome]uint64
	vouched  uint64
	refused  uint64 // vouchers not accepted
}

// Option changes how an agent is put together.
type Option func(*Agent)

// WithOutbox puts wrap around what carries reports and reveals to the router:
// the seam for measuring, delaying or, in adversary simulations, lying.
func WithOutbox(wrap func(lora.Outbox) lora.Outbox) Option {
	return func(a *Agent) { a.outbox = wrap }
}

// WithTap shows tap every frame that the radio received, before anything else is
// done with it. It is called on the radio's goroutine and must not block.
func WithTap(tap func(hotspot.Uplink)) Option {
	return func(a *Agent) { a.tap = tap }
}

// wifiSetup is what WithWiFi was given.
type wifiSetup struct {
	points   []wifi.AccessPoint
	minPrice uint32
	sockets  wifi.Sockets
}

// WithWiFi serves access points on open sockets. minPrice is the least price that
// the owner takes, micro-DC per 1,000,000 bytes.
func WithWiFi(points []wifi.AccessPoint, minPrice uint32, sockets wifi.Sockets) Option {
	return func(a *Agent) { a.wifiSetup = &wifiSetup{points, minPrice, sockets} }
}

// inboxSize bounds vouchers that wait to be checked.
const inboxSize = 64

// New builds an agent that listens to packet forwarders on conn; with nil it has no
// LoRa radio.
func New(cfg Config, id *identity.Identity, conn *net.UDPConn, log *slog.Logger, opts ...Option) (*Agent, error) {
	starts, err := countStart(cfg.StateDir)
	if err != nil {
		return nil, err
	}
	chain := wire.HashChainID(cfg.ChainID)
	a := &Agent{
		cfg: cfg, id: id, log: log, vouchers: make(chan []byte, inboxSize), outcomes: map[wire.Outcome]uint64{}, noRadio: conn == nil,
		queue:  uplink.NewQueue(starts<<32+1, cfg.Queue, cfg.MaxAge),
		outbox: func(o lora.Outbox) lora.Outbox { return o },
		tap:    func(hotspot.Uplink) {},
	}
	for _, o := range opts {
		o(a)
	}
	if a.book, err = vouchers.Open(filepath.Join(cfg.StateDir, "vouchers"), chain); err != nil {
		return nil, err
	}
	if a.view, err = chainview.New(cfg.Nodes, cfg.Quorum); err != nil {
		return nil, err
	}
	a.server = lora.NewServer(conn, a, log.With("part", "radio"))
	a.client = uplink.NewClient(uplink.Config{
		Routers: cfg.Routers, Key: id.TLSKey(), Chain: chain, Connection: starts<<32 + 1, Software: cfg.Software,
	}, a.queue, a.book, a, log.With("part", "uplink"))
	a.scheduler = lora.NewScheduler(a.server, cfg.Radio, a.client.Result)
	a.coverer = lora.NewCoverer(lora.NewCoverage(chain, id), a.view, a.server, cfg.Radio, a.outbox(a.client), log.With("part", "coverage"))
	return a, a.openWiFi(chain)
}

// openWiFi opens the session book and serves what WithWiFi named.
func (a *Agent) openWiFi(chain wire.ChainHash) error {
	if a.wifiSetup == nil {
		return nil
	}
	book, err := wifi.OpenBook(filepath.Join(a.cfg.StateDir, "sessions.db"), chain)
	if err != nil {
		return err
	}
	a.wifi = wifi.New(wifi.Config{Chain: chain, Points: a.wifiSetup.points, MinPrice: a.wifiSetup.minPrice, Index: a.Index},
		a.id, book, a.client, payers{a.view}, a.book, a.wifiSetup.sockets, a.log.With("part", "wifi"))
	for _, v := range a.book.Held() {
		a.wifi.Vouchered(v) // a crash may have come between the two books
	}
	return nil
}

// payers asks nodes in the words of the Wi-Fi side.
type payers struct{ view *chainview.View }

// Payer implements wifi.Payers.
func (p payers) Payer(ctx context.Context, org uint32, lane uint16) (wifi.Payer, error) {
	x, err := p.view.Payer(ctx, org, lane)
	return wifi.Payer(x), err
}

// Radius is called with each packet of a payer.
func (a *Agent) Radius(m hotspot.Radius) {
	if a.wifi != nil {
		a.wifi.Radius(m)
	}
}

// RadiusRefused is called when a router could not carry a packet or a record.
func (a *Agent) RadiusRefused(x hotspot.RadiusRefusal) {
	if a.wifi != nil {
		a.wifi.Refused(x)
	}
}

// UsageResult is called with each word of a payer on a usage record.
func (a *Agent) UsageResult(raw []byte) {
	if a.wifi != nil {
		a.wifi.UsageResult(raw)
	}
}

// countStart raises the count of starts in the state folder, so that packet and
// connection ids are never used twice.
func countStart(dir string) (uint64, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, fmt.Errorf("make state folder: %w", err)
	}
	path := filepath.Join(dir, "starts")
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read count of starts: %w", err)
	}
	var n uint64
	if len(raw) > 0 {
		if n, err = strconv.ParseUint(strings.TrimSpace(string(raw)), 10, 31); err != nil {
			return 0, fmt.Errorf("%s is damaged: %w", path, err)
		}
	}
	tmp := path + ".new"
	if err := writeSynced(tmp, strconv.FormatUint(n+1, 10)+"\n"); err != nil {
		return 0, fmt.Errorf("write count of starts: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return 0, fmt.Errorf("write count of starts: %w", err)
	}
	return n + 1, nil
}

// writeSynced writes a file that a power cut leaves whole.
func writeSynced(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// Tasks are the long-running parts, to be started together.
func (a *Agent) Tasks() map[string]func(context.Context) error {
	tasks := map[string]func(context.Context) error{"uplink": a.client.Run, "vouchers": a.acceptVouchers}
	if !a.noRadio {
		tasks["radio"], tasks["scheduler"], tasks["coverage"] = a.server.Run, a.scheduler.Run, a.coverer.Run
	}
	if a.wifi != nil {
		tasks["wifi"] = a.wifi.Run
	}
	return tasks
}

// Receive takes a frame from the radio: beacons go to coverage, the rest to the
// router.
func (a *Agent) Receive(u hotspot.Uplink) {
	a.tap(u)
	if _, err := wire.ParseBeacon(u.Payload); err == nil {
		a.coverer.Receive(u)
		return
	}
	a.queue.Receive(u)
}

// Connected is called when a router has accepted the stream.
func (a *Agent) Connected(index uint32, head hotspot.Head) {
	a.setIndex(index)
	a.Head(head)
	if a.wifi != nil {
		a.wifi.Connected()
	}
}

func (a *Agent) setIndex(index uint32) {
	a.mu.Lock()
	a.index = index
	a.mu.Unlock()
	a.coverer.SetIndex(index)
}

// Disconnected is called when a stream has ended.
func (a *Agent) Disconnected() {}

// Head is called with each new block.
func (a *Agent) Head(h hotspot.Head) {
	a.mu.Lock()
	a.head = h
	a.mu.Unlock()
}

// Downlink is called with each downlink.
func (a *Agent) Downlink(d hotspot.Downlink) {
	if a.noRadio {
		a.client.Result(hotspot.DownlinkResult{ID: d.ID, Outcome: hotspot.TxNoForwarder})
		return
	}
	a.scheduler.Submit(d)
}

// Challenge is called with each open challenge near this hotspot.
func (a *Agent) Challenge(c wire.Challenge) {
	if a.noRadio {
		return
	}
	if c.Key == a.id.PubKey() && a.Index() != c.Hotspot {
		a.setIndex(c.Hotspot) // registered after the stream was opened; confirmed with the nodes before use
	}
	a.coverer.Offer(c)
}

// Voucher is called with each voucher.
func (a *Agent) Voucher(raw []byte) {
	select {
	case a.vouchers <- raw:
	default: // the next one supersedes it
	}
}

// Acked is called when the router has settled a packet.
func (a *Agent) Acked(_ uint64, o wire.Outcome) {
	a.mu.Lock()
	a.outcomes[o]++
	a.mu.Unlock()
}

// Index returns the hotspot's index on chain, 0 while unknown.
func (a *Agent) Index() uint32 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.index
}

// lane names a lane whose key has been asked for.
type lane struct {
	org uint32
	n   uint16
}

// acceptVouchers checks vouchers against lane keys that the nodes show, and keeps
// the good ones.
func (a *Agent) acceptVouchers(ctx context.Context) error {
	keys := map[lane]wire.PubKey{}
	for {
		select {
		case raw := <-a.vouchers:
			if err := a.acceptVoucher(ctx, keys, raw); err != nil && !errors.Is(err, vouchers.ErrLower) {
				a.log.Warn("voucher refused", "error", err)
				a.mu.Lock()
				a.refused++
				a.mu.Unlock()
			}
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *Agent) acceptVoucher(ctx context.Context, keys map[lane]wire.PubKey, raw []byte) error {
	v, err := wire.ParseVoucher(raw)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	l := lane{v.Org, v.Lane}
	key, ok := keys[l]
	if !ok {
		if key, err = a.view.LaneKey(ctx, v.Org, v.Lane); err != nil {
			return fmt.Errorf("lane %d of org %d: %w", v.Lane, v.Org, err)
		}
		if len(keys) < 4096 {
			keys[l] = key
		}
	}
	v, err = a.book.Accept(raw, a.Index(), key)
	if ok && errors.Is(err, vouchers.ErrSignature) {
		delete(keys, l) // the org may have given the lane another key: ask again next time
	}
	if err != nil {
		return err
	}
	if a.wifi != nil {
		a.wifi.Vouchered(v)
	}
	a.mu.Lock()
	a.vouched++
	a.mu.Unlock()
	return nil
}
