package lora

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/proto/wire"
)

// Nodes is what the coverer asks of chain nodes; chainview.View is one.
type Nodes interface {
	Confirm(ctx context.Context, c *wire.Challenge) error
	Height(ctx context.Context) (uint64, error)
}

// Outbox takes what coverage has to tell the chain. Its methods must not block.
type Outbox interface {
	Report(wire.Report)
	Reveal(wire.Reveal)
}

// pollEvery is how often nodes are asked for their height while a reveal waits.
const pollEvery = 500 * time.Millisecond

// Bounds of what waits for the coverer. A router shows all open challenges near
// the hotspot at once, and each only once.
const (
	inboxSize     = 256
	challengesMax = 1024
)

// CoverageCounters are what the coverer has counted since it started.
type CoverageCounters struct {
	Challenged  uint64                 `json:"challenged"`  // own challenges seen
	Unconfirmed uint64                 `json:"unconfirmed"` // own challenges that no quorum showed in time
	Beacons     uint64                 `json:"beacons"`     // accepted by a forwarder
	BeaconFails uint64                 `json:"beacon_fails"`
	Reveals     uint64                 `json:"reveals"`
	Heard       map[HeardReason]uint64 `json:"heard"`
	Open        int                    `json:"open"`
}

// Coverer is the shell around Coverage: it owns the goroutine, asks the nodes
// and transmits.
type Coverer struct {
	engine *Coverage // owned by Run
	nodes  Nodes
	tx     Transmitter
	radio  Radio
	out    Outbox
	log    *slog.Logger

	challenges chan wire.Challenge
	frames     chan hotspot.Uplink
	confirmed  chan confirmation
	heights    chan uint64
	index      chan uint32

	mu       sync.Mutex
	counters CoverageCounters // guarded by mu
}

type confirmation struct {
	id  uint64
	yes bool
}

// NewCoverer returns a coverer. Start it with Run.
func NewCoverer(engine *Coverage, nodes Nodes, tx Transmitter, radio Radio, out Outbox, log *slog.Logger) *Coverer {
	return &Coverer{
		engine: engine, nodes: nodes, tx: tx, radio: radio, out: out, log: log,
		challenges: make(chan wire.Challenge, challengesMax), frames: make(chan hotspot.Uplink, inboxSize),
		confirmed: make(chan confirmation, inboxSize), heights: make(chan uint64, 1), index: make(chan uint32, 1),
		counters: CoverageCounters{Heard: map[HeardReason]uint64{}},
	}
}

// Offer hands over an open challenge. With the inbox full it is dropped.
func (c *Coverer) Offer(ch wire.Challenge) {
	select {
	case c.challenges <- ch:
	default:
	}
}

// Receive hands over a frame that may be a beacon.
func (c *Coverer) Receive(u hotspot.Uplink) {
	select {
	case c.frames <- u:
	default:
		c.count(func(n *CoverageCounters) { n.Heard["dropped"]++ })
	}
}

// SetIndex tells the hotspot's index on chain. Only the newest counts.
func (c *Coverer) SetIndex(index uint32) {
	select {
	case <-c.index:
	default:
	}
	select {
	case c.index <- index:
	default:
	}
}

// Run works until ctx is done.
func (c *Coverer) Run(ctx context.Context) error {
	var asking sync.WaitGroup
	defer asking.Wait()
	asking.Go(func() { c.poll(ctx) })
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		for _, ch := range c.engine.Unconfirmed() {
			asking.Go(func() { c.confirm(ctx, ch) })
		}
		if next := c.engine.Next(); !next.IsZero() {
			timer.Reset(max(0, time.Until(next)))
		}
		select {
		case ch := <-c.challenges:
			c.offered(ch)
		case u := <-c.frames:
			c.heard(u)
		case k := <-c.confirmed:
			c.engine.Confirmed(k.id, k.yes)
		case i := <-c.index:
			c.engine.SetIndex(i)
		case h := <-c.heights:
			for _, r := range c.engine.Head(h) {
				c.out.Reveal(r)
				c.count(func(n *CoverageCounters) { n.Reveals++ })
			}
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
		for _, b := range c.engine.Due(time.Now()) {
			asking.Go(func() { c.beacon(ctx, b) })
		}
		open := c.engine.Open()
		c.count(func(n *CoverageCounters) { n.Open = open })
	}
}

