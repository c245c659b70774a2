// Package forwarder is a Semtech UDP packet forwarder of protocol version 2
// on a simulated concentrator: it sends what the gateway heard, statistics and
// keep-alives to one server, and transmits what the server orders at the exact
// counter value. It knows nothing of LoRaWAN.
package forwarder

import (
	"context"
	"errors"
	"math"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/air"
	"github.com/hexwave/hexwave/tools/radiosim/chance"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

// Intervals of Semtech's forwarder.
const (
	keepAlive  = 5 * time.Second
	statEvery  = 30 * time.Second
	fetchEvery = 5 * time.Millisecond
	onlineFor  = 15 * time.Second
)

// Forwarder is one gateway. Its methods belong to the event loop, except Run.
type Forwarder struct {
	conf    topology.Gateway
	site    air.Site
	server  string
	loop    *loop.Loop
	medium  *air.Medium
	journal *journal.Journal
	origin  time.Time
	seed    chance.Seed

	up, down net.Conn
	token    uint64
	pending  []gwmp.RxPk
	queue    []slot
	stat     gwmp.Stat
	pushed   uint32
	acked    uint32
	pullAck  time.Duration // of the last acknowledged PULL_DATA; negative before
}

// Parts are what a forwarder is connected to.
type Parts struct {
	Loop    *loop.Loop
	Medium  *air.Medium
	Journal *journal.Journal
	Seed    chance.Seed
	Origin  time.Time // wall clock at the loop's zero
}

// New returns a gateway that listens on the channels (Hz).
func New(conf topology.Gateway, channels []uint32, p Parts) *Forwarder {
	f := &Forwarder{
		conf: conf, server: conf.HotspotUDP, loop: p.Loop, medium: p.Medium, journal: p.Journal, origin: p.Origin, seed: p.Seed,
		site:    air.Site{Name: conf.Name, Lat: conf.Lat, Lng: conf.Lng, HeightM: conf.HeightM, GainDBi: conf.GainDBi},
		pullAck: -time.Hour,
	}
	p.Medium.AddGateway(&air.Gateway{Site: f.site, Channels: channels, Heard: f.heard(channels)})
	return f
}

// Counter returns the concentrator's microsecond counter at t.
func (f *Forwarder) Counter(t time.Duration) uint32 {
	return uint32(f.seed.Uint64("tmst", 0, f.conf.Name)) + uint32(t.Microseconds())
}

// Online reports whether the server answered a recent PULL_DATA.
func (f *Forwarder) Online(now time.Duration) bool { return now-f.pullAck < onlineFor }

// Run talks to the server until ctx ends. The loop must be running.
func (f *Forwarder) Run(ctx context.Context) error {
	if f.server == "" {
		return nil
	}
	var err error
	if f.up, err = net.Dial("udp", f.server); err != nil {
		return err
	}
	if f.down, err = net.Dial("udp", f.server); err != nil {
		return errors.Join(err, f.up.Close())
	}
	if f.loop.Do(ctx, f.start) != nil { // the loop ends with ctx alone
		return errors.Join(f.up.Close(), f.down.Close())
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return f.read(ctx, f.up) })
	g.Go(func() error { return f.read(ctx, f.down) })
	g.Go(func() error {
		<-ctx.Done()
		return errors.Join(f.up.SetReadDeadline(time.Unix(1, 0)), f.down.SetReadDeadline(time.Unix(1, 0)))
	})
	err = g.Wait()
	return errors.Join(err, f.up.Close(), f.down.Close())
}

func (f *Forwarder) read(ctx context.Context, c net.Conn) error {
	buf := make([]byte, 65536)
	for ctx.Err() == nil {
		n, err := c.Read(buf)
		if err != nil {
			// A server that is not there refuses the datagram; it may come back.
			if ctx.Err() == nil {
				select {
				case <-ctx.Done():
				case <-time.After(50 * time.Millisecond):
				}
			}
			continue
		}
		p, err := gwmp.Parse(buf[:n])
		f.loop.Post(func(now time.Duration) {
			if err != nil {
				f.journal.Totals().Malformed++
				return
			}
			f.handle(now, p)
		})
	}
	return nil
}

