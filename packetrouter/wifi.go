package packetrouter

import (
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// Radius is a RADIUS packet between a hotspot and a payer. The router reads none
// of it: the proof is checked by the end it is for (docs/spec/wifi.md).
type Radius struct {
	Realm    string // decides the payer; empty in what comes from one
	Proof    []byte // wire.RadiusProof
	Packet   []byte
	Exchange uint64 // of the proof, as the hotspot says it, for a refusal
}

// Usage is what a hotspot has carried for the payer of a realm.
type Usage struct {
	Realm    string
	Records  [][]byte // wire.Usage each
	Vouchers [][]byte // wire.Voucher each: the best that the hotspot holds
}

// RadiusRefusal says that a Radius, or with exchange 0 a Usage, was not carried.
type RadiusRefusal struct {
	Exchange uint64
	Realm    string
	Outcome  wire.Outcome
}

// Payers is the way to the payer agents that routes name. Its methods never
// block.
type Payers interface {
	// Radius and Usage hand over what a hotspot sent; false when the payer is not
	// connected or its queue is full.
	Radius(d *Destination, h HotspotID, m Radius) bool
	Usage(d *Destination, h HotspotID, m Usage) bool
	// Gone tells the payers that the hotspot has no stream here any more.
	Gone(h HotspotID)
}

// noPayers is the way of a router that carries no Wi-Fi.
type noPayers struct{}

func (noPayers) Radius(*Destination, HotspotID, Radius) bool { return false }
func (noPayers) Usage(*Destination, HotspotID, Usage) bool   { return false }
func (noPayers) Gone(HotspotID)                              {}

// Bounds of what a hotspot hands over for a payer.
const (
	minRadius       = 20   // bytes of a packet (RFC 2865 §3)
	maxRadius       = 4096 // bytes
	maxRealm        = 253  // bytes
	maxUsageRecords = 64   // of one message
	maxUsageProof   = 4    // vouchers of one message
	wifiRate        = 50   // messages a second of one hotspot, steady
	wifiBurst       = 200
)

// wifiCounters count what was carried, or why not, by wire.Outcome.
type wifiCounters struct {
	radius [256]atomic.Uint64
	usage  [256]atomic.Uint64
	back   atomic.Uint64 // messages of payers handed on
	lost   atomic.Uint64 // messages of payers whose hotspot is not here
}

// Radius carries a RADIUS packet to the payer of its realm, or refuses it by
// the link.
func (s *Session) Radius(now time.Time, m Radius) {
	fits := len(m.Proof) == wire.RadiusProofSize && len(m.Packet) >= minRadius && len(m.Packet) <= maxRadius
	o := s.carry(now, m.Realm, fits, func(d *Destination, h HotspotID) bool {
		return s.router.payers.Radius(d, h, m)
	})
	s.router.wifi.radius[o].Add(1)
	if o != wire.Delivered {
		s.link.RadiusRefused(RadiusRefusal{m.Exchange, m.Realm, o})
	}
}

// Usage carries usage records to the payer of a realm, or refuses them by the
// link; the hotspot keeps them until the payer's signed word is there.
func (s *Session) Usage(now time.Time, m Usage) {
	fits := len(m.Records) <= maxUsageRecords && len(m.Vouchers) <= maxUsageProof
	for _, r := range m.Records {
		fits = fits && len(r) == wire.UsageSize
	}
	for _, v := range m.Vouchers {
		fits = fits && len(v) == wire.VoucherSize
	}
	o := s.carry(now, m.Realm, fits, func(d *Destination, h HotspotID) bool {
		return s.router.payers.Usage(d, h, m)
	})
	s.router.wifi.usage[o].Add(1)
	if o != wire.Delivered {
		s.link.RadiusRefused(RadiusRefusal{0, m.Realm, o})
	}
}

// carry checks what a hotspot sends for a payer, cheapest first, and sends it.
func (s *Session) carry(now time.Time, realm string, fits bool, send func(*Destination, HotspotID) bool) wire.Outcome {
	if !fits || len(realm) > maxRealm {
		return wire.BadSize
	}
	if !s.peer.allowWiFi(Micros(now)) {
		return wire.RateLimited
	}
	h := s.router.snapshot.Load().Hotspots.ByKey(s.peer.key)
	if h == nil || !h.WiFi {
		return wire.UnknownSender
	}
	route := s.router.table.Load().ByRealm(realm)
	switch {
	case route == nil:
		return wire.NoRoute
	case !route.Active:
		return wire.Inactive
	case !send(route.Destination, h.ID):
		return wire.DeliveryFailed
	}
	return wire.Delivered
}

// PayerRadius hands a payer's packet to its hotspot; false when the hotspot has
// no stream here.
func (r *Router) PayerRadius(h HotspotID, m Radius) bool {
	return r.back(h, func(l Link) { l.Radius(m) })
}

// PayerResults hands a payer's words on usage records, wire.UsageResult each, to
// their hotspot.
func (r *Router) PayerResults(h HotspotID, results [][]byte) bool {
	return r.back(h, func(l Link) { l.UsageResults(results) })
}

// PayerVouchers hands a payer's vouchers, wire.Voucher each, to their hotspot.
// What does not parse is dropped.
func (r *Router) PayerVouchers(h HotspotID, vouchers [][]byte) bool {
	return r.back(h, func(l Link) {
		for _, raw := range vouchers {
			if v, err := wire.ParseVoucher(raw); err == nil {
				l.Voucher(LaneRef{OrgID(v.Org), v.Lane}, v.Epoch, raw)
			}
		}
	})
}

func (r *Router) back(h HotspotID, send func(Link)) bool {
	s := r.live(h)
	if s == nil {
		r.wifi.lost.Add(1)
		return false
	}
	r.wifi.back.Add(1)
	send(s.link)
	return true
}

// live returns the stream that a hotspot has here, nil when it has none.
func (r *Router) live(h HotspotID) *Session {
	hot := r.snapshot.Load().Hotspots.ByID(h)
	if hot == nil {
		return nil
	}
	r.mu.Lock()
	p := r.peers[hot.Key]
	r.mu.Unlock()
	if p == nil {
		return nil
	}
	return p.session.Load()
}

// WiFiStats count what the router carried between hotspots and payers.
type WiFiStats struct {
	Radius map[wire.Outcome]uint64 // of hotspots; delivered is carried
	Usage  map[wire.Outcome]uint64
	Back   uint64 // messages of payers handed to hotspots
	Lost   uint64 // messages of payers whose hotspot is not here
}

func (c *wifiCounters) stats() WiFiStats {
	s := WiFiStats{Radius: map[wire.Outcome]uint64{}, Usage: map[wire.Outcome]uint64{}, Back: c.back.Load(), Lost: c.lost.Load()}
	for _, o := range wire.Outcomes() {
		s.Radius[o], s.Usage[o] = c.radius[o].Load(), c.usage[o].Load()
	}
	return s
}
