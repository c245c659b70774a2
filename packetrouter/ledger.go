package packetrouter

import (
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// Snapshot is what the router knows of the chain at one height. It is immutable;
// unchanged parts are shared between snapshots.
type Snapshot struct {
	Chain      wire.ChainHash
	Head       Head
	Hotspots   *Hotspots
	Orgs       map[OrgID]*Org
	Challenges []OpenChallenge // in order of ids
	Lanes      map[LaneRef]LaneState
	Settlement SettlementParams
	Relaying   RelayParams
}

// Hotspot is a registered hotspot.
type Hotspot struct {
	ID       HotspotID
	Key      wire.PubKey
	Asserted bool     // has a place
	Lat, Lng int32    // degrees * 1e7, of the place
	Zone     geo.Cell // of the place, 0 without one
	Region   uint16
	LoRa     bool // full or data-only LoRa class
	WiFi     bool // Wi-Fi class; needs no place
}

// Hotspots is an immutable index.
type Hotspots struct {
	byKey map[wire.PubKey]*Hotspot
	byID  map[HotspotID]*Hotspot
}

// NewHotspots indexes a list. The list's elements must not change afterwards.
func NewHotspots(list []Hotspot) *Hotspots {
	h := &Hotspots{
		byKey: make(map[wire.PubKey]*Hotspot, len(list)),
		byID:  make(map[HotspotID]*Hotspot, len(list)),
	}
	for i := range list {
		h.byKey[list[i].Key] = &list[i]
		h.byID[list[i].ID] = &list[i]
	}
	return h
}

// ByKey returns the hotspot of a key, nil when there is none.
func (h *Hotspots) ByKey(k wire.PubKey) *Hotspot {
	if h == nil {
		return nil
	}
	return h.byKey[k]
}

// ByID returns the hotspot of an index, nil when there is none.
func (h *Hotspots) ByID(id HotspotID) *Hotspot {
	if h == nil {
		return nil
	}
	return h.byID[id]
}

// Len is the number of hotspots.
func (h *Hotspots) Len() int {
	if h == nil {
		return 0
	}
	return len(h.byKey)
}

// Org is a payer as the chain has it.
type Org struct {
	ID             OrgID
	BundleKey      wire.PubKey
	BundleSequence uint64
	BundleDigest   [32]byte
	Ranges         []DevAddrRange
	JoinEUIs       []EUI
	Realms         []string // Wi-Fi realms, lower case
	WiFiPrice      uint32   // micro-DC per 1,000,000 bytes; 0 buys no Wi-Fi
	Signers        []Signer
}

// DevAddrRange is inclusive at both ends.
type DevAddrRange struct{ First, Last DevAddr }

// Contains reports whether the whole of x lies in r.
func (r DevAddrRange) Contains(x DevAddrRange) bool { return r.First <= x.First && x.Last <= r.Last }

// Signer is a lane of an org.
type Signer struct {
	Lane    uint16
	Key     wire.PubKey
	Payout  string // account that receives the router's part
	Revoked bool
}

// Lane returns the signer with the key, false when the org has none that is
// in force.
func (o *Org) Lane(key wire.PubKey) (Signer, bool) {
	for _, s := range o.Signers {
		if s.Key == key && !s.Revoked {
			return s, true
		}
	}
	return Signer{}, false
}

// LaneRef names a lane.
type LaneRef struct {
	Org  OrgID
	Lane uint16
}

// LaneState is what the chain has of a lane in an epoch.
type LaneState struct {
	Epoch    uint32
	Reserved uint64 // DC set aside from escrow for the epoch
	Fees     uint64 // DC of it that settlement items have cost
	Issued   uint64 // highest issued counter seen on chain
	Seq      uint64 // highest sequence seen on chain
}

// SettlementParams are the rules for settlement items.
type SettlementParams struct {
	MinStep  uint64 // DC an item must move, but for the final one of an epoch
	ItemFee  uint64 // DC that an item costs, out of the lane's reservation
	MaxItems uint32 // of one batch
}

// RelayParams are the rules for report batches.
type RelayParams struct {
	MaxItems uint32 // of one batch
	MaxWalk  uint32 // longest hash-chain walk of a reveal
	// NearTarget and FarTarget are how many reports sortition aims at in the two
	// strata of poc/verify.
	NearTarget, FarTarget uint32
}

// OpenChallenge is a challenge not yet settled.
type OpenChallenge struct {
	wire.Challenge
	Raw []byte // as the chain published it
	// Near and Far are how many hotspots might report, in the two strata of
	// poc/verify.
	Near, Far uint32
}

// ChallengeRecord is what the chain has recorded of a challenge.
type ChallengeRecord struct {
	Reports  map[[32]byte]bool // by SHA-256 of the report without its signature
	Revealed bool              // or not needed any more
}
