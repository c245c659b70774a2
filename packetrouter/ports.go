package packetrouter

import (
	"errors"

	"github.com/hexwave/hexwave/proto/wire"
)

// ErrRefused is what a chain adapter wraps when a node looked at a batch and
// did not take it, as opposed to not being reached: the same bytes will be
// refused again.
var ErrRefused = errors.New("chain refused the batch")

// Budgets counts the copies of a transmission that each route has taken. One
// counter may be shared by many routers, so the answer may come later.
type Budgets interface {
	// Take asks for one copy. It calls q.Answer exactly once, possibly before it
	// returns, and sets q.Transmission first.
	Take(q *CopyQuery)
	// Settle ends a copy that was granted: delivered, or given back.
	Settle(q *CopyQuery, delivered bool)
	// Restore counts a copy that was delivered before a restart.
	Restore(route RouteKey, t Transmission)
}

// CopyQuery is one request for a copy.
type CopyQuery struct {
	Route    RouteKey
	Frame    FrameHash
	Received int64  // estimated time of reception, Unix microseconds
	Window   int64  // copies received within it of the first are one transmission, microseconds
	Max      uint16 // copies allowed, at least 1

	// Transmission is set by Take.
	Transmission Transmission

	leg  *leg
	hook func(bool)
}

// OnAnswer makes f get the answer; for conformance tests and tools. The
// pipeline's own queries have none, which spares it a closure a copy.
func (q *CopyQuery) OnAnswer(f func(granted bool)) { q.hook = f }

// Answer tells the asker whether the copy was granted.
func (q *CopyQuery) Answer(granted bool) {
	if q.hook != nil {
		q.hook(granted)
	}
	if q.leg != nil {
		q.leg.budgetAnswer(granted)
	}
}

// ReplayGuard remembers the frame counters and join nonces that were delivered,
// and those whose delivery is under way: a device's repetition may arrive while
// its original still waits for the network server.
type ReplayGuard interface {
	// Take says how a counter stands. A Fresh or SameCopy one is held for the
	// transmission until Settle; any other answer changes nothing.
	Take(c Counter, t Transmission) Freshness
	// Settle ends what one Take holds. Delivered, the counter is used; given
	// back, it is free again once no other copy holds it.
	Settle(c Counter, t Transmission, delivered bool)
	// Restore records a counter that was delivered before a restart.
	Restore(c Counter, t Transmission)
}

// Counter is the use of one counter value by one device on one route.
type Counter struct {
	Route   RouteKey
	Device  uint64 // DevAddr, or DevEUI for a nonce
	Session uint32 // hash of the session key; 0 for a nonce
	Value   uint32 // full frame counter, or nonce
	Nonce   bool   // unordered: only equality counts
}

// Freshness is how a counter compares with those seen.
type Freshness uint8

// Freshness values.
const (
	Fresh     Freshness = iota // neither used nor held
	SameCopy                   // another copy of the transmission that used or holds it
	Resent                     // the newest value, or one that is held, in another transmission
	StaleUsed                  // used before the newest, or too far behind it to know; a used nonce
)

// Directory knows which router has the live stream of a hotspot. The newest
// connection wins.
type Directory interface {
	// Claim registers a stream; false when a newer connection is known.
	Claim(k wire.PubKey, connection uint64, node string) bool
	// Release forgets a stream unless a newer one took its place.
	Release(k wire.PubKey, connection uint64)
	// Find returns the node that has the hotspot.
	Find(k wire.PubKey) (node string, ok bool)
}

// Sink is the way to the network servers of one protocol.
type Sink interface {
	// Deliver hands a packet over. It calls d.Done exactly once, possibly before
	// it returns: true once the network server has acknowledged it.
	Deliver(d *Delivery)
}

// Delivery is one packet for one destination. All fields are read-only and
// valid until Done.
type Delivery struct {
	Hotspot     *Hotspot
	Uplink      *Uplink
	Destination *Destination
	Received    int64 // estimated time of reception, Unix microseconds

	leg  *leg
	hook func(bool)
}

// OnDone makes f get the end; for tests and tools, as CopyQuery.OnAnswer.
func (d *Delivery) OnDone(f func(delivered bool)) { d.hook = f }

// Done ends the delivery.
func (d *Delivery) Done(delivered bool) {
	if d.hook != nil {
		d.hook(delivered)
	}
	if d.leg != nil {
		d.leg.delivered(delivered)
	}
}

// Book meters deliveries into the voucher lanes of the orgs this router serves.
type Book interface {
	// Reserve sets dc of the org's allowance aside; false when it is used up or
	// the router signs no lane of the org.
	Reserve(org OrgID, dc uint32) bool
	// Release gives a reservation back.
	Release(org OrgID, dc uint32)
	// Append books a reserved entry. It calls e.Booked exactly once: with nil
	// when the entry is on stable storage.
	Append(e *Entry)
	// Present takes the vouchers that a hotspot holds and returns the newest
	// voucher of each lane for it where the hotspot's is older.
	Present(h HotspotID, vouchers [][]byte) [][]byte
}

// Entry is one metered delivery. It carries enough to know the packet again
// after a restart.
type Entry struct {
	Org          OrgID
	Hotspot      HotspotID
	Uplink       uint64
	Credits      uint32
	Route        RouteKey
	Transmission Transmission
	Counter      Counter

	leg  *leg
	hook func(error)
}

// OnBooked makes f get the end; for tests and tools, as CopyQuery.OnAnswer.
func (e *Entry) OnBooked(f func(error)) { e.hook = f }

// Booked ends the metering of e.
func (e *Entry) Booked(err error) {
	if e.hook != nil {
		e.hook(err)
	}
	if e.leg != nil {
		e.leg.booked(err)
	}
}

// Relay carries reports and reveals of hotspots to the chain.
type Relay interface {
	// Submit takes one item from the hotspot; results follow through answer,
	// which may be called from any goroutine, more than once for an item.
	Submit(h *Hotspot, kind ItemKind, item []byte, answer func(ItemResult))
}

// Link is the way to one connected hotspot. Its methods never block.
type Link interface {
	Ack(id uint64, o wire.Outcome)
	// Downlink returns false when the hotspot's queue is full.
	Downlink(id uint64, d Downlink) bool
	Voucher(ref LaneRef, epoch uint32, voucher []byte)
	Challenges(raw [][]byte)
	Head(h Head)
	Result(r ItemResult)
	// Radius hands on a payer's packet, RadiusRefused says that one of the
	// hotspot's was not carried, UsageResults are wire.UsageResult each.
	Radius(m Radius)
	RadiusRefused(x RadiusRefusal)
	UsageResults(raw [][]byte)
	// Close ends the stream after what is queued was sent.
	Close(reason string)
}
