package lora

import (
	"net/netip"
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
)

// maxForwarders bounds the packet forwarders of one hotspot; the one that has
// been silent longest makes room.
const maxForwarders = 16

// forwarderTTL is how long a forwarder counts as connected after its last
// PULL_DATA. Forwarders send one every 5 to 10 seconds.
const forwarderTTL = 90 * time.Second

// forwarder is what the server knows of one packet forwarder.
type forwarder struct {
	eui      gwmp.EUI
	version  uint8
	pull     netip.AddrPort // source of the last PULL_DATA: where PULL_RESP goes
	pulled   time.Time
	lastSeen time.Time
	lastRx   time.Time
	rxok     uint64
}

// Forwarder is the state of one packet forwarder as shown to people.
type Forwarder struct {
	EUI       gwmp.EUI  `json:"eui"`
	Connected bool      `json:"connected"` // a PULL_DATA came lately
	LastSeen  time.Time `json:"last_seen"`
	LastRx    time.Time `json:"last_rx"`
	Received  uint64    `json:"received"` // frames with a good CRC
}

// forwarders is the table of forwarders. It is not safe for concurrent use: the
// server guards it.
type forwarders struct {
	byEUI map[gwmp.EUI]*forwarder
}

// touch returns the entry of eui, making it, and room for it, when new.
func (t *forwarders) touch(eui gwmp.EUI, version uint8, now time.Time) *forwarder {
	f, ok := t.byEUI[eui]
	if !ok {
		if len(t.byEUI) >= maxForwarders {
			t.evict()
		}
		f = &forwarder{eui: eui}
		t.byEUI[eui] = f
	}
	f.version, f.lastSeen = version, now
	return f
}

// evict removes the forwarder that has been silent longest.
func (t *forwarders) evict() {
	var oldest *forwarder
	for _, f := range t.byEUI {
		if oldest == nil || f.lastSeen.Before(oldest.lastSeen) {
			oldest = f
		}
	}
	if oldest != nil {
		delete(t.byEUI, oldest.eui)
	}
}

// target returns the forwarder to transmit with: eui when it is connected; for
// the zero eui, the connected one that was seen last.
func (t *forwarders) target(eui gwmp.EUI, now time.Time) (*forwarder, bool) {
	if eui != (gwmp.EUI{}) {
		f, ok := t.byEUI[eui]
		return f, ok && f.connected(now)
	}
	var best *forwarder
	for _, f := range t.byEUI {
		if f.connected(now) && (best == nil || f.lastSeen.After(best.lastSeen)) {
			best = f
		}
	}
	return best, best != nil
}

func (f *forwarder) connected(now time.Time) bool {
	return f.pull.IsValid() && now.Sub(f.pulled) < forwarderTTL
}
