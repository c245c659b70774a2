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
	Owner string // bech32 account that owns it
	Class string // one of the classes below
}

// Classes of hotspot. Only ClassLoRa is challenged.
const (
	ClassLoRa     = "lora"
	ClassLoRaData = "lora-data"
	ClassWiFi     = "wifi"
)

// HotspotLocated says where the owner asserts that the hotspot stands.
type HotspotLocated struct {
	Index       HotspotIndex
	Position    LatLng
	Cell        Cell  // resolution 12
	GainDeciDBi int32 // antenna gain, tenths of dBi
	HeightM     int32 // antenna height above ground, metres
	Region      string
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

// HotspotOwnerChanged says who owns a hotspot from now on.
type HotspotOwnerChanged struct {
	Index HotspotIndex
	Owner string
}

// HotspotKeyRotated gives a hotspot another key, and with it another id and name. Nobody else ever has the old id.
type HotspotKeyRotated struct {
	Index HotspotIndex
	ID    string
	Name  string
}

// Witness is a report that passed every check.
type Witness struct {
	Hotspot   HotspotIndex
	RSSI      DeciDBm
	SNR       DeciDB
	Points    uint64 // 10^-8 units
	DistanceM uint64 // between the asserted places, metres
	Cell      Cell   // resolution 8, where it stood; 0: where the index has it
}

// Rejection is a report that failed a check, with the chain's name of the first check it failed.
type Rejection struct {
	Hotspot   HotspotIndex
	RSSI      DeciDBm
	SNR       DeciDB
	DistanceM uint64
	Reason    string
}

// Outcome is how a challenge ended.
type Outcome uint8

// Outcomes of a challenge.
const (
	OutcomeSettled Outcome = iota // revealed: the beaconer claims to have transmitted
	OutcomeMissed                 // nobody revealed: nothing is proved and nothing painted
	OutcomeVoid                   // the chain stood still; it counts for nothing
)

// String returns the lower case name.
func (o Outcome) String() string {
	switch o {
	case OutcomeSettled:
		return "settled"
	case OutcomeMissed:
		return "missed"
	case OutcomeVoid:
		return "void"
	}
	return "unknown"
}

// ChallengeSettled is the verdict on one challenge.
//
// Kept reports are the only ones that paint: the cell of each end of a kept link is measured. A settled beacon
// without any kept report paints tested-empty, under the rule in package index.
type ChallengeSettled struct {
	ID       ChallengeID
	Beaconer HotspotIndex
	Outcome  Outcome
	Verdict  string // the chain's name for the verdict on the beacon itself; "" if accepted
	Kind     string // "regular", "surprise" or "paired"
	Points   uint64 // the beaconer's, 10^-8 units
	Cell     Cell   // resolution 8, where the beaconer stood; 0: where the index has it
	Kept     []Witness
	Rejected []Rejection
}

// EpochClosed ends a reward epoch.
type EpochClosed struct {
	Epoch     uint64
	Scheduled Spark // emission of this epoch; what finds no taker is never minted
}

// Claimed says that a hotspot's owner took what it had earned.
type Claimed struct {
	Hotspot HotspotIndex
	Amount  Spark
}

// Owed says that pay of a hotspot that is sold, retired or long silent is what an account is owed from now on, whoever owns
// the hotspot.
type Owed struct {
	Hotspot HotspotIndex
	Amount  Spark
}

// OwedClaimed says that an account took what it was owed, of all its hotspots at once.
type OwedClaimed struct {
	Amount Spark
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
func (HotspotKeyRotated) event()    {}
func (ChallengeSettled) event()     {}
func (EpochClosed) event()          {}
func (Claimed) event()              {}
func (Owed) event()                 {}
func (OwedClaimed) event()          {}
func (Settled) event()              {}
