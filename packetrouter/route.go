package packetrouter

import (
	"crypto/sha256"
	"encoding/binary"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// Protocol is how a destination is spoken to.
type Protocol string

// Protocols that routes may name.
const (
	ProtocolGWMP  Protocol = "gwmp"  // network server, for LoRaWAN
	ProtocolPayer Protocol = "payer" // payer agent, for Wi-Fi realms
)

// RouteDef is a route as an org's bundle defines it, already checked against
// the org's ranges and JoinEUIs.
type RouteDef struct {
	ID           string
	Org          OrgID
	Active       bool
	Protocol     Protocol
	Address      string      // host:port
	PayerKey     wire.PubKey // identity of the payer agent; ProtocolPayer only
	Realms       []string    // Wi-Fi realms; ProtocolPayer only
	MaxCopies    uint16      // of a transmission
	MaxAge       time.Duration
	KeysRequired bool   // refuse devices without a session key
	HourlyCap    uint64 // DC an hour and hotspot where no session key proves the frame
	DevAddrs     []DevAddrRange
	Joins        []JoinPair
	Keys         []KeyDef
}

// JoinPair matches join-requests. Any is a pair for every DevEUI.
type JoinPair struct {
	JoinEUI EUI
	DevEUI  EUI
	Any     bool
}

// KeyDef is one session key of a device.
type KeyDef struct {
	Addr      DevAddr
	Key       SessionKey
	MaxCopies uint16 // 0 takes the route's
}

// Route is a route in a Table.
type Route struct {
	ID           string
	Org          OrgID
	Key          RouteKey
	Active       bool
	MaxCopies    uint16
	MaxAge       time.Duration
	KeysRequired bool
	HourlyCap    uint64
	Destination  *Destination

	sink Sink
}

// Destination is one network server. It outlives tables, so that its back-off
// does.
type Destination struct {
	Protocol Protocol
	Address  string
	Key      wire.PubKey // that the other side must have; zero accepts any

	failures atomic.Uint32 // in a row
	retryAt  atomic.Int64  // Unix microseconds
}

// Back-off of a destination: it begins with the third failure in a row, since a
// single lost datagram says nothing.
const (
	backoffAfter = 3
	backoffFirst = time.Second
	backoffMost  = time.Minute
)

// open reports whether the destination may be tried; after a pause one caller
// gets to probe it.
func (d *Destination) open(now int64) bool {
	at := d.retryAt.Load()
	if at == 0 {
		return true
	}
	return now >= at && d.retryAt.CompareAndSwap(at, now+int64(backoffFirst/time.Microsecond))
}

func (d *Destination) succeeded() {
	if d.failures.Load() != 0 {
		d.failures.Store(0)
		d.retryAt.Store(0)
	}
}

func (d *Destination) failed(now int64) {
	n := d.failures.Add(1)
	if n < backoffAfter {
		return
	}
	wait := backoffMost
	if shift := n - backoffAfter; shift < 6 {
		wait = min(wait, backoffFirst<<shift)
	}
	d.retryAt.Store(now + int64(wait/time.Microsecond))
}

// NewRouteKey hashes org and route id.
func NewRouteKey(org OrgID, id string) RouteKey {
	b := binary.BigEndian.AppendUint32(nil, uint32(org))
	sum := sha256.Sum256(append(b, id...))
	return RouteKey(binary.BigEndian.Uint64(sum[:8]))
}