func (f *Forwarder) start(now time.Duration) {
	f.pull(now)
	f.loop.At(now+statEvery, f.report)
}

// send writes a datagram; a lost one is what UDP promises. A first failure
// may tell of an earlier datagram, so it is tried again.
func (f *Forwarder) send(c net.Conn, p gwmp.Packet) {
	if c == nil {
		return
	}
	b := p.Append(nil)
	if _, err := c.Write(b); err != nil {
		_, _ = c.Write(b)
	}
}

func (f *Forwarder) nextToken() gwmp.Token {
	f.token++
	v := f.seed.Uint64("token", f.token, f.conf.Name)
	return gwmp.Token{byte(v >> 8), byte(v)}
}

func (f *Forwarder) pull(now time.Duration) {
	f.send(f.down, gwmp.PullData{Version: gwmp.Version2, Token: f.nextToken(), EUI: f.conf.EUI})
	f.loop.At(now+keepAlive, f.pull)
}

func (f *Forwarder) report(now time.Duration) {
	s := f.stat
	s.Time = f.origin.Add(now).UTC().Format("2006-01-02 15:04:05 GMT")
	if f.pushed > 0 {
		s.AckR = uint16(min(1000, 1000*uint64(f.acked)/uint64(f.pushed)))
	}
	s.Temp, s.HasT = 215, true
	if f.conf.GPS {
		s.HasPos = true
		s.LatE5, s.LngE5 = int32(math.Round(f.conf.Lat*1e5)), int32(math.Round(f.conf.Lng*1e5))
		s.AltM = int32(math.Round(f.conf.HeightM))
	}
	f.stat, f.pushed, f.acked = gwmp.Stat{}, 0, 0
	f.push(gwmp.PushData{Stat: &s})
	f.loop.At(now+statEvery, f.report)
}

func (f *Forwarder) push(p gwmp.PushData) {
	p.Version, p.Token, p.EUI = gwmp.Version2, f.nextToken(), f.conf.EUI
	f.pushed++
	f.journal.Totals().PushUnacked++
	f.send(f.up, p)
}

// heard turns a reception into an rxpk, to be sent at the next fetch.
func (f *Forwarder) heard(channels []uint32) func(*air.Frame, air.Reception) {
	return func(fr *air.Frame, r air.Reception) {
		f.stat.RxNb++
		f.stat.RxOK++
		p := gwmp.RxPk{
			Tmst: f.Counter(fr.End), CRC: gwmp.CRCOK, FreqHz: fr.FreqHz, Datr: gwmp.LoRaRate(uint8(fr.SF), uint16(fr.BandwidthKHz)),
			Codr: "4/5", RSSI: int16(math.Round(r.Channel)), RSSIS: int16(math.Round(r.RSSI)), HasRSSIS: true,
			SNR: int16(math.Round(10 * r.SNR)), HasSNR: true, Data: fr.Payload,
		}
		for i, c := range channels {
			if c == fr.FreqHz {
				p.Chan = uint8(i)
				p.RFCh = uint8(i / 4)
			}
		}
		if f.conf.GPS {
			p.Time = f.origin.Add(fr.End).UTC().Format("2006-01-02T15:04:05.000000Z")
		}
		if len(f.pending) == 0 {
			f.loop.At(fr.End+fetchEvery, f.fetch)
		}
		f.pending = append(f.pending, p)
	}
}

func (f *Forwarder) fetch(time.Duration) {
	f.stat.RxFw += uint32(len(f.pending))
	f.push(gwmp.PushData{RxPks: f.pending})
	f.pending = nil
}

func (f *Forwarder) handle(now time.Duration, p gwmp.Packet) {
	switch p := p.(type) {
	case gwmp.PushAck:
		f.acked++
		f.journal.Totals().PushUnacked--
	case gwmp.PullAck:
		f.pullAck = now
	case gwmp.PullResp:
		f.stat.DwNb++
		ack := f.schedule(now, p)
		result := string(ack.Error)
		if ack.OK() {
			result = string(gwmp.TxNone)
		}
		f.journal.Totals().ForwarderTx[result]++
		f.send(f.down, ack)
	}
}
