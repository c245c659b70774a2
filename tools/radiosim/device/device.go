// Package device is a LoRaWAN 1.0.x class A end device in EU868: it joins or
// is personalised, sends uplinks on a schedule drawn from the seed, opens its
// two receive windows, repeats confirmed uplinks and checks every downlink. It
// obeys no duty cycle and no MAC commands.
package device

import (
	"fmt"
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/tools/radiosim/air"
	"github.com/hexwave/hexwave/tools/radiosim/chance"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

// EU868 and class A (RP002, LoRaWAN 1.0.4 section 6).
const (
	RX1Delay     = time.Second
	RX2Delay     = 2 * time.Second
	JoinRX1Delay = 5 * time.Second
	JoinRX2Delay = 6 * time.Second
	RX2FreqHz    = 869_525_000
	JoinRX2SF    = 12 // DR0
	DataRX2SF    = 9  // DR3, told in the join accept; personalised devices know it
	bandwidthKHz = 125
	maxTries     = 4 // of a confirmed uplink
)

// JoinChannels are the three channels every EU868 device has, in Hz.
func JoinChannels() []uint32 { return []uint32{868_100_000, 868_300_000, 868_500_000} }

// Parts are what a device is connected to.
type Parts struct {
	Loop    *loop.Loop
	Medium  *air.Medium
	Journal *journal.Journal
	Seed    chance.Seed
}

// Device is one end device. Its methods belong to the event loop.
type Device struct {
	conf     topology.Device
	site     air.Site
	parts    Parts
	running  bool
	idle     bool // waits for Start
	joined   bool // ever
	tries    uint64
	draws    uint64
	devNonce lorawan.DevNonce
	session  *session
	exchange *exchange
	sent     int
}

// session is an activation.
type session struct {
	addr     lorawan.DevAddr
	nwk, app lorawan.AES128Key
	up, down uint32 // next FCntUp, least FCntDown to accept
	channels []uint32
}

// exchange is one transmission and its two windows.
type exchange struct {
	id        uint64
	payload   []byte
	sf        int
	joining   bool
	confirmed bool
	try       int
	windows   [2]window
	received  bool // a valid downlink
	acked     bool
}

type window struct {
	at   time.Duration
	freq uint32
	sf   int
}

// New returns a device that waits for Start.
func New(conf topology.Device, p Parts) *Device {
	d := &Device{conf: conf, parts: p, idle: true, site: air.Site{Name: conf.Name, Lat: conf.Lat, Lng: conf.Lng, HeightM: 1.5}}
	if conf.Kind == "abp" {
		d.session = &session{
			addr: lorawan.DevAddr(conf.DevAddr), nwk: lorawan.AES128Key(conf.NwkSKey), app: lorawan.AES128Key(conf.AppSKey),
			channels: JoinChannels(),
		}
	}
	p.Medium.AddDevice(&air.Device{Site: d.site, Listening: d.listening, Heard: d.heard})
	return d
}

// Start lets the device send.
func (d *Device) Start(now time.Duration) {
	d.running = true
	if !d.idle {
		return
	}
	d.idle = false
	wait := time.Duration(d.conf.StartMS) * time.Millisecond
	if wait == 0 {
		wait = time.Duration(float64(d.interval()) * d.draw("start"))
	}
	d.parts.Loop.At(now+wait, d.tick)
}

// Stop ends the schedule after the exchange under way.
func (d *Device) Stop() { d.running = false }

func (d *Device) interval() time.Duration { return time.Duration(d.conf.IntervalMS) * time.Millisecond }

// draw returns the device's next uniform number for a purpose.
func (d *Device) draw(purpose string) float64 {
	d.draws++
	return d.parts.Seed.Float(purpose, d.draws, d.conf.Name)
}

func (d *Device) tick(now time.Duration) {
	if !d.running || d.conf.MaxUplinks > 0 && d.sent >= d.conf.MaxUplinks {
		d.idle = true
		return
	}
	var err error
	if d.session == nil {
		err = d.join(now)
	} else {
		err = d.uplink(now)
	}
	if err != nil {
		d.parts.Journal.Event(now, "device_error", map[string]any{"device": d.conf.Name, "error": err.Error()})
		d.parts.Loop.At(now+d.interval(), d.tick)
	}
}

func (d *Device) join(now time.Duration) error {
	d.tries++
	d.devNonce = lorawan.DevNonce(uint16(d.parts.Seed.Uint64("dev nonce", 0, d.conf.Name)) + uint16(d.tries))
	phy := lorawan.PHYPayload{
		MHDR: lorawan.MHDR{MType: lorawan.JoinRequest, Major: lorawan.LoRaWANR1},
		MACPayload: &lorawan.JoinRequestPayload{
			JoinEUI: lorawan.EUI64(d.conf.JoinEUI), DevEUI: lorawan.EUI64(d.conf.DevEUI), DevNonce: d.devNonce,
		},
	}
	if err := phy.SetUplinkJoinMIC(lorawan.AES128Key(d.conf.AppKey)); err != nil {
		return fmt.Errorf("build join request: %w", err)
	}
	b, err := phy.MarshalBinary()
	if err != nil {
		return fmt.Errorf("build join request: %w", err)
	}
	d.parts.Journal.Totals().JoinRequests++
	// Two tries at each spreading factor, then a slower one.
	sf := min(d.conf.SF+int(d.tries-1)/2, 12)
	d.transmit(now, &exchange{payload: b, sf: sf, joining: true, try: 1})
	return nil
}

func (d *Device) uplink(now time.Duration) error {
	s := d.session
	n := uint64(s.up)
	confirmed := d.parts.Seed.Float("confirmed", n, d.conf.Name) < d.conf.ConfirmedRatio
	data := d.parts.Seed.Bytes("payload", n, d.conf.Name)
	size := 8 + int(d.parts.Seed.Uint64("size", n, d.conf.Name)%17)
	port := uint8(1 + d.parts.Seed.Uint64("port", n, d.conf.Name)%20)
	mtype := lorawan.UnconfirmedDataUp
	if confirmed {
		mtype = lorawan.ConfirmedDataUp
	}
	phy := lorawan.PHYPayload{
		MHDR: lorawan.MHDR{MType: mtype, Major: lorawan.LoRaWANR1},
		MACPayload: &lorawan.MACPayload{
			FHDR: lorawan.FHDR{DevAddr: s.addr, FCnt: s.up}, FPort: &port,
			FRMPayload: []lorawan.Payload{&lorawan.DataPayload{Bytes: data[:size]}},
		},
	}
	if err := phy.EncryptFRMPayload(s.app); err != nil {
		return fmt.Errorf("build uplink: %w", err)
	}
	if err := phy.SetUplinkDataMIC(lorawan.LoRaWAN1_0, 0, 0, 0, s.nwk, s.nwk); err != nil {
		return fmt.Errorf("build uplink: %w", err)
	}
	b, err := phy.MarshalBinary()
	if err != nil {
		return fmt.Errorf("build uplink: %w", err)
	}
	s.up++
	d.sent++
	if confirmed {
		d.parts.Journal.Totals().ConfirmedSent++
	}
	d.transmit(now, &exchange{payload: b, sf: d.conf.SF, confirmed: confirmed, try: 1})
	return nil
}

func (d *Device) transmit(now time.Duration, x *exchange) {
	kind, channels := air.Join, JoinChannels()
	rx1, rx2, rx2SF := JoinRX1Delay, JoinRX2Delay, JoinRX2SF
	if !x.joining {
		kind, channels = air.Uplink, d.session.channels
		rx1, rx2, rx2SF = RX1Delay, RX2Delay, DataRX2SF
	}
	freq := channels[int(d.draw("channel")*float64(len(channels)))]
	f := d.parts.Medium.Transmit(air.Frame{
		Kind: kind, From: d.site, PowerDBm: d.conf.PowerDBm, FreqHz: freq, SF: x.sf, BandwidthKHz: bandwidthKHz,
		Payload: x.payload, Start: now,
	})
	x.id = f.ID
	x.windows = [2]window{{f.End + rx1, freq, x.sf}, {f.End + rx2, RX2FreqHz, rx2SF}}
	d.exchange = x
	longest := air.TimeOnAir(64, rx2SF, bandwidthKHz, false)
	d.parts.Loop.At(f.End+rx2+longest, d.close)
}
