package attack

import (
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/pocsim/land"
	"github.com/hexwave/hexwave/tools/pocsim/world"
)

// model is how a number that was never measured is made up.
type model int

const (
	constant  model = iota // the same whatever was sent
	plausible              // right for the distance at full power
	physics                // as a radio at the claimed place would show it
)

// invent fills in a measurement of a beacon between two claimed places. It is
// false where a radio would not have heard it, unless the conduct is greedy.
func invent(w *world.World, m model, greedy bool, c *wire.Challenge, from, me *world.Identity, r *wire.Report) bool {
	power := float64(c.Power) / 10
	switch m {
	case constant:
		world.Measured(land.Heard{RSSI: -105, SNR: 6}, r)
		return true
	case plausible:
		power = world.MaxPower()
	}
	loss := w.Land.Loss(&from.Claimed, &me.Claimed, uint64(min(from.Index, me.Index))<<32|uint64(max(from.Index, me.Index)))
	h, ok := land.Receive(w.Rand, &me.Claimed, power, loss, c.SF)
	if !ok && greedy {
		snr := land.Floor(c.SF) + 3*w.Rand.Float64()
		h, ok = land.Heard{RSSI: snr - 117, SNR: snr}, true
	}
	world.Measured(h, r)
	return ok
}

// software has no radio: it invents what it reports of its ring's beacons.
type software struct{ model model }

func (software) Send(*world.World, *wire.Challenge, *world.Identity) world.Send {
	return world.Send{Shared: true, Reveal: true}
}

func (software) Hear(*world.World, *wire.Challenge, *world.Identity, land.Heard, *wire.Report) bool {
	return false
}

func (s software) Know(w *world.World, c *wire.Challenge, from, me *world.Identity, r *wire.Report) bool {
	return invent(w, s.model, false, c, from, me, r)
}

func (software) Tells() bool { return false }

// board is an honest radio whose owner posts secrets where all can read them, and
// reports what was posted. All says that what it heard of others is posted too.
type board struct {
	world.Honest
	all bool
}

func (b board) Send(w *world.World, c *wire.Challenge, me *world.Identity) world.Send {
	s := b.Honest.Send(w, c, me)
	s.Shared = s.OnAir
	return s
}

func (board) Know(w *world.World, c *wire.Challenge, from, me *world.Identity, r *wire.Report) bool {
	return invent(w, physics, true, c, from, me, r)
}

func (b board) Tells() bool { return b.all }

// copier hears nothing and guesses: it reports beacons without their secret.
type copier struct{ software }

func (copier) Know(w *world.World, c *wire.Challenge, from, me *world.Identity, r *wire.Report) bool {
	r.Tag = wire.WitnessTag{}
	return invent(w, physics, true, c, from, me, r)
}

// mute receives, and never sends.
type mute struct{ world.Honest }

func (mute) Send(*world.World, *wire.Challenge, *world.Identity) world.Send { return world.Send{} }

// deaf sends, and never reports.
type deaf struct{ world.Honest }

func (deaf) Hear(*world.World, *wire.Challenge, *world.Identity, land.Heard, *wire.Report) bool {
	return false
}

// withholder reveals only where its ring is paid.
type withholder struct{ world.Honest }

func (h withholder) Send(w *world.World, c *wire.Challenge, me *world.Identity) world.Send {
	s := h.Honest.Send(w, c, me)
	s.Reveal, s.OwnRing = false, s.OnAir
	return s
}

// clique reports nobody but its own.
type clique struct{ world.Honest }

func (k clique) Hear(w *world.World, c *wire.Challenge, me *world.Identity, h land.Heard, r *wire.Report) bool {
	return w.Identity(c.Hotspot).Ring == me.Ring && k.Honest.Hear(w, c, me, h, r)
}

// whisper sends too quietly for anybody but its own room.
type whisper struct {
	world.Honest
	boost float64
}

func (q whisper) Send(w *world.World, c *wire.Challenge, me *world.Identity) world.Send {
	s := q.Honest.Send(w, c, me)
	s.Boost = q.boost
	return s
}
