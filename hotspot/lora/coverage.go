package lora

import (
	"errors"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/wire"
)

// Why the engine refuses a challenge.
var (
	// ErrForeign is returned for a challenge of another chain.
	ErrForeign = errors.New("challenge of another chain")
	// ErrStale is returned for a challenge that is over.
	ErrStale = errors.New("challenge is over")
	// ErrCrowded is returned when more challenges are open than are kept.
	ErrCrowded = errors.New("too many open challenges")
)

// Bounds of the challenges that are followed at once. A hotspot has one open
// challenge, or a few with surprises; more of its own are somebody's invention,
// and each costs questions to the nodes.
const (
	maxOpen = 4096
	maxOwn  = 8
)

// leadTime is how long before its slot a beacon is handed to the forwarder.
const leadTime = 20 * time.Millisecond

// lateBy is how long after its slot began a beacon may still start.
const lateBy = 300 * time.Millisecond

// Signer signs reports and knows the hash chain; identity.Identity is one.
type Signer interface {
	PubKey() wire.PubKey
	Sign(body []byte) wire.Signature
	Preimage(chain wire.ChainHash, index uint32) wire.Preimage
}

// Coverage follows open challenges and decides what this hotspot transmits,
// reports and reveals. It is a pure state machine: time and heights are
// arguments, and the caller does what it returns. It is not safe for concurrent
// use.
type Coverage struct {
	chain  wire.ChainHash
	self   Signer
	index  uint32 // hotspot index; 0 while unknown
	height uint64
	open   map[uint64]*entry
	short  map[uint32]uint64 // low 32 bits of an open id
}

// entry is what is known of one open challenge.
type entry struct {
	c         wire.Challenge
	mine      bool
	confirmed bool // shown by a quorum of nodes
	asked     bool // confirmation is under way
	sent      bool // beacon handed to the forwarder
	passed    bool // the slot went by without it
	reported  bool
	preimage  *wire.Preimage // known from the air, or our own
	revealed  bool
}

// NewCoverage returns an engine for one chain.
func NewCoverage(chain wire.ChainHash, self Signer) *Coverage {
	return &Coverage{chain: chain, self: self, open: map[uint64]*entry{}, short: map[uint32]uint64{}}
}

// SetIndex tells the engine the hotspot's index on chain.
func (e *Coverage) SetIndex(index uint32) { e.index = index }

// Offer adds an open challenge. Offering it again changes nothing.
func (e *Coverage) Offer(c wire.Challenge) error {
	switch {
	case c.Chain != e.chain:
		return ErrForeign
	case e.height > c.Reveal:
		return ErrStale
	}
	if _, known := e.open[c.ID]; known {
		return nil
	}
	if len(e.open) >= maxOpen {
		return ErrCrowded
	}
	mine := c.Key == e.self.PubKey()
	if mine && e.own() >= maxOwn {
		return ErrCrowded
	}
	e.open[c.ID] = &entry{c: c, mine: mine}
	e.short[uint32(c.ID)] = c.ID
	return nil
}

// own counts the open challenges of this hotspot.
func (e *Coverage) own() int {
	n := 0
	for _, o := range e.open {
		if o.mine {
			n++
		}
	}
	return n
}

// Unconfirmed returns own challenges that no quorum has been asked for yet, and
// remembers that it is being asked now.
func (e *Coverage) Unconfirmed() []wire.Challenge {
	var ask []wire.Challenge
	for _, o := range e.open {
		if o.mine && !o.confirmed && !o.asked {
			o.asked = true
			ask = append(ask, o.c)
		}
	}
	return ask
}

// Confirmed records the nodes' answer about an own challenge; with false it will
// be asked again.
func (e *Coverage) Confirmed(id uint64, yes bool) {
	if o, ok := e.open[id]; ok {
		o.confirmed, o.asked = yes, yes
	}
}

// Beacon is a transmission that is due.
type Beacon struct {
	Challenge wire.Challenge
	Frame     wire.Beacon
}

// Due returns the beacons whose moment has come, each once. One whose moment
// passed unconfirmed is never sent: outside its slot it would only collide.
func (e *Coverage) Due(now time.Time) []Beacon {
	var due []Beacon
	for _, o := range e.open {
		at := time.UnixMilli(int64(o.c.TxAt))
		if !o.pending() || now.Before(at.Add(-leadTime)) {
			continue
		}
		if now.After(at.Add(lateBy)) {
			o.passed = true
			continue
		}
		o.sent = true
		a := e.self.Preimage(e.chain, o.c.Index)
		o.preimage = &a
		due = append(due, Beacon{o.c, wire.NewBeacon(o.c.ID, a)})
	}
	return due
}

