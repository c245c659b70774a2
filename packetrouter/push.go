package packetrouter

import (
	"math"

	"github.com/hexwave/hexwave/proto/wire"
)

// pushRange is how far from a hotspot a beacon may be that it could be asked
// about, metres: the largest witness distance and some.
const pushRange = 110_000

// SetSnapshot makes s the newest snapshot and tells connected hotspots: the new
// head, and open challenges near them.
func (r *Router) SetSnapshot(s *Snapshot) {
	r.snapshot.Store(s)
	for _, x := range r.sessions() {
		x.link.Head(s.Head)
		x.pushChallenges(s)
	}
}

// Greet sends a new stream what it has missed.
func (s *Session) Greet() { s.pushChallenges(s.router.snapshot.Load()) }

// pushChallenges sends the challenges that the stream has not had yet. Ids rise
// with time, so the highest one sent is all there is to remember.
func (s *Session) pushChallenges(snap *Snapshot) {
	h := snap.Hotspots.ByKey(s.peer.key)
	if h == nil || !h.Asserted || len(snap.Challenges) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out [][]byte
	for i := range snap.Challenges {
		c := &snap.Challenges[i]
		if c.ID <= s.lastSeen {
			continue
		}
		s.lastSeen = c.ID
		if near(h, snap.Hotspots.ByID(HotspotID(c.Hotspot))) {
			out = append(out, c.Raw)
		}
	}
	if len(out) > 0 {
		s.link.Challenges(out)
	}
}

// near reports whether two hotspots stand within pushRange. An unknown one
// counts as near: better one message too many.
func near(a, b *Hotspot) bool {
	if b == nil || !b.Asserted {
		return true
	}
	const rad = math.Pi / 180 / 1e7
	lat1, lat2 := float64(a.Lat)*rad, float64(b.Lat)*rad
	// Haversine on the mean sphere: off by half a percent at most.
	x := math.Sin((lat2 - lat1) / 2)
	y := math.Sin((float64(b.Lng) - float64(a.Lng)) * rad / 2)
	d := 2 * 6_371_000 * math.Asin(math.Min(1, math.Sqrt(x*x+math.Cos(lat1)*math.Cos(lat2)*y*y)))
	return d <= pushRange
}

// PushVoucher sends a signed voucher to its hotspot if it is connected.
func (r *Router) PushVoucher(h HotspotID, raw []byte) {
	v, err := wire.ParseVoucher(raw)
	if err != nil {
		panic("packetrouter: the book signs well-formed vouchers: " + err.Error())
	}
	if s := r.live(h); s != nil {
		s.link.Voucher(LaneRef{OrgID(v.Org), v.Lane}, v.Epoch, raw)
	}
}
