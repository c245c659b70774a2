package explorer

import "time"

// Block is what one block of the chain says to the map. Events keep the order in which the block emitted them.
type Block struct {
	Height Height
	Time   time.Time // of the block's header
	Events []Event
}

// Event is one of the types of this file.
type Event interface{ event() }

// HotspotRegistered says that a hotspot exists. A second one for the same index corrects the first.
type HotspotRegistered struct {
	Index HotspotIndex
	ID    string // bech32 form of the hotspot's key
	Name  string // three words, a function of the key
	Owner string // bech32 account that is paid
	Class string // "lora" or "wifi"
}

// HotspotLocated says where the owner asserts that the hotspot stands.
type HotspotLocated struct {
	Index       HotspotIndex
	Position    LatLng
	Cell        Cell  // resolution 12
	GainDeciDBi int32 // antenna gain, tenths of dBi
	HeightM     int32 // antenna height above ground, metres
}

// HotspotStatus is a hotspot's state in the registry.
type HotspotStatus uint8

// States of a hotspot in the registry. Whether an active one is really on air, its last activity tells.
const (
	StatusRegistered HotspotStatus = iota // known, no location yet: not challenged
	StatusActive                          // located: challenged and may witness
	StatusDataOnly                        // carries data, never challenged
	StatusRetired                         // gone for good
)

// String returns the lower case name.
func (s HotspotStatus) String() string {
	switch s {
	case StatusRegistered:
		return "registered"
	case StatusActive:
		return "active"
	case StatusDataOnly:
		return "data-only"
	case StatusRetired:
		return "retired"
	}
	return "unknown"
}

// HotspotStatusChanged sets a hotspot's state in the registry.
type HotspotStatusChanged struct {
	Index  HotspotIndex
	Status HotspotStatus
}

// HotspotOwnerChanged sets who is paid for a hotspot.
type HotspotOwnerChanged struct {
	Index HotspotIndex
	Owner string
}

// Witness is a report that passed every check.
type Witness struct {
	Hotspot HotspotIndex
	RSSI    DBm
	SNR     DeciDB
	Points  uint64
}

// Rejection is a report that failed a check, with the chain's name of the first check it failed.
type Rejection struct {
	Hotspot HotspotIndex
	Reason  string
}

// ChallengeSettled is the verdict on one challenge.
//
// Kept reports are the only ones that paint: the cell of each end of a kept link is measured. A revealed beacon
// without any kept report paints tested-empty, under the rule in package index. Points lists nothing beyond
// what the chain gave.
type ChallengeSettled struct {
	ID          ChallengeID
	Beaconer    HotspotIndex
	Revealed    bool // the beaconer's secret was shown: it claims to have transmitted
	Points      uint64
	Region      string
	FrequencyHz uint32
	SF          uint8 // spreading factor, 7 to 12; 0 if the chain did not say
	Kept        []Witness
	Rejected    []Rejection
}

// EpochClosed ends a reward epoch.
type EpochClosed struct {
	Epoch  uint64
	Minted Spark // on the schedule, for this epoch
}

// Claimed says that a hotspot's owner took what it had earned.
type Claimed struct {
	Hotspot HotspotIndex
	Amount  Spark
}

// Settled says that a hotspot was paid for traffic out of an org's escrow.
type Settled struct {
	Hotspot HotspotIndex
	Burned  DC
	Amount  Spark
}

func (HotspotRegistered) event()    {}
func (HotspotLocated) event()       {}
func (HotspotStatusChanged) event() {}
func (HotspotOwnerChanged) event()  {}
func (ChallengeSettled) event()     {}
func (EpochClosed) event()          {}
func (Claimed) event()              {}
func (Settled) event()              {}
