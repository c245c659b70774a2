package payer

import (
	"sync"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
)

// Rates of one hotspot, a second, and at once.
const (
	requestRate, requestBurst = 50, 200
	recordRate, recordBurst   = 50, 640 // ten full messages
)

// idleBucket is after how long a bucket is certainly full again and may be
// forgotten.
const idleBucket = time.Minute

// bucket is a token bucket in millionths of a piece. The zero bucket is full.
type bucket struct {
	tokens   int64
	filledAt int64 // Unix microseconds
}

// take takes up to n pieces and returns how many there were.
func (b *bucket) take(n int, now time.Time, rate, burst int64) int {
	at, most := now.UnixMicro(), burst*1e6
	if b.filledAt == 0 {
		b.tokens = most
	} else if d := at - b.filledAt; d > 0 {
		b.tokens = min(most, b.tokens+min(d, most)*rate)
	}
	b.filledAt = max(b.filledAt, at)
	n = int(min(int64(n), b.tokens/1e6))
	b.tokens -= int64(n) * 1e6
	return n
}

// rates are the buckets of hotspots. Hotspots that the registry does not have
// share one, so that their number is bounded by the registry.
type rates struct {
	mu       sync.Mutex
	hotspots map[packetrouter.HotspotID]*buckets // guarded by mu
}

type buckets struct{ requests, records bucket }

func newRates() *rates { return &rates{hotspots: map[packetrouter.HotspotID]*buckets{}} }

// of returns the buckets of a hotspot; nil shares. mu is held.
func (r *rates) of(h *packetrouter.Hotspot) *buckets {
	var id packetrouter.HotspotID
	if h != nil {
		id = h.ID
	}
	b := r.hotspots[id]
	if b == nil {
		b = &buckets{}
		r.hotspots[id] = b
	}
	return b
}

// request takes one request.
func (r *rates) request(h *packetrouter.Hotspot, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(h).requests.take(1, now, requestRate, requestBurst) == 1
}

// records takes up to n records and returns how many may be looked at.
func (r *rates) records(h *packetrouter.Hotspot, n int, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(h).records.take(n, now, recordRate, recordBurst)
}

// forget drops buckets that nobody has used of late.
func (r *rates) forget(now time.Time) {
	before := now.Add(-idleBucket).UnixMicro()
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, b := range r.hotspots {
		if b.requests.filledAt < before && b.records.filledAt < before {
			delete(r.hotspots, id)
		}
	}
}
