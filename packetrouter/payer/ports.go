package payer

import (
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// Lane is the payer's voucher lane, which counts micro-DC; lanes.Lane is one.
// The payer is the only one that books in it.
type Lane interface {
	// Org is the payer's org.
	Org() packetrouter.OrgID
	// Ref is the lane's name on chain, false while the chain has not shown it or
	// shows it as revoked.
	Ref() (packetrouter.LaneRef, bool)
	// Reserve sets micro-DC of the epoch's allowance aside, Release gives them back.
	Reserve(amount uint64) bool
	Release(amount uint64)
	// Append queues a booking whose amount was reserved. Bookings are committed and
	// answered in the order in which they were appended. It may answer before it
	// returns.
	Append(b lanes.Booking)
	// Present resumes at the vouchers that a hotspot holds and returns its newer
	// ones. It may wait for stable storage when the log was lost.
	Present(h packetrouter.HotspotID, vouchers [][]byte) [][]byte
	// Sign signs with the lane's key.
	Sign(body []byte) wire.Signature
	// Derive returns HMAC-SHA-256 of the purpose under the key's seed.
	Derive(purpose string) [32]byte
}

// AAA is the carrier's server.
type AAA interface {
	// Ask sends a packet, whose secret, identifier and, where it is computed,
	// authenticator are the AAA's to set. answer is called exactly once, from any
	// goroutine and possibly before Ask returns: with the authenticated reply and
	// the request as sent, or with an error after all tries.
	Ask(p *radius.Packet, answer func(reply, request *radius.Packet, err error))
}

// Downstream is the way back to hotspots. Its methods do not block; they return
// false when no router has the hotspot or the way is full. What is lost, the
// hotspot asks for again.
type Downstream interface {
	// Radius sends a packet with its wire.RadiusProof.
	Radius(h packetrouter.HotspotID, proof, packet []byte) bool
	// Results sends words on records, wire.UsageResult each.
	Results(h packetrouter.HotspotID, results [][]byte) bool
	// Vouchers sends vouchers, wire.Voucher each.
	Vouchers(h packetrouter.HotspotID, vouchers [][]byte) bool
}