// pending reports whether a beacon of this challenge is still to be sent.
func (o *entry) pending() bool { return o.mine && o.confirmed && !o.sent && !o.passed }

// Next returns when Due may next have something, or the zero time.
func (e *Coverage) Next() time.Time {
	var next time.Time
	for _, o := range e.open {
		if !o.pending() {
			continue
		}
		if at := time.UnixMilli(int64(o.c.TxAt)).Add(-leadTime); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// HeardReason says what became of a heard beacon.
type HeardReason string

// What becomes of a heard beacon.
const (
	HeardReported  HeardReason = "reported"
	HeardNotBeacon HeardReason = "not-a-beacon"
	HeardUnknown   HeardReason = "unknown-challenge"
	HeardOwn       HeardReason = "own"
	HeardFalse     HeardReason = "false-preimage"
	HeardAgain     HeardReason = "heard-again"
	HeardLate      HeardReason = "late"
	HeardNoIndex   HeardReason = "not-registered"
)

// Heard examines a received frame. A true beacon is answered with a signed
// report; a false one, whose preimage does not lead to the public element of the
// chain, is not, however loud it was.
func (e *Coverage) Heard(u hotspot.Uplink) (wire.Report, HeardReason) {
	frame, err := wire.ParseBeacon(u.Payload)
	if err != nil {
		return wire.Report{}, HeardNotBeacon
	}
	o, ok := e.open[e.short[frame.ShortID()]]
	switch {
	case !ok:
		return wire.Report{}, HeardUnknown
	case o.mine:
		return wire.Report{}, HeardOwn
	case o.reported:
		return wire.Report{}, HeardAgain
	case e.index == 0:
		return wire.Report{}, HeardNoIndex
	case o.c.KnownIndex-o.c.Index > maxWalk,
		wire.WalkPreimage(e.chain, o.c.Key, o.c.Index, o.c.KnownIndex, frame.Preimage()) != o.c.Known:
		return wire.Report{}, HeardFalse
	}
	a := frame.Preimage()
	o.preimage = &a
	if e.height >= o.c.Close {
		return wire.Report{}, HeardLate
	}
	o.reported = true
	return e.report(o, frame, u), HeardReported
}

// maxWalk bounds the hashes spent on one heard frame.
const maxWalk = 1024

func (e *Coverage) report(o *entry, frame wire.Beacon, u hotspot.Uplink) wire.Report {
	r := wire.Report{
		Chain: e.chain, Challenge: o.c.ID, Witness: e.index, Tag: wire.Tag(e.chain, frame, e.self.PubKey()),
		RSSI: u.RSSI, SNR: u.SNR, FreqError: int32(int64(u.Frequency)-int64(o.c.Frequency)) + u.FreqError,
		SF: u.SF, Tmst: u.Tmst,
	}
	r.Signature = e.self.Sign(r.AppendBody(nil))
	return r
}

// Head advances to a height that a quorum of nodes has reached and returns the
// reveals that are now allowed, each once, and forgets challenges that are over.
// Before the last report can be included nothing secret leaves the hotspot.
func (e *Coverage) Head(height uint64) []wire.Reveal {
	if height > e.height {
		e.height = height
	}
	var reveals []wire.Reveal
	for id, o := range e.open {
		if e.height > o.c.Reveal {
			delete(e.open, id)
			if e.short[uint32(id)] == id {
				delete(e.short, uint32(id))
			}
			continue
		}
		if o.preimage != nil && !o.revealed && e.height > o.c.Close {
			o.revealed = true
			reveals = append(reveals, wire.Reveal{Chain: e.chain, Challenge: id, Preimage: *o.preimage})
		}
	}
	return reveals
}

// Waiting reports whether a reveal waits for a height.
func (e *Coverage) Waiting() bool {
	for _, o := range e.open {
		if o.preimage != nil && !o.revealed {
			return true
		}
	}
	return false
}

// Open returns the number of challenges followed.
func (e *Coverage) Open() int { return len(e.open) }