func (c *Coverer) offered(ch wire.Challenge) {
	before := c.engine.Open()
	if err := c.engine.Offer(ch); err != nil {
		c.log.Debug("challenge refused", "challenge", ch.ID, "reason", err)
		return
	}
	if c.engine.Open() > before && ch.Key == c.engine.self.PubKey() {
		c.log.Info("challenged", "challenge", ch.ID, "slot", time.UnixMilli(int64(ch.TxAt)).UTC(), "frequency", ch.Frequency, "sf", ch.SF)
		c.count(func(n *CoverageCounters) { n.Challenged++ })
	}
}

func (c *Coverer) heard(u hotspot.Uplink) {
	report, reason := c.engine.Heard(u)
	c.count(func(n *CoverageCounters) { n.Heard[reason]++ })
	if reason != HeardReported {
		return
	}
	c.log.Info("heard a beacon", "challenge", report.Challenge, "rssi", report.RSSI/10, "snr", report.SNR/10)
	c.out.Report(report)
}

// confirm asks the nodes about an own challenge until they show it or its slot
// has passed.
func (c *Coverer) confirm(ctx context.Context, ch wire.Challenge) {
	deadline := time.UnixMilli(int64(ch.TxAt)).Add(lateBy)
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	for {
		err := c.nodes.Confirm(ctx, &ch)
		if err == nil {
			c.confirmed <- confirmation{ch.ID, true}
			return
		}
		select {
		case <-time.After(pollEvery / 2):
		case <-ctx.Done():
			c.log.Warn("no quorum of nodes shows our challenge; not transmitting", "challenge", ch.ID, "error", err)
			c.count(func(n *CoverageCounters) { n.Unconfirmed++ })
			return
		}
	}
}

// beacon transmits one beacon: not inverted, with CRC, so that gateways hear it.
func (c *Coverer) beacon(ctx context.Context, b Beacon) {
	if wait := time.Until(time.UnixMilli(int64(b.Challenge.TxAt))); wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
	ack, err := c.tx.Transmit(ctx, gwmp.EUI{}, gwmp.TxPk{
		Imme: true, FreqHz: b.Challenge.Frequency, Power: c.radio.conducted(b.Challenge.Power), HasPowe: true,
		Modu: gwmp.LoRa, Datr: gwmp.LoRaRate(b.Challenge.SF, b.Challenge.Bandwidth), Codr: "4/5", Prea: 8, Data: b.Frame[:],
	})
	if err != nil || !ack.OK() {
		c.log.Warn("beacon not transmitted", "challenge", b.Challenge.ID, "error", err, "forwarder", string(ack.Error))
		c.count(func(n *CoverageCounters) { n.BeaconFails++ })
		return
	}
	c.count(func(n *CoverageCounters) { n.Beacons++ })
}

// poll follows the height that a quorum of nodes has reached.
func (c *Coverer) poll(ctx context.Context) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if c.Counters().Open == 0 {
			continue
		}
		h, err := c.nodes.Height(ctx)
		if err != nil {
			c.log.Debug("ask nodes for their height", "error", err)
			continue
		}
		select {
		case c.heights <- h:
		case <-ctx.Done():
			return
		}
	}
}

func (c *Coverer) count(change func(*CoverageCounters)) {
	c.mu.Lock()
	change(&c.counters)
	c.mu.Unlock()
}

// Counters returns a copy of the counters.
func (c *Coverer) Counters() CoverageCounters {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.counters
	n.Heard = make(map[HeardReason]uint64, len(c.counters.Heard))
	for k, v := range c.counters.Heard {
		n.Heard[k] = v
	}
	return n
}
