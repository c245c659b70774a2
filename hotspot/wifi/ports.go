package wifi

import (
	"context"
	"net/netip"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/wire"
)

// Carrier is the way to the payers, through whatever router is connected. Its
// methods never block; false means that nothing that carries Wi-Fi is connected or
// its queue is full.
type Carrier interface {
	Radius(m hotspot.Radius) bool
	Usage(m hotspot.Usage) bool
}

// Signer is the hotspot's identity.
type Signer interface {
	PubKey() wire.PubKey
	Sign(body []byte) wire.Signature
}

// Payer is what the chain says of a payer's lane and its org.
type Payer struct {
	Key     wire.PubKey
	IsPayer bool // the lane is a payer's, not a router's
	Revoked bool
	Price   uint32 // micro-DC per 1,000,000 bytes that the org pays for Wi-Fi
}

// Payers asks chain nodes. It may take seconds.
type Payers interface {
	Payer(ctx context.Context, org uint32, lane uint16) (Payer, error)
}

// Vouchers gives the best vouchers held of a lane, newest epochs first, encoded.
type Vouchers interface {
	Of(org uint32, lane uint16) [][]byte
}

// AccessPoint is a RADIUS client of this site.
type AccessPoint struct {
	Name    string         // its NAS-Identifier, where it sends one
	Secret  []byte         // shared with it alone
	From    []netip.Prefix // addresses that it sends from
	DAS     netip.AddrPort // where it takes Disconnect-Requests (RFC 5176); zero: port 3799 of its address
	Ceiling uint64         // bits a second that it moves at most
}

// Config of a Server.
type Config struct {
	Chain  wire.ChainHash
	Points []AccessPoint
	// MinPrice is what the owner asks for, micro-DC per 1,000,000 bytes; below it a
	// login is refused even where the org's price on chain is lower.
	MinPrice uint32
	// Index returns the hotspot's index on chain, 0 while it is not registered.
	Index func() uint32
}

// DefaultCeiling is what an access point is taken to move at most: 1.2 Gbit/s.
const DefaultCeiling = 1_200_000_000
