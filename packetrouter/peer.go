package packetrouter

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/hexwave/hexwave/proto/wire"
)

// Sizes of a peer's memory. idSlots is twice the default window and more, so
// that a packet that was sent again after a reconnect is known.
const (
	idSlots    = 1024
	frameSlots = 64
	maxCapped  = 64 // routes without session keys whose use is counted an hour
)

// peer is what the router keeps of a hotspot across its streams.
type peer struct {
	key     wire.PubKey
	session atomic.Pointer[Session] // the live stream, nil when there is none

	mu     sync.Mutex
	leftAt int64 // when the last stream ended, Unix microseconds
	uplink bucket
	wifi   bucket
	// ids has the newest packet of each residue class: id | outcome << 56.
	// Outcome 0 is still under way.
	ids    []uint64
	frames []seenFrame
	next   int // in frames
	hour   int64
	used   map[RouteKey]uint64 // DC this hour on routes without session keys
}

type seenFrame struct {
	hash     uint64
	received int64
}

const idMask = 1<<56 - 1

// allow takes one uplink from the hotspot's bucket.
func (p *peer) allow(now int64, limits Limits) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.uplink.allow(now, limits.Rate, limits.Burst)
}

// allowWiFi takes one message for a payer from the hotspot's other bucket.
func (p *peer) allowWiFi(now int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wifi.allow(now, wifiRate, wifiBurst)
}

// begin notes that a packet is under way. It reports whether the id was seen
// before, and with which outcome; 0 means that its ack is still to come.
func (p *peer) begin(id uint64) (o wire.Outcome, again bool) {
	id &= idMask
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids == nil {
		p.ids = make([]uint64, idSlots)
	}
	slot := &p.ids[id%idSlots]
	if *slot&idMask == id && id != 0 {
		return wire.Outcome(*slot >> 56), true
	}
	*slot = id
	return 0, false
}

// recall marks an id as delivered before a restart.
func (p *peer) recall(id uint64) {
	p.begin(id)
	p.mark(id, wire.Delivered)
}

func (p *peer) mark(id uint64, o wire.Outcome) {
	id &= idMask
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids != nil && p.ids[id%idSlots]&idMask == id {
		p.ids[id%idSlots] = id | uint64(o)<<56
	}
}

// settle ends a packet: whichever stream is live gets the ack.
func (p *peer) settle(id uint64, o wire.Outcome) {
	p.mark(id, o)
	if s := p.session.Load(); s != nil {
		s.link.Ack(id, o)
	}
}

// repeated reports whether this hotspot sent the same frame within one
// transmission, and remembers it.
func (p *peer) repeated(h FrameHash, received int64) bool {
	v := binary.BigEndian.Uint64(h[:8])
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frames == nil {
		p.frames = make([]seenFrame, frameSlots)
	}
	for _, f := range p.frames {
		if f.hash == v && received-f.received < windowSlack/2 && f.received-received < windowSlack/2 {
			return true
		}
	}
	p.frames[p.next] = seenFrame{v, received}
	p.next = (p.next + 1) % frameSlots
	return false
}

// unproven takes dc from what a route allows this hotspot in an hour for frames
// that no session key proves.
func (p *peer) unproven(r *Route, dc uint32, now int64) bool {
	const hour = 3600 * 1e6
	p.mu.Lock()
	defer p.mu.Unlock()
	if h := now / hour; h != p.hour || p.used == nil {
		p.hour, p.used = h, map[RouteKey]uint64{}
	}
	used, known := p.used[r.Key]
	if used+uint64(dc) > r.HourlyCap || !known && len(p.used) >= maxCapped {
		return false
	}
	p.used[r.Key] = used + uint64(dc)
	return true
}
