package world

import (
	"math"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/pocsim/land"
)

// Identity is what is behind a registered hotspot.
type Identity struct {
	Index   uint32
	Radio   int // of the world's; NoRadio for software alone
	Ring    int // who share their secrets; 0 none
	Conduct Conduct
	// Claimed is a radio as it would be at the claimed place, which a liar's
	// numbers are made from; X and Y are the claimed place.
	Claimed land.Unit
}

// Public is the ring of those who know no secret but look at the chain: they are
// told of every challenge.
const Public = -1

// NoRadio is the radio of who has none.
const NoRadio = -1

// Send is how a challenge is answered.
type Send struct {
	OnAir   bool
	Shared  bool    // the secret goes to the ring at once
	Boost   float64 // dB above what was assigned
	Reveal  bool
	OwnRing bool // reveals when most of the reports are of its ring
}

// Conduct is how an owner runs a hotspot. Hear and Know fill in a report, and tell
// whether to send it.
type Conduct interface {
	// Send answers a challenge.
	Send(w *World, c *wire.Challenge, me *Identity) Send
	// Hear is called when the radio decoded a beacon and sortition lets report it.
	Hear(w *World, c *wire.Challenge, me *Identity, h land.Heard, r *wire.Report) bool
	// Know is called when the ring told the secret of a beacon that was not heard.
	Know(w *World, c *wire.Challenge, from, me *Identity, r *wire.Report) bool
	// Tells says whether what was heard is told to the ring.
	Tells() bool
}

// Honest is the conduct of our software.
type Honest struct{}

var _ Conduct = Honest{}

// Send answers unless the hotspot is down.
func (Honest) Send(w *World, c *wire.Challenge, me *Identity) Send {
	up := w.up(c, me.Index)
	return Send{OnAir: up, Reveal: up}
}

// Hear reports what was measured.
func (Honest) Hear(w *World, c *wire.Challenge, me *Identity, h land.Heard, r *wire.Report) bool {
	Measured(h, r)
	return w.up(c, me.Index)
}

// Know never happens.
func (Honest) Know(*World, *wire.Challenge, *Identity, *Identity, *wire.Report) bool { return false }

// Tells nothing.
func (Honest) Tells() bool { return false }

// Measured fills a report with a measurement, as a concentrator rounds it.
func Measured(h land.Heard, r *wire.Report) {
	r.RSSI = int16(10 * math.Round(h.RSSI))
	r.SNR = int16(math.Round(4*h.SNR) * 2.5)
}

// Middle of the land on the sphere.
const (
	middleLat, middleLng = 47.0, 8.0
	kmPerDegree          = 111.1949
)

// Place returns a place in kilometres on the sphere (sinusoidal).
func Place(x, y float64) geo.Point {
	lat := middleLat + y/kmPerDegree
	lng := middleLng + x/(kmPerDegree*math.Cos(lat*math.Pi/180))
	return geo.Point{Lat: geo.E7(lat * 1e7), Lng: geo.E7(lng * 1e7)}
}
