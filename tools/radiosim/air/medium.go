// Package air is the one medium all radios of a simulation share: path loss,
// shadowing and fading, time on air, collisions with capture, half duplex and
// the limits of a concentrator. What is heard depends on the seed, the frames
// and their times alone; the package does no input or output.
package air

import (
	"math"
	"time"
)

// Physical constants of the receivers.
const (
	CaptureDB    = 6.0    // a frame this much stronger survives a collision
	MaxDemods    = 8      // frames a concentrator follows at once
	channelHalf  = 25_000 // Hz: a receiver's tolerance around its channel
	longestFrame = 5 * time.Second
)

// Scheduler runs functions at times.
type Scheduler interface {
	At(t time.Duration, f func(t time.Duration))
}

// Gateway receives all spreading factors on its channels, not inverted.
type Gateway struct {
	Site     Site
	Channels []uint32 // Hz
	Heard    func(f *Frame, r Reception)
}

// Device receives one frame at a time, inverted, in its windows.
type Device struct {
	Site Site
	// Listening reports whether a window of the device takes the frame.
	Listening func(f *Frame) bool
	Heard     func(f *Frame, r Reception)
}

// Medium is the air. All methods belong to the scheduler's thread.
type Medium struct {
	Model    Model
	OnFrame  func(f *Frame, rs []Reception) // called at the end of each frame, before receivers
	sched    Scheduler
	gateways []*Gateway
	devices  []*Device
	frames   []*Frame // that may overlap a frame still in the air
	nextID   uint64
	seq      map[string]uint64
}

// New returns an empty medium.
func New(m Model, s Scheduler) *Medium {
	return &Medium{Model: m, sched: s, seq: map[string]uint64{}}
}

// AddGateway adds a receiver; all are added before the first frame.
func (m *Medium) AddGateway(g *Gateway) { m.gateways = append(m.gateways, g) }

// AddDevice adds a receiver; all are added before the first frame.
func (m *Medium) AddDevice(d *Device) { m.devices = append(m.devices, d) }

// Transmit puts a frame on air at f.Start, which is now, and returns it
// numbered and timed.
func (m *Medium) Transmit(f Frame) *Frame {
	m.nextID++
	f.ID = m.nextID
	m.seq[f.From.Name]++
	f.Seq = m.seq[f.From.Name]
	f.End = f.Start + TimeOnAir(len(f.Payload), f.SF, f.BandwidthKHz, !f.NoCRC)
	p := &f
	m.frames = append(m.frames, p)
	m.sched.At(f.End, func(t time.Duration) { m.finish(p, t) })
	return p
}

func (m *Medium) finish(f *Frame, now time.Duration) {
	var rs []Reception
	var deliver []func()
	for _, g := range m.gateways {
		if g.Site.Name == f.From.Name {
			continue
		}
		r := m.atGateway(f, g)
		if r.Reason != OffChannel && r.Reason != WrongIQ {
			rs = append(rs, r)
		}
		if r.OK() {
			deliver = append(deliver, func() { g.Heard(f, r) })
		}
	}
	for _, d := range m.devices {
		if d.Site.Name == f.From.Name || !f.Inverted || !d.Listening(f) {
			continue
		}
		r := m.atDevice(f, d)
		rs = append(rs, r)
		if r.OK() {
			deliver = append(deliver, func() { d.Heard(f, r) })
		}
	}
	if m.OnFrame != nil {
		m.OnFrame(f, rs)
	}
	for _, d := range deliver {
		d()
	}
	m.forget(now)
}

// forget drops frames that ended too long ago to overlap one still in the air.
func (m *Medium) forget(now time.Duration) {
	kept := m.frames[:0]
	for _, f := range m.frames {
		if f.End > now-longestFrame {
			kept = append(kept, f)
		}
	}
	clear(m.frames[len(kept):])
	m.frames = kept
}

func (m *Medium) receive(f *Frame, at Site) Reception {
	p := m.power(f, at)
	noise := NoiseFloor(f.BandwidthKHz)
	return Reception{
		Receiver: at.Name, RSSI: p, Channel: addDBm(p, noise),
		SNR: min(p-noise, SNRCeiling),
	}
}

func (m *Medium) power(f *Frame, at Site) float64 {
	return f.PowerDBm + f.From.GainDBi + at.GainDBi - m.Model.Loss(f.From, at, f.FreqHz, f.Seq)
}

func (m *Medium) atGateway(f *Frame, g *Gateway) Reception {
	r := m.receive(f, g.Site)
	switch {
	case !onChannel(f.FreqHz, g.Channels):
		r.Reason = OffChannel
	case f.Inverted:
		r.Reason = WrongIQ
	case r.SNR < SNRFloor(f.SF):
		r.Reason = Weak
	case m.transmits(g.Site.Name, f):
		r.Reason = HalfDuplex
	case m.busyDemods(f, g) >= MaxDemods:
		r.Reason = Demodulators
	case m.collides(f, g.Site, r.RSSI):
		r.Reason = Collision
	}
	return r
}

func (m *Medium) atDevice(f *Frame, d *Device) Reception {
	r := m.receive(f, d.Site)
	switch {
	case r.SNR < SNRFloor(f.SF):
		r.Reason = Weak
	case m.transmits(d.Site.Name, f):
		r.Reason = HalfDuplex
	case m.collides(f, d.Site, r.RSSI):
		r.Reason = Collision
	}
	return r
}

func onChannel(freq uint32, channels []uint32) bool {
	for _, c := range channels {
		if sameChannel(freq, c) {
			return true
		}
	}
	return false
}

func sameChannel(a, b uint32) bool { return math.Abs(float64(a)-float64(b)) <= channelHalf }

func overlap(a, b *Frame) bool { return a.Start < b.End && b.Start < a.End }

// transmits reports whether the station sent during the frame.
func (m *Medium) transmits(name string, f *Frame) bool {
	for _, o := range m.frames {
		if o.From.Name == name && overlap(o, f) {
			return true
		}
	}
	return false
}

// busyDemods counts frames the concentrator was following when f began.
func (m *Medium) busyDemods(f *Frame, g *Gateway) int {
	n := 0
	for _, o := range m.frames {
		before := o.Start < f.Start || o.Start == f.Start && o.ID < f.ID
		if before && o.End > f.Start && !o.Inverted && o.From.Name != g.Site.Name && onChannel(o.FreqHz, g.Channels) &&
			m.receive(o, g.Site).SNR >= SNRFloor(o.SF) {
			n++
		}
	}
	return n
}

// collides reports whether another frame of the same channel, spreading
// factor and IQ came within CaptureDB. Other spreading factors and the other
// IQ sense count as orthogonal.
func (m *Medium) collides(f *Frame, at Site, power float64) bool {
	for _, o := range m.frames {
		if o != f && overlap(o, f) && o.SF == f.SF && o.Inverted == f.Inverted && o.From.Name != at.Name &&
			sameChannel(o.FreqHz, f.FreqHz) && power < m.power(o, at)+CaptureDB {
			return true
		}
	}
	return false
}
